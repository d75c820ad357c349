/// A height and a width.
public struct Extent: Hashable, Sendable, Codable {
  /// The number of rows.
  public var height: Int
  /// The number of columns.
  public var width: Int

  /// Creates an extent.
  ///
  /// - Parameters:
  ///   - height: The number of rows.
  ///   - width: The number of columns.
  public init(_ height: Int, _ width: Int) {
    (self.height, self.width) = (height, width)
  }
}
