import Espalier
import Foundation
import Synchronization

/// The folder of a run: its files appear under its name only when they hold a result.
///
/// Until then they are in a folder beside it. The state of a run that is under way alone is in the
/// folder itself, in `checkpoint`, where it is found again whatever becomes of the process.
///
/// What is written after that replaces single files, each of them at once.
final class ResultFolder: Sendable {
  let path: String
  /// Where the files are until the folder has its name.
  let temporaryPath: String
  private let state = Mutex(false)
  /// The log of the run.
  let events: EventLog

  /// Whether the folder has its name.
  var isCommitted: Bool { state.withLock { $0 } }

  /// Refuses a folder that could not be written in the end, before any work is done.
  static func check(_ path: String, force: Bool, resumes: Bool = false) throws {
    var isDirectory: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory) else { return }
    guard isDirectory.boolValue else {
      throw ToolError(.cannotWrite, "\(path): is a file; name a folder")
    }
    let files = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    let hasCheckpoint = CheckpointFolder.exists(in: path)
    if files.isEmpty || (files == [CheckpointFolder.name] && !hasCheckpoint) { return }
    guard force || resumes else {
      if hasCheckpoint {
        throw ToolError(
          .cannotWrite,
          "\(path): holds a run that was not finished; go on with it with --resume, or replace it"
            + " with --force")
      }
      throw ToolError(
        .cannotWrite, "\(path): the folder is not empty; name another, or replace it with --force")
    }
    // Never more than an earlier run of ours.
    guard files.contains("config.json") || hasCheckpoint else {
      throw ToolError(
        .cannotWrite,
        "\(path): holds no earlier run, so "
          + (resumes ? "--resume does not go on with it" : "--force does not replace it"))
    }
  }

  /// Begins a folder beside its place.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - force: Whether it replaces that of an earlier run.
  ///   - hasBoard: Whether there are files for TensorBoard.
  /// - Throws: ``ToolError`` if it cannot be written.
  init(_ path: String, force: Bool, hasBoard: Bool = false) throws {
    let trimmed = Self.trimmed(path)
    StaleFolders.tidy(besides: trimmed)
    try Self.check(path, force: force)
    self.path = trimmed
    temporaryPath = StaleFolders.temporaryPath(for: trimmed)
    if let reason = Folder.make(temporaryPath) {
      throw ToolError(.cannotWrite, "\(path): cannot be written: \(reason)")
    }
    events = try EventLog(
      path: temporaryPath + "/events.jsonl",
      board: hasBoard ? BoardLog(in: temporaryPath) : nil)
  }

  /// The path without a slash at its end.
  static func trimmed(_ path: String) -> String {
    path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
  }

  /// The result that a folder holds, if it is that of a run and nothing is left to go on with.
  ///
  /// - Parameters:
  ///   - path: The folder.
  ///   - identity: The run.
  ///   - force: Whether the result of another run is to be replaced.
  /// - Returns: `result.json`, or nil where there is none.
  /// - Throws: ``ToolError`` if it is the result of another run.
  static func finishedResult(
    in path: String, of identity: RunIdentity, force: Bool
  ) throws(ToolError) -> String? {
    func read(_ name: String) -> Data? { FileManager.default.contents(atPath: "\(path)/\(name)") }
    guard let result = read("result.json"), let file = read("config.json") else { return nil }
    let configuration = (try? JSONSerialization.jsonObject(with: file)) as? [String: Any]
    guard configuration?["run"] as? String == identity.fingerprint else {
      if force { return nil }
      throw .usage(
        "\(path): holds the result of a run with other options or data; name another folder, or"
          + " replace it with --force")
    }
    return String(decoding: result, as: UTF8.self)
  }

  /// Where the files are now.
  private func place(_ isCommitted: Bool) -> String { isCommitted ? path : temporaryPath }

  /// Writes the events in the order of the units of work.
  func writeEvents() throws {
    try write(events.text, to: "events.jsonl")
    events.goOn(in: place(isCommitted))
  }

  /// Takes the folder away if nothing is in it.
  func removeIfEmpty() {
    rmdir(path)
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
        try write("\(place(isCommitted))/\(name)")
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
      let isRetired = rename(path, retired) == 0  // it may be there for its checkpoint alone
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
