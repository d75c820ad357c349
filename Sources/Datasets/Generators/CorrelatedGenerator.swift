import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Informative columns, a noisy copy of each, and noise.
///
///     x_1 ... x_k    ~ N(0, 1)
///     copy of x_j    = r x_j + sqrt(1 - r^2) z,  z ~ N(0, 1), so that their correlation is r
///     P(y = 1 | x)   = 1 / (1 + exp(-2 sum_j s_j x_j)),  s_j = +1 or -1 at random
///
/// All informative columns weigh the same, so none is harder to find than another. A good choice
/// holds each of them or its copy, and few of both.
public struct CorrelatedGenerator: DataGenerator {
  public static let name = "correlated"

  /// The number of rows, n.
  public var rowCount: Int
  /// The number of columns, p.
  public var columnCount: Int
  /// The number of informative columns, k, and of copies.
  public var informativeCount: Int
  /// The correlation of a column and its copy, r.
  public var correlation: Double

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, at least 4.
  ///   - columnCount: The number of columns, at least twice `informativeCount`.
  ///   - informativeCount: The number of informative columns, at least 1.
  ///   - correlation: The correlation of a column and its copy, in 0...1.
  public init(
    rowCount: Int = 10_000, columnCount: Int = 100, informativeCount: Int = 10,
    correlation: Double = 0.9
  ) {
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.informativeCount = informativeCount
    self.correlation = correlation
  }

  public var settings: [String: Double] {
    [
      "rowCount": Double(rowCount), "columnCount": Double(columnCount),
      "informativeCount": Double(informativeCount), "correlation": correlation,
    ]
  }

  public func validate() throws(DatasetError) {
    try demand(rowCount >= 4, "\(rowCount) rows; at least 4 are needed")
    try demand(informativeCount >= 1, "\(informativeCount) informative columns")
    try demand(
      informativeCount <= columnCount / 2,
      "\(columnCount) columns for \(informativeCount) informative ones and their copies")
    try demand(
      correlation >= 0 && correlation <= 1, "correlation \(correlation) is not in 0...1")
  }

  public func draft(using source: RandomSource) -> Draft {
    var features = source.substream("features")
    var labels = source.substream("labels")
    var columns = features.normalColumns(columnCount, rowCount: rowCount)
    let signs = (0..<informativeCount).map { _ in labels.index(below: 2) == 0 ? -1.0 : 1.0 }
    let (shared, own) = (Float(correlation), Float((1 - correlation * correlation).squareRoot()))
    for j in 0..<informativeCount {
      let copy = informativeCount + j
      columns[copy] = zip(columns[j], columns[copy]).map { shared * $0 + own * $1 }
    }
    let classes = (0..<rowCount).map { row in
      let sum = signs.indices.reduce(0) { $0 + signs[$1] * Double(columns[$1][row]) }
      return labels.uniform() < 1 / (1 + exp(-2 * sum)) ? 1 : 0
    }
    return Draft(
      columns: columns, informativeCount: informativeCount,
      redundant: (0..<informativeCount).map {
        .init(column: informativeCount + $0, parents: [$0], weights: [shared])
      },
      target: .classes(indices: classes, names: ["0", "1"]),
      recipe: "Informative columns are standard normal; each has a redundant copy of the stated "
        + "correlation; the rest is standard normal noise. The class is 1 with probability "
        + "1 / (1 + exp(-2 s)), s the sum of the informative columns with signs drawn at random. "
        + "Columns are in random order.")
  }
}
