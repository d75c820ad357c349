#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file without a name, for what memory shall not hold; it is gone when nobody uses it.
///
/// A failure is remembered instead of thrown; whoever made the file asks for it at the end.
final class SpillFile {
  private let descriptor: Int32
  private var byteCount = 0
  private(set) var failure: DatasetError?

  /// Makes a file.
  ///
  /// - Parameter path: A file in whose folder there is room, for errors as well.
  /// - Throws: `DatasetError.cannotWrite`.
  init(beside path: String) throws(DatasetError) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    let prefix = folder.isEmpty ? "" : folder.joined(separator: "/") + "/"
    var name = Array("\(prefix).espalier-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemMessage()) }
    unlink(name)
    self.path = path
  }

  private let path: String

  deinit {
    close(descriptor)
  }

  /// Writes bytes behind all others.
  ///
  /// - Parameter bytes: The bytes.
  /// - Returns: Where they lie.
  func append(_ bytes: UnsafeRawBufferPointer) -> Range<Int> {
    let start = byteCount
    byteCount += bytes.count
    var done = 0
    while failure == nil, done < bytes.count {
      let count = pwrite(
        descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(start + done))
      if count <= 0 { failure = .cannotWrite(path: path, reason: systemMessage()) }
      done += max(count, 0)
    }
    return start..<byteCount
  }

  /// Reads bytes again; zeros where that fails.
  func read(_ range: Range<Int>) -> StoreMemory {
    StoreMemory(byteCount: range.count) { bytes in
      var done = 0
      while done < bytes.count {
        let count = pread(
          descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done,
          off_t(range.lowerBound + done))
        guard count > 0 else {
          failure = failure ?? .unreadable(path: path, reason: systemMessage())
          UnsafeMutableRawBufferPointer(rebasing: bytes[done...]).initializeMemory(
            as: UInt8.self, repeating: 0)
          return
        }
        done += count
      }
    }
  }
}
