import Datasets
import Kernels
import Networks
import Tensors
import Training

/// The gradient of the loss of a sample of rows, for the growth of connections.
///
/// One forward and one backward pass of a plan of its own, with the parameters of the one in
/// training; who looks at ``Connections/observer`` sees what each layer's gradient is made of.
final class GrowthGradients {
  /// The rows of the sample.
  let rowCount: Int
  /// The multiply-adds so far.
  private(set) var multiplyAdds = 0
  private let view: TrainingView
  private let loss: Loss
  private let plan: Plan
  private let targets: TargetBatch
  private let gatherer: ColumnGatherer
  private let block: FloatArena
  private var positions: [Int]
  private var rows: [Int]
  private var random: RandomSource

  /// - Parameters:
  ///   - trainer: The network in training.
  ///   - view: The rows of which the sample is.
  ///   - loss: What becomes small.
  ///   - rowCount: The rows of the sample, at least 1.
  ///   - random: The source of the sample.
  init(
    of trainer: Trainer, _ view: TrainingView, loss: Loss, rowCount: Int, random: RandomSource
  ) {
    self.view = view
    self.loss = loss
    self.random = random
    self.rowCount = min(rowCount, view.rowCount)
    plan = Plan(
      trainer.plan.original, sharing: trainer.plan.parameters, batchCount: self.rowCount,
      for: .training)
    targets = view.targetBatch(capacity: self.rowCount)
    gatherer = ColumnGatherer(
      view.features, columns: Array(0..<view.features.columnCount), scaler: view.scaler)
    block = FloatArena(count: self.rowCount * view.features.columnCount)
    positions = Array(0..<view.rowCount)
    rows = [Int](repeating: 0, count: self.rowCount)
  }

  /// The state between two samples.
  var state: Snapshot {
    var state = Snapshot()
    state.save("random", random)
    state.save("positions", positions)
    state.save("multiplyAdds", multiplyAdds)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of as many rows.
  /// - Throws: `SnapshotError` if it is that of other rows.
  func restore(from state: Snapshot) throws(SnapshotError) {
    random = try state.random("random")
    positions = try state.order("positions", count: positions.count)
    multiplyAdds = try state.integer("multiplyAdds", in: 0...1 << 61)
  }

  /// Draws a sample and computes all gradients; those of the batch in training are overwritten.
  ///
  /// - Returns: The loss of the sample.
  func compute() -> Double {
    random.shuffleFirst(rowCount, of: &positions)
    for place in 0..<rowCount { rows[place] = view.rows[positions[place]] }
    gatherer.gather(
      rows: rows, into: UnsafeMutableBufferPointer(start: block.start, count: block.count))
    positions.withUnsafeBufferPointer {
      targets.fill(UnsafeBufferPointer(rebasing: $0[0..<rowCount]))
    }
    plan.takeInput(from: block.start, count: rowCount)
    plan.forward()
    let value = loss.evaluate(
      outputs: plan.output, targets: targets, rows: rowCount,
      columns: view.targets.outputCount, gradient: plan.lossGradient)
    plan.backward()
    for slot in plan.parameters.slots { multiplyAdds += 3 * rowCount * slot.shape.elementCount }
    return value
  }
}

/// A hidden sparse layer whose connections grow where the gradient is largest.
final class GradientGrownLayer {
  /// The multiply-adds of the gradients at missing connections so far.
  private(set) var multiplyAdds = 0
  private let layer: SparseLayer
  private let growth: GradientGrowth
  private let batch: Int
  private var dropCount = 0

  /// - Parameters:
  ///   - layer: The layer.
  ///   - batch: The samples of a gradient, padded.
  init(_ layer: SparseLayer, batch: Int) {
    self.layer = layer
    self.batch = batch
    growth = GradientGrowth(layer.connections, batch: batch)
    layer.connections.observer = { [unowned self] x, dy in collect(x, dy) }
  }

  /// The memory of the updates so far, in bytes.
  var byteCount: Int { layer.step.byteCount + growth.byteCount }

  /// The state between two updates.
  var state: Snapshot {
    var state = Snapshot()
    state.save("multiplyAdds", multiplyAdds)
    state.save("scratch", ScratchSpaces.byteCounts(scratch))
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of a layer of as many connections.
  /// - Throws: `SnapshotError` if it is that of another one.
  func restore(from state: Snapshot) throws(SnapshotError) {
    multiplyAdds = try state.integer("multiplyAdds", in: 0...1 << 61)
    try ScratchSpaces.restore(
      scratch, state, "scratch", entryCount: layer.connections.count)
  }

  private var scratch: [any ScratchSpace] { layer.step.scratch + growth.scratch }

  /// Makes the next backward pass one for growth.
  func prepare(fraction: Double) {
    dropCount = Int(fraction * Double(layer.connections.count))
  }

  /// Drops connections by sign and grows as many.
  func replace() {
    var random = RandomSource(seed: 0)  // nothing is drawn: grown weights are 0
    let rule = TopologyRule(drop: .magnitudeBySign, growth: .gradient, interval: .epochs(1))
    layer.step.update(
      rule, dropCount: dropCount, values: layer.values,
      scores: GradientScores(candidates: growth, gradient: layer.gradient), using: &random)
    dropCount = 0
  }

  private func collect(_ x: Floats, _ dy: Floats) {
    guard dropCount > 0 else { return }
    growth.collect(x: x, dy: dy, count: dropCount)
    multiplyAdds += batch * layer.connections.rowCount * layer.connections.columnCount
  }
}
