import Datasets
import Kernels
import Networks
import Tensors

/// The loss and the accuracy of a network in training on rows that it is not trained on.
package final class HeldOutRows {
  private let view: TrainingView
  private let loss: Loss
  private let plan: Plan
  private let targets: TargetBatch
  private let gatherer: ColumnGatherer
  private let block: FloatArena
  private let positions: [Int]

  /// Prepares to measure a network.
  ///
  /// - Parameters:
  ///   - view: The rows.
  ///   - loss: What is measured.
  ///   - trained: The plan whose parameters are measured, whatever they become.
  package init(_ view: TrainingView, loss: Loss, of trained: Plan) {
    self.view = view
    self.loss = loss
    let batchCount = min(view.rowCount, 256)
    plan = Plan(
      trained.original, sharing: trained.parameters, batchCount: batchCount, for: .inference)
    targets = view.targetBatch(capacity: batchCount)
    gatherer = ColumnGatherer(
      view.features, columns: Array(0..<view.features.columnCount), scaler: view.scaler)
    block = FloatArena(count: batchCount * view.features.columnCount)
    positions = Array(0..<view.rowCount)
  }

  /// What was measured on all rows.
  package struct Measure: Equatable, Sendable {
    /// The mean loss.
    package var loss: Double
    /// The share of the rows that are right; nil for a regression.
    package var accuracy: Double?
    /// The share of the rows whose class is among the first five; nil where there are not more.
    package var topFive: Double?

    /// Creates a measure.
    ///
    /// - Parameters:
    ///   - loss: The mean loss.
    ///   - accuracy: The share of the rows that are right; nil for a regression.
    ///   - topFive: The share whose class is among the first five; nil where there are not more.
    package init(loss: Double, accuracy: Double?, topFive: Double?) {
      (self.loss, self.accuracy, self.topFive) = (loss, accuracy, topFive)
    }
  }

  /// Measures the network as it is now.
  ///
  /// - Returns: The mean loss, and the shares of rows whose class is right.
  package func measure() -> Measure {
    var sum = 0.0
    var weight = 0.0
    var accuracy = AccuracySum(view)
    for start in stride(from: 0, to: positions.count, by: plan.batchCount) {
      let chunk = start..<min(start + plan.batchCount, positions.count)
      gatherer.gather(
        rows: view.rows[chunk],
        into: UnsafeMutableBufferPointer(start: block.start, count: block.count))
      positions.withUnsafeBufferPointer { positions in
        let positions = UnsafeBufferPointer(rebasing: positions[chunk])
        targets.fill(positions)
        plan.takeInput(from: block.start, count: chunk.count)
        plan.forward()
        let value = loss.evaluate(
          outputs: plan.output, targets: targets, rows: chunk.count,
          columns: view.targets.outputCount, gradient: nil)
        sum += value * targets.weightSum(chunk.count)
        weight += targets.weightSum(chunk.count)
        accuracy.add(plan.output, targets, positions: positions)
      }
    }
    return Measure(loss: sum / weight, accuracy: accuracy.accuracy, topFive: accuracy.topFive)
  }
}
