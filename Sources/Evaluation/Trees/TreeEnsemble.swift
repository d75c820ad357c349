/// How trees are boosted.
public struct TreeSettings: Sendable, Hashable, Codable {
  /// How many trees there are at least, over all classes; above 0.
  public var treeCount = 300
  /// The depth of a tree, in 1...16.
  public var depth = 6
  /// The share of a tree's output that counts, above 0 and at most 1.
  public var learningRate = 0.1
  /// The share of the rows that a tree sees, above 0 and at most 1.
  public var rowFraction = 0.7
  /// The share of the columns among which a branch chooses, above 0 and at most 1.
  public var columnFraction = 0.2
  /// How many intervals a column is divided into, in 2...1024.
  public var binCount = 64

  /// Creates the settings with their defaults.
  ///
  /// They are those with which the gain found most of Madelon's 20 columns: a branch that chooses
  /// among few columns makes room for those that the strongest would hide.
  public init() {}

  /// The rounds for some outputs, each of which gets a tree in every round.
  func roundCount(outputCount: Int) -> Int {
    min(max((treeCount + outputCount - 1) / max(outputCount, 1), 20), treeCount)
  }
}

/// Why there are no trees.
package enum TreeFault: Error, Sendable, Equatable, CustomStringConvertible {
  /// XGBoost is not on this machine.
  case unavailable
  /// XGBoost says no.
  case refused(String)

  package var description: String {
    switch self {
    case .unavailable:
      "boosted trees need XGBoost, which is not on this machine; install libxgboost0 (Debian,"
        + " Ubuntu) or xgboost (Homebrew)"
    case .refused(let reason):
      "XGBoost: \(reason)"
    }
  }
}

