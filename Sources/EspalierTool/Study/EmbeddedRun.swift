import Espalier
import Foundation
import Synchronization

/// A command that runs inside the process of another one, such as a run of a study.
///
/// It has arguments of its own, and shares with its neighbours what lasts longer than a run: the
/// request for an early end and the table that was read last. What it would print is kept.
final class EmbeddedRun: Sendable {
  /// The run that this thread is in; nil for a command of its own.
  @TaskLocal static var current: EmbeddedRun?

  let arguments: [String]
  let interruption: Interruption
  private let tables: LastTable
  private let output = Mutex("")

  init(_ arguments: [String], _ interruption: Interruption, _ tables: LastTable) {
    self.arguments = arguments
    self.interruption = interruption
    self.tables = tables
  }

  /// What was printed.
  var printed: String { output.withLock { $0 } }

  /// Keeps what would be printed.
  func print(_ text: String) { output.withLock { $0 += text } }

  /// Reads a table, or takes the one that was read last.
  static func read(_ source: TableSource, _ task: TargetTask) throws(DatasetError) -> LabelledTable
  {
    guard let current else { return try source.readLabelled(task: task) }
    return try current.tables.table(source, task)
  }
}

/// The table that was read last, as runs that follow each other mostly read the same one.
final class LastTable: Sendable {
  private struct Entry {
    var source: TableSource
    var task: TargetTask
    var stamps: [String]
    var table: LabelledTable
  }

  private let last = Mutex<Entry?>(nil)

  func table(_ source: TableSource, _ task: TargetTask) throws(DatasetError) -> LabelledTable {
    let stamps = Self.stamps(source)
    if let entry = last.withLock({ $0 }), entry.source == source, entry.task == task,
      entry.stamps == stamps
    {
      return entry.table
    }
    // Given back first, so that two tables are never in memory at once.
    last.withLock { $0 = nil }
    let table = try source.readLabelled(task: task)
    last.withLock { $0 = Entry(source: source, task: task, stamps: stamps, table: table) }
    return table
  }

  /// What changes with the content of the files.
  private static func stamps(_ source: TableSource) -> [String] {
    var paths = source.paths
    if case .labelFile(let path) = source.target { paths.append(path) }
    return paths.map { path in
      var status = stat()
      guard stat(path, &status) == 0 else { return path }
      #if canImport(Darwin)
        let time = status.st_mtimespec
      #else
        let time = status.st_mtim
      #endif
      return "\(path) \(status.st_ino) \(status.st_size) \(time.tv_sec).\(time.tv_nsec)"
    }
  }
}
