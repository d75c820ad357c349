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
    if case .outputs(let outputs, _) = target,
      let row = rows.first(where: { row in outputs.contains { !$0[row].isFinite } })
    {
      return (row, nil)
    }
    let suspects = columns.filter {
      features.elementType(of: $0) == .float
        || features.hasMissing($0) && features.fills?[$0].isFinite != true
    }
    guard !suspects.isEmpty else { return nil }
    let gatherer = ColumnGatherer(features, columns: suspects, scaler: nil)
    var line = [Float](repeating: 0, count: suspects.count)
    for row in rows {
      line.withUnsafeMutableBufferPointer { gatherer.gather(rows: [row], into: $0) }
      if let slot = line.firstIndex(where: { !$0.isFinite }) {
        return (row, features.columnNames[suspects[slot]])
      }
    }
    return nil
  }
}
