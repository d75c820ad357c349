import Tensors

/// Columns that are nearly all zero, as compressed sparse rows.
///
/// The columns of a row ascend; no zero is stored, and no cell is missing.
struct SparseBlock: Sendable {
  let element: ElementType
  let rowCount: Int
  /// The number of columns.
  let width: Int
  /// The number of cells that are not zero.
  let count: Int
  let memory: StoreMemory
  /// Where in the memory the `rowCount + 1` starts of rows lie, as `UInt64`; behind them lie
  /// `count` positions as `UInt32` and then as many values.
  let byteOffset: Int

  init(
    _ element: ElementType, rowCount: Int, width: Int, count: Int, memory: StoreMemory,
    byteOffset: Int = 0
  ) {
    self.element = element
    self.rowCount = rowCount
    self.width = width
    self.count = count
    self.memory = memory
    self.byteOffset = byteOffset
    require(
      byteOffset >= 0 && byteOffset % 8 == 0 && byteOffset + byteCount <= memory.bytes.count,
      "SparseBlock: \(count) cells beyond its memory")
  }

  /// The bytes of a block.
  static func byteCount(_ element: ElementType, rowCount: Int, count: Int) -> Int {
    8 * (rowCount + 1) + count * (4 + element.byteCount)
  }

  var byteCount: Int { Self.byteCount(element, rowCount: rowCount, count: count) }

  /// The starts of the rows, `rowCount + 1`.
  var starts: UnsafePointer<UInt64>? {
    memory.bytes.baseAddress.map { ($0 + byteOffset).assumingMemoryBound(to: UInt64.self) }
  }

  /// The cells of a row; none of them lies beyond the block, whatever a damaged file says.
  @inline(__always)
  func cells(row: Int) -> Range<Int> {
    guard let starts else { return 0..<0 }
    let end = Int(min(starts[row + 1], UInt64(count)))
    return Int(min(starts[row], UInt64(end)))..<end
  }

  /// The columns of the cells that are not zero, row by row.
  var positions: UnsafePointer<UInt32>? {
    memory.bytes.baseAddress.map {
      ($0 + byteOffset + 8 * (rowCount + 1)).assumingMemoryBound(to: UInt32.self)
    }
  }

  /// The values of the cells that are not zero, row by row.
  func values<Element: StoredElement>(as type: Element.Type) -> UnsafePointer<Element>? {
    memory.bytes.baseAddress.map {
      ($0 + byteOffset + 8 * (rowCount + 1) + 4 * count).assumingMemoryBound(to: type)
    }
  }
}
