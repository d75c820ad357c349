import Espalier
import Foundation
import Studies

/// A plan that was read and checked, with the folder that it is for.
struct PreparedStudy {
  let verbs: StudyVerbs
  let plan: StudyPlan
  let runs: [StudyRun]
  let folder: StudyFolder
  private let text: String
  private let root: String

  /// Reads and checks a plan.
  ///
  /// - Parameters:
  ///   - path: The file of the plan.
  ///   - data: Where its relative paths begin; nil for its own folder.
  ///   - output: The folder of the study.
  ///   - patience: How many seconds without a heartbeat make a claim stale.
  /// - Throws: A ``ToolError`` or a `PlanError` with line and column.
  init(_ path: String, data: String?, output: String, patience: Double = 180) throws {
    verbs = try StudyVerbs()
    text = try Self.text(of: path)
    plan = try verbs.plan(text, path: path)
    runs = try plan.runs()
    let url =
      data.map { URL(fileURLWithPath: $0) }
      ?? URL(fileURLWithPath: path).deletingLastPathComponent()
    // Wherever other processes of the study are.
    root = url.standardizedFileURL.path
    folder = StudyFolder(output, patience: patience)
    try check(path: path)
  }

  /// Begins the folder, or goes on with it.
  ///
  /// - Parameter setsAside: Whether results of runs whose options were changed are moved away.
  /// - Returns: The names of runs that are there and not in the plan.
  /// - Throws: `StudyError` if the folder cannot be written, or holds runs of another plan.
  func begin(setsAside: Bool = false) throws(StudyError) -> [String] {
    try folder.begin(plan: text, runs: runs, root: root, setsAside: setsAside)
  }

  /// The text of a plan's file.
  private static func text(of path: String) throws(ToolError) -> String {
    guard let content = FileManager.default.contents(atPath: path) else {
      let exists = access(path, F_OK) == 0
      throw ToolError(.missingInput, "\(path): \(exists ? "cannot be read" : "no such file")")
    }
    guard let text = String(data: content, encoding: .utf8) else {
      throw ToolError(.badData, "\(path): is not UTF-8 text")
    }
    return text
  }

  /// Refuses what can be told without doing a run: each method with each of its settings on the
  /// first data set, and each data set with the first method.
  private func check(path: String) throws(PlanError) {
    var seen = Set<String>()
    for run in runs {
      let method = "\(run.role) \(run.model ?? "") \(run.candidate)"
      let task = "\(run.data) \(run.role) \(run.judge ?? "")"
      let isNew = [seen.insert(method).inserted, seen.insert(task).inserted]
      guard isNew.contains(true) else { continue }
      let line = StudyLine(run, verbs, root: root, folder: folder)
      try line.check(path: path)
      try line.checkFiles(path: path, root: root)
    }
  }
}
