#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Espalier's own file of a table, mapped into memory: opening it reads its schema, and a column is
/// read when somebody asks for its cells.
public enum ColumnStore {
  /// The customary end of the name of such a file.
  public static let fileExtension = "espalier"

  /// Opens a file.
  ///
  /// The cells of a file of at most 1 GiB are compared with their checksums at once. Those of a
  /// larger one are left alone: whoever reads columns of it calls `check(_:columns:path:)` first,
  /// as every reader of this package does.
  ///
  /// - Parameter path: The file; it must not change while the table is used.
  /// - Returns: The table; its cells stay in the file.
  /// - Throws: Why it cannot be read, or `DatasetError.corrupt`.
  public static func open(path: String) throws(DatasetError) -> Table {
    let table = try openUnchecked(path: path)
    return table.features.byteCount <= checkedByteCount ? try checked(table, path: path) : table
  }

  /// Opens a file whose cells nobody has compared with their checksums.
  static func openUnchecked(path: String) throws(DatasetError) -> Table {
    var table = try table(in: try mapped(path: path), path: path)
    table.features.isUnchecked = true
    return table
  }

  /// Reads a table whose cells stay in the bytes given.
  ///
  /// - Parameters:
  ///   - memory: All bytes of a file.
  ///   - path: The file, for errors.
  /// - Returns: The table.
  /// - Throws: `DatasetError.corrupt`.
  static func table(in memory: StoreMemory, path: String) throws(DatasetError) -> Table {
    let range = try schemaRange(in: memory.bytes, path: path)
    let schema = try StoreSchema(
      UnsafeRawBufferPointer(rebasing: memory.bytes[range]), blocksEndAt: range.lowerBound,
      path: path)
    let parts = schema.parts.map { part in
      switch part.layout {
      case .dense(let hasMissing, let panelWidth):
        FeaturePart.dense(
          ColumnBlock(
            part.element, hasMissing: hasMissing, rowCount: schema.rowCount, width: part.width,
            panelWidth: panelWidth, memory: memory, byteOffset: part.offset))
      case .sparse(let count):
        FeaturePart.sparse(
          SparseBlock(
            part.element, rowCount: schema.rowCount, width: part.width, count: count,
            memory: memory, byteOffset: part.offset))
      }
    }
    var features = FeatureStore(
      parts: parts, rowCount: schema.rowCount, columnNames: schema.names, places: schema.places)
    features.imageShape = schema.imageShape
    features.storedHashes = schema.hashes
    var table = Table(features: features, kinds: schema.kinds)
    table.labelColumns = schema.labelColumns
    table.customaryTarget = schema.customaryTarget
    table.predictsAllLabels = schema.predictsAllLabels
    table.notes = schema.notes
    (table.weightColumn, table.subjectColumn) = (schema.weightColumn, schema.subjectColumn)
    try checkCodes(of: table, path: path)
    return table
  }

  /// Where the schema lies; the length of the file and both checksums are as declared.
  private static func schemaRange(
    in bytes: UnsafeRawBufferPointer, path: String
  ) throws(DatasetError) -> Range<Int> {
    func damage(_ reason: String) -> DatasetError { .corrupt(path: path, reason: reason) }
    guard bytes.count >= StoreLayout.preambleByteCount, bytes.starts(with: StoreLayout.magic) else {
      throw damage("it does not begin like a column store")
    }
    func word(_ offset: Int) -> UInt64 {
      UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self))
    }
    guard word(56) == checksum(bytes[..<56]) else {
      throw damage("its first 64 bytes are not intact")
    }
    let version = UInt32(truncatingIfNeeded: word(8))
    guard version == StoreLayout.version else {
      throw .unsupportedFormat(path: path, format: "version \(version) of the column store")
    }
    guard word(16) == UInt64(bytes.count) else {
      throw damage("it has \(bytes.count) bytes instead of \(word(16))")
    }
    guard let start = Int(exactly: word(24)), let length = Int(exactly: word(32)),
      start >= StoreLayout.preambleByteCount, start <= bytes.count, length == bytes.count - start
    else { throw damage("its schema lies beyond its end") }
    let range = start..<bytes.count
    guard word(40) == checksum(bytes[range]) else { throw damage("its schema is not intact") }
    return range
  }

  static func checksum(_ bytes: Slice<UnsafeRawBufferPointer>) -> UInt64 {
    var hash = ContentHash()
    hash.combine(UnsafeRawBufferPointer(rebasing: bytes))
    return hash.word
  }

  /// The cells of categorical columns are used as indices, so they must be those of levels.
  private static func checkCodes(of table: Table, path: String) throws(DatasetError) {
    for (column, kind) in table.kinds.enumerated() {
      guard let levels = kind.levels else { continue }
      let cells = table.features.exact(column)
      let limit = Double(levels.count)
      guard cells.allSatisfy({ $0.isNaN || ($0 >= 0 && $0 < limit && $0 == $0.rounded()) }),
        table.features.hasMissing(column) || !cells.contains(where: \.isNaN)
      else {
        throw .corrupt(
          path: path, reason: "column '\(table.columnNames[column])' has cells that are no levels")
      }
    }
  }

  /// Maps a file into memory.
  ///
  /// - Parameter path: The file; it must not change while the bytes are used.
  /// - Returns: Its bytes.
  /// - Throws: `DatasetError` that says why it cannot be read.
  package static func mapped(path: String) throws(DatasetError) -> StoreMemory {
    let descriptor = systemOpen(path)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? .missingFile(path: path) : .unreadable(path: path, reason: systemMessage())
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
      throw .unreadable(path: path, reason: "not a regular file")
    }
    // An empty file cannot be mapped.
    guard status.st_size > 0 else { throw .emptyFile(path: path) }
    let byteCount = Int(status.st_size)
    guard let start = mmap(nil, byteCount, PROT_READ, MAP_SHARED, descriptor, 0),
      start != MAP_FAILED
    else { throw .unreadable(path: path, reason: systemMessage()) }
    return StoreMemory(UnsafeRawBufferPointer(start: start, count: byteCount)) { bytes in
      munmap(UnsafeMutableRawPointer(mutating: bytes.baseAddress), bytes.count)
    }
  }
}

/// `open` of the system, which inside of `ColumnStore` would be that of the type.
private func systemOpen(_ path: String) -> Int32 { open(path, O_RDONLY) }
