import ArgumentParser
import Espalier
import Foundation

/// A verb that studies can run: it writes the folder of a run, or one object.
protocol StudyCommand: ParsableCommand {
  /// Whether it writes the folder of `--output`; otherwise it prints an object with `--json`.
  static var writesFolder: Bool { get }
  /// Refuses settings that do not go together, as far as that can be told without the data.
  func checkSettings() throws
}

extension StudyCommand {
  static var writesFolder: Bool { true }
}

extension Select: StudyCommand {
  func checkSettings() throws {
    _ = try methods.method(choice.method)
    try judging.check(holdsOut: test.holdsOut, hasFolds: folding.folds != nil)
    try folding.check(choice)
    if !test.holdsOut && folding.folds == nil {
      throw ToolError.usage(
        "nothing to compare methods by; give test, test-fraction, test-rows or folds")
    }
  }
}

extension Train: StudyCommand {
  func checkSettings() throws {
    try check(recipe(TrainingRecipe()))
  }
}

extension PruneUnits: StudyCommand {
  func checkSettings() throws { try units.method().check() }
}

extension PruneLayers: StudyCommand {
  func checkSettings() throws { try layers.method().check() }
}

extension Evaluate: StudyCommand {
  static var writesFolder: Bool { false }

  func checkSettings() throws {
    guard test.holdsOut else {
      throw ToolError.usage("no rows to judge on; give test, test-fraction or test-rows")
    }
  }
}
