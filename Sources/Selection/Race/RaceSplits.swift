import Datasets
import Tensors

/// The splits of a task's rows on which rivals are compared.
struct RaceSplits {
  private let task: SelectionTask
  private let rowLimit: Int
  private let random: RandomSource

  /// Of how many rows the judge learns at most: a support vector machine needs n² steps.
  private static let judgeRowLimit = 6_000

  init(_ task: SelectionTask, rowLimit: Int, random: RandomSource) {
    self.task = task
    self.rowLimit = rowLimit
    self.random = random
  }

  /// How many of the rows take part in a split.
  var rowCount: Int { min(task.rows.count, rowLimit) }

  /// The share of the rows that is held out: more where they are few, of which each tells little.
  var heldOutShare: Double { rowCount >= 2_000 ? 0.25 : rowCount >= 400 ? 1.0 / 3 : 0.4 }

  /// One of the splits.
  ///
  /// - Parameter number: Which, from 0.
  /// - Returns: The split; its rows are some of the task's.
  /// - Throws: ``SelectionError/split(_:)`` if the rows cannot be divided.
  func split(_ number: Int) throws(SelectionError) -> Split {
    var generator = random.substream("split", number)
    var rows = task.rows
    if rows.count > rowLimit {
      generator.shuffleFirst(rowLimit, of: &rows)
      rows = rows[..<rowLimit].sorted()
    }
    do {
      return try task.data.split(
        rows, testFraction: heldOutShare, stratified: true, using: &generator)
    } catch {
      throw .split(error)
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
