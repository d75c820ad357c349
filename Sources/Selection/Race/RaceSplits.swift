import Datasets
import Tensors

/// The splits of a task's rows on which rivals are compared: folds, so that every row is a
/// validation row once before any is again.
struct RaceSplits {
  private let task: SelectionTask
  private let rowLimit: Int
  private let random: RandomSource

  /// Of how many rows the judge learns at most: a support vector machine needs n² steps.
  static let judgeRowLimit = 6_000

  init(_ task: SelectionTask, rowLimit: Int, random: RandomSource) {
    self.task = task
    self.rowLimit = rowLimit
    self.random = random
  }

  /// How many of the rows take part in a split.
  var rowCount: Int { min(task.rows.count, rowLimit) }

  /// The number of folds: fewer where rows are few, of which each tells little.
  var foldCount: Int {
    let count = rowCount >= 2_000 ? 4 : rowCount >= 400 ? 3 : 2
    guard let subjects = task.data.subjects else { return count }
    return max(2, min(count, Set(task.rows.map { subjects[$0] }).count))
  }

  /// One of the splits.
  ///
  /// - Parameter number: Which, from 0.
  /// - Returns: The split; its rows are some of the task's.
  /// - Throws: ``SelectionError`` if the rows cannot be divided.
  func split(_ number: Int) throws(SelectionError) -> Split {
    let (repetition, fold) = number.quotientAndRemainder(dividingBy: foldCount)
    var generator = random.substream("split", repetition)
    var rows = task.rows
    if rows.count > rowLimit {
      generator.shuffleFirst(rowLimit, of: &rows)
      rows = rows[..<rowLimit].sorted()
    }
    do {
      return try Folds(task.data, rows: rows, foldCount: foldCount, random: generator).splits[fold]
    } catch {
      throw .tooFewRows(rows.count)
    }
  }

  /// The training rows of a split from which the judge learns.
  func judgeRows(_ split: Split, number: Int) -> [Int] {
    guard split.training.count > Self.judgeRowLimit else { return split.training }
    var generator = random.substream("judge's rows", number)
    var rows = split.training
    generator.shuffleFirst(Self.judgeRowLimit, of: &rows)
    return rows[..<Self.judgeRowLimit].sorted()
  }
}
