/// Writes a column store as rows come in: collects some, and writes them panel by panel.
struct StoreSink: ~Copyable, RowSink {
  /// Nil once it is complete.
  private var file: AtomicFile?
  private var layout = CellLayout([])
  private var rowCount = 0
  private var parts: [StorePart] = []
  private var hashes: [ColumnHashes] = []
  /// Rows of each group that wait to be written, and how many.
  private var waiting: [UnsafeMutableRawBufferPointer] = []
  private var waitingCounts: [Int] = []
  /// The rows that every group waits for.
  private var runLength = 0
  private var writtenCounts: [Int] = []
  private let path: String
  private let runByteCount: Int
  private let scratch: UnsafeMutableRawBufferPointer
  private var end = StoreLayout.alignment
  private var failure: DatasetError?

  private static let scratchByteCount = 8 << 20

  /// Begins a file.
  ///
  /// - Parameters:
  ///   - path: The name that it will have when it is complete.
  ///   - runByteCount: The bytes of rows that wait until they are written, at least one row.
  /// - Throws: `DatasetError.cannotWrite`.
  init(path: String, runByteCount: Int = 64 << 20) throws(DatasetError) {
    file = try AtomicFile(path: path)
    self.path = path
    self.runByteCount = runByteCount
    scratch = .allocate(byteCount: Self.scratchByteCount, alignment: 64)
  }

  deinit {
    for buffer in waiting { buffer.deallocate() }
    scratch.deallocate()
  }

  mutating func begin(_ layout: CellLayout, rowCount: Int) {
    self.layout = layout
    self.rowCount = rowCount
    let lineByteCount = layout.groups.reduce(0) {
      $0 + $1.columns.count * $1.kind.element.byteCount
    }
    runLength = max(1, min(rowCount, runByteCount / max(lineByteCount, 1)))
    for group in layout.groups {
      let (kind, width) = (group.kind, group.columns.count)
      let panelWidth = StoreLayout.panelWidth(kind.element, rowCount: rowCount, width: width)
      place(
        StorePart(
          element: kind.element, width: width,
          layout: .dense(hasMissing: kind.hasMissing, panelWidth: panelWidth)))
      hashes.append(ColumnHashes(columnCount: width))
      waiting.append(
        .allocate(byteCount: max(runLength * width * kind.element.byteCount, 1), alignment: 64))
      waitingCounts.append(0)
      writtenCounts.append(0)
    }
  }

  /// Gives a block its place in the file.
  private mutating func place(_ part: StorePart) {
    var part = part
    part.offset = end
    let next = part.byteCount(rowCount: rowCount).flatMap { byteCount -> Int? in
      let (sum, isTooLarge) = end.addingReportingOverflow(byteCount)
      return isTooLarge ? nil : StoreLayout.aligned(sum)
    }
    if let next { end = next } else { fail(.cannotWrite(path: path, reason: "it is too large")) }
    parts.append(part)
  }

  mutating func take(rows: Range<Int>, group: Int, bytes: UnsafeRawBufferPointer) {
    guard failure == nil, !rows.isEmpty else { return }
    let lineByteCount = bytes.count / rows.count
    var first = 0
    while first < rows.count {
      let count = min(rows.count - first, runLength - waitingCounts[group])
      let source = bytes[(first * lineByteCount)..<((first + count) * lineByteCount)]
      let target = waiting[group][(waitingCounts[group] * lineByteCount)...]
      UnsafeMutableRawBufferPointer(rebasing: target)
        .copyMemory(from: UnsafeRawBufferPointer(rebasing: source))
      waitingCounts[group] += count
      first += count
      if waitingCounts[group] == runLength { flush(group) }
    }
  }

  private mutating func flush(_ group: Int) {
    guard waitingCounts[group] > 0, failure == nil else { return }
    let element = parts[group].element
    switch element {
    case .uint8: flush(group, UInt8.self)
    case .int16: flush(group, Int16.self)
    case .int32: flush(group, Int32.self)
    case .float: flush(group, Float.self)
    }
    writtenCounts[group] += waitingCounts[group]
    waitingCounts[group] = 0
  }

