import Datasets
import Tensors

/// The rows and columns of a task that a method looks at which cannot look at all of them.
///
/// Of many rows some are drawn, in the task's order; if the columns are still too many, those of
/// largest F statistic are taken.
struct TaskSample {
  /// The rows.
  let rows: [Int]
  /// The columns, ascending.
  let columns: [Int]
  /// What a reader should know, a sentence each.
  let notes: [String]

  /// So many rows are always looked at.
  private static let leastRowCount = 2_000

  /// Chooses rows and columns.
  ///
  /// - Parameters:
  ///   - task: The task.
  ///   - cellLimit: The number of cells at most, as far as rows and columns allow.
  ///   - takesAllColumns: Whether no column is left out.
  ///   - random: The source of random numbers.
  init(_ task: SelectionTask, cellLimit: Int, takesAllColumns: Bool, random: RandomSource) {
    var (rows, columns, notes) = (task.rows, task.eligibleColumns, [String]())
    let rowLimit = max(Self.leastRowCount, cellLimit / max(columns.count, 1))
    if rows.count > rowLimit {
      var generator = random.substream("rows of a sample")
      generator.shuffleFirst(rowLimit, of: &rows)
      rows = rows[..<rowLimit].sorted()
      if task.data.target.isConstant(on: rows) {
        rows = task.rows
      } else {
        notes.append("\(rowLimit) of \(task.rows.count) training rows were looked at")
      }
    }
    let columnLimit = max(task.count, cellLimit / max(rows.count, 1))
    if !takesAllColumns, columns.count > columnLimit {
      let all = fStatistics(
        features: task.data.features, target: task.data.target, rows: task.rows,
        weights: task.data.weights)
      notes.append(
        "\(columnLimit) of \(columns.count) columns were looked at, those of largest F statistic")
      columns = topPositions(columnLimit, of: columns.map { all[$0] }).map { columns[$0] }.sorted()
    }
    (self.rows, self.columns, self.notes) = (rows, columns, notes)
  }
}

extension SelectionTask {
  /// The weight of each of some rows, times that of its class where every class is to count the
  /// same; nil where all count alike.
  ///
  /// - Parameters:
  ///   - rows: The rows, some of the task's.
  ///   - balancesClasses: Whether every class is to count the same.
  /// - Returns: The weights in the order of the rows.
  func weights(of rows: [Int], balancesClasses: Bool) -> [Float]? {
    guard balancesClasses, let balanced = balancedWeights else {
      return data.weights.map { all in rows.map { all[$0] } }
    }
    var weights = [Float](repeating: 0, count: data.rowCount)
    for (row, weight) in zip(self.rows, balanced) { weights[row] = weight }
    return rows.map { weights[$0] }
  }
}
