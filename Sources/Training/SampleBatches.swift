import Datasets
import Kernels
import Networks
import Tensors

/// Mini-batches of all columns of a view, in a new random order in every epoch.
///
/// Rows that do not fill a last batch are left out of that epoch; the next order takes in others.
/// Images that are augmented are made ready by a thread of its own, a batch ahead of the step; the
/// numbers depend on the epoch and the rows alone, never on the time.
package final class SampleBatches {
  /// The rows of a batch: as many as asked for, or all if there are fewer.
  package let batchCount: Int
  /// The current batch, [batch x columns].
  package var block: FloatArena { current.block }
  private let view: TrainingView
  private let augmented: AugmentedBatches?
  private var current: PreparedBatch
  private let gatherer: ColumnGatherer
  var random: RandomSource
  var order: [Int]

  /// Prepares batches.
  ///
  /// - Parameters:
  ///   - view: The rows.
  ///   - batchCount: The rows of a batch, at most.
  ///   - augmentations: How images are changed at random.
  ///   - random: The source of the orders and of these changes.
  package init(
    _ view: TrainingView, batchCount: Int, augmentations: [ImageAugmentation] = [],
    random: RandomSource
  ) {
    self.view = view
    self.random = random
    self.batchCount = min(batchCount, view.rowCount)
    let columns = Array(0..<view.features.columnCount)
    gatherer = ColumnGatherer(view.features, columns: columns, scaler: view.scaler)
    order = Array(0..<view.rowCount)
    current = PreparedBatch(rowCount: self.batchCount, columnCount: columns.count)
    augmented = ImageAugmenter(augmentations, of: view).map {
      AugmentedBatches(
        view, by: $0, rowCount: min(batchCount, view.rowCount),
        random: random.substream("augmentation"))
    }
  }

  /// The batches of an epoch.
  package var countPerEpoch: Int { view.rowCount / batchCount }

  /// Draws the order of a new epoch.
  ///
  /// - Parameter epoch: Which epoch it is, from 0; images are changed in another way in each.
  package func shuffle(epoch: Int = 0) {
    random.shuffle(&order)
    augmented?.epoch = epoch
  }

  /// Gathers a batch of the epoch.
  ///
  /// - Parameters:
  ///   - index: The batch, in `0..<countPerEpoch`; one after the other.
  ///   - body: Called with the positions of the rows in the view.
  /// - Returns: What the closure returns.
  package func take<Result>(
    _ index: Int, _ body: (UnsafeBufferPointer<Int>) -> Result
  ) -> Result {
    if let augmented {
      if !augmented.isUnderWay { augmented.begin(rows(of: index)) }
      augmented.finish(into: &current)
      if index + 1 < countPerEpoch { augmented.begin(rows(of: index + 1)) }
    } else {
      let first = index * batchCount
      for place in 0..<batchCount { current.rows[place] = view.rows[order[first + place]] }
      gatherer.gather(rows: current.rows, into: current.buffer)
    }
    return order.withUnsafeBufferPointer { body(UnsafeBufferPointer(rebasing: $0[range(index)])) }
  }

  private func range(_ index: Int) -> Range<Int> {
    index * batchCount..<(index + 1) * batchCount
  }

  /// The rows of a batch, in the table.
  private func rows(of index: Int) -> [Int] { order[range(index)].map { view.rows[$0] } }
}
