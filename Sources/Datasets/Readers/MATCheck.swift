import CZlib

/// Checks that a MAT file is whole, before libmatio reads it.
///
/// libmatio 1.5.23 returns whatever the memory held where a file is cut off, and one wrong bit in
/// an uncompressed variable can keep it busy for ever.
///
/// A MAT file of version 5 is a header of 128 bytes and a row of elements:
///
///     type, size       UInt32 each, in the byte order that the header states
///     content          size bytes; type 14 a matrix, type 15 a matrix compressed by zlib
enum MATCheck {
  /// Deflate packs at most this many bytes into one.
  private static let largestExpansion = 1032

  /// Walks through a file and decompresses what is compressed.
  ///
  /// - Parameter path: The file.
  /// - Returns: The largest number of elements that a matrix in a file of this size can have.
  /// - Throws: `DatasetError.corrupt` if anything is cut off or damaged.
  static func check(path: String) throws(DatasetError) -> Int {
    var stream = try ByteStream(path: path)
    let header = try stream.read(128)
    guard header.count == 128 else {
      throw .corrupt(path: path, reason: "the MAT header ends at byte \(header.count) of 128")
    }
    // The parts of version 7.3 are HDF5's, which checks them itself.
    if FileFormat.isMATVersion73(header) { return largestExpansion * stream.fileSize }
    let isBigEndian = header[126] == UInt8(ascii: "M")
    guard header[(isBigEndian ? 124 : 125)] == 1 else {
      throw .corrupt(path: path, reason: "not a MAT header of version 5")
    }
    var (position, sum) = (128, 0)
    while position < stream.fileSize {
      let tag = try stream.read(8)
      guard tag.count == 8 else {
        throw .corrupt(
          path: path,
          reason: "the file ends at byte \(stream.fileSize), within a variable's header")
      }
      let (type, size, start) = (word(tag, 0, isBigEndian), word(tag, 4, isBigEndian), position)
      position += 8 + size
      guard position <= stream.fileSize else {
        throw .corrupt(
          path: path,
          reason: "the file ends at byte \(stream.fileSize), but the variable at byte \(start) goes"
            + " on to \(position)")
      }
      var element: [UInt8]? = try stream.read(size)
      if type == 15, let packed = element {
        sum += byteCount(compressed: packed, isBigEndian) ?? 0
        if ByteStream.isAbsurd(sum, from: stream.fileSize) {
          throw .absurdExpansion(path: path, ratio: ByteStream.largestRatio)
        }
        element = matrix(compressed: packed, isBigEndian)
      }
      guard type == 14 || type == 15, let element,
        MATMatrixCheck.isSound(element, isBigEndian: isBigEndian)
      else { throw .corrupt(path: path, reason: "the variable at byte \(start) is damaged") }
    }
    if position == 128 { throw .noNumbers(path: path, reason: "the MAT file holds no variable") }
    return largestExpansion * stream.fileSize
  }

  /// Reads a number of four bytes.
  static func word(_ bytes: [UInt8], _ position: Int, _ isBigEndian: Bool) -> Int {
    let word = bytes[position..<(position + 4)].reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
    return Int(isBigEndian ? word : word.byteSwapped)
  }

  /// The bytes that an element says it becomes; nil if it is damaged.
  private static func byteCount(compressed bytes: [UInt8], _ isBigEndian: Bool) -> Int? {
    guard let head = decompressed(bytes, count: 8), head.count == 8,
      word(head, 0, isBigEndian) == 14
    else { return nil }
    return word(head, 4, isBigEndian)
  }

  /// Decompresses an element and takes off its tag.
  private static func matrix(compressed bytes: [UInt8], _ isBigEndian: Bool) -> [UInt8]? {
    guard let size = byteCount(compressed: bytes, isBigEndian),
      size <= largestExpansion * bytes.count,
      let whole = decompressed(bytes, count: size + 9), whole.count == size + 8
    else { return nil }
    return Array(whole.dropFirst(8))
  }

  /// Decompresses the beginning of a zlib stream, or all of it if it is not longer.
  ///
  /// - Parameters:
  ///   - bytes: The stream.
  ///   - count: How many bytes are wanted.
  /// - Returns: The bytes, or nil if the stream is damaged up to there.
  private static func decompressed(_ bytes: [UInt8], count: Int) -> [UInt8]? {
    var bytes = bytes
    var status = Z_OK
    let output = [UInt8](unsafeUninitializedCapacity: count) { output, initialized in
      bytes.withUnsafeMutableBufferPointer { input in
        var stream = z_stream()
        stream.next_in = input.baseAddress
        stream.avail_in = UInt32(input.count)
        stream.next_out = output.baseAddress
        status = inflateInit_(&stream, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size))
        while status == Z_OK, initialized < count {
          stream.avail_out = UInt32(min(count - initialized, 1 << 30))
          let room = stream.avail_out
          status = inflate(&stream, Z_NO_FLUSH)
          initialized += Int(room - stream.avail_out)
        }
        inflateEnd(&stream)
      }
    }
    return status == Z_STREAM_END || (status == Z_OK && output.count == count) ? output : nil
  }
}
