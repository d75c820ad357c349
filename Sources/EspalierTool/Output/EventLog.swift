import Foundation
import Synchronization

/// What happened and when, one JSON object per line.
final class EventLog: Sendable {
  private let start = ContinuousClock.now
  private let file: Mutex<FileHandle>

  /// Begins a log.
  ///
  /// - Parameter path: The file; it must not exist yet.
  /// - Throws: ``ToolError`` if it cannot be written.
  init(path: String) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw ToolError(.cannotWrite, "\(path): cannot be written") }
    file = Mutex(handle)
  }

  /// Appends an event with the seconds since the start.
  func append(_ event: String, _ members: [(String, JSON)] = []) {
    let seconds = (ContinuousClock.now - start) / .seconds(1)
    let time = JSON.number((seconds * 1000).rounded() / 1000)
    let line = JSON.object([("seconds", time), ("event", .string(event))] + members).line + "\n"
    // A full disk is noticed when the result is written.
    file.withLock { try? $0.write(contentsOf: Data(line.utf8)) }
  }
}
