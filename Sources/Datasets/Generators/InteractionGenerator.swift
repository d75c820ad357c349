import Tensors

/// Two columns that say nothing alone and everything together, among noise.
///
///     x_1 ... x_p ~ N(0, 1)
///     y = 1 if x_1 x_2 > 0, else 0; then flipped with probability f
///
/// No column depends on y by itself: a method that scores columns one by one finds nothing.
public struct InteractionGenerator: DataGenerator {
  public static let name = "interaction"

  /// The number of rows, n.
  public var rowCount: Int
  /// The number of columns, p, the two partners included.
  public var columnCount: Int
  /// The fraction of labels that is flipped, f.
  public var flipFraction: Double

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, at least 4.
  ///   - columnCount: The number of columns, at least 2.
  ///   - flipFraction: The fraction of labels that is flipped, in 0..<0.5.
  public init(rowCount: Int = 10_000, columnCount: Int = 50, flipFraction: Double = 0.05) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.flipFraction = flipFraction
  }

  public var settings: [String: Double] {
    [
      "rowCount": Double(rowCount), "columnCount": Double(columnCount),
      "flipFraction": flipFraction,
    ]
  }

  public func validate() throws(DatasetError) {
    try demand(rowCount >= 4, "\(rowCount) rows; at least 4 are needed")
    try demand(columnCount >= 2, "\(columnCount) columns; the two partners need 2")
    try demand(
      flipFraction >= 0 && flipFraction < 0.5, "flip fraction \(flipFraction) is not in 0..<0.5")
  }

  public func draft(using source: RandomSource) -> Draft {
    var features = source.substream("features")
    var flips = source.substream("flips")
    let columns = features.normalColumns(columnCount, rowCount: rowCount)
    let classes = (0..<rowCount).map { row in
      let isPositive = columns[0][row] * columns[1][row] > 0
      return isPositive != (flips.uniform() < flipFraction) ? 1 : 0
    }
    return Draft(
      columns: columns, informativeCount: 2, target: .classes(indices: classes, names: ["0", "1"]),
      recipe: "All columns are standard normal. The class is 1 if the product of the two "
        + "informative columns is positive, else 0; then a fraction of the labels, flipFraction, "
        + "is flipped. Columns are in random order.")
  }
}
