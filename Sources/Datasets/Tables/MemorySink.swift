import Tensors

/// Builds a store in memory, one block for each kind of columns.
struct MemorySink: RowSink {
  private var layout = CellLayout([])
  private var rowCount = 0
  private var blocks: [UnsafeMutableRawBufferPointer] = []

  mutating func begin(_ layout: CellLayout, rowCount: Int) {
    self.layout = layout
    self.rowCount = rowCount
    blocks = layout.groups.map {
      .allocate(
        byteCount: max(rowCount * $0.columns.count * $0.kind.element.byteCount, 1), alignment: 64)
    }
  }

  mutating func take(rows: Range<Int>, group: Int, bytes: UnsafeRawBufferPointer) {
    guard !rows.isEmpty else { return }
    let lineByteCount = bytes.count / rows.count
    let target = blocks[group][(rows.lowerBound * lineByteCount)...]
    UnsafeMutableRawBufferPointer(rebasing: target).copyMemory(from: bytes)
  }

  /// The store; the sink must have taken all rows.
  mutating func store(names: [String]) -> FeatureStore {
    let parts = zip(layout.groups, blocks).map { group, bytes in
      FeaturePart.dense(
        ColumnBlock(
          group.kind.element, hasMissing: group.kind.hasMissing, rowCount: rowCount,
          width: group.columns.count,
          memory: StoreMemory(UnsafeRawBufferPointer(bytes)) { $0.deallocate() }))
    }
    blocks = []
    return FeatureStore(
      parts: parts, rowCount: rowCount, columnNames: names, places: layout.places)
  }
}
