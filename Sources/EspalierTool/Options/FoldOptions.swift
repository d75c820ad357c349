import ArgumentParser

/// How sure one can be: the selection inside folds, and what chance does.
struct FoldOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Choose anew in the training rows of so many folds, each judged on the rows left out.",
      valueName: "n"))
  var folds: Int?

  @Option(
    help: ArgumentHelp("Divide the rows into folds so often (default: 1).", valueName: "n"))
  var repeats: Int?

  @Option(
    help: ArgumentHelp(
      "Do the same once on each of so many permuted targets: how often is chance as good?",
      valueName: "n"))
  var null: Int?

  /// How often the rows are divided.
  var repeatCount: Int { repeats ?? 1 }

  func validate() throws {
    func check(_ value: Int?, _ name: String, _ range: ClosedRange<Int>) throws {
      guard let value else { return }
      guard range.contains(value) else {
        throw ValidationError(
          "--\(name) is \(value), but must be in \(range.lowerBound)...\(range.upperBound)")
      }
      if folds == nil { throw ValidationError("--\(name) needs --folds; give --folds 5") }
    }
    try check(folds, "folds", 2...1_000_000)
    try check(repeats, "repeats", 1...10_000)
    try check(null, "null", 1...1_000_000)
  }

  /// Refuses what does not go with folds.
  func check(_ choice: ChoiceOptions) throws {
    guard folds != nil else { return }
    if choice.count == nil {
      throw ToolError.usage(
        "--folds needs --count: a count that --path finds on all rows has seen those left out")
    }
    if choice.timeLimit != nil {
      throw ToolError.usage(
        "--folds and --time-limit exclude each other; end the folds with Ctrl-C, what is complete"
          + " is kept")
    }
  }
}
