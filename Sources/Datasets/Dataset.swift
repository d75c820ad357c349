import Tensors

/// A table of features and what is to be predicted from them.
public struct Dataset: Sendable {
  /// The features, n x p.
  public var features: FeatureStore
  /// The class or value of each row, n.
  public var target: Target
  /// How much each row counts in training and in scores, n, none negative; nil for all the same.
  ///
  /// A row of weight 2 counts as two equal rows, one of weight 0 as none.
  public var weights: [Float]?
  /// What each row is a measurement of, n, such as the index of a patient; nil where every row
  /// stands for itself.
  ///
  /// Rows of one subject never stand on both sides of a split.
  public var subjects: [Int]?
  /// Which columns are one feature; nil where each column is one.
  public var featureGroups: FeatureGroups?

  /// Creates a dataset.
  ///
  /// - Parameters:
  ///   - features: The features, n x p.
  ///   - target: The target, n.
  ///   - weights: How much each row counts, n, or nil.
  ///   - subjects: What each row is a measurement of, n, or nil.
  ///   - featureGroups: Which columns are one feature, or nil.
  public init(
    features: FeatureStore, target: Target, weights: [Float]? = nil, subjects: [Int]? = nil,
    featureGroups: FeatureGroups? = nil
  ) {
    let rowCount = features.rowCount
    require(
      rowCount == target.count && weights?.count ?? rowCount == rowCount
        && subjects?.count ?? rowCount == rowCount,
      "Dataset: \(rowCount) rows of features, \(target.count) of the target, "
        + "\(weights?.count ?? 0) weights, \(subjects?.count ?? 0) subjects")
    require(
      featureGroups.map { $0.featureOfColumn.count == features.columnCount } ?? true,
      "Dataset: groups of other columns")
    self.features = features
    self.target = target
    self.weights = weights
    self.subjects = subjects
    self.featureGroups = featureGroups
  }

  /// The number of features: of groups where there are any, of columns otherwise.
  public var featureCount: Int { featureGroups?.count ?? features.columnCount }

  /// The name of each feature.
  public var featureNames: [String] { featureGroups?.names ?? features.columnNames }

  /// Returns the columns of some features.
  ///
  /// - Parameter features: The features, each in `0..<featureCount`.
  /// - Returns: Their columns, feature by feature.
  public func columns(of features: [Int]) -> [Int] {
    featureGroups?.columns(of: features) ?? features
  }

  /// The number of rows, n.
  public var rowCount: Int { features.rowCount }

  /// A fingerprint of values, names, target, weights and subjects.
  ///
  /// Equal data have equal fingerprints on every machine, wherever they were read from: the
  /// storage of a `FeatureStore` follows from its values alone.
  ///
  /// - Returns: 16 hexadecimal digits.
  /// - Complexity: O(n p).
  public func contentHash() -> String {
    var hash = ContentHash()
    hash.combine(features)
    switch target {
    case .classes(let indices, let names):
      for name in names { hash.combine(name) }
      for index in indices { hash.combine(UInt64(index)) }
    case .values(let values):
      values.withUnsafeBytes { hash.combine($0) }
    case .labels(let columns, let names):
      for name in names { hash.combine(name) }
      for column in columns { for isSet in column { hash.combine(isSet ? 1 as UInt64 : 0) } }
    case .outputs(let columns, let names):
      for name in names { hash.combine(name) }
      for column in columns { column.withUnsafeBytes { hash.combine($0) } }
    }
    if let weights {
      hash.combine("weights")
      weights.withUnsafeBytes { hash.combine($0) }
    }
    if let subjects {
      hash.combine("subjects")
      for subject in subjects { hash.combine(UInt64(bitPattern: Int64(subject))) }
    }
    return hash.text
  }
}
