import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Friedman's first regression problem among noise columns.
///
///     x_1 ... x_p ~ U[0, 1)
///     y = 10 sin(pi x_1 x_2) + 20 (x_3 - 0.5)^2 + 10 x_4 + 5 x_5 + s z,  z ~ N(0, 1)
///
/// - Source: Friedman, "Multivariate Adaptive Regression Splines", Annals of Statistics 19, 1991.
public struct RegressionGenerator: DataGenerator {
  public static let name = "regression"

  /// The number of rows, n.
  public var rowCount: Int
  /// The number of columns, p.
  public var columnCount: Int
  /// The standard deviation of the noise in y, s.
  public var noise: Double

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, at least 4.
  ///   - columnCount: The number of columns, at least 5.
  ///   - noise: The standard deviation of the noise in y, at least 0.
  public init(rowCount: Int = 10_000, columnCount: Int = 50, noise: Double = 1) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.noise = noise
  }

  public var settings: [String: Double] {
    ["rowCount": Double(rowCount), "columnCount": Double(columnCount), "noise": noise]
  }

  public func validate() throws(DatasetError) {
    try demand(rowCount >= 4, "\(rowCount) rows; at least 4 are needed")
    try demand(columnCount >= 5, "\(columnCount) columns; five are informative")
    try demand(noise >= 0 && noise.isFinite, "noise \(noise) is not a number from 0")
  }

  public func draft(using source: RandomSource) -> Draft {
    var features = source.substream("features")
    var errors = source.substream("noise")
    let columns = (0..<columnCount).map { _ in
      (0..<rowCount).map { _ in features.uniform(0, 1) }
    }
    let values = (0..<rowCount).map { row in
      let x = (0..<5).map { Double(columns[$0][row]) }
      let wave = 10 * sin(Double.pi * x[0] * x[1])
      let parabola = 20 * (x[2] - 0.5) * (x[2] - 0.5)
      return Float(wave + parabola + 10 * x[3] + 5 * x[4] + noise * errors.normal())
    }
    return Draft(
      columns: columns, informativeCount: 5, target: .values(values),
      recipe: "Friedman 1: all columns are uniform on [0, 1); with a, b, c, d, e the informative "
        + "columns in the order listed, the target is 10 sin(pi a b) + 20 (c - 0.5)^2 + 10 d + 5 e "
        + "+ noise times a standard normal number. Columns are in random order.")
  }
}
