import Datasets
import Tensors

/// Ranks the eligible features of a task by the scores of their columns.
///
/// A feature at which all rows are alike scores 0: nothing can be learnt from it, but its initial
/// weights would count as strength.
struct FeatureRanking {
  private let task: SelectionTask
  /// The columns of the eligible features.
  let columns: FeatureColumns
  /// The features of constant columns alone, by their position among the eligible ones.
  private let constants: [Int]

  init(_ task: SelectionTask) {
    self.task = task
    let statistics = task.data.features.statistics(rows: task.rows)
    func isConstant(_ column: Int) -> Bool {
      statistics.minimum[column] == statistics.maximum[column]
    }
    constants = task.eligible.indices.filter {
      task.data.columns(of: [task.eligible[$0]]).allSatisfy(isConstant)
    }
    columns = FeatureColumns(
      task.eligibleColumns, of: task.eligible, in: task.data, isConstant: isConstant)
  }

  /// The features to be chosen, best first; those that must be kept come before all others.
  ///
  /// - Parameter scores: A score per column of the eligible features, in ascending order.
  /// - Returns: As many features as are wanted, of equal ones the lower one first.
  func best(_ scores: [Double]) -> [FeatureSelection.Feature] {
    best(features: columns.combined(scores))
  }

  /// The features to be chosen, best first; those that must be kept come before all others.
  ///
  /// - Parameter scores: A score per eligible feature, in ascending order.
  /// - Returns: As many features as are wanted, of equal ones the lower one first.
  func best(features scores: [Double]) -> [FeatureSelection.Feature] {
    var scores = scores
    for position in constants { scores[position] = 0 }
    let eligible = task.eligible
    let kept = Set(task.keep)
    let rivals = eligible.indices.filter { !kept.contains(eligible[$0]) }
    let best = topPositions(task.count - kept.count, of: rivals.map { scores[$0] })
    let chosen = eligible.indices.filter { kept.contains(eligible[$0]) } + best.map { rivals[$0] }
    let order = topPositions(chosen.count, of: chosen.map { scores[$0] })
    return order.map { .init(index: eligible[chosen[$0]], score: scores[chosen[$0]]) }
  }

  /// What a reader should know of constant features; none where there are none.
  var notes: [String] {
    constants.isEmpty
      ? []
      : [
        "\(constants.count) of \(task.eligible.count) \(task.featureNoun) are constant on the training rows"
          + " and score 0"
      ]
  }
}
