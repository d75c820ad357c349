import Datasets
import Foundation

/// The folder of a study, which several processes and machines may share.
///
/// | file | what |
/// | --- | --- |
/// | `plan.yaml` | the plan, as it was given |
/// | `study.json` | where the plan's paths begin |
/// | `runs/NAME/output/` | what the verb wrote: `result.json`, `report.html` ... |
/// | `runs/NAME/record.jsonl` | what is counted, written last |
/// | `runs/NAME/failure.json` | why the run came to nothing |
/// | `runs/NAME/claim-N/` | which process does the run |
/// | `former/` | runs that were set aside |
package struct StudyFolder: Sendable {
  /// The path.
  package let path: String

  static let formerName = "former"

  /// How many seconds without a heartbeat make a claim stale.
  package var patience: Double

  /// Names a folder.
  ///
  /// - Parameters:
  ///   - path: The path.
  ///   - patience: How many seconds without a heartbeat make a claim stale.
  package init(_ path: String, patience: Double = 180) {
    self.path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
    self.patience = patience
  }

  /// The file of the plan.
  package var planPath: String { "\(path)/plan.yaml" }

  /// What a study remembers besides its plan.
  private struct Setup: Codable, Equatable {
    /// Where the plan's relative paths begin.
    var root: String
  }

  private var setupPath: String { "\(path)/study.json" }

  /// The folder of a run.
  package func folder(of name: String) -> String { "\(path)/runs/\(name)" }

  /// The folder that a run's verb writes.
  package func output(of name: String) -> String { "\(folder(of: name))/output" }

  /// Where the plan's relative paths begin.
  ///
  /// - Throws: ``StudyError`` if this is no study.
  package func root() throws(StudyError) -> String {
    guard let content = FileManager.default.contents(atPath: setupPath),
      let setup = try? JSONDecoder().decode(Setup.self, from: content)
    else {
      throw access(planPath, F_OK) == 0 || holdsRuns
        ? .lost(path: path, file: "study.json") : .noStudy(path: path)
    }
    return setup.root
  }

  /// The text of the plan.
  ///
  /// - Throws: ``StudyError`` if this is no study.
  package func planText() throws(StudyError) -> String {
    guard let content = FileManager.default.contents(atPath: planPath) else {
      guard holdsRuns else { throw .noStudy(path: path) }
      throw .lost(path: path, file: "plan.yaml")
    }
    return String(decoding: content, as: UTF8.self)
  }

  /// Whether there are runs that are done, with or without a plan.
  private var holdsRuns: Bool {
    FileNames.names(in: "\(path)/runs").contains {
      access("\(folder(of: $0))/\(StudyRecord.fileName)", F_OK) == 0
    }
  }

  /// Begins a study, or goes on with it.
  ///
  /// - Parameters:
  ///   - plan: The text of the plan.
  ///   - runs: Its runs.
  ///   - root: Where the plan's relative paths begin.
  ///   - setsAside: Whether results of runs whose options were changed are moved away.
  /// - Returns: The names of runs that are there and not in the plan.
  /// - Throws: ``StudyError`` if the folder cannot be written, or holds runs of another plan.
  package func begin(
    plan: String, runs: [StudyRun], root: String, setsAside: Bool = false
  ) throws(StudyError) -> [String] {
    let former = try? planText()
    // Whoever lost the plan of a study gives it back so.
    if former == nil, !holdsRuns, FileNames.names(in: path).contains(where: { !Self.isOwn($0) }) {
      throw .cannotWrite(path: path, reason: "the folder is not empty and holds no study")
    }
    for name in FileNames.names(in: path) where name.hasPrefix(FileClock.prefix) {
      unlink("\(path)/\(name)")
    }
    for folder in [path, "\(path)/runs"] {
      do {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true)
      } catch {
        throw .cannotWrite(path: folder, reason: String(cString: strerror(errno)))
      }
    }
    let known = Set(runs.map(\.name))
    let strangers = FileNames.names(in: "\(path)/runs").filter { !known.contains($0) }
    if former != plan { try settle(runs, setsAside: setsAside) }
    if former != plan { try writeAtomically(plan, to: planPath) }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .withoutEscapingSlashes
    let setup = (try? encoder.encode(Setup(root: root))).map { String(decoding: $0, as: UTF8.self) }
    if FileManager.default.contents(atPath: setupPath) != setup.map({ Data($0.utf8) }) {
      try writeAtomically(setup ?? "", to: setupPath)
    }
    return strangers
  }

  /// Whether a name may be there before the plan, as a process was killed that just began.
  private static func isOwn(_ name: String) -> Bool {
    name.hasPrefix(".") || name.contains(".partial-") || ["runs", "study.json"].contains(name)
  }

  /// Looks for runs that another plan described otherwise.
  private func settle(_ runs: [StudyRun], setsAside: Bool) throws(StudyError) {
    let clock = FileClock(in: path)
    var changed: [(name: String, difference: String)] = []
    for run in runs {
      let folder = folder(of: run.name)
      guard access(folder, F_OK) == 0 else { continue }
      if case .changed(let difference) = state(of: run, clock: clock) {
        changed.append((run.name, difference))
      } else if case .running = state(of: run, clock: clock) {
        throw .inUse(path: path, name: run.name)
      }
    }
    guard let first = changed.first else { return }
    guard setsAside else {
      throw .changedRuns(path: path, names: changed.map(\.name), reason: first.difference)
    }
    for (name, _) in changed { try setAside(name) }
  }

  /// Moves the folder of a run away.
  private func setAside(_ name: String) throws(StudyError) {
    let former = "\(path)/\(Self.formerName)"
    if mkdir(former, 0o777) != 0 && errno != EEXIST { throw .cannotWrite(former) }
    for number in 1... {
      let target = "\(former)/\(name).\(number)"
      if access(target, F_OK) == 0 { continue }
      guard rename(folder(of: name), target) == 0 else { throw .cannotWrite(target) }
      return
    }
  }
}
