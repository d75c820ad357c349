import Datasets

extension EntryRule {
  /// The bytes that each active column takes: its weights with their gradient, their sum and two
  /// moments, and its share of the batches, or of all training rows where they are kept gathered.
  func bytesPerActiveColumn(rowCount: Int) -> Int {
    let rows = min(batchCount, rowCount)
    let gathered = keepsRowsGathered(rowCount: rowCount) ? rowCount : 0
    return 4 * (5 * hiddenCount + 2 * rows + gathered + 16)
  }

  /// Whether a rotation reads so many rows that all are kept gathered.
  func keepsRowsGathered(rowCount: Int) -> Bool {
    stepsPerRotation * min(batchCount, rowCount) >= rowCount
  }

  /// The number of active features that a budget allows.
  ///
  /// - Parameters:
  ///   - byteCount: The budget for the whole selection, the table and what is noted of each of its
  ///     columns among them.
  ///   - task: The task.
  /// - Returns: The number, more than are to be chosen.
  /// - Throws: ``SelectionError/badSetting(name:value:range:)`` if the budget is too small for any.
  func activeLimit(_ byteCount: Int, _ task: SelectionTask) throws(SelectionError) -> Int {
    let columnCount = task.data.features.columnCount
    let fixed =
      (64 << 20) + task.data.features.byteCount + Self.bytesPerColumn * columnCount
      + 64 * task.rows.count
    let columnsPerFeature = max(
      1, (task.eligibleColumns.count + task.eligible.count - 1) / max(task.eligible.count, 1))
    let perFeature = columnsPerFeature * bytesPerActiveColumn(rowCount: task.rows.count)
    let outside = task.eligible.count - task.count
    let least = task.count + min(max(minimumCandidateCount, 1), outside)
    let limit = (byteCount - fixed) / perFeature
    guard limit >= least else {
      let needed = Double(fixed + least * perFeature) / 1e6
      throw .badSetting(
        name: "the memory", value: "\(byteCount) bytes",
        range: "at least \(Int(needed.rounded(.up))) MB for a table of \(columnCount) columns")
    }
    return limit
  }

  /// What is noted of every column, active or not: names, scaling, statistics, scores.
  private static let bytesPerColumn = 300
}
