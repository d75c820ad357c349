import Tensors

/// Columns of one element type.
///
/// They lie in panels of `panelWidth` columns, row by row within a panel. One panel of all columns
/// suits batches of random rows: they touch neighbouring cache lines of each row. Panels of one
/// column suit a file of a million columns, of which few are read.
struct ColumnBlock: Sendable {
  let element: ElementType
  /// Whether the type's sentinel stands for a missing cell.
  let hasMissing: Bool
  let rowCount: Int
  /// The number of columns.
  let width: Int
  let panelWidth: Int
  let memory: StoreMemory
  /// Where in the memory the first cell lies.
  let byteOffset: Int

  init(
    _ element: ElementType, hasMissing: Bool, rowCount: Int, width: Int, panelWidth: Int? = nil,
    memory: StoreMemory, byteOffset: Int = 0
  ) {
    self.element = element
    self.hasMissing = hasMissing
    self.rowCount = rowCount
    self.width = width
    self.panelWidth = max(panelWidth ?? width, 1)
    self.memory = memory
    self.byteOffset = byteOffset
    require(
      byteOffset >= 0 && byteOffset + byteCount <= memory.bytes.count,
      "ColumnBlock: \(rowCount) x \(width) beyond its memory")
  }

  /// The bytes of a block; the last panel is as wide as the others.
  static func byteCount(
    _ element: ElementType, rowCount: Int, width: Int, panelWidth: Int
  ) -> Int {
    (width + panelWidth - 1) / max(panelWidth, 1) * panelWidth * rowCount * element.byteCount
  }

  var byteCount: Int {
    Self.byteCount(element, rowCount: rowCount, width: width, panelWidth: panelWidth)
  }

  /// The place of a column's first cell, in elements; its next one lies `panelWidth` further.
  @inline(__always)
  func offset(of position: Int) -> Int {
    position / panelWidth * panelWidth * rowCount + position % panelWidth
  }

  /// The cells as elements of the type that `element` names.
  @inline(__always)
  func start<Element: StoredElement>(as type: Element.Type) -> UnsafePointer<Element>? {
    memory.bytes.baseAddress.map { ($0 + byteOffset).assumingMemoryBound(to: type) }
  }

  /// Returns a block of some of the columns, in one panel.
  func selecting(_ positions: [Int]) -> ColumnBlock {
    let memory = element.visit(Selecting(block: self, positions: positions))
    return ColumnBlock(
      element, hasMissing: hasMissing, rowCount: rowCount, width: positions.count, memory: memory)
  }
}

private struct Selecting: ElementVisitor {
  let block: ColumnBlock
  let positions: [Int]

  func visit<Element: StoredElement>(_ type: Element.Type) -> StoreMemory {
    let (rowCount, width) = (block.rowCount, positions.count)
    let offsets = positions.map(block.offset)
    return StoreMemory(byteCount: rowCount * width * MemoryLayout<Element>.stride) { bytes in
      guard let source = block.start(as: type) else { return }
      let target = bytes.bindMemory(to: type)
      for row in 0..<rowCount {
        let line = source + row * block.panelWidth
        for (slot, offset) in offsets.enumerated() { target[row * width + slot] = line[offset] }
      }
    }
  }
}
