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
    /// The share of the rows, by their weights, whose class has the largest output, or the mean share
    /// of the labels that are right; nil for a regression.
    package var accuracy: Double?
  }

  /// Measures the network as it is now.
  ///
  /// - Returns: The mean loss, and the share of rows whose class is right.
  package func measure() -> Measure {
    var sum = 0.0
    var weight = 0.0
    var (hits, rowWeight) = (0.0, 0.0)
    for start in stride(from: 0, to: positions.count, by: plan.batchCount) {
      let chunk = start..<min(start + plan.batchCount, positions.count)
      gatherer.gather(
        rows: view.rows[chunk],
        into: UnsafeMutableBufferPointer(start: block.start, count: block.count))
      positions.withUnsafeBufferPointer { targets.fill(UnsafeBufferPointer(rebasing: $0[chunk])) }
      plan.takeInput(from: block.start, count: chunk.count)
      plan.forward()
      let columns = view.targets.outputCount
      let value = loss.evaluate(
        outputs: plan.output, targets: targets, rows: chunk.count, columns: columns, gradient: nil)
      sum += value * targets.weightSum(chunk.count)
      weight += targets.weightSum(chunk.count)
      for row in 0..<chunk.count {
        let share = Double(view.weights?[start + row] ?? 1)
        rowWeight += share
        hits += share * shareRight(row, columns)
      }
    }
    let isClassification =
      switch view.meaning {
      case .classes, .labels: true
      case .value, .outputs: false
      }
    return Measure(
      loss: sum / weight,
      accuracy: isClassification ? hits / rowWeight : nil)
  }

  /// 1 or 0 for the class of a row; of several labels the share that is right.
  private func shareRight(_ row: Int, _ columns: Int) -> Double {
    let outputs = plan.output + row * columns
    if case .values = view.targets {
      let wanted = targets.values + row * columns
      return Double((0..<columns).count { (outputs[$0] > 0) == (wanted[$0] > 0.5) })
        / Double(columns)
    }
    var best = 0
    for column in 1..<max(columns, 1) where outputs[column] > outputs[best] { best = column }
    return best == Int(targets.labels[row]) ? 1 : 0
  }
}
