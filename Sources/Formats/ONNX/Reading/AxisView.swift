/// How the axes of a tensor in the file lie in the memory of a node's output.
///
/// Files of PyTorch put channels first, networks here put them last; reshaping and transposing
/// between them would cost time at every run. So neither is done where the file does it: a view
/// remembers which factors of the extents make up each axis, and where in memory they lie. Memory
/// is rearranged only before an operation that needs another order.
struct AxisView: Hashable, Sendable {
  /// A factor of an extent.
  struct Factor: Hashable, Sendable {
    var extent: Int
    /// Its position in memory, outermost 0; nil for the batch, which lies outside of all.
    var place: Int?
  }

  /// The factors of each axis, outermost first; none for an extent of 1.
  private(set) var axes: [[Factor]]

  init(_ axes: [[Factor]]) {
    self.axes = axes
  }

  /// The extents of the tensor in the file.
  var extents: [Int] {
    axes.map { $0.reduce(1) { $0 * $1.extent } }
  }

  /// Whether the batch is the outermost factor of the first axis.
  var batchIsFirst: Bool {
    guard let first = axes.first?.first else { return false }
    return first.place == nil
  }

  /// The axis that the batch is part of; nil if there is none.
  var batchAxis: Int? {
    axes.firstIndex { axis in axis.contains { $0.place == nil } }
  }

  /// The number that the first axis counts for each sample: 1 unless it holds more than the batch.
  var lead: Int {
    (axes.first ?? []).dropFirst().reduce(1) { $0 * $1.extent }
  }

  /// The axes behind the first, in the order in which they lie in memory.
  ///
  /// - Parameter innermost: An axis that is put last; nil for none.
  /// - Returns: The axes.
  func memoryOrder(innermost: Int? = nil) -> [Int] {
    let order = (1..<max(axes.count, 1)).sorted {
      (axes[$0].first?.place ?? 0, $0) < (axes[$1].first?.place ?? 0, $1)
    }
    guard let innermost, innermost > 0 else { return order }
    return order.filter { $0 != innermost } + [innermost]
  }

  /// The factors in the order in which somebody wants them in memory: those of the first axis, then
  /// those of the others.
  func factors(_ order: [Int]) -> [Factor] {
    let lead: [Factor] = axes.first.map { Array($0.dropFirst()) } ?? []
    return lead + order.flatMap { axes[$0] }
  }

  /// The view with its axes in another order.
  func transposed(_ order: [Int]) -> AxisView {
    AxisView(order.map { axes[$0] })
  }

  /// The view of the same elements with other extents.
  ///
  /// - Parameter extents: Extents of the same product.
  /// - Returns: The view; nil where an extent would cut through factors that do not lie side by
  ///   side.
  func reshaped(_ extents: [Int]) -> AxisView? {
    var rest = Self.merged(axes.flatMap { $0 })[...]
    var result: [[Factor]] = []
    for extent in extents {
      var (open, axis) = (extent, [Factor]())
      while let factor = rest.first {
        if factor.place == nil && factor.extent == 1 {
          axis.append(rest.removeFirst())
        } else if open == 1 {
          break
        } else if open % factor.extent == 0 {
          axis.append(rest.removeFirst())
          open /= factor.extent
        } else if factor.extent % open == 0, let place = factor.place {
          // Split: the outer part ends this axis, the inner one begins the next.
          result = result.map { $0.map { $0.moved(behind: place) } }
          axis = axis.map { $0.moved(behind: place) }
          rest = rest.map { $0.moved(behind: place) }[...]
          axis.append(Factor(extent: open, place: place))
          rest[rest.startIndex] = Factor(extent: factor.extent / open, place: place + 1)
          open = 1
        } else {
          return nil
        }
      }
      guard open == 1 else { return nil }
      result.append(axis)
    }
    return rest.isEmpty ? AxisView(result) : nil
  }

  /// The factors, joined where neighbours lie side by side in memory, with places counted anew.
  private static func merged(_ factors: [Factor]) -> [Factor] {
    var joined: [Factor] = []
    for factor in factors {
      if let last = joined.last, let place = last.place, factor.place == place + 1 {
        joined[joined.count - 1].extent *= factor.extent
        joined[joined.count - 1].place = factor.place  // the gap closes below
      } else {
        joined.append(factor)
      }
    }
    let places = joined.compactMap(\.place).sorted()
    return joined.map { factor in
      Factor(extent: factor.extent, place: factor.place.flatMap { places.firstIndex(of: $0) })
    }
  }
}

extension AxisView.Factor {
  /// The factor after one before it was split in two.
  fileprivate func moved(behind place: Int) -> Self {
    guard let own = self.place, own > place else { return self }
    return Self(extent: extent, place: own + 1)
  }
}

/// Axes of a tensor in the file as they were put into memory, one dimension for each.
struct Arrangement: Sendable {
  /// The extents in the file.
  var extents: [Int]
  /// The axes behind the first, in the order in which they lie in memory.
  var order: [Int]
  /// What the first axis counts besides the batch; it lies before the others.
  var lead: Int
  let batch: Int

  /// The extents of one sample in memory.
  var sampleExtents: [Int] {
    (lead > 1 ? [lead] : []) + order.map { extents[$0] }
  }

  /// The view of memory that is so arranged.
  var view: AxisView {
    var axes = [[AxisView.Factor]](repeating: [], count: extents.count)
    var place = 0
    axes[0] = [AxisView.Factor(extent: batch, place: nil)]
    if lead > 1 {
      axes[0].append(AxisView.Factor(extent: lead, place: place))
      place += 1
    }
    for axis in order where extents[axis] > 1 {
      axes[axis] = [AxisView.Factor(extent: extents[axis], place: place)]
      place += 1
    }
    return AxisView(axes)
  }

  /// The arrangement with another extent of an axis.
  func with(_ extent: Int, at axis: Int) -> Arrangement {
    var other = self
    other.extents[axis] = extent
    return other
  }
}