  @inline(__always)
  private mutating func flush<Element: StoredElement>(_ group: Int, _ type: Element.Type) {
    let part = parts[group]
    guard case .dense(let hasMissing, let panelWidth) = part.layout,
      let source = UnsafeRawPointer(waiting[group].baseAddress)?.assumingMemoryBound(to: type),
      let target = scratch.baseAddress?.assumingMemoryBound(to: type)
    else { return }
    let (count, width) = (waitingCounts[group], part.width)
    let offsets = Array(0..<width)
    offsets.withUnsafeBufferPointer { offsets in
      for first in stride(from: 0, to: width, by: 1024) {
        let columns = first..<min(first + 1024, width)
        hashes[group].add(
          source, stride: width, rowCount: count,
          offsets: UnsafeBufferPointer(rebasing: offsets[columns]), columns: columns,
          hasMissing: hasMissing)
      }
    }
    let size = MemoryLayout<Element>.stride
    // Rows of a panel that the scratch holds, and where they go.
    let capacity = max(1, Self.scratchByteCount / (panelWidth * size))
    let isWhole = count == rowCount
    var filled = 0
    var offset = part.offset
    for panel in stride(from: 0, to: width, by: panelWidth) {
      let columns = min(panelWidth, width - panel)
      for first in stride(from: 0, to: count, by: capacity) {
        let lines = min(capacity, count - first)
        let firstRow = writtenCounts[group] + first
        let begin = part.offset + (panel * rowCount + firstRow * panelWidth) * size
        // Where all rows are here, one panel follows the other in the file.
        if !isWhole || (filled + lines) * panelWidth * size > Self.scratchByteCount {
          write(filled * panelWidth * size, at: offset)
          filled = 0
        }
        if filled == 0 { offset = begin }
        for line in 0..<lines {
          let from = source + ((first + line) * width + panel)
          let to = target + (filled + line) * panelWidth
          for column in 0..<columns { to[column] = from[column] }
          for column in columns..<panelWidth { to[column] = Element(narrowing: 0) }
        }
        filled += lines
      }
    }
    write(filled * panelWidth * size, at: offset)
  }

  private mutating func write(_ byteCount: Int, at offset: Int) {
    guard failure == nil, byteCount > 0 else { return }
    do throws(DatasetError) {
      try file?.write(UnsafeRawBufferPointer(rebasing: scratch[..<byteCount]), at: offset)
    } catch {
      fail(error)
    }
  }

  private mutating func fail(_ error: DatasetError) { failure = failure ?? error }

  /// Writes a sparse block behind the others; all rows must have been taken.
  ///
  /// - Parameter block: The block, whose columns follow those of the groups.
  /// - Throws: `DatasetError.cannotWrite`.
  private mutating func write(_ block: SparseBlock) throws(DatasetError) {
    place(
      StorePart(element: block.element, width: block.width, layout: .sparse(count: block.count)))
    guard failure == nil, let part = parts.last, block.byteCount > 0 else { return }
    let bytes = block.memory.bytes[block.byteOffset..<(block.byteOffset + block.byteCount)]
    try file?.write(UnsafeRawBufferPointer(rebasing: bytes), at: part.offset)
  }

  /// Completes the file.
  ///
  /// - Parameters:
  ///   - schema: What it says of its columns.
  ///   - sparse: Blocks of columns that are not in the layout, and which columns these are.
  ///   - denseColumns: Which columns those of the layout are; nil for all in their order.
  /// - Throws: `DatasetError.cannotWrite`.
  consuming func finish(
    _ schema: consuming StoreSchema, sparse: [(block: SparseBlock, columns: [Int])] = [],
    denseColumns: [Int]? = nil
  ) throws(DatasetError) {
    for group in layout.groups.indices { flush(group) }
    var places = [ColumnPlace](
      repeating: ColumnPlace(part: 0, position: 0), count: schema.names.count)
    var words = [UInt64](repeating: 0, count: schema.names.count)
    for (part, group) in layout.groups.enumerated() {
      for (position, slot) in group.columns.enumerated() {
        let column = denseColumns?[slot] ?? slot
        places[column] = ColumnPlace(part: part, position: position)
        words[column] = hashes[part].words[position]
      }
    }
    for (block, columns) in sparse {
      let hashes = FeatureStore(
        parts: [.sparse(block)], rowCount: rowCount, columnNames: columns.map { _ in "" }
      ).columnHashes()
      for (position, column) in columns.enumerated() {
        places[column] = ColumnPlace(part: parts.count, position: position)
        words[column] = hashes[position]
      }
      try write(block)
    }
    if let failure { throw failure }
    schema.rowCount = rowCount
    (schema.parts, schema.places, schema.hashes) = (parts, places, words)
    guard let file = file.take() else { return }
    try Self.complete(file, schema, at: end)
  }

  /// Writes the schema and the first bytes.
  static func complete(
    _ file: consuming AtomicFile, _ schema: StoreSchema, at end: Int
  ) throws(DatasetError) {
    let bytes = schema.bytes
    var failure: DatasetError?
    var preamble = StoreBytes()
    preamble.bytes = StoreLayout.magic
    preamble.append(StoreLayout.version)
    preamble.append(UInt32(0))
    preamble.append(UInt64(end + bytes.count))
    preamble.append(UInt64(end))
    preamble.append(UInt64(bytes.count))
    preamble.append(bytes.withUnsafeBytes { ColumnStore.checksum($0[...]) })
    preamble.append(UInt64(0))
    preamble.append(preamble.bytes.withUnsafeBytes { ColumnStore.checksum($0[...]) })
    for (part, offset) in [(bytes, end), (preamble.bytes, 0)] {
      part.withUnsafeBytes { part in
        do throws(DatasetError) {
          try file.write(part, at: offset)
        } catch {
          failure = error
        }
      }
    }
    if let failure { throw failure }
    try file.commit()
  }
}
