/// A snapshot as bytes.
///
///     for each array, in the order of the full names (parts and array, joined by slashes)
///       UInt32 length of the name, UInt32 type (0...6), UInt64 count
///       the name in UTF-8, then zeros up to a multiple of 8
///       the numbers, least significant byte first, then zeros up to a multiple of 8
///
/// The same state gives the same bytes. The reader takes nothing else than the writer writes.
extension Snapshot {
  /// The snapshot as bytes.
  public var encoded: [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(byteCount + 64 * 64)
    for (name, values) in flattened(prefix: "").sorted(by: { isBefore($0.name, $1.name) }) {
      let utf8 = Array(name.utf8)
      append(UInt32(utf8.count), to: &bytes)
      append(UInt32(values.typeCode), to: &bytes)
      append(UInt64(values.count), to: &bytes)
      bytes += utf8
      pad(&bytes)
      values.append(to: &bytes)
      pad(&bytes)
    }
    return bytes
  }

  private func flattened(prefix: String) -> [(name: String, values: Values)] {
    arrays.map { (prefix + $0.key, $0.value) }
      + parts.flatMap { $0.value.flattened(prefix: prefix + $0.key + "/") }
  }

  /// Reads a snapshot.
  ///
  /// - Parameter bytes: What ``encoded`` wrote.
  /// - Throws: ``SnapshotError/damaged(_:)`` for anything else.
  public init(encoded bytes: UnsafeRawBufferPointer) throws(SnapshotError) {
    self.init()
    var reader = SnapshotReader(bytes: bytes)
    var previous: String?
    while !reader.isAtEnd {
      let (name, values) = try reader.array()
      if let previous, !isBefore(previous, name) {
        throw .damaged("arrays out of order")
      }
      previous = name
      let path = name.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
      guard path.allSatisfy({ !$0.isEmpty }), path.count <= 32 else {
        throw .damaged("the name '\(name)'")
      }
      insert(values, at: path[...])
    }
  }

  private mutating func insert(_ values: Values, at path: ArraySlice<String>) {
    let name = path[path.startIndex]
    if path.count == 1 {
      arrays[name] = values
      return
    }
    var part = parts.removeValue(forKey: name) ?? Snapshot()
    part.insert(values, at: path.dropFirst())
    parts[name] = part
  }
}

/// Whether a name comes before another by its bytes.
private func isBefore(_ left: String, _ right: String) -> Bool {
  left.utf8.lexicographicallyPrecedes(right.utf8)
}

private func pad(_ bytes: inout [UInt8]) {
  while bytes.count % 8 != 0 { bytes.append(0) }
}

private func append(_ value: some FixedWidthInteger, to bytes: inout [UInt8]) {
  withUnsafeBytes(of: value.littleEndian) { bytes += $0 }
}

/// Reads the arrays of a file one after another.
private struct SnapshotReader {
  let bytes: UnsafeRawBufferPointer
  private var position = 0

  init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  var isAtEnd: Bool { position == bytes.count }

  mutating func array() throws(SnapshotError) -> (name: String, values: Snapshot.Values) {
    let header = try take(16)
    let nameCount = Int(header.loadUnaligned(fromByteOffset: 0, as: UInt32.self).littleEndian)
    let code = header.loadUnaligned(fromByteOffset: 4, as: UInt32.self).littleEndian
    let count = header.loadUnaligned(fromByteOffset: 8, as: UInt64.self).littleEndian
    let name = try take(nameCount)
    guard let text = String(validating: name, as: UTF8.self) else {
      throw .damaged("a name is no text")
    }
    try skipPadding()
    guard let count = Int(exactly: count), count <= bytes.count,
      let size = Snapshot.Values.size(ofCode: code)
    else { throw .damaged("'\(text)' is longer than the file, or of no known type") }
    guard let values = Snapshot.Values(code: code, try take(count * size)) else {
      throw .damaged("'\(text)' is of no known type")
    }
    try skipPadding()
    return (text, values)
  }

  private mutating func take(_ count: Int) throws(SnapshotError) -> UnsafeRawBufferPointer {
    guard count <= bytes.count - position else { throw .damaged("it ends too soon") }
    defer { position += count }
    return UnsafeRawBufferPointer(rebasing: bytes[position..<position + count])
  }

  private mutating func skipPadding() throws(SnapshotError) {
    let padding = try take((8 - position % 8) % 8)
    guard padding.allSatisfy({ $0 == 0 }) else { throw .damaged("a gap is not empty") }
  }
}

extension Snapshot.Values {
  fileprivate var typeCode: Int {
    switch self {
    case .float: 0
    case .double: 1
    case .int32: 2
    case .int64: 3
    case .uint64: 4
    case .uint16: 5
    case .uint8: 6
    }
  }

  fileprivate static func size(ofCode code: UInt32) -> Int? {
    switch code {
    case 0, 2: 4
    case 1, 3, 4: 8
    case 5: 2
    case 6: 1
    default: nil
    }
  }

  fileprivate init?(code: UInt32, _ bytes: UnsafeRawBufferPointer) {
    switch code {
    case 0: self = .float(Self.words(bytes) { Float(bitPattern: UInt32(littleEndian: $0)) })
    case 1: self = .double(Self.words(bytes) { Double(bitPattern: UInt64(littleEndian: $0)) })
    case 2: self = .int32(Self.words(bytes) { Int32(littleEndian: $0) })
    case 3: self = .int64(Self.words(bytes) { Int64(littleEndian: $0) })
    case 4: self = .uint64(Self.words(bytes) { UInt64(littleEndian: $0) })
    case 5: self = .uint16(Self.words(bytes) { UInt16(littleEndian: $0) })
    case 6: self = .uint8(Array(bytes))
    default: return nil
    }
  }

  private static func words<Word: FixedWidthInteger & BitwiseCopyable, Value>(
    _ bytes: UnsafeRawBufferPointer, _ convert: (Word) -> Value
  ) -> [Value] {
    let size = MemoryLayout<Word>.size
    return (0..<bytes.count / size).map {
      convert(bytes.loadUnaligned(fromByteOffset: $0 * size, as: Word.self))
    }
  }

  fileprivate func append(to bytes: inout [UInt8]) {
    #if _endian(little)
      switch self {
      case .float(let values): values.withUnsafeBytes { bytes += $0 }
      case .double(let values): values.withUnsafeBytes { bytes += $0 }
      case .int32(let values): values.withUnsafeBytes { bytes += $0 }
      case .int64(let values): values.withUnsafeBytes { bytes += $0 }
      case .uint64(let values): values.withUnsafeBytes { bytes += $0 }
      case .uint16(let values): values.withUnsafeBytes { bytes += $0 }
      case .uint8(let values): bytes += values
      }
    #else
      #error("snapshots are written on little-endian machines only")
    #endif
  }
}
