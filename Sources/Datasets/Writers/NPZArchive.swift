import CZlib

/// A zip archive of arrays that are stored as they are.
struct NPZArchive: ~Copyable {
  private struct Entry {
    var name: [UInt8]
    var offset: Int
    var byteCount = 0
    var checksum: UInt = 0
  }

  private var file: AtomicFile?
  private let path: String
  private var entries: [Entry] = []
  private var end = 0
  private var pending: [UInt8] = []

  init(path: String) throws(DatasetError) {
    file = try AtomicFile(path: path)
    self.path = path
  }

  /// Begins an array; its elements follow.
  mutating func begin(_ name: String, _ type: String, shape: [Int]) throws(DatasetError) {
    let entry = Entry(name: Array("\(name).npy".utf8), offset: end)
    entries.append(entry)
    end += 30 + entry.name.count
    let extents = shape.map(String.init).joined(separator: ", ") + (shape.count == 1 ? "," : "")
    var text = "{'descr': '\(type)', 'fortran_order': False, 'shape': (\(extents)), }"
    // The elements begin at a multiple of 64.
    text += String(repeating: " ", count: 63 - (10 + text.utf8.count) % 64) + "\n"
    var header = StoreBytes()
    header.bytes = [0x93] + Array("NUMPY".utf8) + [1, 0]
    header.append(UInt16(text.utf8.count))
    try append(header.bytes + Array(text.utf8))
  }

  /// Appends elements.
  mutating func append(_ bytes: [UInt8]) throws(DatasetError) {
    pending += bytes
    if pending.count >= 1 << 20 { try flush() }
  }

  private mutating func flush() throws(DatasetError) {
    guard !pending.isEmpty, let last = entries.indices.last else { return }
    entries[last].checksum = pending.withUnsafeBufferPointer {
      UInt(crc32(uLong(entries[last].checksum), $0.baseAddress, uInt($0.count)))
    }
    try write(pending, at: end)
    entries[last].byteCount += pending.count
    end += pending.count
    pending.removeAll(keepingCapacity: true)
    guard end < Int(UInt32.max) - (1 << 26) else {
      throw .cannotWrite(path: path, reason: "an NPZ file has at most 4 GB; choose .espalier")
    }
  }

  private func write(_ bytes: [UInt8], at offset: Int) throws(DatasetError) {
    var failure: DatasetError?
    bytes.withUnsafeBytes { bytes in
      do throws(DatasetError) {
        try file?.write(bytes, at: offset)
      } catch {
        failure = error
      }
    }
    if let failure { throw failure }
  }

  /// Ends the array.
  mutating func endArray() throws(DatasetError) {
    try flush()
    guard let entry = entries.last else { return }
    var header = StoreBytes()
    header.append(UInt32(0x0403_4b50))
    Self.append(entry, to: &header)
    try write(header.bytes + entry.name, at: entry.offset)
  }

  /// What local header and directory have in common.
  private static func append(_ entry: Entry, to header: inout StoreBytes) {
    header.append(UInt16(20))
    // Names in UTF-8, stored, midnight of the first of January 1980.
    for field in [0x0800, 0, 0, 0x21] as [UInt16] { header.append(field) }
    header.append(UInt32(entry.checksum))
    header.append(UInt32(entry.byteCount))
    header.append(UInt32(entry.byteCount))
    header.append(UInt16(entry.name.count))
    header.append(UInt16(0))
  }

  /// Adds an array of texts, as NumPy's fixed length strings of UTF-32.
  mutating func add(_ name: String, texts: [String]) throws(DatasetError) {
    let length = max(texts.map(\.unicodeScalars.count).max() ?? 1, 1)
    try begin(name, "<U\(length)", shape: [texts.count])
    for text in texts {
      var bytes = StoreBytes()
      for scalar in text.unicodeScalars { bytes.append(scalar.value) }
      bytes.bytes += [UInt8](repeating: 0, count: 4 * length - bytes.bytes.count)
      try append(bytes.bytes)
    }
    try endArray()
  }

  /// Writes the directory and completes the file.
  consuming func finish() throws(DatasetError) {
    var directory = StoreBytes()
    for entry in entries {
      directory.append(UInt32(0x0201_4b50))
      directory.append(UInt16(20))
      Self.append(entry, to: &directory)
      for field in [0, 0, 0] as [UInt16] { directory.append(field) }
      directory.append(UInt32(0))
      directory.append(UInt32(entry.offset))
      directory.bytes += entry.name
    }
    let count = directory.bytes.count
    directory.append(UInt32(0x0605_4b50))
    for field in [0, 0, UInt16(entries.count), UInt16(entries.count)] { directory.append(field) }
    directory.append(UInt32(count))
    directory.append(UInt32(end))
    directory.append(UInt16(0))
    try write(directory.bytes, at: end)
    try file.take()?.commit()
  }
}
