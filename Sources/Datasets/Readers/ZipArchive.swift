import CZip

/// An open zip archive.
struct ZipArchive: ~Copyable {
  /// A file in the archive.
  struct Entry: Sendable, Equatable {
    let name: String
    let index: Int
    /// Its size, as the directory of the archive claims.
    let byteCount: Int
  }

  let path: String
  let entries: [Entry]
  private let handle: Handle

  /// Closes the archive in the end.
  private struct Handle: ~Copyable {
    let pointer: OpaquePointer

    deinit {
      zip_discard(pointer)
    }
  }

  init(path: String) throws(DatasetError) {
    let fileSize = try ByteStream(path: path).fileSize
    var code: Int32 = 0
    guard let handle = zip_open(path, ZIP_RDONLY, &code) else {
      throw .corrupt(path: path, reason: Self.message(code))
    }
    let owner = Handle(pointer: handle)
    let entries = try Self.entries(handle, path: path, fileSize: fileSize)
    self.handle = owner
    self.path = path
    self.entries = entries
  }

  private static func entries(
    _ handle: OpaquePointer, path: String, fileSize: Int
  ) throws(DatasetError) -> [Entry] {
    var entries: [Entry] = []
    var (sum, packedSum) = (0, 0)
    for index in 0..<max(Int(zip_get_num_entries(handle, 0)), 0) {
      var status = zip_stat_t()
      guard zip_stat_index(handle, zip_uint64_t(index), 0, &status) == 0, let name = status.name
      else { throw .corrupt(path: path, reason: "the directory of the zip archive is damaged") }
      let (size, packed) = (status.size, status.comp_size)
      // Deflate packs at most 1032 bytes into one.
      guard size < 1 << 48, packed <= fileSize, size / 1032 <= packed + 1 else {
        throw .corrupt(
          path: path,
          reason: "the zip archive promises \(size) bytes of '\(String(cString: name))'")
      }
      (sum, packedSum) = (sum + Int(size), packedSum + Int(packed))
      if ByteStream.isAbsurd(sum, from: packedSum) {
        throw .absurdExpansion(path: path, ratio: ByteStream.largestRatio)
      }
      entries.append(Entry(name: String(cString: name), index: index, byteCount: Int(size)))
    }
    return entries
  }

  /// Reads a file of the archive.
  ///
  /// - Parameters:
  ///   - entry: One of `entries`.
  ///   - limit: How many bytes of it are wanted; nil for all, which then are checked.
  /// - Returns: The bytes.
  /// - Throws: `DatasetError.corrupt` if it is damaged or not as long as promised.
  borrowing func read(_ entry: Entry, limit: Int? = nil) throws(DatasetError) -> [UInt8] {
    guard let file = zip_fopen_index(handle.pointer, zip_uint64_t(entry.index), 0) else {
      throw damaged(entry, zip_error_code_zip(zip_get_error(handle.pointer)))
    }
    defer { zip_fclose(file) }
    var bytes: [UInt8] = []
    let wanted = min(entry.byteCount, limit ?? .max)
    bytes.reserveCapacity(min(wanted, 1 << 30))
    var chunk = [UInt8](repeating: 0, count: min(max(wanted, 1), 1 << 20))
    // Reading up to the end makes libzip compare the checksum.
    while limit == nil || bytes.count < wanted {
      let count = chunk.withUnsafeMutableBytes { zip_fread(file, $0.baseAddress, UInt64($0.count)) }
      guard count >= 0 else { throw damaged(entry, zip_error_code_zip(zip_file_get_error(file))) }
      if count == 0 { break }
      bytes += chunk[..<Int(count)]
      guard bytes.count <= entry.byteCount else { break }
    }
    guard limit != nil || bytes.count == entry.byteCount else { throw damaged(entry, 0) }
    return bytes
  }

  private func damaged(_ entry: Entry, _ code: Int32) -> DatasetError {
    .corrupt(
      path: path,
      reason: "'\(entry.name)' in the zip archive: "
        + (code == 0 ? "not as long as promised" : Self.message(code)))
  }

  private static func message(_ code: Int32) -> String {
    var error = zip_error_t()
    zip_error_init_with_code(&error, code)
    defer { zip_error_fini(&error) }
    return zip_error_strerror(&error).map { String(cString: $0).lowercased() }
      ?? "zip error \(code)"
  }
}
