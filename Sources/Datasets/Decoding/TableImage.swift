#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Foundation

/// A table as bytes, for handing it from one process to another on the same machine.
///
///     "ESPTABLE", length of the schema    8 bytes each
///     schema                              JSON
///     blocks                              as they lie in memory, each at a multiple of 64 bytes
///
/// The reader maps the file and believes nothing that it says: the process that wrote it may have
/// been led astray by what it read.
package enum TableImage {
  private static let magic = Array("ESPTABLE".utf8)
  private static let headerByteCount = 16

  /// Writes a table.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - descriptor: A file that is open for writing.
  /// - Throws: `DatasetError.cannotWrite`.
  package static func write(_ table: Table, to descriptor: Int32) throws(DatasetError) {
    let schema = TableSchema(table)
    guard let text = try? JSONEncoder().encode(schema) else {
      throw .cannotWrite(path: "the decoded table", reason: "its schema is no JSON")
    }
    var head = magic
    withUnsafeBytes(of: UInt64(text.count).littleEndian) { head += $0 }
    head += text
    try write(head, to: descriptor)
    for part in table.features.parts {
      let (memory, offset, count) =
        switch part {
        case .dense(let block): (block.memory, block.byteOffset, block.byteCount)
        case .sparse(let block): (block.memory, block.byteOffset, block.byteCount)
        }
      let position = lseek(descriptor, 0, SEEK_CUR)
      try write([UInt8](repeating: 0, count: (64 - Int(position) % 64) % 64), to: descriptor)
      try write(
        UnsafeRawBufferPointer(rebasing: memory.bytes[offset..<(offset + count)]), descriptor)
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) throws(DatasetError) {
    var failure: DatasetError?
    bytes.withUnsafeBytes { bytes in
      do throws(DatasetError) { try write(bytes, descriptor) } catch { failure = error }
    }
    if let failure { throw failure }
  }

  private static func write(
    _ bytes: UnsafeRawBufferPointer, _ descriptor: Int32
  ) throws(DatasetError) {
    var rest = bytes
    while !rest.isEmpty, let start = rest.baseAddress {
      #if canImport(Darwin)
        let count = Darwin.write(descriptor, start, min(rest.count, 1 << 30))
      #elseif canImport(Musl)
        let count = Musl.write(descriptor, start, min(rest.count, 1 << 30))
      #else
        let count = Glibc.write(descriptor, start, min(rest.count, 1 << 30))
      #endif
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        throw .cannotWrite(path: "the decoded table", reason: systemMessage())
      }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
  }

  /// Maps a table.
  ///
  /// - Parameter descriptor: A file that is open for reading; it may be closed afterwards.
  /// - Returns: The table, or nil if the file does not hold a sound one.
  package static func read(from descriptor: Int32) -> Table? {
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_size >= headerByteCount else { return nil }
    let size = Int(status.st_size)
    guard let base = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor, 0), base != MAP_FAILED
    else { return nil }
    let bytes = UnsafeRawBufferPointer(start: base, count: size)
    let memory = StoreMemory(bytes) { bytes in
      _ = munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
    let length = UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
    guard bytes.starts(with: magic), length <= size - headerByteCount else { return nil }
    let end = headerByteCount + Int(length)
    guard
      let schema = try? JSONDecoder().decode(
        TableSchema.self, from: Data(bytes[headerByteCount..<end]))
    else { return nil }
    return schema.table(memory, from: end)
  }
}

/// What is known of a table beside its cells.
private struct TableSchema: Codable {
  struct Part: Codable {
    var element: UInt8
    var width: Int
    /// The width of a panel of a dense block.
    var panelWidth: Int?
    /// The number of cells of a sparse block.
    var cellCount: Int?
    var hasMissing: Bool
  }

  struct Mistake: Codable {
    var column: Int
    var line: Int
    var text: String
  }

  var rowCount: Int
  /// How many columns are called by their number, as x0 is, before those that have names.
  var plainCount: Int
  var names: [String]
  /// Part and position of each column; nil for one part after the other.
  var places: [Int]?
  var parts: [Part]
  var levels: [Int: [String]]
  var textColumns: [Int]
  var labelColumns: [String]
  var customaryTarget: String?
  var predictsAllLabels: Bool
  var notes: [String]
  var mistakes: [Mistake]
  var setAside: [[String]]
  var imageShape: [Int]?
  var losses: NumberLosses

  init(_ table: Table) {
    let store = table.features
    rowCount = store.rowCount
    plainCount =
      store.columnNames.enumerated().first { $1 != "x\($0)" }?.offset ?? store.columnCount
    names = Array(store.columnNames.dropFirst(plainCount))
    let inOrder = store.parts.indices.flatMap { part in
      (0..<store.parts[part].width).map { ColumnPlace(part: part, position: $0) }
    }
    places = store.places == inOrder ? nil : store.places.flatMap { [$0.part, $0.position] }
    parts = store.parts.map { part in
      switch part {
      case .dense(let block):
        Part(
          element: block.element.rawValue, width: block.width, panelWidth: block.panelWidth,
          hasMissing: block.hasMissing)
      case .sparse(let block):
        Part(
          element: block.element.rawValue, width: block.width, cellCount: block.count,
          hasMissing: false)
      }
    }
    levels = [:]
    for (column, kind) in table.kinds.enumerated() { levels[column] = kind.levels }
    textColumns = table.kinds.indices.filter { table.kinds[$0] == .text }
    labelColumns = table.labelColumns
    customaryTarget = table.customaryTarget
    predictsAllLabels = table.predictsAllLabels
    notes = table.notes
    mistakes = table.mistakes.map { Mistake(column: $0, line: $1.line, text: $1.text) }
      .sorted { $0.column < $1.column }
    setAside = table.setAside.map { [$0.name, $0.reason] }
    imageShape = store.imageShape.map { [$0.height, $0.width] }
    losses = store.losses
  }

  /// The table whose blocks lie in memory; nil unless all parts fit.
  func table(_ memory: StoreMemory, from end: Int) -> Table? {
    let largest = 1 << 40
    guard (0..<largest).contains(rowCount), (0...memory.bytes.count).contains(plainCount) else {
      return nil
    }
    var position = end
    var blocks: [FeaturePart] = []
    for part in parts {
      position = (position + 63) / 64 * 64
      guard let element = ElementType(rawValue: part.element), (0..<largest).contains(part.width),
        let block = part.block(element, rowCount: rowCount, memory, at: position)
      else { return nil }
      blocks.append(block)
      position += block.byteCount
    }
    let columnNames = (0..<plainCount).map { "x\($0)" } + names
    guard let columns = columns(blocks), columns.count == columnNames.count,
      setAside.allSatisfy({ $0.count == 2 }), imageShape.map({ $0.count == 2 }) ?? true,
      (levels.keys + textColumns).allSatisfy({ columns.indices.contains($0) })
    else { return nil }
    var store = FeatureStore(
      parts: blocks, rowCount: rowCount, columnNames: columnNames, places: columns)
    store.imageShape = imageShape.map { ($0[0], $0[1]) }
    store.losses = losses
    var kinds = [ColumnKind](repeating: .numeric, count: columns.count)
    for column in textColumns { kinds[column] = .text }
    for (column, levels) in levels {
      let codes = store.exact(column)
      guard codes.allSatisfy({ $0.isNaN || ($0 >= 0 && $0 < Double(max(levels.count, 1))) }) else {
        return nil
      }
      kinds[column] = .categorical(levels: levels)
    }
    var table = Table(features: store, kinds: kinds)
    table.labelColumns = labelColumns
    table.customaryTarget = customaryTarget
    table.predictsAllLabels = predictsAllLabels
    table.notes = notes
    for mistake in mistakes {
      table.mistakes[mistake.column] = CellMistake(line: mistake.line, text: mistake.text)
    }
    table.setAside = setAside.map { ($0[0], $0[1]) }
    return table
  }

  private func columns(_ blocks: [FeaturePart]) -> [ColumnPlace]? {
    guard let places else {
      return blocks.indices.flatMap { part in
        (0..<blocks[part].width).map { ColumnPlace(part: part, position: $0) }
      }
    }
    guard places.count.isMultiple(of: 2) else { return nil }
    var columns: [ColumnPlace] = []
    for index in stride(from: 0, to: places.count, by: 2) {
      let (part, position) = (places[index], places[index + 1])
      guard blocks.indices.contains(part), (0..<blocks[part].width).contains(position) else {
        return nil
      }
      columns.append(ColumnPlace(part: part, position: position))
    }
    return columns
  }
}

extension TableSchema.Part {
  /// The block at a place of the memory, or nil if it does not fit or contradicts itself.
  fileprivate func block(
    _ element: ElementType, rowCount: Int, _ memory: StoreMemory, at position: Int
  ) -> FeaturePart? {
    let room = memory.bytes.count - position
    guard let cellCount else {
      let panel = panelWidth ?? width
      guard panel > 0 || width == 0, panel <= max(width, 1) else { return nil }
      let area = rowCount.multipliedReportingOverflow(by: width + panel)
      guard !area.overflow, area.partialValue < 1 << 60,
        ColumnBlock.byteCount(
          element, rowCount: rowCount, width: width, panelWidth: max(panel, 1)) <= room
      else { return nil }
      return .dense(
        ColumnBlock(
          element, hasMissing: hasMissing, rowCount: rowCount, width: width, panelWidth: panel,
          memory: memory, byteOffset: position))
    }
    guard (0..<(1 << 40)).contains(cellCount),
      SparseBlock.byteCount(element, rowCount: rowCount, count: cellCount) <= room
    else { return nil }
    let block = SparseBlock(
      element, rowCount: rowCount, width: width, count: cellCount, memory: memory,
      byteOffset: position)
    guard let starts = block.starts, let positions = block.positions, starts[0] == 0,
      starts[rowCount] == cellCount, (0..<rowCount).allSatisfy({ starts[$0] <= starts[$0 + 1] }),
      (0..<cellCount).allSatisfy({ positions[$0] < width })
    else { return nil }
    return .sparse(block)
  }
}
