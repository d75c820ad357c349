#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file that appears under its name only when it is complete.
///
/// It is written beside that name and renamed by `commit()`; without that it leaves nothing.
package struct AtomicFile: ~Copyable {
  private let path: String
  private let isSpecial: Bool
  private let temporaryPath: String
  private let descriptor: Int32
  private var pending: [UInt8] = []
  private var isCommitted = false

  /// Begins a file.
  ///
  /// - Parameter given: The name that the file will have; a file of this name is replaced.
  /// - Throws: `DatasetError.cannotWrite`.
  package init(path given: String) throws(DatasetError) {
    // A link is followed, so that it stays one; a device or pipe is written as it is.
    let path = resolved(given)
    let isSpecial = isSpecialFile(path)
    let temporaryPath = isSpecial ? path : "\(path).partial-\(getpid())"
    let descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemMessage()) }
    self.path = path
    self.isSpecial = isSpecial
    self.temporaryPath = temporaryPath
    self.descriptor = descriptor
  }

  deinit {
    close(descriptor)
    if !isCommitted && !isSpecial { unlink(temporaryPath) }
  }

  /// Appends text.
  ///
  /// - Parameter text: The text.
  /// - Throws: `DatasetError.cannotWrite`.
  package mutating func write(_ text: String) throws(DatasetError) {
    pending += text.utf8
    if pending.count >= 1 << 18 { try flush() }
  }

  /// Appends bytes.
  ///
  /// - Parameter bytes: The bytes.
  /// - Throws: `DatasetError.cannotWrite`.
  package mutating func write(_ bytes: UnsafeRawBufferPointer) throws(DatasetError) {
    pending += bytes
    if pending.count >= 1 << 18 { try flush() }
  }

  /// Writes bytes at a place of the file; what lies between reads as zeros.
  ///
  /// - Parameters:
  ///   - bytes: The bytes.
  ///   - offset: Where in the file the first of them goes.
  /// - Throws: `DatasetError.cannotWrite`.
  package func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) throws(DatasetError) {
    var written = 0
    while written < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written,
        off_t(offset + written))
      guard count > 0 else { throw failure() }
      written += count
    }
  }

  /// Completes the file and gives it its name.
  ///
  /// - Throws: `DatasetError.cannotWrite`.
  package consuming func commit() throws(DatasetError) {
    try flush()
    if isSpecial {
      isCommitted = true
      return
    }
    guard fsync(descriptor) == 0, rename(temporaryPath, path) == 0 else { throw failure() }
    isCommitted = true
  }

  /// Writes a file at once.
  ///
  /// - Parameters:
  ///   - text: The whole content.
  ///   - path: The name of the file; a file of this name is replaced.
  /// - Throws: `DatasetError.cannotWrite`.
  package static func write(_ text: String, to path: String) throws(DatasetError) {
    var file = try AtomicFile(path: path)
    try file.write(text)
    try file.commit()
  }

  private mutating func flush() throws(DatasetError) {
    var written = 0
    while written < pending.count {
      let count = pending.withUnsafeBytes { bytes in
        #if canImport(Darwin)
          Darwin.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        #elseif canImport(Musl)
          Musl.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        #else
          Glibc.write(descriptor, bytes.baseAddress?.advanced(by: written), bytes.count - written)
        #endif
      }
      guard count > 0 else { throw failure() }
      written += count
    }
    pending.removeAll(keepingCapacity: true)
  }

  private func failure() -> DatasetError {
    .cannotWrite(path: path, reason: systemMessage())
  }
}

/// Whether two paths lead to one existing file.
///
/// - Parameters:
///   - left: A path.
///   - right: Another path.
/// - Returns: Whether both exist and are the same file.
package func isSameFile(_ left: String, _ right: String) -> Bool {
  var (first, second) = (stat(), stat())
  guard stat(left, &first) == 0, stat(right, &second) == 0 else { return false }
  return first.st_dev == second.st_dev && first.st_ino == second.st_ino
}

/// Whether a path leads to something that exists and is no regular file, such as a device.
private func isSpecialFile(_ path: String) -> Bool {
  var status = stat()
  return stat(path, &status) == 0 && status.st_mode & S_IFMT != S_IFREG
    && status.st_mode & S_IFMT != S_IFDIR
}

/// The path behind symbolic links; the path itself where nothing exists yet.
private func resolved(_ path: String) -> String {
  guard let real = realpath(path, nil) else { return path }
  defer { free(real) }
  return String(cString: real)
}
