import Espalier
import Foundation
import Synchronization

/// The folder of a run: it appears under its name only when it holds a result.
///
/// What is written after that replaces single files, each of them at once.
final class ResultFolder: Sendable {
  let path: String
  /// Where the files are until the folder has its name.
  private let temporaryPath: String
  private let replaces: Bool
  private let state = Mutex(false)
  /// The log of the run.
  let events: EventLog

  /// Whether the folder has its name.
  var isCommitted: Bool { state.withLock { $0 } }

  /// Refuses a folder that could not be written in the end, before any work is done.
  static func check(_ path: String, force: Bool) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return }
    guard isDirectory.boolValue else {
      throw ToolError(.cannotWrite, "\(path): is a file; name a folder")
    }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    if files.isEmpty { return }
    guard force else {
      throw ToolError(
        .cannotWrite, "\(path): the folder is not empty; name another, or replace it with --force")
    }
    // Never more than an earlier run of ours.
    guard files.contains("config.json") else {
      throw ToolError(.cannotWrite, "\(path): holds no earlier run, so --force does not replace it")
    }
  }

  /// Begins a folder beside its place.
  init(_ path: String, force: Bool) throws {
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    StaleFolders.tidy(besides: trimmed)
    try Self.check(path, force: force)
    self.path = trimmed
    temporaryPath = StaleFolders.temporaryPath(for: trimmed)
    replaces = FileManager.default.fileExists(atPath: trimmed)
    if let reason = Folder.make(temporaryPath) {
      throw ToolError(.cannotWrite, "\(path): cannot be written: \(reason)")
    }
    events = try EventLog(path: temporaryPath + "/events.jsonl")
  }

  /// Writes a file into the folder.
  func write(_ text: String, to name: String) throws {
    try write(to: name) { path in try AtomicFile.write(text, to: path) }
  }

  /// Writes a file into the folder by a function that is given its path.
  func write(to name: String, _ write: (String) throws -> Void) throws {
    // Under the lock, so that an end by a signal waits for a file that is half written.
    try state.withLock { isCommitted in
      do {
        try write("\(isCommitted ? path : temporaryPath)/\(name)")
      } catch DatasetError.cannotWrite(_, let reason),
        ModelError.container(.file(.cannotWrite(_, let reason)))
      {
        throw ToolError(.cannotWrite, "\(path)/\(name): cannot be written: \(reason)")
      }
    }
  }

  /// Gives the folder its name; a folder of this name is as before if that fails.
  func commit() throws {
    try state.withLock { isCommitted in
      if isCommitted { return }
      let retired = StaleFolders.retiredPath(for: path)
      let isRetired = replaces && rename(path, retired) == 0
      guard rename(temporaryPath, path) == 0 else {
        let reason = String(cString: strerror(errno))
        if isRetired { _ = rename(retired, path) }
        throw ToolError(.cannotWrite, "\(path): cannot be written: \(reason)")
      }
      isCommitted = true
      if isRetired { try? FileManager.default.removeItem(atPath: retired) }
    }
  }

  /// Takes away what was written, unless it has its name.
  ///
  /// - Returns: Whether the folder stays.
  @discardableResult
  func discard() -> Bool {
    state.withLock { isCommitted in
      if !isCommitted { try? FileManager.default.removeItem(atPath: temporaryPath) }
      return isCommitted
    }
  }
}
