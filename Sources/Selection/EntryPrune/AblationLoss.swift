import Datasets
import Kernels
import Networks
import Training

/// By how much the loss rises when one feature of a network is set to its mean, for every feature.
///
/// The hidden layer's input changes by a rank-one term for each of its columns only,
/// z_ih - Σ_j (x_ij - mean_j) w_hj, so that a feature costs no product with the first layer's
/// weights.
final class AblationLoss {
  private let view: TrainingView
  private let network: ActiveNetwork
  private let features: [Range<Int>]
  private let batchCount, hiddenCount, columnCount, outputCount: Int
  private let batch: TargetBatch
  private let inputs, hidden, reduced, rectified, outputs, column: FloatArena
  private let first, second: DensePrimitive

  /// - Parameters:
  ///   - network: The network.
  ///   - features: The slots of each feature.
  ///   - view: The rows.
  ///   - hiddenCount: The number of hidden units.
  init(
    _ network: ActiveNetwork, features: [Range<Int>], _ view: TrainingView, hiddenCount: Int
  ) {
    self.network = network
    self.features = features
    self.view = view
    self.hiddenCount = hiddenCount
    batchCount = min(256, view.rowCount)
    columnCount = network.activeCount
    outputCount = view.targets.outputCount
    batch = view.targetBatch(capacity: batchCount)
    inputs = FloatArena(count: batchCount * columnCount)
    hidden = FloatArena(count: batchCount * hiddenCount)
    reduced = FloatArena(
      count: features.contains { $0.count > 1 } ? batchCount * hiddenCount : 0)
    rectified = FloatArena(count: batchCount * hiddenCount)
    outputs = FloatArena(count: batchCount * outputCount)
    column = FloatArena(count: hiddenCount)
    first = .matmul(
      rows: batchCount, columns: hiddenCount, inner: columnCount, transposingB: true,
      addingBias: true)
    second = .matmul(
      rows: batchCount, columns: outputCount, inner: hiddenCount, transposingB: true,
      addingBias: true)
  }

  /// The mean loss over the rows of the view, and its increase for each feature.
  func measure() -> (loss: Double, increases: [Double]) {
    let gatherer = ColumnGatherer(view.features, columns: network.slots, scaler: view.scaler)
    let positions = Array(0..<view.rowCount)
    var increases = [Double](repeating: 0, count: features.count)
    var total = 0.0
    var weight = 0.0
    for start in stride(from: 0, to: view.rowCount, by: batchCount) {
      let chunk = start..<min(start + batchCount, view.rowCount)
      gatherer.gather(
        rows: view.rows[chunk],
        into: UnsafeMutableBufferPointer(start: inputs.start, count: chunk.count * columnCount))
      positions.withUnsafeBufferPointer { batch.fill(UnsafeBufferPointer(rebasing: $0[chunk])) }
      first(inputs.start, network.parameter(0), network.parameter(1), hidden.start)
      let share = batch.weightSum(chunk.count)
      let whole = loss(without: 0..<0, rows: chunk.count)
      total += whole * share
      weight += share
      for (feature, slots) in features.enumerated() {
        increases[feature] += (loss(without: slots, rows: chunk.count) - whole) * share
      }
    }
    return (total / weight, increases.map { $0 / weight })
  }

  private func loss(without slots: Range<Int>, rows: Int) -> Double {
    var before = hidden.start
    if slots.count > 1 {  // all but the last column are taken away before the rectifier
      reduced.start.update(from: hidden.start, count: rows * hiddenCount)
      before = reduced.start
      for slot in slots.dropLast() { takeAway(slot, rows: rows) }
    }
    if let last = slots.last { takeWeights(last) } else { column.fill(0) }
    rectifyWithoutColumn(
      before, input: inputs.start + (slots.last ?? 0), stride: columnCount,
      mean: slots.last.map(mean) ?? 0, weights: column.start, rows: rows, units: hiddenCount,
      into: rectified.start)
    second(rectified.start, network.parameter(2), network.parameter(3), outputs.start)
    return view.loss.evaluate(
      outputs: outputs.start, targets: batch, rows: rows, columns: outputCount, gradient: nil)
  }

  private func takeAway(_ slot: Int, rows: Int) {
    takeWeights(slot)
    for row in 0..<rows {
      let deviation = inputs.start[row * columnCount + slot] - mean(slot)
      addScaled(
        -deviation, column.start, to: reduced.start + row * hiddenCount, count: hiddenCount)
    }
  }

  private func takeWeights(_ slot: Int) {
    for unit in 0..<hiddenCount {
      column.start[unit] = network.parameter(0)[unit * columnCount + slot]
    }
  }

  private func mean(_ slot: Int) -> Float { view.means[network.slots[slot]] }
}
