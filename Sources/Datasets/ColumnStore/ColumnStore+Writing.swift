extension ColumnStore {
  /// Writes a table.
  ///
  /// - Parameters:
  ///   - table: The table; every column keeps its type.
  ///   - path: The file; it appears under this name only when it is complete.
  /// - Throws: `DatasetError.cannotWrite`.
  public static func write(_ table: Table, to path: String) throws(DatasetError) {
    let features = table.features
    let isSparse = (0..<table.columnCount).map(features.isSparse)
    let dense = isSparse.indices.filter { !isSparse[$0] }
    let layout = CellLayout(
      dense.map {
        CellKind(element: features.elementType(of: $0), hasMissing: features.hasMissing($0))
      })
    var sink = try StoreSink(path: path)
    sink.begin(layout, rowCount: table.rowCount)
    for (index, group) in layout.groups.enumerated() {
      hand(features, columns: group.columns.map { dense[$0] }, kind: group.kind) { rows, bytes in
        sink.take(rows: rows, group: index, bytes: bytes)
      }
    }
    try sink.finish(
      StoreSchema(table), sparse: sparseBlocks(features, isSparse), denseColumns: dense)
  }

  /// Hands on columns of one kind as rows of cells, some rows at a time.
  private static func hand(
    _ features: FeatureStore, columns: [Int], kind: CellKind,
    to take: (Range<Int>, UnsafeRawBufferPointer) -> Void
  ) {
    let lineByteCount = columns.count * kind.element.byteCount
    let height = max(1, (4 << 20) / lineByteCount)
    for first in stride(from: 0, to: features.rowCount, by: height) {
      let rows = first..<min(first + height, features.rowCount)
      let memory = StoreMemory(byteCount: rows.count * lineByteCount) { bytes in
        kind.element.visit(
          CopyingRows(features: features, columns: columns, rows: rows, target: bytes.baseAddress))
      }
      take(rows, memory.bytes)
    }
  }

  private static func sparseBlocks(
    _ features: FeatureStore, _ isSparse: [Bool]
  ) -> [(block: SparseBlock, columns: [Int])] {
    features.parts.indices.compactMap { part in
      guard case .sparse(let block) = features.parts[part] else { return nil }
      let columns = isSparse.indices.filter { features.places[$0].part == part }
      let positions = columns.map { features.places[$0].position }
      if columns.isEmpty { return nil }
      return (
        positions.elementsEqual(0..<block.width) ? block : block.selecting(positions), columns
      )
    }
  }
}

private struct CopyingRows: ElementVisitor {
  let features: FeatureStore
  let columns: [Int]
  let rows: Range<Int>
  let target: UnsafeMutableRawPointer?

  func visit<Element: StoredElement>(_ type: Element.Type) {
    guard let target = target?.assumingMemoryBound(to: type) else { return }
    var slots = [[(slot: Int, offset: Int)]](repeating: [], count: features.parts.count)
    for (slot, column) in columns.enumerated() {
      let place = features.places[column]
      if case .dense(let block) = features.parts[place.part] {
        slots[place.part].append((slot, block.offset(of: place.position)))
      }
    }
    for (part, slots) in zip(features.parts, slots) where !slots.isEmpty {
      guard case .dense(let block) = part, let source = block.start(as: type) else { continue }
      for (index, row) in rows.enumerated() {
        let line = source + row * block.panelWidth
        let output = target + index * columns.count
        for (slot, offset) in slots { output[slot] = line[offset] }
      }
    }
  }
}
