import Kernels
import Tensors

/// The connections of a sparse layer in training: the entries of its weight matrix, in both
/// compressed directions, in buffers that keep their size while connections are dropped and grown.
///
/// A row is a unit of the layer, a column one of its inputs. Entries are numbered row by row and
/// by column inside a row; every array with a value per connection follows that order.
package final class Connections {
  package let rowCount: Int
  package let columnCount: Int
  package let count: Int
  /// The first entry of each row, and behind them the number of entries: `rowCount + 1`.
  package let rowStarts: UnsafeMutablePointer<Int32>
  /// The column of each entry, ascending inside a row.
  package let columns: UnsafeMutablePointer<Int32>
  /// Where each column begins in the two arrays below: `columnCount + 1`.
  package let columnStarts: UnsafeMutablePointer<Int32>
  /// The row of each entry, column by column.
  package let rows: UnsafeMutablePointer<Int32>
  /// The number of that entry.
  package let positions: UnsafeMutablePointer<Int32>

  /// Counts how often the connections have changed.
  package private(set) var version = 0
  /// Called in every backward pass with the layer's input and the gradient of its output, both
  /// feature-major: what a growth by gradient looks at.
  package var observer: ((_ x: Floats, _ dy: Floats) -> Void)?

  package init(_ pattern: SparsePattern) {
    rowCount = pattern.rowCount
    columnCount = pattern.columnCount
    count = pattern.entryCount
    rowStarts = .allocate(capacity: rowCount + 1)
    rowStarts.initialize(from: pattern.rowStarts, count: rowCount + 1)
    columns = .allocate(capacity: max(count, 1))
    columns.initialize(from: pattern.columns, count: count)
    columnStarts = .allocate(capacity: columnCount + 1)
    columnStarts.initialize(repeating: 0, count: columnCount + 1)
    // One more than needed, for an update of the topology that uses the two as scratch.
    rows = .allocate(capacity: count + 1)
    rows.initialize(repeating: 0, count: count + 1)
    positions = .allocate(capacity: count + 1)
    positions.initialize(repeating: 0, count: count + 1)
    indexColumns()
  }

  deinit {
    rowStarts.deallocate()
    columns.deallocate()
    columnStarts.deallocate()
    rows.deallocate()
    positions.deallocate()
  }

  /// Brings the column direction up to date after `rowStarts` or `columns` were changed.
  ///
  /// - Complexity: O(`count` + `columnCount`); nothing is allocated.
  package func indexColumns() {
    version += 1
    columnStarts.update(repeating: 0, count: columnCount + 1)
    for entry in 0..<count { columnStarts[Int(columns[entry])] += 1 }
    var total: Int32 = 0
    for column in 0..<columnCount {  // from counts to ends, which the loop below moves to starts
      total += columnStarts[column]
      columnStarts[column] = total
    }
    columnStarts[columnCount] = total
    for row in stride(from: rowCount - 1, through: 0, by: -1) {
      for entry in stride(from: Int(rowStarts[row + 1]) - 1, through: Int(rowStarts[row]), by: -1) {
        let column = Int(columns[entry])
        columnStarts[column] -= 1
        let place = Int(columnStarts[column])
        rows[place] = Int32(row)
        positions[place] = Int32(entry)
      }
    }
  }

  /// The memory of both directions, in bytes.
  package var byteCount: Int {
    (rowCount + 1 + columnCount + 1 + 3 * count) * MemoryLayout<Int32>.stride
  }

  /// The connections as a value.
  package var pattern: SparsePattern {
    SparsePattern(
      rowCount: rowCount, columnCount: columnCount,
      rowStarts: Array(UnsafeBufferPointer(start: rowStarts, count: rowCount + 1)),
      columns: Array(UnsafeBufferPointer(start: columns, count: count)))
  }
}
