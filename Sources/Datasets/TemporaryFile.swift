#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// A file for a while, open for reading and writing; it is gone when nobody uses it any more.
///
/// Unless it keeps its name it has none, so that nothing stays behind whatever becomes of the
/// program. Child processes do not inherit it.
package final class TemporaryFile: Sendable {
  /// Why there is no such file: what the system says.
  package struct Refusal: Error {
    package let reason: String
  }

  package let descriptor: Int32
  /// Where it lies, or lay.
  package let path: String
  private let keepsName: Bool

  /// Makes a file.
  ///
  /// - Parameters:
  ///   - folder: Where there is room; empty for the working directory.
  ///   - keepsName: Whether others find it at its path.
  /// - Throws: What the system says.
  package init(in folder: String, keepsName: Bool = false) throws(Refusal) {
    let prefix = folder.isEmpty || folder.hasSuffix("/") ? folder : folder + "/"
    var name = Array("\(prefix).espalier-XXXXXX".utf8CString)
    descriptor = mkstemp(&name)
    guard descriptor >= 0 else { throw Refusal(reason: systemMessage()) }
    path = String(decoding: name.dropLast().map(UInt8.init(bitPattern:)), as: UTF8.self)
    self.keepsName = keepsName
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    if !keepsName { unlink(path) }
  }

  deinit {
    close(descriptor)
    if keepsName { unlink(path) }
  }
}
