import Datasets

/// Ranks the eligible columns of a task by scores.
///
/// A column at which all rows are alike scores 0: nothing can be learnt from it, but its initial
/// weights would count as strength.
struct FeatureRanking {
  private let task: SelectionTask
  /// The constant columns, by their position among the eligible ones.
  private let constants: [Int]

  init(_ task: SelectionTask) {
    self.task = task
    let statistics = task.data.features.statistics(rows: task.rows)
    constants = task.eligible.indices.filter {
      statistics.minimum[task.eligible[$0]] == statistics.maximum[task.eligible[$0]]
    }
  }

  /// The features to be chosen, best first; those that must be kept come before all others.
  ///
  /// - Parameter scores: A score per eligible column, in their order.
  /// - Returns: As many features as are wanted, of equal ones the lower column first.
  func best(_ scores: [Double]) -> [FeatureSelection.Feature] {
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

  /// What a reader should know of constant columns; none where there are none.
  var notes: [String] {
    constants.isEmpty
      ? []
      : [
        "\(constants.count) of \(task.eligible.count) columns are constant on the training rows"
          + " and score 0"
      ]
  }
}
