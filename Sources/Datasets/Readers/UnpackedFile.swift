import Foundation

/// A gzip file decompressed for a library that goes back and forth in its file.
///
/// The file is gone when nobody uses this value any more. It has a name meanwhile: HDF5 does not open
/// files without one.
final class UnpackedFile {
  /// Where libraries and child processes find the file.
  var path: String { file.path }
  private let file: TemporaryFile

  private static let chunkByteCount = 1 << 20

  /// Decompresses a file.
  ///
  /// - Parameter original: The file.
  /// - Throws: What is wrong with it: damage, or `DatasetError.absurdExpansion`.
  init(_ original: String) throws(DatasetError) {
    func refusal(_ reason: String) -> DatasetError {
      .unreadable(
        path: original, reason: "no room to decompress it in \(NSTemporaryDirectory()): \(reason)")
    }
    var stream = try ByteStream(path: original)
    do {
      file = try TemporaryFile(in: NSTemporaryDirectory(), keepsName: true)
    } catch {
      throw refusal(error.reason)
    }
    while true {
      let bytes = try stream.read(Self.chunkByteCount)
      var rest = bytes[...]
      while !rest.isEmpty {
        let count = rest.withUnsafeBytes { write(file.descriptor, $0.baseAddress, $0.count) }
        guard count > 0 else { throw refusal(systemMessage()) }
        rest = rest.dropFirst(count)
      }
      if bytes.count < Self.chunkByteCount { break }
    }
  }
}

extension DatasetError {
  /// The same error of a file that is known by another name.
  ///
  /// - Parameters:
  ///   - path: The name that is known.
  ///   - other: The name in this error.
  /// - Returns: The error.
  func naming(_ path: String, insteadOf other: String) -> DatasetError {
    func renamed(_ value: Any) -> Any {
      switch value {
      case let text as String: text.replacingOccurrences(of: other, with: path)
      case let list as [Any]: list.map(renamed)
      case let members as [String: Any]: members.mapValues(renamed)
      default: value
      }
    }
    // The cases are many, and each is JSON already for the way between two processes.
    guard let text = try? JSONEncoder().encode(self),
      let members = try? JSONSerialization.jsonObject(with: text),
      let data = try? JSONSerialization.data(withJSONObject: renamed(members)),
      let error = try? JSONDecoder().decode(DatasetError.self, from: data)
    else { return self }
    return error
  }
}
