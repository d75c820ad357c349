import Datasets

extension SelectionTask {
  /// The columns of the features that may be chosen, in ascending order.
  public var eligibleColumns: [Int] {
    data.featureGroups == nil ? eligible : data.columns(of: eligible).sorted()
  }

  /// The table without the columns that may not be chosen; each column stands for itself.
  var dataOfEligibleColumns: Dataset {
    var table = data
    table.featureGroups = nil
    if !dropped.isEmpty { table.features = data.features.selecting(columns: eligibleColumns) }
    return table
  }

  /// What a sentence calls several features.
  var featureNoun: String { data.featureGroups == nil ? "columns" : "features" }
}

extension Dataset {
  /// The number of columns of a feature.
  func columnCount(of feature: Int) -> Int { featureGroups?.columns[feature].count ?? 1 }

  /// Where each of several features stands when their columns stand side by side.
  ///
  /// - Parameter features: The features.
  /// - Returns: The places of each, in ``Dataset/columns(of:)``.
  func ranges(of features: [Int]) -> [Range<Int>] {
    var end = 0
    return features.map { feature in
      let start = end
      end += columnCount(of: feature)
      return start..<end
    }
  }
}
