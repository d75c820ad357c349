import Tensors

/// Some columns of a table with their scaling, ready to be gathered for any rows.
///
///     block[i, j] = (f(x[rows[i], columns[j]]) - offset[columns[j]]) * scale[columns[j]]
///
/// The scaler's numbers are picked once, so that gathering a batch allocates nothing and its inner
/// loop reads them in order.
public struct ColumnGatherer: Sendable {
  /// The columns, in the order of the block.
  public let columns: [Int]
  private let rowCount: Int
  private let lanes: [GatherLane]

  /// Prepares columns for gathering.
  ///
  /// - Parameters:
  ///   - features: The table.
  ///   - columns: The columns, in any order, each in `0..<features.columnCount`.
  ///   - scaler: How to scale, or nil for the values as they are.
  public init(_ features: FeatureStore, columns: [Int], scaler: Scaler?) {
    let bound = features.columnCount
    require(
      columns.allSatisfy { $0 >= 0 && $0 < bound }, "ColumnGatherer: a column outside 0..<\(bound)")
    require(
      scaler.map {
        $0.offsets.count == bound && $0.scales.count == bound
          && ($0.logarithms.isEmpty || $0.logarithms.count == bound)
      } ?? true,
      "ColumnGatherer: scaler of \(scaler?.offsets.count ?? 0) columns for a table of \(bound)")
    self.columns = columns
    rowCount = features.rowCount
    lanes = GatherLane.lanes(features, columns: columns, scaler: scaler)
  }

  /// Gathers some rows into a row-major block.
  ///
  /// - Parameters:
  ///   - rows: The rows, in any order, each in `0..<rowCount` of the table.
  ///   - block: Where to; at least `rows.count` x `columns.count` elements.
  public func gather(rows: [Int], into block: UnsafeMutableBufferPointer<Float>) {
    gather(rows: rows[...], into: block)
  }

  /// Gathers a slice of rows, such as a batch of a shuffled order, into a row-major block.
  ///
  /// - Parameters:
  ///   - rows: The rows, in any order, each in `0..<rowCount` of the table.
  ///   - block: Where to; at least `rows.count` x `columns.count` elements.
  public func gather(rows: ArraySlice<Int>, into block: UnsafeMutableBufferPointer<Float>) {
    let count = rows.count * columns.count
    require(block.count >= count, "ColumnGatherer: block of \(block.count) for \(count) elements")
    guard count > 0, let target = block.baseAddress else { return }
    let rowCount = rowCount
    require(
      rows.allSatisfy { $0 >= 0 && $0 < rowCount }, "ColumnGatherer: a row outside 0..<\(rowCount)")
    rows.withUnsafeBufferPointer { rows in
      for lane in lanes { lane.gather(rows: rows, width: columns.count, into: target) }
    }
  }
}
