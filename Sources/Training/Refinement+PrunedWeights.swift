import Networks
import Tensors

extension Refinement {
  /// Trains a network whose pruned weights, those that are 0, stay 0.
  ///
  /// - Parameters:
  ///   - network: A network with the inputs and outputs of the model.
  ///   - epochCount: The number of epochs, at least 1.
  ///   - round: The round of pruning and how many there are at most.
  ///   - random: The source of the orders.
  ///   - saved: The state from which to go on; nil to begin.
  ///   - observer: Told of progress, and asked whether to stop early.
  ///   - keep: Offered the state after every epoch.
  /// - Returns: The network after the last epoch: a schedule of the step size is followed to its end.
  /// - Throws: ``TrainingError/diverged(epoch:loss:)`` if the loss is no longer finite,
  ///   ``TrainingError/unusableState(_:)`` for a state of another training.
  package func retrain(
    _ network: Network, epochCount: Int, round: (number: Int, count: Int), random: RandomSource,
    saved: Snapshot?, observer: (any TrainingObserver)?, keep: (() -> Snapshot) -> Void
  ) throws(TrainingError) -> TrainedNetwork {
    var recipe = recipe
    recipe.epochCount = epochCount
    recipe.settlingEpochs = epochCount
    recipe.keepsZeroWeights = true
    return try training.train(
      network, recipe, random: random, round: round, saved: saved, observer: observer, keep: keep)
  }

  /// The score that a network reaches which ignores its inputs, on the validation rows: the share of
  /// the most frequent class, of several labels the mean of that; 0 where a number is predicted.
  package var chanceScore: Double {
    guard scoreCountsRows, let view = training.heldOut, view.rowCount > 0 else { return 0 }
    let weights = view.weights?.map(Double.init) ?? [Double](repeating: 1, count: view.rowCount)
    let total = weights.reduce(0, +)
    guard total > 0 else { return 0 }
    switch view.targets {
    case .labels(let labels, let classCount, _):
      var sums = [Double](repeating: 0, count: classCount)
      for (label, weight) in zip(labels, weights) { sums[Int(label)] += weight }
      return (sums.max() ?? 0) / total
    case .values(let values):
      let (columns, elements) = (values.shape[1], values.elements)
      let shares = (0..<columns).map { column in
        weights.indices.reduce(0.0) {
          $0 + (elements[$1 * columns + column] > 0.5 ? weights[$1] : 0)
        } / total
      }
      return shares.reduce(0) { $0 + max($1, 1 - $1) } / Double(max(columns, 1))
    }
  }
}
