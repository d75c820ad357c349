/// A constant of an ONNX graph.
struct ONNXTensor: Hashable, Sendable {
  /// The elements in row-major order; truth values are the integers 0 and 1.
  enum Elements: Hashable, Sendable {
    case floats([Float])
    case integers([Int])
    case texts([String])
  }

  /// The extents, outermost first; none for a scalar.
  private(set) var extents: [Int]
  private(set) var elements: Elements

  /// Creates a tensor.
  ///
  /// - Parameters:
  ///   - extents: The extents, outermost first, none negative.
  ///   - elements: As many elements as their product says.
  init(_ extents: [Int], _ elements: Elements) {
    self.extents = extents
    self.elements = elements
  }

  /// A row of integers, as shapes and axes are given.
  init(_ integers: [Int]) {
    self.init([integers.count], .integers(integers))
  }

  /// The number of elements.
  var count: Int {
    switch elements {
    case .floats(let values): values.count
    case .integers(let values): values.count
    case .texts(let values): values.count
    }
  }

  /// The elements as `Float`; nil for texts.
  var floats: [Float]? {
    switch elements {
    case .floats(let values): values
    case .integers(let values): values.map { Float($0) }
    case .texts: nil
    }
  }

  /// The elements, if they are integers.
  var integers: [Int]? {
    if case .integers(let values) = elements { values } else { nil }
  }

  /// The elements as texts: integers as decimal numbers; nil for other numbers.
  var texts: [String]? {
    switch elements {
    case .texts(let values): values
    case .integers(let values): values.map(String.init)
    case .floats: nil
    }
  }

  /// The only element as a `Float`; nil where there are several.
  var scalar: Float? {
    count == 1 ? floats?[0] : nil
  }

  /// The same elements with other extents.
  ///
  /// - Parameter extents: Extents of the same product.
  /// - Returns: The tensor.
  func reshaped(_ extents: [Int]) -> ONNXTensor {
    ONNXTensor(extents, elements)
  }

  /// Elements at regular distances, as transposing, slicing and repeating need them.
  ///
  /// - Parameters:
  ///   - extents: The extents of the result.
  ///   - strides: The distance in the source of neighbours along each axis of the result.
  ///   - start: The place of the first element.
  /// - Returns: The tensor of those elements.
  func strided(_ extents: [Int], strides: [Int], start: Int = 0) -> ONNXTensor {
    func taken<Element>(_ source: [Element]) -> [Element] {
      var result: [Element] = []
      let count = extents.reduce(1, *)
      result.reserveCapacity(count)
      var counters = [Int](repeating: 0, count: extents.count)
      var place = start
      for _ in 0..<count {
        result.append(source[place])
        var axis = extents.count - 1
        while axis >= 0 {
          counters[axis] += 1
          place += strides[axis]
          if counters[axis] < extents[axis] { break }
          place -= strides[axis] * extents[axis]
          counters[axis] = 0
          axis -= 1
        }
      }
      return result
    }
    switch elements {
    case .floats(let values): return ONNXTensor(extents, .floats(taken(values)))
    case .integers(let values): return ONNXTensor(extents, .integers(taken(values)))
    case .texts(let values): return ONNXTensor(extents, .texts(taken(values)))
    }
  }

  /// The tensor with its axes in another order.
  ///
  /// - Parameter order: For each axis of the result the axis it comes from.
  /// - Returns: The tensor.
  func transposed(_ order: [Int]) -> ONNXTensor {
    let strides = Self.strides(extents)
    return strided(order.map { extents[$0] }, strides: order.map { strides[$0] })
  }

  /// The distances of neighbours along each axis.
  static func strides(_ extents: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: extents.count)
    for axis in extents.indices.dropLast().reversed() {
      strides[axis] = strides[axis + 1] * extents[axis + 1]
    }
    return strides
  }
}

/// The product of extents.
///
/// - Parameters:
///   - extents: Numbers from anywhere.
///   - limit: The largest product that is wanted.
/// - Returns: The product; nil if a number is negative or the product beyond the limit.
func elementCount(_ extents: some Sequence<Int>, limit: Int) -> Int? {
  var product = 1
  var hasZero = false
  for extent in extents {
    guard extent >= 0 else { return nil }
    if extent == 0 { hasZero = true; continue }
    let (next, overflows) = product.multipliedReportingOverflow(by: extent)
    guard !overflows, next <= limit else { return nil }
    product = next
  }
  return hasZero ? 0 : product
}
