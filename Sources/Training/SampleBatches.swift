import Datasets
import Kernels
import Networks
import Tensors

/// Mini-batches of all columns of a view, in a new random order in every epoch.
///
/// Rows that do not fill a last batch are left out of that epoch; the next order takes in others.
package final class SampleBatches {
  /// The rows of a batch: as many as asked for, or all if there are fewer.
  package let batchCount: Int
  /// The current batch, [batch x columns].
  package let block: FloatArena
  private let view: TrainingView
  private let gatherer: ColumnGatherer
  var random: RandomSource
  var order: [Int]
  private var rows: [Int]

  package init(_ view: TrainingView, batchCount: Int, random: RandomSource) {
    self.view = view
    self.random = random
    self.batchCount = min(batchCount, view.rowCount)
    gatherer = ColumnGatherer(
      view.features, columns: Array(0..<view.features.columnCount), scaler: view.scaler)
    order = Array(0..<view.rowCount)
    rows = [Int](repeating: 0, count: self.batchCount)
    block = FloatArena(count: self.batchCount * view.features.columnCount)
  }

  /// The batches of an epoch.
  package var countPerEpoch: Int { view.rowCount / batchCount }

  /// Draws the order of a new epoch.
  package func shuffle() {
    random.shuffle(&order)
  }

  /// Gathers a batch of the epoch.
  ///
  /// - Parameters:
  ///   - index: The batch, in `0..<countPerEpoch`.
  ///   - body: Called with the positions of the rows in the view.
  /// - Returns: What the closure returns.
  package func take<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<Int>) -> Result
  ) -> Result {
    let range = index * batchCount..<(index + 1) * batchCount
    for (place, position) in order[range].enumerated() { rows[place] = view.rows[position] }
    gatherer.gather(
      rows: rows, into: UnsafeMutableBufferPointer(start: block.start, count: block.count))
    return order.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range])) }
  }
}
