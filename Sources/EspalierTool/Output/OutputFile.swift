import Espalier
import Foundation

/// The files that a command writes where they are asked for.
enum OutputFile {
  /// Refuses to replace a file, unless that is wanted; a device or a pipe is no such file.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - force: Whether a file of this name is to be replaced.
  /// - Throws: ``ToolError`` with the remedy.
  static func check(_ path: String, force: Bool) throws(ToolError) {
    var status = stat()
    guard !force, stat(path, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return }
    throw ToolError(.cannotWrite, "\(path): exists; name another file, or replace it with --force")
  }

  /// Writes a file at once, under a temporary name first.
  ///
  /// - Parameters:
  ///   - text: The whole content.
  ///   - path: The file; one of this name is replaced.
  /// - Throws: ``ToolError`` if the system refuses.
  static func write(_ text: String, to path: String) throws(ToolError) {
    do throws(DatasetError) {
      try AtomicFile.write(text, to: path)
    } catch {
      guard case .cannotWrite(_, let reason) = error else {
        throw ToolError(.cannotWrite, "\(error)")
      }
      throw ToolError(.cannotWrite, "\(path): cannot be written: \(reason)")
    }
  }
}
