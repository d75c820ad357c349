extension Dataset {
  /// The first number that is NaN or infinite; its column is nil if it is the target.
  ///
  /// A rectifier turns NaN into 0, so that no loss would ever tell.
  ///
  /// - Parameters:
  ///   - rows: The rows that are looked at.
  ///   - columns: The columns that are looked at.
  /// - Returns: The row and the name of the column.
  package func firstNonFinite(rows: [Int], columns: [Int]) -> (row: Int, column: String?)? {
    if case .values(let values) = target, let row = rows.first(where: { !values[$0].isFinite }) {
      return (row, nil)
    }
    guard case .float(let values) = features.storage else { return nil }
    for row in rows {
      let start = row * features.columnCount
      if let column = columns.first(where: { !values[start + $0].isFinite }) {
        return (row, features.columnNames[column])
      }
    }
    return nil
  }
}
