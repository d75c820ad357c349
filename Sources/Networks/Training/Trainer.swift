import Kernels
import Tensors

/// Trains a network in place, batch by batch.
///
///     let trainer = Trainer(network, loss: .crossEntropy, rule: .adam(Adam()), targets: targets,
///                           batchCount: 100)
///     trainer.run(20, on: inputs, schedule: .cosine(final: 0.01), using: &random)
///     let trained = trainer.network
///
/// A step allocates nothing. A trainer is used by one thread at a time.
public final class Trainer {
  package let plan: Plan
  package let optimizer: Optimizer
  package let targetBatch: TargetBatch
  private let loss: Loss
  private let smoothing: Float
  private let targets: TrainingTargets
  private var order: [Int]

  /// Prepares the training of a network.
  ///
  /// - Parameters:
  ///   - network: The network; its output has ``TrainingTargets/outputCount`` columns.
  ///   - loss: What becomes small.
  ///   - rule: How weights move.
  ///   - targets: The targets of all rows.
  ///   - rowWeights: How much each row counts in its batch, times the weight of its class; nil for 1.
  ///   - batchCount: The rows of a batch, at least 1 and at most the rows there are.
  ///   - labelSmoothing: The share of the target that a cross-entropy spreads over all classes, in
  ///     0..<1.
  ///   - decay: The parameters that weight decay acts on.
  ///   - savesMemory: Whether activations are computed again instead of kept, where that takes less
  ///     memory.
  ///   - random: The source of what dropout draws.
  public init(
    _ network: Network, loss: Loss, rule: OptimizerRule, targets: TrainingTargets,
    rowWeights: [Float]? = nil, batchCount: Int, labelSmoothing: Float = 0,
    decay: DecayedParameters = .weights, savesMemory: Bool = false,
    random: RandomSource = RandomSource(seed: 0)
  ) {
    require(
      network.outputShape.elementCount == targets.outputCount,
      "Trainer: output \(network.outputShape) for \(targets.outputCount) target columns")
    require(
      (1...max(targets.rowCount, 1)).contains(batchCount),
      "Trainer: batch of \(batchCount) among \(targets.rowCount) rows")
    plan = Plan(
      network, batchCount: batchCount, for: .training, savesMemory: savesMemory, random: random)
    optimizer = Optimizer(rule, for: plan.parameters, decay: decay)
    targetBatch = TargetBatch(targets, rowWeights: rowWeights, capacity: batchCount)
    self.loss = loss
    smoothing = labelSmoothing
    self.targets = targets
    order = Array(0..<targets.rowCount)
  }

  /// The memory of weights, gradients, moments, ages and connections, in bytes; activations, which
  /// grow with the batch, are not among them.
  package var stateByteCount: Int { plan.parameters.byteCount + optimizer.byteCount }

  /// The network as it is now.
  public var network: Network { plan.network }

  /// Lets the weights of linear layers and convolutions that are 0 stay 0: pruned ones stay away.
  package func keepZeroWeights() {
    let nodes = plan.original.nodes
    optimizer.keepZeros(
      ofSlots: plan.parameters.slots.indices.filter { position in
        let slot = plan.parameters.slots[position]
        let operation = nodes[slot.node].operation
        return slot.index == 0
          && (operation is Linear || operation is Convolution || operation is SparseLinear)
      })
  }

  /// Computes the loss and all gradients of a batch whose inputs are in the plan's input buffer.
  ///
  /// - Parameters:
  ///   - rows: The rows of the batch, as many as the plan's batch.
  ///   - teacher: Outputs of another network for this batch, which take the place of the targets;
  ///     nil for the targets. Who has them has filled ``targetBatch`` with these rows.
  /// - Returns: The loss before the update.
  package func computeGradients(
    rows: UnsafeBufferPointer<Int>, towards teacher: Floats? = nil
  ) -> Double {
    if teacher == nil { targetBatch.fill(rows) }
    plan.forward()
    let value =
      if let teacher {
        loss.evaluate(
          outputs: plan.output, teacher: teacher, targets: targetBatch, rows: plan.batchCount,
          columns: targets.outputCount, gradient: plan.lossGradient)
      } else {
        loss.evaluate(
          outputs: plan.output, targets: targetBatch, rows: plan.batchCount,
          columns: targets.outputCount, smoothing: smoothing, gradient: plan.lossGradient)
      }
    plan.backward()
    return value
  }

  /// Runs several epochs under a schedule of the learning rate.
  ///
  /// - Parameters:
  ///   - epochCount: The number of epochs, at least 0.
  ///   - inputs: All rows, [rows x input shape].
  ///   - schedule: How the learning rate changes.
  ///   - generator: The source of the orders.
  /// - Returns: The mean loss of each epoch.
  @discardableResult
  public func run(
    _ epochCount: Int, on inputs: Tensor, schedule: LearningRateSchedule = .constant,
    using generator: inout RandomSource
  ) -> [Double] {
    (0..<epochCount).map { epoch in
      runEpoch(
        on: inputs, learningRateFactor: schedule.factor(epoch: epoch, of: epochCount),
        using: &generator)
    }
  }

  /// Runs one epoch in a new random order; rows that do not fill a last batch are left out.
  ///
  /// - Parameters:
  ///   - inputs: All rows, [rows x input shape].
  ///   - learningRateFactor: A factor of the learning rate, from a schedule.
  ///   - generator: The source of the order.
  /// - Returns: The mean loss over the batches.
  @discardableResult
  public func runEpoch(
    on inputs: Tensor, learningRateFactor: Float = 1, using generator: inout RandomSource
  ) -> Double {
    let width = plan.original.inputShape.elementCount
    require(
      inputs.shape.rank > 0 && inputs.shape[0] == order.count
        && inputs.count == order.count * width,
      "Trainer: inputs \(inputs.shape) for \(order.count) rows of \(plan.original.inputShape)")
    generator.shuffle(&order)
    let batchCount = plan.batchCount
    let batches = order.count / batchCount
    var sum = 0.0
    order.withUnsafeBufferPointer { order in
      inputs.withElements { elements in
        guard let start = elements.baseAddress else { return }
        for batch in 0..<batches {
          let rows = UnsafeBufferPointer(
            rebasing: order[batch * batchCount..<(batch + 1) * batchCount])
          plan.takeInput(from: start, rows: rows.baseAddress, count: batchCount)
          sum += computeGradients(rows: rows)
          optimizer.update(scale: learningRateFactor)
        }
      }
    }
    return sum / Double(batches)
  }
}
