import Datasets
import Kernels
import Networks
import Tensors

/// A network in training on a view of a table, epoch by epoch.
package final class TrainingRun {
  package let trainer: Trainer
  package let batches: SampleBatches
  package let topology: TopologyEvolution
  /// The epochs that have ended.
  package internal(set) var epochs: [TrainingEpoch] = []
  /// The strongest inputs after each epoch; of a network without sparse layers none.
  package internal(set) var strongestInputs: [[InputShare]] = []
  /// The optimizer steps that were taken.
  package internal(set) var stepCount = 0
  /// The epoch of the lowest validation loss, from 0; nil before the first.
  package internal(set) var bestEpoch: Int?
  /// What was spent so far.
  package internal(set) var cost: TrainingCost
  private let recipe: TrainingRecipe
  let training: TrainingView
  private let heldOut: HeldOutRows?
  private let multiplyAddsPerRow: Int
  private let teacher: Teacher?
  var bestLoss = Double.infinity

  /// Prepares a run.
  ///
  /// - Parameters:
  ///   - network: The network; its output fits the targets of the view.
  ///   - training: The rows to train on.
  ///   - heldOut: The rows for the validation loss; nil for the training loss instead.
  ///   - recipe: The settings.
  ///   - lesson: A network whose outputs are learned instead of the targets, and how.
  ///   - random: The source of the orders and of the topology.
  package init(
    _ network: Network, on training: TrainingView, heldOut: TrainingView?,
    recipe: TrainingRecipe, learningFrom lesson: (network: Network, method: Distillation)? = nil,
    random: RandomSource
  ) {
    self.recipe = recipe
    self.training = training
    multiplyAddsPerRow = network.trainingMultiplyAdds
    let loss = recipe.loss ?? training.loss
    batches = SampleBatches(
      training,
      batchCount: recipe.batch(
        rowCount: training.rowCount + (heldOut?.rowCount ?? 0),
        columnCount: training.features.columnCount),
      augmentations: recipe.augmentations, random: random.substream("batches"))
    trainer = Trainer(
      network, loss: loss, rule: recipe.optimizer, targets: training.targets,
      rowWeights: training.weights, batchCount: batches.batchCount,
      labelSmoothing: recipe.labelSmoothing, decay: recipe.decay,
      savesMemory: recipe.savesMemory, random: random.substream("dropout"))
    let batchCount = batches.batchCount
    teacher = lesson.map {
      Teacher(
        $0.network, $0.method, loss: loss, batchCount: batchCount,
        random: random.substream("distillation"))
    }
    if recipe.keepsZeroWeights { trainer.keepZeroWeights() }
    topology = TopologyEvolution(
      recipe.topology, of: trainer, stepsPerEpoch: batches.countPerEpoch,
      epochCount: recipe.epochCount, random: random.substream("topology"))
    let plan = trainer.plan
    self.heldOut = heldOut.map { HeldOutRows($0, loss: loss, of: plan) }
    cost = TrainingCost(network, rowCount: training.rowCount + (heldOut?.rowCount ?? 0))
  }

  /// Whether no further epoch is wanted.
  package var isFinished: Bool {
    if epochs.count >= recipe.epochCount { return true }
    guard let patience = recipe.patience, let bestEpoch else { return false }
    return epochs.count - 1 - bestEpoch >= patience
  }

  /// Takes note of what a measure of importance cost.
  package func countImportance(multiplyAdds: Int, seconds: Double) {
    cost.importanceMultiplyAdds += multiplyAdds
    cost.importanceSeconds += seconds
  }

  /// Trains one epoch and measures the held-out rows.
  ///
  /// - Parameter beforeUpdate: Called in every step between the gradients and the update; the
  ///   batch is still in ``SampleBatches/block``.
  /// - Returns: What the epoch reached.
  /// - Throws: ``TrainingError/diverged(epoch:loss:)`` if the loss is no longer finite.
  package func runEpoch(
    beforeUpdate: (_ step: Int) -> Void = { _ in }
  ) throws(TrainingError) -> TrainingEpoch {
    let start = ContinuousClock.now
    batches.shuffle(epoch: epochs.count)
    teacher?.begin(epoch: epochs.count)
    let scale = recipe.schedule.factor(epoch: epochs.count, of: recipe.epochCount)
    let gainedBefore = topology.gainedCount
    var sum = 0.0
    var accuracy = AccuracySum(training)
    for batch in 0..<batches.countPerEpoch {
      sum += batches.take(batch) { rows in
        var lesson: Floats?
        if let teacher {
          trainer.targetBatch.fill(rows)
          lesson = teacher.teach(batches.block.start, trainer.targetBatch, count: rows.count)
        }
        trainer.plan.takeInput(from: batches.block.start, count: rows.count)
        topology.prepare(step: stepCount)
        let loss = trainer.computeGradients(rows: rows, towards: lesson)
        if lesson == nil {  // mixtures have no class of their own
          accuracy.add(trainer.plan.output, trainer.targetBatch, positions: rows)
        }
        return loss
      }
      beforeUpdate(stepCount)
      if !topology.replacesUpdate(step: stepCount) { trainer.optimizer.update(scale: scale) }
      topology.advance(step: stepCount)
      stepCount += 1
    }
    cost.addSteps(
      batches.countPerEpoch, batchCount: batches.batchCount,
      multiplyAddsPerRow: multiplyAddsPerRow, topology: topology)
    cost.measureState(of: trainer, topology)
    let loss = sum / Double(batches.countPerEpoch)
    guard loss.isFinite else { throw .diverged(epoch: epochs.count, loss: loss) }
    let held = heldOut?.measure()
    if let held, !held.loss.isFinite {
      throw .diverged(epoch: epochs.count, loss: held.loss)
    }
    var epoch = TrainingEpoch(
      trainingLoss: loss, trainingAccuracy: accuracy.accuracy, trainingTopFive: accuracy.topFive,
      validationLoss: held?.loss, validationAccuracy: held?.accuracy,
      validationTopFive: held?.topFive)
    epoch.connectionCount = cost.connectionCount
    epoch.replacedCount = topology.gainedCount - gainedBefore
    let value = held?.loss ?? loss
    if value < bestLoss || epochs.count < recipe.settlingEpochs {
      bestLoss = value
      bestEpoch = epochs.count
    }
    epochs.append(epoch)
    strongestInputs.append(InputShare.strongest(trainer.plan))
    cost.seconds += (ContinuousClock.now - start) / .seconds(1)
    return epoch
  }
}

/// What one epoch of training reached.
public struct TrainingEpoch: Hashable, Sendable, Codable {
  /// The mean training loss over the batches.
  public var trainingLoss: Double
  /// The share of rows whose class was right when the network was trained on them, each before its
  /// step, as it was changed by augmentation; nil for a regression, and where another network's
  /// outputs were learned.
  public var trainingAccuracy: Double?
  /// The share of these rows whose class was among the first five; nil where there are not more.
  public var trainingTopFive: Double?
  /// The loss on held-out rows after the epoch; nil where none are held out.
  public var validationLoss: Double?
  /// The share of held-out rows whose class is right, or of their labels; nil for a regression.
  public var validationAccuracy: Double?
  /// The share of held-out rows whose class is among the first five; nil where there are not more.
  public var validationTopFive: Double?
  /// The weights that exist.
  public var connectionCount = 0
  /// How many connections were put where none was before, and as many taken away.
  public var replacedCount = 0
}
