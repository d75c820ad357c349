import Tensors

/// The features with the largest F statistic: the baseline that takes no time.
///
/// For classes it is the one-way analysis of variance, for regression the F statistic of the
/// correlation; the columns of a group are tested jointly. It looks at one feature at a time, so that it is blind to features that matter
/// only together, and it chooses copies of one good feature as readily as different ones.
/// Counts that are mostly 0, such as words in texts, are tested as log(1 + x).
public struct FTestSelection: SelectionMethod {
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false

  /// Creates the method.
  public init() {}

  public var name: String { "f-test" }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    let statistics = featureStatistics(
      task.data, rows: task.rows, weights: weights(of: task),
      takesLogarithms: takesLogarithms(task))
    let kept = Set(task.keep)
    // Ranked apart, so that what must be kept is chosen whatever its score.
    let rivals = task.eligible.filter { !kept.contains($0) }
    let best = topPositions(task.count - kept.count, of: rivals.map { statistics[$0] })
    let chosen = (task.keep + best.map { rivals[$0] }).sorted()
    let ranked = topPositions(chosen.count, of: chosen.map { statistics[$0] })
    return FeatureSelection(
      features: ranked.map { .init(index: chosen[$0], score: statistics[chosen[$0]]) })
  }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    (balancesClasses ? [("classWeight", "balanced")] : [])
      + (takesLogarithms(task) ? [("logarithms", "true")] : [])
  }

  private func takesLogarithms(_ task: SelectionTask) -> Bool {
    task.data.featureGroups == nil && task.data.holdsSparseCounts(rows: task.rows)
  }

  /// The weight of each row of the table; nil for all the same.
  private func weights(of task: SelectionTask) -> [Float]? {
    guard balancesClasses, let ofRows = task.balancedWeights else { return task.data.weights }
    var weights = [Float](repeating: 0, count: task.data.rowCount)
    for (row, weight) in zip(task.rows, ofRows) { weights[row] = weight }
    return weights
  }
}
