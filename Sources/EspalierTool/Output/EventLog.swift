import Foundation
import Synchronization

/// What happened, one JSON object per line.
///
/// While a run goes on, lines stand in the order in which things happened. In the end they are in
/// the order of the units of work, so that the file of a run on several threads, or of one that was
/// interrupted, is that of any other run of the same seed.
final class EventLog: Sendable {
  private struct State {
    var file: FileHandle?
    var texts: [WorkUnit: String] = [:]
    /// The numbers for TensorBoard; nil where nobody asked.
    var board: BoardLog?
  }

  private let state: Mutex<State>

  /// Begins a log.
  ///
  /// - Parameters:
  ///   - path: The file; it must not exist yet.
  ///   - board: Where its numbers go besides.
  /// - Throws: ``ToolError`` if it cannot be written.
  init(path: String, board: BoardLog? = nil) throws {
    guard FileManager.default.createFile(atPath: path, contents: nil),
      let handle = FileHandle(forWritingAtPath: path)
    else { throw ToolError(.cannotWrite, "\(path): cannot be written") }
    state = Mutex(State(file: handle, board: board))
  }

  /// Appends an event.
  ///
  /// - Parameters:
  ///   - event: What happened.
  ///   - unit: In which unit of work.
  ///   - members: The particulars.
  func append(_ event: String, in unit: WorkUnit, _ members: [(String, JSON)] = []) {
    append(JSON.object([("event", .string(event))] + members).line + "\n", in: unit)
  }

  /// Takes over what happened in a unit an earlier time.
  func append(_ text: String, in unit: WorkUnit) {
    state.withLock { state in
      state.texts[unit, default: ""] += text
      // A full disk is noticed when the result is written.
      try? state.file?.write(contentsOf: Data(text.utf8))
      state.board?.append(text, in: unit)
    }
  }

  /// What happened in a unit.
  func text(of unit: WorkUnit) -> String { state.withLock { $0.texts[unit] ?? "" } }

  /// All lines, in the order of the units.
  var text: String {
    state.withLock { $0.texts.sorted { $0.key < $1.key }.map(\.value).joined() }
  }

  /// Goes on in the file of another folder, which has all lines so far.
  func goOn(in folder: String) {
    state.withLock { state in
      state.board?.goOn(in: folder)
      state.file = FileHandle(forWritingAtPath: "\(folder)/events.jsonl")
      _ = try? state.file?.seekToEnd()
    }
  }
}
