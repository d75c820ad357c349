import Kernels
import Tensors

/// Lets the connections of all sparse layers of a network in training change under a rule.
package final class TopologyEvolution {
  /// The multiply-adds that the gradients of missing connections have cost so far.
  package internal(set) var multiplyAdds = 0
  /// How many connections the updates have put where none was before.
  package internal(set) var gainedCount = 0
  /// The updates so far.
  package internal(set) var updateCount = 0
  private let rule: TopologyRule
  let layers: [Layer]
  private let optimizer: Optimizer
  private let stepsPerEpoch, stepCount, batchCount: Int
  var random: RandomSource

  /// One sparse layer, and where it may grow by gradient.
  final class Layer {
    let sparse: SparseLayer
    let growth: GradientGrowth?
    /// How many candidates the next backward pass has to find.
    var wantedCount = 0

    init(_ sparse: SparseLayer, growth: GradientGrowth?) {
      self.sparse = sparse
      self.growth = growth
    }

    var connections: Connections { sparse.connections }
  }

  /// Prepares the updates.
  ///
  /// - Parameters:
  ///   - rule: When the topology changes, and how.
  ///   - trainer: The network in training.
  ///   - stepsPerEpoch: The optimizer steps of an epoch.
  ///   - epochCount: The epochs of the whole training if it is not stopped early.
  ///   - random: The source of random numbers.
  package init(
    _ rule: TopologyRule, of trainer: Trainer, stepsPerEpoch: Int, epochCount: Int,
    random: RandomSource
  ) {
    self.rule = rule
    self.stepsPerEpoch = stepsPerEpoch
    self.random = random
    stepCount = stepsPerEpoch * epochCount
    optimizer = trainer.optimizer
    batchCount = trainer.plan.batchCount
    let slots = rule.growth == .none ? [] : Array(trainer.plan.parameters.slots.enumerated())
    layers = slots.compactMap { position, slot in
      // A full layer has nowhere to grow: it would only forget.
      guard let connections = slot.connections,
        connections.count < connections.rowCount * connections.columnCount
      else { return nil }
      return Layer(
        SparseLayer(slot: position, of: trainer.plan, trainer.optimizer),
        growth: rule.growth == .gradient
          ? GradientGrowth(connections, batch: paddedBatch(trainer.plan.batchCount)) : nil)
    }
    for layer in layers where layer.growth != nil {
      // The growth holds the connections, so they must not hold it.
      layer.connections.observer = { [weak layer] x, dy in
        guard let layer, layer.wantedCount > 0 else { return }
        layer.growth?.collect(x: x, dy: dy, count: layer.wantedCount)
      }
    }
  }

  /// The memory of the updates so far, in bytes.
  package var byteCount: Int {
    layers.reduce(0) { $0 + $1.sparse.step.byteCount + ($1.growth?.byteCount ?? 0) }
  }

  /// Whether the topology changes after an optimizer step.
  ///
  /// - Parameter step: The optimizer step, from 0.
  /// - Returns: Whether it is.
  package func isDue(step: Int) -> Bool {
    !layers.isEmpty && rule.isDue(step: step + 1, of: stepCount, stepsPerEpoch: stepsPerEpoch)
  }

  /// Lets the backward pass look for connections to grow, if the step will need them.
  ///
  /// - Parameter step: The optimizer step, from 0.
  package func prepare(step: Int) {
    guard rule.growth == .gradient else { return }
    let isDue = isDue(step: step)
    for layer in layers {
      layer.wantedCount = isDue ? dropCount(layer, step: step) : 0
      if isDue {
        multiplyAdds +=
          batchCount * layer.connections.rowCount * layer.connections.columnCount
      }
    }
  }

  /// Whether the topology changes instead of the weights in a step.
  ///
  /// - Parameter step: The optimizer step, from 0.
  /// - Returns: Whether it does.
  package func replacesUpdate(step: Int) -> Bool { rule.skipsWeightUpdate && isDue(step: step) }

  /// Changes the topology, if it is time.
  ///
  /// - Parameter step: The optimizer step that was taken, from 0.
  package func advance(step: Int) {
    guard isDue(step: step) else { return }
    for layer in layers {
      gainedCount += layer.sparse.step.update(
        rule, dropCount: dropCount(layer, step: step), values: layer.sparse.values,
        scores: layer.growth.map {
          GradientScores(candidates: $0, gradient: layer.sparse.gradient)
        },
        using: &random)
    }
    updateCount += 1
  }

  private func dropCount(_ layer: Layer, step: Int) -> Int {
    rule.dropCount(among: layer.connections.count, step: step + 1, of: stepCount)
  }
}
