import CZlib

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The bytes of a file from its beginning, decompressed on the way if it is a gzip file.
struct ByteStream: ~Copyable {
  /// How many bytes may come out for each byte of the file, beyond 1 GiB.
  ///
  /// Tables of numbers compress 2 to 50 times, those of zeros and a few ones as far as deflate can:
  /// 1030 times.
  static let largestRatio = 200
  static let freeByteCount = 1 << 30

  /// Whether compressed data are a bomb, not a table.
  ///
  /// - Parameters:
  ///   - count: How many bytes come out.
  ///   - packed: How many bytes of the file they are.
  /// - Returns: Whether that is more than a gibibyte, and far more than tables compress to.
  static func isAbsurd(_ count: Int, from packed: Int) -> Bool {
    count > freeByteCount && count / largestRatio > packed
  }

  let path: String
  /// The size of the file as it lies on the disk.
  let fileSize: Int
  /// Nil for bytes in memory.
  private let handle: gzFile?
  private var rest: ArraySlice<UInt8> = []
  /// The bytes read so far.
  private(set) var deliveredCount = 0

  /// Reads bytes in memory as if they were a file.
  ///
  /// - Parameters:
  ///   - bytes: The content of the file, not compressed.
  ///   - path: What the file is called in errors.
  init(bytes: [UInt8], path: String) {
    self.path = path
    fileSize = bytes.count
    handle = nil
    rest = bytes[...]
  }

  init(path: String) throws(DatasetError) {
    var status = stat()
    guard stat(path, &status) == 0 else {
      throw errno == ENOENT || errno == ENOTDIR
        ? .missingFile(path: path) : .unreadable(path: path, reason: systemMessage())
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: break
    case S_IFDIR: throw .isDirectory(path: path)
    default: throw .unreadable(path: path, reason: "not a regular file")
    }
    guard let handle = gzopen(path, "rb") else {
      throw .unreadable(path: path, reason: systemMessage())
    }
    self.path = path
    self.handle = handle
    fileSize = Int(status.st_size)
    gzbuffer(handle, 1 << 17)
  }

  /// The first bytes of a file.
  static func head(_ path: String, _ count: Int) throws(DatasetError) -> [UInt8] {
    var stream = try ByteStream(path: path)
    return try stream.read(count)
  }

  /// Whether a file is compressed.
  static func isCompressed(_ path: String) throws(DatasetError) -> Bool {
    var stream = try ByteStream(path: path)
    _ = try stream.read(1)
    return stream.isCompressed
  }

  /// Whether there is such a file.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  deinit {
    if let handle { gzclose_r(handle) }
  }

  /// Whether the file is compressed; known after the first read.
  var isCompressed: Bool { handle.map { gzdirect($0) == 0 } ?? false }

  /// Fills a buffer with the next bytes; only at the end of the file it stays partly empty.
  ///
  /// - Parameter buffer: Where to.
  /// - Returns: The number of bytes read.
  /// - Throws: What is wrong with the file, and where.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(DatasetError) -> Int {
    guard let handle else { return take(into: buffer) }
    var filled = 0
    while filled < buffer.count {
      let wanted = min(buffer.count - filled, 1 << 30)
      let count = Int(gzread(handle, buffer.baseAddress?.advanced(by: filled), UInt32(wanted)))
      // A truncated gzip file ends like any other, except that zlib remembers an error.
      if count <= 0 {
        try checkForError(handle)
        break
      }
      filled += count
    }
    deliveredCount += filled
    if isCompressed, Self.isAbsurd(deliveredCount, from: fileSize) {
      throw .absurdExpansion(path: path, ratio: Self.largestRatio)
    }
    return filled
  }

  /// Reads the next bytes into an array.
  ///
  /// - Parameter count: How many.
  /// - Returns: The bytes; fewer only at the end of the file.
  /// - Throws: What is wrong with the file, and where.
  mutating func read(_ count: Int) throws(DatasetError) -> [UInt8] {
    // Bytes in memory are asked for in no larger portions than there are.
    let count = handle == nil ? min(count, rest.count) : count
    var bytes = [UInt8](repeating: 0, count: count)
    var failure: DatasetError?
    let filled = bytes.withUnsafeMutableBytes { buffer in
      do throws(DatasetError) {
        return try read(into: buffer)
      } catch {
        failure = error
        return 0
      }
    }
    if let failure { throw failure }
    bytes.removeLast(count - filled)
    return bytes
  }

  private mutating func take(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(buffer.count, rest.count)
    buffer.copyBytes(from: rest.prefix(count))
    rest = rest.dropFirst(count)
    deliveredCount += count
    return count
  }

  private func checkForError(_ handle: gzFile) throws(DatasetError) {
    var code: Int32 = 0
    let message = gzerror(handle, &code)
    switch code {
    case Z_OK, Z_STREAM_END: return
    case Z_BUF_ERROR:
      throw .corrupt(path: path, reason: "the gzip stream ends too early, at byte \(fileSize)")
    case Z_DATA_ERROR:
      throw .corrupt(
        path: path, reason: "the gzip stream is damaged before byte \(gzoffset(handle))")
    case Z_ERRNO: throw .unreadable(path: path, reason: systemMessage())
    default:
      throw .unreadable(path: path, reason: message.map { String(cString: $0) } ?? "zlib \(code)")
    }
  }
}

/// What the system says about its last error.
func systemMessage() -> String {
  strerror(errno).map { String(cString: $0) } ?? "error \(errno)"
}
