extension Table {
  /// Returns the table with the columns that it lacks because they are zero in all its rows.
  ///
  /// - Parameter names: The names of the columns wanted.
  /// - Returns: The table with those beside its own that it has not, sparse and without a cell; the
  ///   table as it is unless `absentColumnsAreZero`.
  func addingAbsentColumns(_ names: [String]) -> Table {
    guard absentColumnsAreZero else { return self }
    let known = ColumnPositions(columnNames)
    let absent = names.filter { known.named($0) == nil }
    guard !absent.isEmpty else { return self }
    var rows = SparseRows<UInt8>(width: absent.count)
    for _ in 0..<rowCount { rows.endRow() }
    var table = self
    table.features = features.appending(
      FeatureStore(parts: [.sparse(rows.block())], rowCount: rowCount, columnNames: absent))
    table.kinds += [ColumnKind](repeating: .numeric, count: absent.count)
    return table
  }

  /// Returns the table with the columns of another one that it lacks because they are zero; also
  /// the labels that none of its rows has, where rows have several.
  ///
  /// - Parameter other: The other table.
  /// - Returns: The table with those beside its own, unless `absentColumnsAreZero` in one only.
  func addingAbsentColumns(of other: Table) -> Table {
    guard absentColumnsAreZero, other.absentColumnsAreZero else { return self }
    let labels = Set(other.labelColumns)
    let hasLabels = predictsAllLabels && other.predictsAllLabels
    var table = addingAbsentColumns(other.columnNames.filter { hasLabels || !labels.contains($0) })
    if hasLabels {
      let own = Set(labelColumns)
      table.labelColumns += other.labelColumns.filter { !own.contains($0) }
    }
    return table
  }
}
