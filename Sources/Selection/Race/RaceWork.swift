import Datasets
import Evaluation
import Training

/// How much work methods and judges are expected to do, in multiply-adds of a dense product.
///
/// A race lasts no longer than its rules say because of these numbers, and not because of a clock,
/// whose reading would be another one the next time. They are within a factor of two of what was
/// measured on ten data sets; what costs more than a multiply-add counts more, some 20 ps a unit.
struct RaceWork {
  private let task: SelectionTask
  /// Whether nearly all cells are zero, which some methods pass over.
  private let isSparse: Bool

  init(_ task: SelectionTask) {
    self.task = task
    isSparse = task.data.holdsSparseCounts(rows: task.rows)
  }

  /// The work of a choice.
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - rowCount: The number of training rows.
  /// - Returns: The work, above 0.
  func expected(of method: any SelectionMethod, rowCount: Int) -> Double {
    let (rows, columns) = (Double(rowCount), Double(task.eligibleColumns.count))
    let outputs = Double(task.data.target.outputCount)
    switch method {
    case let method as EntryPrune:
      guard let rule = try? method.rule(for: task) else { return 1 }
      let active =
        Double(task.count)
        + max(
          rule.candidateFraction * max(columns - Double(task.count), 0),
          Double(rule.minimumCandidateCount))
      let steps: Double
      switch rule.length {
      case .rotations(let count): steps = Double(count * rule.stepsPerRotation)
      case .validated(let validation):
        steps = 3 * Double(validation.patience * rule.stepsPerRotation)
      }
      let batch = min(Double(rule.batchCount), rows)
      // Beside the first layer a step has work that the columns do not matter to.
      return 3 * steps * batch * (min(active, columns) + 400) * Double(rule.hiddenCount)
    case let method as SparseSelection:
      guard let recipe = try? method.recipe(for: task) else { return 1 }
      let widths = [columns] + recipe.hiddenCounts.map(Double.init) + [outputs]
      let weights = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
      let density = 1 - recipe.sparsity
      let perConnection = method.topology == .dense ? 1.0 : method.topology == .rigl ? 3 : 2
      return 4.5 * perConnection * density * weights * rows * Double(recipe.epochCount)
    case let method as TreeSelection:
      let cells = min(rows * columns, Double(method.cellLimit))
      let trees = Double(method.settings.treeCount) * method.settings.rowFraction
      return (isSparse ? 18 : 70) * Double(method.settings.depth) * trees * cells
    case let method as LassoSelection:
      // The nearer the number of columns that live is to that of the rows, the longer the path.
      let perCell = 1_000 * outputs + 250_000 * min(Double(task.count) / rows, 1)
      let cells = min(rows * columns, max(Double(method.cellLimit), 2_000 * columns))
      return (isSparse ? 0.25 : 1) * perCell * cells
    case let method as RankEnsemble:
      return method.members.reduce(0) { $0 + expected(of: $1, rowCount: rowCount) }
    case is FTestSelection, is RandomSelection:
      return 500 * rows * columns
    case is MutualInformationSelection:
      return (isSparse ? 500 : 2_500) * rows * columns
    default:
      // A network with a thousand hidden units, a fifth of whose connections exist.
      return 3 * 200 * columns * rows * 100
    }
  }

  /// The work of judging.
  ///
  /// - Parameters:
  ///   - learner: The judge, which learns from as many features as are wanted.
  ///   - rowCount: The number of rows to learn from.
  /// - Returns: The work, in the same units.
  func expected(of learner: any Learner, rowCount: Int) -> Double {
    let (rows, columns) = (Double(rowCount), Double(task.count))
    return switch learner {
    case is SVC: 14 * rows * rows * columns
    case is NearestNeighbour: rows * rows * columns
    case is BoostedTrees: 75_000 * rows * columns
    default: 10 * rows * columns * columns
    }
  }
}
