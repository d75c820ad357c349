import ArgumentParser
import Espalier
import Foundation
import Studies

/// The verbs of the command line as plans of studies see them.
///
/// Options, values and arguments come from the parser itself: a new option of a verb is one of
/// plans, too.
struct StudyVerbs {
  /// A verb with its command.
  struct Entry {
    var verb: StudyVerb
    var command: any StudyCommand.Type
  }

  let entries: [Entry]
  /// The verb that trains what others make smaller.
  let training: StudyVerb

  init() throws {
    let given = ["output", "force", "json", "quiet", "resume"].map {
      (name: $0, remedy: "remove it")
    }
    let seed = (name: "seed", remedy: "give seed and seeds at the top of the plan")
    let seeds = (name: "seeds", remedy: "give seeds at the top of the plan")
    let threads = (name: "threads", remedy: "'study run --jobs N' does runs side by side")
    let compared = (name: "baselines", remedy: "all and random columns are always compared")
    let model = (name: "model", remedy: "give models at the top of the plan")

    training = try Self.verb(Train.self, "train", reserved: given + [seed])
    var select = try Self.verb(
      Select.self, "select", reserved: given + [seed, seeds, threads, compared])
    select.methodOption = "method"
    select.countOption = "count"
    select.judgeOption = "judge"
    select.baselines = [
      StudyVerb.Baseline(
        StudyOutcome.randomColumns, options: [("method", "random")], isRandom: true),
      // A single random column is chosen, which nobody looks at.
      StudyVerb.Baseline(
        StudyOutcome.allColumns,
        options: [("method", "random"), ("count", "1"), ("baselines", "true")], isRandom: false),
    ]
    var evaluate = try Self.verb(Evaluate.self, "evaluate", reserved: given + [seed])
    evaluate.judgeOption = "judge"
    var units = try Self.verb(PruneUnits.self, "prune units", reserved: given + [seed, model])
    units.modelArgument = "model"
    var layers = try Self.verb(PruneLayers.self, "prune layers", reserved: given + [seed, model])
    layers.modelArgument = "model"
    entries = [
      Entry(verb: select, command: Select.self), Entry(verb: training, command: Train.self),
      Entry(verb: units, command: PruneUnits.self),
      Entry(verb: layers, command: PruneLayers.self),
      Entry(verb: evaluate, command: Evaluate.self),
    ]
  }

  /// The entry of a verb that there is.
  subscript(name: String) -> Entry {
    entries.first { $0.verb.name == name } ?? entries[0]
  }

  /// Reads a plan.
  func plan(_ text: String, path: String) throws(PlanError) -> StudyPlan {
    try StudyPlan(text: text, path: path, verbs: entries.map(\.verb), training: training)
  }

  private static func verb(
    _ command: any StudyCommand.Type, _ name: String,
    reserved: [(name: String, remedy: String)]
  ) throws -> StudyVerb {
    let dump = try JSONDecoder().decode(HelpDump.self, from: Data(command._dumpHelp().utf8))
    return StudyVerb(
      name, options: dump.command.arguments.compactMap(\.option), reserved: reserved)
  }
}

/// What the argument parser tells of a command.
private struct HelpDump: Decodable {
  var command: Command

  struct Command: Decodable {
    var arguments: [Argument]
  }

  struct Argument: Decodable {
    var kind: String
    var sectionTitle: String?
    var isRepeating: Bool
    var names: [Name]?
    var valueName: String?
    var allValues: [String]?

    struct Name: Decodable {
      var kind: String
      var name: String
    }
  }
}

extension HelpDump.Argument {
  /// The parts of the help whose options say what is measured, and on what.
  private static let taskSections: Set = ["Data", "Rows held out and their judge", "Rows held out"]
  /// Others that do.
  private static let taskOptions: Set = ["folds", "repeats", "keep", "drop", "groups"]
  private static let paths: Set = [
    "data", "model", "result", "labels", "test", "test-labels", "test-rows", "groups", "truth",
  ]

  /// The option; nil for what every command has, and for what no plan needs.
  var option: StudyVerb.Option? {
    let long = (names ?? []).filter { $0.kind == "long" }.map(\.name)
    let name = kind == "positional" ? valueName : long.first { !$0.hasPrefix("no-") }
    guard let name, !["help", "version"].contains(name) else { return nil }
    return StudyVerb.Option(
      name,
      kind == "positional" ? .argument : kind == "flag" ? .flag : .option,
      repeats: isRepeating, values: allValues ?? [], hasNegation: long.contains("no-\(name)"),
      isPath: Self.paths.contains(name),
      describesTask: sectionTitle.map(Self.taskSections.contains) ?? false
        || Self.taskOptions.contains(name))
  }
}
