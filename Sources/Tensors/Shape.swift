/// The extents of an n-dimensional array, outermost first.
///
/// `[]` is the shape of a scalar, with one element.
public struct Shape: Hashable, Sendable, Codable, ExpressibleByArrayLiteral,
  CustomStringConvertible
{
  /// The extents, outermost first; none is negative.
  public let extents: [Int]

  /// Creates a shape.
  ///
  /// - Parameter extents: The extents, outermost first, each at least 0.
  public init(_ extents: [Int]) {
    require(extents.allSatisfy { $0 >= 0 }, "Shape: negative extent in \(extents)")
    self.extents = extents
  }

  /// Creates a shape from a literal such as `[3, 4]`.
  public init(arrayLiteral elements: Int...) {
    self.init(elements)
  }

  /// Reads a shape.
  ///
  /// - Parameter decoder: Where from.
  /// - Throws: What the decoder throws, or that an extent is negative or the number of elements
  ///   too large.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let extents = try container.decode([Int].self, forKey: .extents)
    var count = 1
    for extent in extents {
      let (product, isTooLarge) = count.multipliedReportingOverflow(by: max(extent, 1))
      guard extent >= 0, !isTooLarge else {
        throw DecodingError.dataCorruptedError(
          forKey: .extents, in: container, debugDescription: "no shape: \(extents)")
      }
      count = product
    }
    self.extents = extents
  }

  /// The number of dimensions.
  public var rank: Int { extents.count }

  /// The number of elements, the product of the extents.
  public var elementCount: Int { extents.reduce(1, *) }

  /// The extent of one dimension.
  ///
  /// - Parameter dimension: The dimension, 0 being the outermost.
  public subscript(dimension: Int) -> Int { extents[dimension] }

  /// The extents joined by `x`, for example `3x4`.
  public var description: String {
    extents.isEmpty ? "scalar" : extents.map(String.init).joined(separator: "x")
  }
}

/// Stops the program with a message if a condition that only a mistake in the program can break
/// does not hold.
///
/// `precondition` loses its text in release builds, so shape checks end here instead.
///
/// - Parameters:
///   - condition: What must hold.
///   - message: What was wrong, with the numbers.
@inline(__always)
package func require(_ condition: Bool, _ message: @autoclosure () -> String) {
  if !condition { fatalError(message()) }
}
