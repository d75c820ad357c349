import Tensors

/// Clusters on corners of a cube of many dimensions, every column weak by itself.
///
///     k informative columns:  c distinct corners of a cube with edge 2 s, in turn given to the
///                             classes; each holds as many rows as another (one more or less)
///                             row    = corner + z A,  z ~ N(0, I),  A uniform on [-1, 1), k x k,
///                                      one per corner
///     redundant columns:      sums of the informative ones, weights uniform on [-1, 1)
///     repeated columns:       copies of informative or redundant ones, drawn with replacement
///     noise columns:          N(0, 1)
///     labels:                 with probability f drawn anew from all classes
///     every column:           (value + shift) * scale
///
/// An informative column has the standard deviation `sqrt(k / 3)` within a cluster, and the means of
/// its classes differ by `2 s` at most: by 0.35 deviations with the defaults. Standardise before
/// judging columns, or the deviation alone gives the informative ones away.
///
/// - Source: scikit-learn's `make_classification`, its documentation; after Guyon, "Design of
///   experiments of the NIPS 2003 variable selection benchmark", 2003.
/// - Note: Classes are equally frequent before labels are drawn anew, and the corners are always
///   those of a cube; scikit-learn also has weights of classes and random polytopes. Its redundant
///   and repeated columns come from the same informative ones; its random numbers are others.
public struct ClassificationGenerator: DataGenerator {
  public static let name = "classification"

  /// A number for all columns, or another for each.
  public enum ColumnConstant: Sendable, Equatable {
    /// The same number for all columns.
    case same(Double)
    /// A number of its own for each column, at random.
    case random
  }

  /// The number of rows, n.
  public var rowCount: Int
  /// The number of informative columns, k.
  public var informativeCount: Int
  /// The number of combinations.
  public var redundantCount: Int
  /// The number of copies.
  public var repeatedCount: Int
  /// The number of columns that have nothing to do with the class.
  public var noiseCount: Int
  /// The number of classes.
  public var classCount: Int
  /// The number of corners that a class has.
  public var clustersPerClass: Int
  /// Half the edge of the cube, s.
  public var separation: Double
  /// The fraction of labels that is drawn anew, f; of those, one in `classCount` stays as it was.
  public var flipFraction: Double
  /// What is added to a column; `.random` is uniform on [-s, s).
  public var shift: ColumnConstant
  /// By what a column is multiplied after the shift; `.random` is uniform on [1, 101).
  public var scale: ColumnConstant

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, at least one per corner.
  ///   - informativeCount: The number of informative columns, in 1...4096 and such that the cube has
  ///     corners enough.
  ///   - redundantCount: The number of combinations.
  ///   - repeatedCount: The number of copies.
  ///   - noiseCount: The number of noise columns.
  ///   - classCount: The number of classes, at least 2.
  ///   - clustersPerClass: The number of corners that a class has, at least 1.
  ///   - separation: Half the edge of the cube, above 0, at most 1e6.
  ///   - flipFraction: The fraction of labels that is drawn anew, in 0...1.
  ///   - shift: What is added to a column.
  ///   - scale: By what a column is multiplied.
  public init(
    rowCount: Int = 10_000, informativeCount: Int = 100, redundantCount: Int = 0,
    repeatedCount: Int = 0, noiseCount: Int = 100, classCount: Int = 2, clustersPerClass: Int = 2,
    separation: Double = 1, flipFraction: Double = 0.01, shift: ColumnConstant = .same(0),
    scale: ColumnConstant = .same(1)
  ) {
    self.rowCount = rowCount
    self.informativeCount = informativeCount
    self.redundantCount = redundantCount
    self.repeatedCount = repeatedCount
    self.noiseCount = noiseCount
    self.classCount = classCount
    self.clustersPerClass = clustersPerClass
    self.separation = separation
    self.flipFraction = flipFraction
    self.shift = shift
    self.scale = scale
  }

  public var settings: [String: Double] {
    var settings = [
      "rowCount": Double(rowCount), "informativeCount": Double(informativeCount),
      "redundantCount": Double(redundantCount), "repeatedCount": Double(repeatedCount),
      "noiseCount": Double(noiseCount), "classCount": Double(classCount),
      "clustersPerClass": Double(clustersPerClass), "separation": separation,
      "flipFraction": flipFraction,
    ]
    // A random one has no number; the recipe tells.
    if case .same(let number) = shift { settings["shift"] = number }
    if case .same(let number) = scale { settings["scale"] = number }
    return settings
  }

  public func validate() throws(DatasetError) {
    try demand(
      (1...4096).contains(informativeCount),
      "\(informativeCount) informative columns, not 1...4096")
    try demand(classCount >= 2, "\(classCount) classes; at least 2 are needed")
    try demand(clustersPerClass >= 1, "\(clustersPerClass) clusters per class")
    let (clusters, isTooMany) = classCount.multipliedReportingOverflow(by: clustersPerClass)
    try demand(
      !isTooMany && rowCount >= clusters,
      "\(rowCount) rows for \(classCount) classes of \(clustersPerClass) clusters")
    try demand(
      informativeCount >= 62 || clusters <= 1 << informativeCount,
      "\(clusters) clusters on a cube of \(informativeCount) dimensions; "
        + "raise the informative columns")
    try demand(
      min(redundantCount, repeatedCount, noiseCount) >= 0, "a number of columns is negative")
    try demand(
      separation > 0 && separation <= 1e6, "separation \(separation) is not above 0, at most 1e6")
    try demand(
      flipFraction >= 0 && flipFraction <= 1, "flip fraction \(flipFraction) is not in 0...1")
    if case .same(let number) = shift {
      try demand(abs(number) <= 1e6, "shift \(number) is not in -1e6...1e6")
    }
    if case .same(let number) = scale {
      try demand(
        abs(number) <= 1e6 && number != 0, "scale \(number) is not in -1e6...1e6 without 0")
    }
  }
}
