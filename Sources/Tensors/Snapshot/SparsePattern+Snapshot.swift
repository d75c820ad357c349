extension SparsePattern {
  /// The entries; the extents are known to who restores them.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("rowStarts", .int32(rowStarts))
    state.save("columns", .int32(columns))
    return state
  }

  /// The entries that were saved.
  ///
  /// - Parameters:
  ///   - state: What ``state`` was.
  ///   - rowCount: The number of rows.
  ///   - columnCount: The number of columns.
  /// - Throws: ``SnapshotError`` if they are none of a matrix of these extents.
  package init(
    restoredFrom state: Snapshot, rowCount: Int, columnCount: Int
  ) throws(SnapshotError) {
    let rowStarts = try state.int32s("rowStarts", count: rowCount + 1)
    let columns = try state.int32s("columns")
    guard rowStarts[0] == 0, Int(rowStarts[rowCount]) == columns.count else {
      throw .impossibleValue("rowStarts")
    }
    for row in 0..<rowCount {
      let (start, end) = (Int(rowStarts[row]), Int(rowStarts[row + 1]))
      guard start <= end, end <= columns.count else { throw .impossibleValue("rowStarts") }
      var previous: Int32 = -1
      for column in columns[start..<end] {
        guard column > previous, column < columnCount else { throw .impossibleValue("columns") }
        previous = column
      }
    }
    self.init(
      rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts, columns: columns)
  }
}
