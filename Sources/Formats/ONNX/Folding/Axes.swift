/// The rules by which ONNX counts axes and makes shapes from shapes.
enum Axes {
  /// An axis that may be counted from the end.
  ///
  /// - Parameters:
  ///   - axis: The number in the file.
  ///   - rank: The number of axes.
  /// - Returns: The axis from the start.
  /// - Throws: ``Refusal`` if there is no such axis.
  static func axis(_ axis: Int, rank: Int) throws(Refusal) -> Int {
    let place = axis < 0 ? axis.addingClamped(rank) : axis
    guard place >= 0, place < rank else { throw Refusal("names axis \(axis) of \(rank)") }
    return place
  }

  /// Different axes, which may be counted from the end.
  ///
  /// - Parameters:
  ///   - axes: The numbers in the file.
  ///   - rank: The number of axes.
  /// - Returns: The axes from the start, in their order.
  /// - Throws: ``Refusal`` if one does not exist or is named twice.
  static func axes(_ axes: [Int], rank: Int) throws(Refusal) -> [Int] {
    var places: [Int] = []
    for axis in axes {
      let place = try Self.axis(axis, rank: rank)
      guard !places.contains(place) else { throw Refusal("names axis \(axis) twice") }
      places.append(place)
    }
    return places
  }

  /// The order of `Transpose`: all axes, each once; the reverse where it is missing.
  static func order(_ order: [Int]?, rank: Int) throws(Refusal) -> [Int] {
    guard let order else { return (0..<rank).reversed() }
    guard order.count == rank else {
      throw Refusal("orders \(order.count) of \(rank) axes")
    }
    return try axes(order, rank: rank)
  }

  /// The extents with axes of extent 1 added, which are counted in the result.
  static func unsqueezed(_ extents: [Int], _ axes: [Int]) throws(Refusal) -> [Int] {
    let rank = extents.count + axes.count
    guard rank <= rankLimit else { throw Refusal("makes \(rank) axes") }
    let added = try self.axes(axes, rank: rank)
    var rest = extents[...]
    return (0..<rank).map { added.contains($0) ? 1 : rest.removeFirst() }
  }

  /// The extents without axes of extent 1; without all of them if none is named.
  static func squeezed(_ extents: [Int], _ axes: [Int]?) throws(Refusal) -> [Int] {
    var removed: [Int]?
    if let axes { removed = try self.axes(axes, rank: extents.count) }
    for axis in removed ?? [] where extents[axis] != 1 {
      throw Refusal("removes an axis of extent \(extents[axis])")
    }
    let kept = extents.indices.filter { axis in
      removed.map { !$0.contains(axis) } ?? (extents[axis] != 1)
    }
    return kept.map { extents[$0] }
  }

  /// The extents that `Reshape` asks for: -1 is what is left, 0 an extent that stays.
  static func reshaped(
    _ extents: [Int], to wanted: [Int], keepsZeros: Bool
  ) throws(Refusal) -> [Int] {
    guard wanted.count <= rankLimit else { throw Refusal("makes \(wanted.count) axes") }
    var result = wanted
    if !keepsZeros {
      for axis in wanted.indices where wanted[axis] == 0 {
        guard extents.indices.contains(axis) else { throw Refusal("keeps an axis that is not") }
        result[axis] = extents[axis]
      }
    }
    let open = result.indices.filter { result[$0] == -1 }
    guard open.count <= 1, let count = elementCount(extents, limit: countLimit),
      let fixed = elementCount(result.filter { $0 != -1 }, limit: countLimit)
    else { throw Refusal("asks for the impossible shape \(wanted)") }
    if let axis = open.first {
      guard fixed > 0, count % fixed == 0 else {
        throw Refusal("asks for the shape \(wanted) of \(count) elements")
      }
      result[axis] = count / fixed
    } else if fixed != count {
      throw Refusal("asks for the shape \(wanted) of \(count) elements")
    }
    return result
  }

  /// The extents of two tensors that are computed with, element by element.
  static func broadcast(_ left: [Int], _ right: [Int]) throws(Refusal) -> [Int] {
    let rank = max(left.count, right.count)
    guard rank <= rankLimit else { throw Refusal("makes \(rank) axes") }
    let a = [Int](repeating: 1, count: rank - left.count) + left
    let b = [Int](repeating: 1, count: rank - right.count) + right
    var result: [Int] = []
    for (x, y) in zip(a, b) {
      guard x == y || x == 1 || y == 1 else {
        throw Refusal("meets shapes \(left) and \(right)")
      }
      result.append(x == 1 ? y : x)
    }
    return result
  }

  /// The places that a slice takes of an axis; nil for a step of 0 or beyond reason.
  static func span(
    from start: Int, to end: Int, by step: Int, of extent: Int
  ) -> (start: Int, count: Int)? {
    guard step != 0, step.magnitude <= 1 << 40 else { return nil }
    func place(_ value: Int, _ range: ClosedRange<Int>) -> Int {
      let counted = value < 0 ? value.addingClamped(extent) : value
      return min(max(counted, range.lowerBound), range.upperBound)
    }
    let range = step > 0 ? 0...extent : -1...(extent - 1)
    let (first, last) = (place(start, range), place(end, range))
    let distance = step > 0 ? last - first : first - last
    guard distance > 0 else { return (0, 0) }
    return (first, (distance - 1) / abs(step) + 1)
  }

  /// The largest number of elements, the batch included.
  static let countLimit = 1 << 60

  /// The largest number of axes.
  static let rankLimit = 16
}
