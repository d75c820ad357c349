import Tensors

/// Which columns belong to one feature.
///
/// A categorical column is one feature of as many columns as it has levels, a column with missing
/// cells one of its values and their indicator; and a user may name columns that belong together.
/// A group is selected, scored and counted as one feature.
public struct FeatureGroups: Sendable, Equatable {
  /// The name of each feature.
  public let names: [String]
  /// The columns of each feature, ascending, at least one; every column is in just one of them.
  public let columns: [[Int]]
  /// The feature of each column.
  public let featureOfColumn: [Int]

  /// Creates groups.
  ///
  /// - Parameters:
  ///   - names: The name of each feature.
  ///   - columns: The columns of each feature, at least one; together each of
  ///     `0..<columnCount` once.
  public init(names: [String], columns: [[Int]]) {
    require(names.count == columns.count, "FeatureGroups: \(names.count) names, \(columns.count)")
    let columns = columns.map { $0.sorted() }
    let columnCount = columns.reduce(0) { $0 + $1.count }
    var featureOfColumn = [Int](repeating: -1, count: columnCount)
    for (feature, members) in columns.enumerated() {
      require(!members.isEmpty, "FeatureGroups: '\(names[feature])' has no column")
      for column in members {
        require(
          column >= 0 && column < columnCount && featureOfColumn[column] < 0,
          "FeatureGroups: column \(column) is outside 0..<\(columnCount) or in two groups")
        featureOfColumn[column] = feature
      }
    }
    self.names = names
    self.columns = columns
    self.featureOfColumn = featureOfColumn
  }

  /// The number of features.
  public var count: Int { names.count }

  /// Returns the columns of some features.
  ///
  /// - Parameter features: The features, each in `0..<count`.
  /// - Returns: Their columns, feature by feature.
  public func columns(of features: [Int]) -> [Int] {
    features.flatMap { columns[$0] }
  }
}
