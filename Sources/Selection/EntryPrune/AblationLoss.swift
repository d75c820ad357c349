import Datasets
import Kernels
import Networks
import Training

/// By how much the loss rises when one feature of a network is set to its mean, for every feature.
///
/// The hidden layer's input changes by a rank-one term only, z_ih - (x_ij - mean_j) w_hj, so that
/// a feature costs no product with the first layer's weights.
final class AblationLoss {
  private let view: TrainingView
  private let network: ActiveNetwork
  private let batchCount, hiddenCount, featureCount, outputCount: Int
  private let batch: TargetBatch
  private let inputs, hidden, rectified, outputs, column: FloatArena
  private let first, second: DensePrimitive

  init(_ network: ActiveNetwork, _ view: TrainingView, hiddenCount: Int) {
    self.network = network
    self.view = view
    self.hiddenCount = hiddenCount
    batchCount = min(256, view.rowCount)
    featureCount = network.activeCount
    outputCount = view.targets.outputCount
    batch = view.targetBatch(capacity: batchCount)
    inputs = FloatArena(count: batchCount * featureCount)
    hidden = FloatArena(count: batchCount * hiddenCount)
    rectified = FloatArena(count: batchCount * hiddenCount)
    outputs = FloatArena(count: batchCount * outputCount)
    column = FloatArena(count: hiddenCount)
    first = .matmul(
      rows: batchCount, columns: hiddenCount, inner: featureCount, transposingB: true,
      addingBias: true)
    second = .matmul(
      rows: batchCount, columns: outputCount, inner: hiddenCount, transposingB: true,
      addingBias: true)
  }

  /// The mean loss over the rows of the view, and its increase for each feature.
  func measure() -> (loss: Double, increases: [Double]) {
    let gatherer = ColumnGatherer(view.features, columns: network.slots, scaler: view.scaler)
    let positions = Array(0..<view.rowCount)
    var increases = [Double](repeating: 0, count: featureCount)
    var total = 0.0
    var weight = 0.0
    for start in stride(from: 0, to: view.rowCount, by: batchCount) {
      let chunk = start..<min(start + batchCount, view.rowCount)
      gatherer.gather(
        rows: view.rows[chunk],
        into: UnsafeMutableBufferPointer(start: inputs.start, count: chunk.count * featureCount))
      positions.withUnsafeBufferPointer { batch.fill(UnsafeBufferPointer(rebasing: $0[chunk])) }
      first(inputs.start, network.parameter(0), network.parameter(1), hidden.start)
      let share = batch.weightSum(chunk.count)
      let whole = loss(without: nil, rows: chunk.count)
      total += whole * share
      weight += share
      for feature in 0..<featureCount {
        increases[feature] += (loss(without: feature, rows: chunk.count) - whole) * share
      }
    }
    return (total / weight, increases.map { $0 / weight })
  }

  private func loss(without feature: Int?, rows: Int) -> Double {
    if let feature {
      for unit in 0..<hiddenCount {
        column.start[unit] = network.parameter(0)[unit * featureCount + feature]
      }
    } else {
      column.fill(0)
    }
    rectifyWithoutColumn(
      hidden.start, input: inputs.start + (feature ?? 0), stride: featureCount,
      mean: feature.map { view.means[network.slots[$0]] } ?? 0, weights: column.start, rows: rows,
      units: hiddenCount, into: rectified.start)
    second(rectified.start, network.parameter(2), network.parameter(3), outputs.start)
    return view.loss.evaluate(
      outputs: outputs.start, targets: batch, rows: rows, columns: outputCount, gradient: nil)
  }
}
