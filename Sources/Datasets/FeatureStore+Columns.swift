extension FeatureStore {
  /// Returns the store with its columns in the order of another table.
  ///
  /// - Parameters:
  ///   - names: The columns of the other table.
  ///   - path: The file of this one, for errors.
  ///   - reference: What the other table is called in errors.
  /// - Returns: A store with just these columns.
  /// - Throws: `DatasetError.columnsDiffer` unless both have the same columns.
  func arranged(
    as names: [String], path: String, reference: String
  ) throws(DatasetError) -> FeatureStore {
    if columnNames == names { return self }
    guard columnCount == names.count else {
      throw .columnsDiffer(
        path: path, reference: reference,
        reason: "\(columnCount) feature columns instead of \(names.count)")
    }
    var positions: [String: Int] = [:]
    for (position, name) in columnNames.enumerated() { positions[name] = position }
    var columns: [Int] = []
    for name in names {
      guard let position = positions[name] else {
        throw .columnsDiffer(path: path, reference: reference, reason: "no column '\(name)'")
      }
      columns.append(position)
    }
    return selecting(columns: columns)
  }

  /// Splits the columns of a file without labels of its own into features and target.
  ///
  /// - Parameter plan: What becomes of each column.
  /// - Returns: The table.
  func table(_ plan: ColumnPlan) -> Table {
    let isWhole = plan.features == Array(columnNames.indices)
    let labels = plan.target.map { target in
      LabelColumn(
        name: columnNames[target],
        texts: column(target, rows: Array(0..<rowCount)).map { LabelReader.label(Double($0)) })
    }
    return Table(features: isWhole ? self : selecting(columns: plan.features), labels: labels)
  }
}