/// Gradient-boosted trees for one target, grown by XGBoost on histograms, by one thread.
///
/// - Source: Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016.
/// - Note: A class because it owns what the library allocated.
package final class TreeEnsemble {
  /// What is to be predicted.
  package enum Goal: Sendable, Equatable {
    /// The class of each row, each below the count.
    case classes([Int], count: Int)
    /// The value of each row.
    case values([Float])
  }

  private let library: XGBoostLibrary
  private let columnCount: Int
  private let booster: XGBoostLibrary.Handle
  /// The mean of the values.
  private let mean: Float
  /// Their deviation.
  private let deviation: Float
  private let classCount: Int?

  /// Whether there can be any on this machine.
  package static var isAvailable: Bool { XGBoostLibrary.shared != nil }

  /// Grows trees.
  ///
  /// - Parameters:
  ///   - block: The rows, row-major; no cell is NaN.
  ///   - columnCount: The number of columns, at least 1.
  ///   - goal: What is to be predicted.
  ///   - weights: How much each row counts; nil for all the same.
  ///   - settings: How.
  ///   - seed: The seed of what is drawn.
  /// - Throws: ``TreeFault``.
  package init(
    _ block: [Float], columnCount: Int, _ goal: Goal, weights: [Float]? = nil,
    settings: TreeSettings = TreeSettings(), seed: UInt64 = 0
  ) throws(TreeFault) {
    guard let library = XGBoostLibrary.shared else { throw .unavailable }
    self.library = library
    self.columnCount = columnCount
    let labels: [Float]
    var parameters = [
      ("nthread", "1"), ("verbosity", "0"), ("tree_method", "hist"),
      ("max_depth", "\(settings.depth)"), ("eta", "\(settings.learningRate)"),
      ("subsample", "\(settings.rowFraction)"),
      ("colsample_bynode", "\(settings.columnFraction)"), ("max_bin", "\(settings.binCount)"),
      ("seed", "\(seed % (1 << 31))"),
    ]
    switch goal {
    case .classes(let indices, let count):
      (mean, deviation, classCount) = (0, 1, count)
      labels = indices.map(Float.init)
      parameters +=
        count <= 2
        ? [("objective", "binary:logistic")]
        : [("objective", "multi:softprob"), ("num_class", "\(count)")]
    case .values(let values):
      let moments = values.reduce(into: Moments()) { $0.add(Double($1)) }
      let spread = Float(moments.variance.squareRoot())
      let centre = Float(moments.mean)
      let width = spread > 0 && spread.isFinite ? spread : 1
      (mean, deviation, classCount) = (centre, width, nil)
      labels = values.map { ($0 - centre) / width }
      parameters += [("objective", "reg:squarederror"), ("base_score", "0")]
    }
    let matrix = try Self.matrix(library, block, columnCount: columnCount)
    defer { _ = library.freeMatrix(matrix) }
    try Self.check(
      library, library.setNumbers(matrix, "label", labels, UInt64(labels.count)))
    if let weights {
      try Self.check(
        library, library.setNumbers(matrix, "weight", weights, UInt64(weights.count)))
    }
    var created: XGBoostLibrary.Handle?
    var matrices: [XGBoostLibrary.Handle?] = [matrix]
    let status = matrices.withUnsafeMutableBufferPointer {
      library.createBooster($0.baseAddress, 1, &created)
    }
    try Self.check(library, status)
    guard let created else { throw .refused("no booster") }
    booster = created
    for (name, value) in parameters {
      try Self.check(library, library.setParameter(created, name, value))
    }
    let outputCount = classCount.map { $0 <= 2 ? 1 : $0 } ?? 1
    for round in 0..<settings.roundCount(outputCount: outputCount) {
      try Self.check(library, library.update(created, Int32(round), matrix))
    }
  }

  deinit { _ = library.freeBooster(booster) }

  /// How much the branches at each column lowered the loss, over all trees.
  ///
  /// - Returns: A number of at least 0 for each column.
  /// - Throws: ``TreeFault/refused(_:)``.
  package func gains() throws(TreeFault) -> [Double] {
    var (count, dimensions): (UInt64, UInt64) = (0, 0)
    var names: UnsafeMutablePointer<UnsafePointer<CChar>?>?
    var extents: UnsafePointer<UInt64>?
    var scores: UnsafePointer<Float>?
    try Self.check(
      library,
      library.featureScores(
        booster, #"{"importance_type": "total_gain"}"#, &count, &names, &dimensions, &extents,
        &scores))
    var gains = [Double](repeating: 0, count: columnCount)
    guard let names, let scores else { return gains }
    for position in 0..<Int(count) {
      // The library calls columns f0, f1 and so on, and leaves out those without a branch.
      guard let name = names[position].map({ String(cString: $0) }),
        let column = Int(name.dropFirst()), gains.indices.contains(column)
      else { throw .refused("it names a column that there is not") }
      gains[column] = Double(scores[position])
    }
    return gains
  }

  /// What the trees say of some rows.
  ///
  /// - Parameter block: The rows, row-major, with as many columns.
  /// - Returns: Their classes or values.
  /// - Throws: ``TreeFault/refused(_:)``.
  package func predict(_ block: [Float]) throws(TreeFault) -> Goal {
    let matrix = try Self.matrix(library, block, columnCount: columnCount)
    defer { _ = library.freeMatrix(matrix) }
    var count: UInt64 = 0
    var found: UnsafePointer<Float>?
    try Self.check(library, library.predict(booster, matrix, 0, 0, 0, &count, &found))
    let numbers = UnsafeBufferPointer(start: found, count: Int(count))
    guard let classCount else { return .values(numbers.map { $0 * deviation + mean }) }
    if classCount <= 2 { return .classes(numbers.map { $0 > 0.5 ? 1 : 0 }, count: classCount) }
    let starts = stride(from: 0, to: numbers.count, by: classCount)
    return .classes(
      starts.map { start in
        // The first of equal ones wins.
        (1..<classCount).reduce(0) { numbers[start + $1] > numbers[start + $0] ? $1 : $0 }
      }, count: classCount)
  }

  private static func matrix(
    _ library: XGBoostLibrary, _ block: [Float], columnCount: Int
  ) throws(TreeFault) -> XGBoostLibrary.Handle {
    var created: XGBoostLibrary.Handle?
    try check(
      library,
      library.createMatrix(
        block, UInt64(block.count / columnCount), UInt64(columnCount), .nan, &created, 1))
    guard let created else { throw .refused("no matrix") }
    return created
  }

  private static func check(_ library: XGBoostLibrary, _ status: Int32) throws(TreeFault) {
    guard status != 0 else { return }
    let text = library.lastError().map { String(cString: $0) } ?? "it failed"
    // Its messages go on with a stack trace.
    throw .refused(String(text.prefix { $0 != "\n" }))
  }
}
