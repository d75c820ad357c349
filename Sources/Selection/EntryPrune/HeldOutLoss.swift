import Datasets
import Kernels
import Networks
import Tensors
import Training

/// The loss on rows that no search trains on, with the established features alone.
///
/// Candidates count as zero, so that only the established columns are gathered and multiplied.
final class HeldOutLoss {
  private let view: TrainingView
  private let rule: EntryRule
  private var plan: Plan?  // for as many columns as were established last
  private let batch: TargetBatch
  private let positions: [Int]

  init(_ view: TrainingView, rule: EntryRule) {
    self.view = view
    self.rule = rule
    positions = Array(0..<view.rowCount)
    batch = view.targetBatch(capacity: min(view.rowCount, 1024))
  }

  private func plan(columnCount: Int) -> Plan {
    if let plan, plan.original.inputShape.elementCount == columnCount { return plan }
    let network = Network.multilayerPerceptron(
      inputCount: columnCount, hidden: [rule.hiddenCount],
      outputCount: view.targets.outputCount, random: RandomSource(seed: 0))
    let new = Plan(network, batchCount: min(view.rowCount, 1024), for: .inference)
    plan = new
    return new
  }

  /// Measures all rows of the view.
  ///
  /// - Parameters:
  ///   - network: The network in training.
  ///   - places: The slots of the established columns.
  /// - Returns: The mean loss, and the share of the rows that are right.
  func measure(
    _ network: ActiveNetwork, establishedSlots places: [Int]
  ) -> HeldOutRows.Measure {
    let plan = plan(columnCount: places.count)
    network.copyParameters(ofSlots: places, into: plan)
    let gatherer = ColumnGatherer(
      view.features, columns: places.map { network.slots[$0] }, scaler: view.scaler)
    var sum = 0.0
    var weight = 0.0
    var accuracy = AccuracySum(view)
    for start in stride(from: 0, to: positions.count, by: plan.batchCount) {
      let chunk = start..<min(start + plan.batchCount, positions.count)
      // A last, shorter batch leaves old rows behind it, which the loss does not look at.
      gatherer.gather(
        rows: view.rows[chunk],
        into: UnsafeMutableBufferPointer(start: plan.input, count: chunk.count * places.count))
      positions.withUnsafeBufferPointer { positions in
        let positions = UnsafeBufferPointer(rebasing: positions[chunk])
        batch.fill(positions)
        plan.forward()
        accuracy.add(plan.output, batch, positions: positions)
      }
      let loss = view.loss.evaluate(
        outputs: plan.output, targets: batch, rows: chunk.count,
        columns: view.targets.outputCount, gradient: nil)
      sum += loss * batch.weightSum(chunk.count)
      weight += batch.weightSum(chunk.count)
    }
    return HeldOutRows.Measure(
      loss: sum / weight, accuracy: accuracy.accuracy, topFive: accuracy.topFive)
  }
}
