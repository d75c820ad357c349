import Kernels
import Tensors

/// Finds the positions without a connection at which the loss has the largest |gradient|, without
/// ever holding the dense gradient.
///
///     for each block of rows:
///         dW = dy_block x^T                          [block x columns]
///         offer every |dW| at a free position to the best so far
///
/// The best so far lie in a buffer of twice their number; when it is full, a selection throws the
/// worse half away, and from then on only what beats the worst of the others is taken.
///
/// - Note: A position whose gradient is NaN is never a candidate.
package final class GradientGrowth {
  /// The number of candidates found by the last collection.
  package private(set) var count = 0
  /// The row of each candidate, ascending.
  package var rows: UnsafePointer<Int32> { UnsafePointer(rowStorage.start) }
  /// The column of each candidate, ascending inside a row.
  package var columns: UnsafePointer<Int32> { UnsafePointer(columnStorage.start) }
  /// The |gradient| of each candidate.
  package var magnitudes: UnsafePointer<Float> { UnsafePointer(magnitudeStorage.start) }

  private let connections: Connections
  private let batch: Int
  private let height: Int  // the rows of a whole block
  private let whole, rest: DensePrimitive?
  private let block: FloatArena
  private let selection = FloatSelection()
  let rowStorage = Scratch<Int32>()
  let columnStorage = Scratch<Int32>()
  let magnitudeStorage = Scratch<Float>()
  let marks = Scratch<Bool>()

  /// Prepares the search.
  ///
  /// - Parameters:
  ///   - connections: The layer's connections.
  ///   - batch: The samples of a batch, padded.
  package init(_ connections: Connections, batch: Int) {
    self.connections = connections
    self.batch = batch
    let (rows, columns) = (connections.rowCount, connections.columnCount)
    height = min(rows, max(16, Self.blockCount / max(columns, 1)))
    func product(_ rows: Int) -> DensePrimitive? {
      if rows == 0 || columns == 0 || batch == 0 { return nil }
      return .matmul(rows: rows, columns: columns, inner: batch, transposingB: true)
    }
    whole = product(height)
    rest = product(height == 0 ? 0 : rows % height)
    block = FloatArena(count: height * columns)
  }

  /// The elements of a block, about 2 MiB: it should stay in a cache until it is looked through.
  private static let blockCount = 1 << 19
  private static let lanes = 8

  /// The memory of the block and of the candidates so far, in bytes.
  package var byteCount: Int {
    block.byteCount + selection.byteCount + rowStorage.byteCount + columnStorage.byteCount
      + magnitudeStorage.byteCount + marks.byteCount
  }

  /// Finds the best free positions for the gradients of a batch; of equal ones the first.
  ///
  /// - Parameters:
  ///   - x: The inputs of the layer, [columns x batch].
  ///   - dy: The gradients of its outputs, [rows x batch], zero for padding.
  ///   - wanted: How many positions; fewer are found where fewer are free.
  package func collect(x: Floats, dy: Floats, count wanted: Int) {
    count = 0
    guard wanted > 0, let whole else { return }
    let (rows, columns) = (connections.rowCount, connections.columnCount)
    let capacity = 2 * wanted + Self.lanes
    rowStorage.reserve(capacity)
    columnStorage.reserve(capacity)
    magnitudeStorage.reserve(capacity)
    marks.reserve(capacity)
    var bar: Float = -1  // what a candidate has to exceed
    for first in stride(from: 0, to: rows, by: height) {
      let size = min(height, rows - first)
      let product = size == height ? whole : rest
      product?(dy + first * batch, x, block.start)
      for row in first..<first + size {
        let line = block.start + (row - first) * columns
        // A NaN, which exceeds nothing, stands where a connection exists.
        for entry in Int(connections.rowStarts[row])..<Int(connections.rowStarts[row + 1]) {
          line[Int(connections.columns[entry])] = .nan
        }
        offer(line, row: row, wanted: wanted, bar: &bar)
      }
    }
    if count > wanted { bar = keepBest(wanted) }
  }

  /// Takes what exceeds the bar; eight at a time are passed over where none does.
  private func offer(_ line: Floats, row: Int, wanted: Int, bar: inout Float) {
    let columns = connections.columnCount
    let (listedRows, listedColumns) = (rowStorage.start, columnStorage.start)
    let magnitudes = magnitudeStorage.start
    var listed = count
    for first in stride(from: 0, to: columns, by: Self.lanes) {
      let end = min(first + Self.lanes, columns)
      if end - first == Self.lanes {
        let lanes = UnsafeRawPointer(line + first).loadUnaligned(as: SIMD8<Float>.self)
        if !any((lanes .> bar) .| (lanes .< -bar)) { continue }
      }
      if listed >= 2 * wanted {
        count = listed
        bar = keepBest(wanted)
        listed = count
      }
      for column in first..<end {  // written in any case and kept by counting: no branch
        let magnitude = line[column].magnitude
        listedRows[listed] = Int32(truncatingIfNeeded: row)
        listedColumns[listed] = Int32(truncatingIfNeeded: column)
        magnitudes[listed] = magnitude
        listed += magnitude > bar ? 1 : 0
      }
    }
    count = listed
  }

  /// Forgets all but the best candidates.
  ///
  /// - Returns: The gradient of the worst that is left.
  private func keepBest(_ wanted: Int) -> Float {
    let (rows, columns, magnitudes) = (
      rowStorage.start, columnStorage.start, magnitudeStorage.start
    )
    let marks = marks.start
    marks.update(repeating: false, count: count)
    selection.mark(wanted, of: magnitudes, count: count, by: .largestMagnitude, in: marks)
    var kept = 0
    var worst = Float.infinity
    for position in 0..<count where marks[position] {
      rows[kept] = rows[position]
      columns[kept] = columns[position]
      magnitudes[kept] = magnitudes[position]
      worst = min(worst, magnitudes[position])
      kept += 1
    }
    count = kept
    return worst
  }
}
