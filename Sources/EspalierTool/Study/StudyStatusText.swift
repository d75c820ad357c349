import Espalier
import Studies

/// How far a study is, in words.
struct StudyStatusText {
  private let status: StudyStatus
  private let folder: StudyFolder

  init(_ status: StudyStatus, folder: StudyFolder) {
    self.status = status
    self.folder = folder
  }

  /// The counts alone.
  var counts: String { parts.joined(separator: ", ") }

  private var parts: [String] {
    var parts = [
      "\(Wording.count(status.done.count)) of \(Wording.count(status.entries.count, "run")) done"
    ]
    let others = [
      (status.running.count, "running"), (status.waitingCount, "waiting"),
      (status.failed.count, "failed"), (status.uncounted.count, "not counted"),
    ]
    for (count, name) in others where count > 0 { parts.append("\(Wording.count(count)) \(name)") }
    return parts
  }

  /// One line with the counts and the time left.
  var summary: String {
    let left = status.secondsLeft.flatMap { $0 > 0 ? ["\(Wording.duration($0)) left"] : nil } ?? []
    return (parts + left).joined(separator: ", ") + "\n"
  }

  /// The counts, and what is to be said of single runs.
  var whole: String {
    var lines: [String] = []
    for (run, owner) in status.running {
      let place = owner.map { "\($0.host), process \($0.process)" } ?? "somebody"
      lines.append("running  \(run.name)  (\(place))")
    }
    for (run, reason) in status.failed { lines.append("failed   \(run.name): \(reason)") }
    for (run, reason) in status.uncounted { lines.append("no count \(run.name): \(reason)") }
    for name in status.strangers { lines.append("no count \(name): not in the plan") }
    return summary + lines.map { Terminal.printable($0) + "\n" }.joined()
  }

  /// The same as one object.
  var json: JSON {
    func list(_ runs: [(run: StudyRun, reason: String)]) -> JSON {
      .array(runs.map { .object([("run", .string($0.run.name)), ("reason", .string($0.reason))]) })
    }
    return .object([
      ("schema", .integer(1)), ("version", .string(EspalierCommand.version)),
      ("runs", .integer(status.entries.count)), ("done", .integer(status.done.count)),
      ("waiting", .integer(status.waitingCount)),
      (
        "running",
        .array(
          status.running.map { run, owner in
            .object([
              ("run", .string(run.name)), ("host", .optional(owner?.host, JSON.string)),
              ("process", .optional(owner.map { Int($0.process) }, JSON.integer)),
            ])
          })
      ),
      ("failed", list(status.failed)), ("notCounted", list(status.uncounted)),
      ("notInPlan", .strings(status.strangers)),
      ("secondsLeft", .optional(status.secondsLeft, JSON.number)),
    ])
  }
}
