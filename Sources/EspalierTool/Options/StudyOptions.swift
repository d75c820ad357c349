import ArgumentParser
import Espalier
import Foundation
import Studies

/// Which plan is done, and where.
struct StudyPlanOptions: ParsableArguments {
  @Argument(help: "The plan, a YAML file.")
  var plan: String

  @Option(
    name: [.short, .long], help: ArgumentHelp("The folder of the study.", valueName: "dir"))
  var output: String

  @Option(
    help: ArgumentHelp(
      "Where the relative paths of the plan begin (default: where the plan is).",
      valueName: "dir"))
  var data: String?

  /// Reads and checks the plan; after so many seconds without a heartbeat a claim is stale.
  func prepared(patience: Double = 180) throws -> PreparedStudy {
    try PreparedStudy(plan, data: data, output: output, patience: patience)
  }
}

/// Which runs of a study are done, and when another process counts as dead.
struct StudyShareOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Do the runs of this name alone, and what they need; * stands for any letters.",
      valueName: "pattern"))
  var only: String?

  @Option(
    help: ArgumentHelp(
      "After how long without a sign of life another machine's run is taken over.",
      valueName: "seconds"))
  var staleAfter = 180.0

  func validate() throws {
    guard staleAfter >= 1, staleAfter <= 1e6 else {
      throw ValidationError(
        "--stale-after is \(staleAfter), but must be at least 1 and at most 1e6")
    }
  }

  /// The runs that are asked for, with those that they need.
  func chosen(_ runs: [StudyRun]) throws(ToolError) -> [StudyRun] {
    guard let only else { return runs }
    let pattern = NamePattern(only)
    let named = runs.filter { pattern.matches($0.name) }
    let needed = Set(named.compactMap(\.former))
    guard !named.isEmpty else {
      let hint = nearest(to: only, among: runs.map(\.name)).map { "; did you mean '\($0)'?" }
      throw .usage(
        "--only '\(only)' fits no run" + (hint ?? "; the first is called '\(runs[0].name)'"))
    }
    let names = Set(named.map(\.name))
    return runs.filter { names.contains($0.name) || needed.contains($0.name) }
  }
}

/// A study that is there.
struct OpenStudy {
  let folder: StudyFolder
  let verbs: StudyVerbs
  let plan: StudyPlan
  let runs: [StudyRun]
  let root: String

  /// Reads the plan of a study's folder.
  init(_ path: String, patience: Double = 180) throws {
    folder = StudyFolder(path, patience: patience)
    root = try folder.root()
    verbs = try StudyVerbs()
    plan = try verbs.plan(try folder.planText(), path: folder.planPath)
    runs = try plan.runs()
  }
}
