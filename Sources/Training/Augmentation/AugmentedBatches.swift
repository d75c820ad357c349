import Datasets
import Dispatch
import Kernels
import Networks
import Tensors

/// Rows of a table in memory.
struct PreparedBatch {
  var rows: [Int]
  let block: FloatArena

  init(rowCount: Int, columnCount: Int) {
    rows = [Int](repeating: 0, count: rowCount)
    block = FloatArena(count: rowCount * columnCount)
  }

  var buffer: UnsafeMutableBufferPointer<Float> {
    UnsafeMutableBufferPointer(start: block.start, count: block.count)
  }
}

/// Batches of augmented images, made by a thread of its own while the last one is computed with.
///
/// An image is changed as it is in the table, and scaled afterwards. What is drawn depends on the
/// epoch and on its row: not on its place in a batch, and not on what was drawn before.
final class AugmentedBatches {
  /// The epoch, from 0, of the batches that are begun from now on.
  var epoch = 0
  /// Whether a batch was begun and not finished.
  private(set) var isUnderWay = false
  private let worker: Worker
  private let queue = DispatchQueue(label: "espalier.batches")
  private let ready = DispatchSemaphore(value: 0)

  /// Prepares to make batches.
  ///
  /// - Parameters:
  ///   - view: The table and its scaling.
  ///   - augmenter: What changes an image.
  ///   - rowCount: The rows of a batch.
  ///   - random: The source of what is drawn.
  init(_ view: TrainingView, by augmenter: ImageAugmenter, rowCount: Int, random: RandomSource) {
    worker = Worker(view, augmenter, rowCount: rowCount, random: random)
  }

  /// Begins to make a batch.
  ///
  /// - Parameter rows: The rows of the table.
  func begin(_ rows: [Int]) {
    isUnderWay = true
    queue.async { [worker, ready, epoch] in
      worker.prepare(rows, epoch: epoch)
      ready.signal()
    }
  }

  /// Waits for the batch that was begun.
  ///
  /// - Parameter batch: Takes it; what was there is filled next.
  func finish(into batch: inout PreparedBatch) {
    ready.wait()
    isUnderWay = false
    swap(&batch, &worker.batch)
  }

  /// What the thread works on.
  ///
  /// Unchecked, as the type has no lock: the thread has it from `begin` to the signal, its owner
  /// from `finish` to the next `begin`.
  private final class Worker: @unchecked Sendable {
    var batch: PreparedBatch
    private let augmenter: ImageAugmenter
    private let gatherer: ColumnGatherer
    private let scaler: Scaler
    private let random: RandomSource

    init(
      _ view: TrainingView, _ augmenter: ImageAugmenter, rowCount: Int, random: RandomSource
    ) {
      let columns = Array(0..<view.features.columnCount)
      batch = PreparedBatch(rowCount: rowCount, columnCount: columns.count)
      gatherer = ColumnGatherer(view.features, columns: columns, scaler: nil)
      (self.augmenter, scaler, self.random) = (augmenter, view.scaler, random)
    }

    func prepare(_ rows: [Int], epoch: Int) {
      batch.rows = rows
      gatherer.gather(rows: rows, into: batch.buffer)
      let ofEpoch = random.substream("epoch", epoch)
      let width = gatherer.columns.count
      for (place, row) in rows.enumerated() {
        let pixels = batch.block.start + place * width
        augmenter.augment(pixels, random: ofEpoch.substream("row", row))
        scaler.scale(pixels)
      }
    }
  }
}
