import Datasets
import Training

/// How much work a method is expected to do, in multiply-adds of a dense product.
///
/// A race lasts no longer than its rules say because of these numbers, and not because of a clock,
/// whose reading would be another one the next time. They are within a factor of two of what was
/// measured on eleven data sets; what costs more than a multiply-add counts more.
///
/// - Parameters:
///   - method: The method.
///   - task: The task.
///   - rowCount: The number of training rows.
/// - Returns: The work, above 0.
func expectedWork(
  of method: any SelectionMethod, _ task: SelectionTask, rowCount: Int
) -> Double {
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
    return 3 * steps * batch * min(active, columns) * Double(rule.hiddenCount)
  case let method as SparseSelection:
    guard let recipe = try? method.recipe(for: task) else { return 1 }
    let widths = [columns] + recipe.hiddenCounts.map(Double.init) + [outputs]
    let weights = zip(widths, widths.dropFirst()).reduce(0) { $0 + $1.0 * $1.1 }
    let density = 1 - recipe.sparsity
    let perConnection = method.topology == .dense ? 1.0 : method.topology == .rigl ? 3 : 2
    return 3 * perConnection * density * weights * rows * Double(recipe.epochCount)
  case let method as TreeSelection:
    let cells = min(rows * columns, Double(method.cellLimit))
    let trees = Double(method.settings.treeCount) * method.settings.rowFraction
    return 25 * Double(method.settings.depth) * trees * cells
  case let method as LassoSelection:
    return (600 + 30 * outputs) * min(rows * columns, Double(method.cellLimit))
  case let method as RankEnsemble:
    return method.members.reduce(0) { $0 + expectedWork(of: $1, task, rowCount: rowCount) }
  case is FTestSelection, is RandomSelection:
    return 10 * rows * columns
  case is MutualInformationSelection:
    return 600 * rows * columns
  default:
    // A network with a thousand hidden units, a fifth of whose connections exist.
    return 3 * 200 * columns * rows * 100
  }
}
