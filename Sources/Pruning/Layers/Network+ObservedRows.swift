import Datasets
import Kernels
import Networks
import Tensors

extension Network {
  /// Runs the network over rows of a table and shows the outputs of some nodes.
  ///
  /// - Parameters:
  ///   - observed: The positions of the nodes.
  ///   - features: A table with the inputs as its columns.
  ///   - rows: The rows, at least one.
  ///   - scaler: How the columns are scaled.
  ///   - batchCount: The rows of a batch.
  ///   - body: Called with each of these outputs, the samples of the batch that count, and all.
  func forEachBatch(
    observing observed: Set<Int>, on features: FeatureStore, rows: [Int], scaler: Scaler,
    batchCount: Int, _ body: (ActivationView, _ samples: Int, _ batch: Int) -> Void
  ) {
    setThreadCount(1)
    let width = inputShape.elementCount
    let plan = Plan(self, batchCount: batchCount, observing: observed)
    let gatherer = ColumnGatherer(features, columns: Array(0..<width), scaler: scaler)
    let block = FloatArena(count: batchCount * width)
    for start in stride(from: 0, to: rows.count, by: batchCount) {
      let chunk = rows[start..<min(start + batchCount, rows.count)]
      gatherer.gather(
        rows: chunk, into: UnsafeMutableBufferPointer(start: block.start, count: block.count))
      plan.takeInput(from: block.start, count: chunk.count)
      plan.forward { body($0, chunk.count, batchCount) }
    }
  }
}

extension Network {
  /// The rows of a batch with which a pass over some rows is fastest.
  func observedBatch(ofRows count: Int) -> Int {
    min(Plan.observedBatch(of: self, atMost: 128), count)
  }
}

extension StateCounts {
  /// Adds the samples of a batch, the places of a channel pooled with them.
  mutating func add(
    _ view: ActivationView, _ sampleCount: Int, _ batchCount: Int, _ limits: StateLimits
  ) {
    if view.layout == .featureMajor {
      add(
        transposed: view.elements, rows: sampleCount, stride: paddedBatch(batchCount),
        limits: limits)
    } else {
      add(view.elements, rows: view.rowCount(sampleCount), limits: limits)
    }
  }
}

extension ActivationView {
  /// The numbers of each unit among some samples.
  func rowCount(_ sampleCount: Int) -> Int {
    sampleCount * shape.elementCount / max(shape.innermost, 1)
  }
}
