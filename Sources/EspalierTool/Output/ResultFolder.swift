import Espalier
import Foundation

/// The folder of a run: it appears under its name only when it is complete.
struct ResultFolder: Sendable {
  let path: String
  /// Where the files are until then.
  private let temporaryPath: String
  private let replaces: Bool
  /// The log of the run.
  let events: EventLog

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
    try Self.check(path, force: force)
    self.path = path
    let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    temporaryPath = "\(trimmed).partial-\(getpid())"
    replaces = FileManager.default.fileExists(atPath: path)
    do {
      try FileManager.default.createDirectory(
        atPath: temporaryPath, withIntermediateDirectories: true)
    } catch {
      throw ToolError(.cannotWrite, "\(path): cannot be written: \(Terminal.reason(of: error))")
    }
    events = try EventLog(path: temporaryPath + "/events.jsonl")
  }

  /// Writes a file into the folder.
  func write(_ text: String, to name: String) throws {
    do {
      try AtomicFile.write(text, to: "\(temporaryPath)/\(name)")
    } catch {
      throw ToolError(.cannotWrite, "\(path)/\(name): cannot be written")
    }
  }

  /// Gives the folder its name.
  func commit() throws {
    let retired = "\(temporaryPath)-old"
    do {
      if replaces { try FileManager.default.moveItem(atPath: path, toPath: retired) }
      try FileManager.default.moveItem(atPath: temporaryPath, toPath: path)
    } catch {
      throw ToolError(.cannotWrite, "\(path): cannot be written: \(Terminal.reason(of: error))")
    }
    try? FileManager.default.removeItem(atPath: retired)
  }

  /// Takes away what was written.
  @Sendable func discard() {
    try? FileManager.default.removeItem(atPath: temporaryPath)
  }
}
