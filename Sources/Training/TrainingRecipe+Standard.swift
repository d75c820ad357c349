import Datasets
import Networks

extension TrainingRecipe {
  /// The recipe for a table, chosen by what the table holds.
  ///
  /// - With more than two classes, labels or numbers: Adam at 0.001 with an L2 factor of 0.001.
  /// - With two classes, or for a regression: Adam at 0.0003 with 0.01. A network with thousands of
  ///   weights knows the rows of such a table by heart after a few epochs, before it has tried many
  ///   connections; slower steps and a stronger pull to 0 keep it learning.
  /// - Counts that are 0 in more than nine of ten cells, such as words in texts, are taken as
  ///   log(1 + x); to divide a rare word's count by its deviation would make it loud. With two classes
  ///   their step is 0.0001.
  ///
  /// - A batch has at most a tenth of the rows, but 16: a small table, too, wants some steps in an
  ///   epoch.
  ///
  /// The article on sparse networks says how the numbers were chosen.
  ///
  /// - Parameters:
  ///   - data: The table and its target.
  ///   - rows: The rows that may be looked at.
  /// - Returns: The recipe.
  public static func standard(for data: Dataset, rows: [Int]) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    let isSimple = data.target.outputCount <= 2
    let isCounts = data.holdsSparseCounts(rows: rows)
    recipe.optimizer = .adam(
      isSimple
        ? Adam(learningRate: isCounts ? 1e-4 : 3e-4, weightDecay: 0.01)
        : Adam(learningRate: 1e-3, weightDecay: 0.001))
    recipe.batchCount = max(
      16,
      min(
        recipe.batch(rowCount: rows.count, columnCount: data.features.columnCount),
        rows.count / 10))
    if isCounts { recipe.scaling = .logarithmMinMax }
    return recipe
  }
}

extension Dataset {
  /// Whether all features are counts, more than nine tenths of which are 0.
  ///
  /// - Parameter rows: The rows that may be looked at.
  /// - Returns: Whether they are.
  package func holdsSparseCounts(rows: [Int]) -> Bool {
    let statistics = features.statistics(rows: rows)
    guard statistics.allNonNegativeIntegers.allSatisfy({ $0 }) else { return false }
    let zeros = statistics.zeroCount.reduce(0, +)
    return Double(zeros) > 0.9 * Double(rows.count * features.columnCount)
  }
}
