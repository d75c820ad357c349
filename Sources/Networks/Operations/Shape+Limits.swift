import Tensors

extension Shape {
  /// The largest number of elements that a sample may have.
  static let elementLimit = 1 << 40

  /// A shape of extents that may come from a file.
  ///
  /// - Parameter extents: The extents, outermost first.
  /// - Returns: The shape.
  /// - Throws: ``ShapeMismatch`` if one is below 1, or if their product is so large that
  ///   arithmetic with it could overflow.
  static func limited(_ extents: [Int]) throws(ShapeMismatch) -> Shape {
    var count = 1
    for extent in extents {
      guard extent > 0 else { throw ShapeMismatch(needed: "extents of at least 1") }
      let (product, overflows) = count.multipliedReportingOverflow(by: extent)
      guard !overflows, product <= elementLimit else {
        throw ShapeMismatch(needed: "a result of at most \(elementLimit) elements")
      }
      count = product
    }
    return Shape(extents)
  }
}
