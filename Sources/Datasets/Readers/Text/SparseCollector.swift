import Tensors

/// The cells of sparse rows as they are read, in as little memory as the reading allows.
struct SparseCollector {
  private(set) var positions: [UInt32] = []
  /// NaN for missing cells.
  private(set) var values: [Double] = []
  private var ends: [Int] = []

  /// The rows that are complete.
  var rowCount: Int { ends.count }
  /// The number of cells that are not zero.
  var count: Int { values.count }

  /// Adds a cell to the current row, unless it is zero.
  mutating func append(_ position: UInt32, _ value: Double) {
    if value != 0 {
      positions.append(position)
      values.append(value)
    }
  }

  /// Ends the current row and brings it into order.
  ///
  /// - Returns: A column that stands twice in it, or nil.
  mutating func endRow() -> UInt32? {
    let row = (ends.last ?? 0)..<count
    ends.append(count)
    if !isAscending(row) {
      let order = row.sorted { (positions[$0], $0) < (positions[$1], $1) }
      let (sortedPositions, sortedValues) = (order.map { positions[$0] }, order.map { values[$0] })
      positions.replaceSubrange(row, with: sortedPositions)
      values.replaceSubrange(row, with: sortedValues)
    }
    return row.dropFirst().first { positions[$0] == positions[$0 - 1] }.map { positions[$0] }
  }

  private func isAscending(_ row: Range<Int>) -> Bool {
    row.dropFirst().allSatisfy { positions[$0 - 1] < positions[$0] }
  }

  /// The cells of a row, as places in `positions` and `values`.
  func row(_ index: Int) -> Range<Int> { (index == 0 ? 0 : ends[index - 1])..<ends[index] }

  /// The cells of some columns as one block of their narrowest exact type.
  ///
  /// - Parameters:
  ///   - slots: The place of each column in the block, or -1; no such cell may be missing.
  ///   - width: The number of columns of the block.
  /// - Returns: The block.
  func block(slots: [Int32], width: Int) -> SparseBlock {
    var flags: CellFlags = []
    var count = 0
    for index in values.indices where slots[Int(positions[index])] >= 0 {
      flags.formUnion(CellFlags(values[index]))
      count += 1
    }
    return flags.kind.element.visit(
      SparseFilling(collector: self, slots: slots, width: width, count: count))
  }

  /// What is lost of the numbers of some columns.
  ///
  /// - Parameters:
  ///   - slots: The place of each column among the names, or -1.
  ///   - names: The names of the columns.
  /// - Returns: The losses.
  func losses(slots: [Int32], names: [String]) -> NumberLosses {
    var losses = NumberLosses()
    for index in values.indices {
      let (loss, slot) = (CellFlags.loss(values[index]), slots[Int(positions[index])])
      if !loss.isEmpty, slot >= 0 { losses.note(loss, of: names[Int(slot)]) }
    }
    return losses
  }

  /// The cells of some columns with their zeros, each column in its narrowest exact type.
  ///
  /// - Parameters:
  ///   - slots: The place of each column in the store, or -1.
  ///   - names: The names of the columns of the store.
  /// - Returns: The store.
  func denseStore(slots: [Int32], names: [String]) -> FeatureStore {
    var builder = TableBuilder(names: names)
    for index in 0..<rowCount {
      for column in names.indices { builder.row[column] = 0 }
      for cell in row(index) where slots[Int(positions[cell])] >= 0 {
        builder.row[Int(slots[Int(positions[cell])])] = values[cell]
      }
      builder.endRow()
    }
    return builder.finished().features
  }
}

private struct SparseFilling: ElementVisitor {
  let collector: SparseCollector
  let slots: [Int32]
  let width: Int
  let count: Int

  func visit<Element: StoredElement>(_ type: Element.Type) -> SparseBlock {
    let rowCount = collector.rowCount
    let valueStart = 8 * (rowCount + 1) + 4 * count
    let byteCount = SparseBlock.byteCount(
      Element.elementType, rowCount: rowCount, count: count)
    let memory = StoreMemory(byteCount: byteCount) { bytes in
      var next = 0
      bytes.storeBytes(of: 0, as: UInt64.self)
      for row in 0..<rowCount {
        for cell in collector.row(row) {
          let slot = slots[Int(collector.positions[cell])]
          guard slot >= 0 else { continue }
          bytes.storeBytes(
            of: UInt32(slot), toByteOffset: 8 * (rowCount + 1) + 4 * next, as: UInt32.self)
          bytes.storeBytes(
            of: Element(narrowing: collector.values[cell]),
            toByteOffset: valueStart + next * MemoryLayout<Element>.stride, as: Element.self)
          next += 1
        }
        bytes.storeBytes(of: UInt64(next), toByteOffset: 8 * (row + 1), as: UInt64.self)
      }
    }
    return SparseBlock(
      Element.elementType, rowCount: rowCount, width: width, count: count, memory: memory)
  }
}
