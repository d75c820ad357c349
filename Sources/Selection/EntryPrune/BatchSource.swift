import Datasets
import Kernels
import Tensors
import Training

/// Mini-batches of the active columns from a running shuffle of the rows.
///
/// Each epoch has a new order; rows that do not fill a last batch wait for the next epoch's
/// shuffle. Where the batch is the whole data set the order changes nothing, so that the columns
/// are gathered only when they change.
final class BatchSource {
  /// How many epochs have ended.
  private(set) var epochCount = 0
  /// The rows of the last batch, as positions in the view.
  var last: ArraySlice<Int> { order[lastRange] }

  private let view: TrainingView
  private let batchCount: Int
  private let packsRows: Bool
  private var random: RandomSource
  private var order: [Int]
  private var cursor: Int
  private var lastRange = 0..<0
  private var batchRows: [Int]
  private var gatherer: ColumnGatherer
  private var packed: [Float] = []  // all rows x active columns, where a rotation reads most rows
  private var isStale = true

  init(_ view: TrainingView, rule: EntryRule, random: RandomSource) {
    self.view = view
    self.random = random
    batchCount = min(rule.batchCount, view.rowCount)
    order = Array(0..<view.rowCount)
    cursor = order.count
    batchRows = [Int](repeating: 0, count: batchCount)
    gatherer = ColumnGatherer(view.features, columns: [], scaler: view.scaler)
    packsRows = rule.keepsRowsGathered(rowCount: view.rowCount)
  }

  /// Takes note of the active columns.
  func activate(_ columns: [Int]) {
    gatherer = ColumnGatherer(view.features, columns: columns, scaler: view.scaler)
    isStale = true
  }

  /// The order of the rows, and the place in it.
  var state: Snapshot {
    var state = Snapshot()
    state.save("random", random)
    state.save("order", order)
    state.save("cursor", cursor)
    state.save("lastRange", [lastRange.lowerBound, lastRange.upperBound])
    state.save("epochCount", epochCount)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of as many rows.
  /// - Throws: `SnapshotError` if it is that of others.
  func restore(from state: Snapshot) throws(SnapshotError) {
    random = try state.random("random")
    order = try state.order("order", count: order.count)
    cursor = try state.integer("cursor", in: 0...order.count)
    let bounds = try state.integers("lastRange", count: 2, in: 0..<order.count + 1)
    guard bounds[0] <= bounds[1] else { throw .impossibleValue("lastRange") }
    lastRange = bounds[0]..<bounds[1]
    epochCount = try state.integer("epochCount")
  }

  private var isWhole: Bool { batchCount == view.rowCount }

  /// Writes the next mini-batch.
  ///
  /// - Parameters:
  ///   - block: Where to, [batch x active columns].
  ///   - body: Called with the positions of the rows.
  /// - Returns: What the closure returns.
  func next(into block: Floats, _ body: (UnsafeBufferPointer<Int>) -> Double) -> Double {
    if cursor + batchCount > order.count {
      if !isWhole { random.shuffle(&order) }
      cursor = 0
    }
    lastRange = cursor..<cursor + batchCount
    cursor += batchCount
    if cursor + batchCount > order.count { epochCount += 1 }
    let width = gatherer.columns.count
    if isWhole {
      if isStale { gather(view.rows[...], into: block) }
    } else if packsRows {
      if isStale { pack() }
      packed.withUnsafeBufferPointer { packed in
        guard let start = packed.baseAddress else { return }
        order.withUnsafeBufferPointer {
          copyRows(
            of: start, width: width, rows: UnsafeBufferPointer(rebasing: $0[lastRange]), to: block)
        }
      }
    } else {
      for (place, position) in order[lastRange].enumerated() {
        batchRows[place] = view.rows[position]
      }
      gather(batchRows[...], into: block)
    }
    isStale = false
    return order.withUnsafeBufferPointer {
      body(UnsafeBufferPointer(rebasing: $0[lastRange]))
    }
  }

  private func pack() {
    let count = view.rowCount * gatherer.columns.count
    if packed.count != count { packed = [Float](repeating: 0, count: count) }
    packed.withUnsafeMutableBufferPointer { gatherer.gather(rows: view.rows, into: $0) }
  }

  private func gather(_ rows: ArraySlice<Int>, into block: Floats) {
    gatherer.gather(
      rows: rows,
      into: UnsafeMutableBufferPointer(start: block, count: rows.count * gatherer.columns.count))
  }
}
