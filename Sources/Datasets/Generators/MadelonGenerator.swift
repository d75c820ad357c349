import Tensors

/// Clusters on the corners of a hypercube, with combinations, copies and noise around them.
///
///     k informative columns:  the 2^k corners of a cube with edge 2 s, in random order, are dealt
///                             to the two classes in turn; each holds as many rows as another
///                             row    = corner + A z,  z ~ N(0, I),  A uniform on [-1, 1), one per
///                                      corner
///     redundant columns:      sums of the informative ones, weights uniform on [-1, 1)
///     repeated columns:       copies of informative or redundant ones, drawn with replacement
///     noise columns:          N(0, 1)
///     labels:                 flipped with probability f
///
/// With the defaults it is Madelon of the NIPS 2003 challenge: 2600 x 500, 20 columns matter.
///
/// - Source: Guyon, "Design of experiments of the NIPS 2003 variable selection benchmark", 2003.
/// - Note: The challenge's values were shifted, scaled and rounded to integers; these are not. A
///   row of a cluster is `corner + A z`, as in scikit-learn's `make_classification`.
public struct MadelonGenerator: DataGenerator {
  public static let name = "madelon"

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
  /// Half the edge of the cube, s.
  public var separation: Double
  /// The fraction of labels that is flipped, f.
  public var flipFraction: Double

  /// Creates a generator.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows, at least one per corner.
  ///   - informativeCount: The number of informative columns, in 1...12.
  ///   - redundantCount: The number of combinations.
  ///   - repeatedCount: The number of copies.
  ///   - noiseCount: The number of noise columns.
  ///   - separation: Half the edge of the cube, above 0.
  ///   - flipFraction: The fraction of labels that is flipped, in 0..<0.5.
  public init(
    rowCount: Int = 2600, informativeCount: Int = 5, redundantCount: Int = 15,
    repeatedCount: Int = 0, noiseCount: Int = 480, separation: Double = 2,
    flipFraction: Double = 0.01
  ) {
    self.rowCount = rowCount
    self.informativeCount = informativeCount
    self.redundantCount = redundantCount
    self.repeatedCount = repeatedCount
    self.noiseCount = noiseCount
    self.separation = separation
    self.flipFraction = flipFraction
  }

  public var settings: [String: Double] {
    [
      "rowCount": Double(rowCount), "informativeCount": Double(informativeCount),
      "redundantCount": Double(redundantCount), "repeatedCount": Double(repeatedCount),
      "noiseCount": Double(noiseCount), "separation": separation, "flipFraction": flipFraction,
    ]
  }

  public func validate() throws(DatasetError) {
    try demand(
      (1...12).contains(informativeCount), "\(informativeCount) informative columns, not 1...12")
    try demand(
      rowCount >= 1 << informativeCount,
      "\(rowCount) rows for the \(1 << informativeCount) corners of the cube")
    try demand(
      min(redundantCount, repeatedCount, noiseCount) >= 0, "a number of columns is negative")
    try demand(separation > 0 && separation.isFinite, "separation \(separation) is not positive")
    try demand(
      flipFraction >= 0 && flipFraction < 0.5, "flip fraction \(flipFraction) is not in 0..<0.5")
  }

  public func draft(using source: RandomSource) -> Draft {
    let (informative, classes) = clusters(using: source)
    var draft = Draft(
      columns: informative, informativeCount: informativeCount,
      target: .classes(indices: classes, names: ["-1", "1"]), recipe: recipe)
    draft.appendRedundant(redundantCount, using: source)
    draft.appendRepeated(repeatedCount, using: source)
    var noise = source.substream("noise")
    draft.columns += noise.normalColumns(noiseCount, rowCount: rowCount)
    return draft
  }

  /// The informative columns and the class of each row, rows in random order.
  private func clusters(using source: RandomSource) -> (columns: [[Float]], classes: [Int]) {
    var places = source.substream("clusters")
    var points = source.substream("points")
    var flips = source.substream("flips")
    let size = informativeCount
    var corners = Array(0..<(1 << size))
    places.shuffle(&corners)
    var rows = Array(0..<rowCount)
    places.shuffle(&rows)
    let mixtures = corners.map { _ in
      (0..<(size * size)).map { _ in Double(places.uniform(-1, 1)) }
    }
    var columns = [[Float]](repeating: [Float](repeating: 0, count: rowCount), count: size)
    var classes = [Int](repeating: 0, count: rowCount)
    for (position, row) in rows.enumerated() {
      let cluster = position % corners.count
      let normal = (0..<size).map { _ in points.normal() }
      for j in 0..<size {
        let corner = corners[cluster] >> j & 1 == 1 ? separation : -separation
        let mixed = (0..<size).reduce(0) { $0 + mixtures[cluster][size * j + $1] * normal[$1] }
        columns[j][row] = Float(corner + mixed)
      }
      classes[row] = (cluster % 2 == 1) != (flips.uniform() < flipFraction) ? 1 : 0
    }
    return (columns, classes)
  }

  private var recipe: String {
    "Rows lie about the corners of a cube with edge 2 separation in the informative columns, each "
      + "cluster mixed linearly by a matrix of its own with entries uniform on [-1, 1); the corners "
      + "are dealt to the two classes at random, half each. Redundant columns are sums of the "
      + "informative ones with the weights listed, repeated columns are copies, the rest is "
      + "standard normal noise. A fraction of the labels, flipFraction, is flipped. Columns are in "
      + "random order."
  }
}
