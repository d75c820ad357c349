#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A temporary file for what memory shall not hold.
///
/// A failure is remembered instead of thrown; whoever made the file asks for it at the end.
final class SpillFile {
  private let file: TemporaryFile
  private var descriptor: Int32 { file.descriptor }
  private var byteCount = 0
  private(set) var failure: DatasetError?

  /// Makes a file.
  ///
  /// - Parameter path: A file in whose folder there is room, for errors as well.
  /// - Throws: `DatasetError.cannotWrite`.
  init(beside path: String) throws(DatasetError) {
    let folder = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
    do {
      file = try TemporaryFile(in: folder == [""] ? "/" : folder.joined(separator: "/"))
    } catch {
      throw .cannotWrite(path: path, reason: error.reason)
    }
    self.path = path
  }

  private let path: String

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
