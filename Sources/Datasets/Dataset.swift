import Tensors

/// A table of features and what is to be predicted from them.
public struct Dataset: Sendable {
  /// The features, n x p.
  public var features: FeatureStore
  /// The class or value of each row, n.
  public var target: Target

  /// Creates a dataset.
  ///
  /// - Parameters:
  ///   - features: The features, n x p.
  ///   - target: The target, n.
  public init(features: FeatureStore, target: Target) {
    require(
      features.rowCount == target.count,
      "Dataset: \(features.rowCount) rows of features, \(target.count) of the target")
    self.features = features
    self.target = target
  }

  /// The number of rows, n.
  public var rowCount: Int { features.rowCount }

  /// A fingerprint of values, names and target.
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
    }
    return hash.text
  }
}
