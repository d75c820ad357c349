import Datasets

extension Safetensors {
  /// Where the data begin: a multiple of the width of a cache line.
  private static let alignment = 64

  /// The arrays in the order in which they are written: those of the widest elements first, so that
  /// each begins at a multiple of its elements' width; otherwise in their order.
  private var written: [SafetensorsArray] {
    [8, 4, 2, 1].flatMap { width in arrays.filter { $0.type.byteCount == width } }
  }

  /// The length of the header, and the header of arrays in the order of their bytes.
  private func header(of arrays: [SafetensorsArray]) -> [UInt8] {
    var members: [String] = []
    if !metadata.isEmpty {
      let texts = metadata.sorted { $0.key < $1.key }
        .map { JSONText.quoted($0.key) + ":" + JSONText.quoted($0.value) }
      members.append("\"\(Self.metadataKey)\":{" + texts.joined(separator: ",") + "}")
    }
    var offset = 0
    for array in arrays {
      let extents = array.shape.extents.map(String.init).joined(separator: ",")
      let end = offset + array.byteCount
      members.append(
        JSONText.quoted(array.name)
          + ":{\"dtype\":\"\(array.type.rawValue)\",\"shape\":[\(extents)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(members.joined(separator: ","))}".utf8)
    let excess = (8 + text.count) % Self.alignment
    if excess > 0 { text += repeatElement(UInt8(ascii: " "), count: Self.alignment - excess) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }

  /// The file as it would be written: equal arrays and metadata give equal bytes.
  public var bytes: [UInt8] {
    let arrays = written
    return arrays.reduce(into: header(of: arrays)) { bytes, array in
      array.withBytes { bytes += $0 }
    }
  }

  /// Writes the file; it appears under its name only when it is complete.
  ///
  /// - Parameter path: The file; one of this name is replaced.
  /// - Throws: ``SafetensorsError/file(_:)`` if the system refuses.
  public func write(to path: String) throws(SafetensorsError) {
    do {
      var file = try AtomicFile(path: path)
      let arrays = written
      try Self.write(SafetensorsArray("header", header(of: arrays)), to: &file)
      for array in arrays { try Self.write(array, to: &file) }
      try file.commit()
    } catch {
      throw .file(error)
    }
  }

  /// Writes in pieces, so that a large array is not copied as a whole.
  private static func write(
    _ array: SafetensorsArray, to file: inout AtomicFile
  ) throws(DatasetError) {
    try array.withBytes { bytes throws(DatasetError) in
      for start in stride(from: 0, to: bytes.count, by: 1 << 18) {
        let piece = bytes[start..<min(start + 1 << 18, bytes.count)]
        try file.write(UnsafeRawBufferPointer(rebasing: piece))
      }
    }
  }

  /// A fingerprint of the elements of all arrays, in the order in which they are written.
  ///
  /// - Parameter prefix: A text that counts before them.
  /// - Returns: SHA-256 in 64 hexadecimal digits.
  package func digest(after prefix: String = "") -> String {
    var hash = SHA256()
    Array(prefix.utf8).withUnsafeBytes { hash.combine($0) }
    for array in written { array.withBytes { hash.combine($0) } }
    return hash.text
  }
}
