import ArgumentParser

/// What is to be chosen, and how often.
struct ChoiceOptions: ParsableArguments {
  @Option(
    name: [.customShort("c"), .customLong("count")],
    help: ArgumentHelp(
      "How many columns to choose, or auto for the fewest that lose nothing, as --path finds them.",
      valueName: "k"))
  var wantedCount: CountChoice?

  @Option(
    help: ArgumentHelp(
      "Try several counts first, by splits of the training rows; without --count the smallest"
        + " that loses nothing is chosen.", valueName: "k,k,..."))
  var path: CountList?

  @Option(help: "How to choose; auto races the others on splits of the training rows.")
  var method: MethodName = .auto

  @Option(
    help: ArgumentHelp(
      "Columns to choose in any case, by name or index, with commas between them.",
      valueName: "columns"))
  var keep: [String] = []

  @Option(
    help: ArgumentHelp(
      "Columns to leave out, as --keep; those given by name may hold any text.",
      valueName: "columns"))
  var drop: [String] = []

  @Option(
    help: ArgumentHelp(
      "Columns that are one feature, a line each: 'name: column, column, ...'.",
      valueName: "file"))
  var groups: String?

  @Option(help: "The first seed of the random numbers.")
  var seed: UInt64 = 0

  @Option(help: ArgumentHelp("How many runs, each with the next seed.", valueName: "n"))
  var seeds: Int = 1

  @Option(help: ArgumentHelp("How many runs go side by side.", valueName: "n"))
  var threads: Int = 1

  @Option(
    help: ArgumentHelp(
      "Stop choosing after so long, with the best so far; each run gets its share, --path half.",
      valueName: "seconds"))
  var timeLimit: Double?

  func validate() throws {
    if wantedCount == .auto, path != nil {
      throw ValidationError("--count auto tries counts of its own; remove it, or --path")
    }
    if let count, count < 1 {
      throw ValidationError("--count is \(count); ask for at least 1 column")
    }
    if wantedCount == nil && path == nil {
      throw ValidationError(
        "how many columns? Give --count K, or --count auto or --path K,K,... to try several")
    }
    guard (1...10_000).contains(seeds) else {
      throw ValidationError("--seeds is \(seeds), but must be in 1...10000")
    }
    if threads < 1 { throw ValidationError("--threads is \(threads); at least 1 is needed") }
    if let timeLimit, !(timeLimit > 0 && timeLimit <= 1e9) {
      throw ValidationError("--time-limit is \(timeLimit), but must be above 0 and at most 1e9")
    }
    if seeds > 1, seed.addingReportingOverflow(UInt64(seeds - 1)).overflow {
      throw ValidationError("--seed \(seed) leaves no room for \(seeds) seeds")
    }
  }

  /// The count that was given; nil where it is to be found.
  var count: Int? {
    if case .number(let count) = wantedCount { count } else { nil }
  }

  /// Makes a path of `--count auto`.
  ///
  /// - Parameter data: The data, for how many columns there are.
  mutating func resolveCount(_ data: LoadedData) {
    guard wantedCount == .auto else { return }
    let dropped = droppedColumns.filter { !data.leftOut.contains(data.columnName($0)) }
    let eligible = data.training.featureCount - dropped.count
    let tried = CountChoice.tried(upTo: eligible).filter { $0 >= keptColumns.count }
    path = CountList(counts: tried.isEmpty ? [keptColumns.count] : tried)
  }

  /// The seed of each run.
  var allSeeds: [UInt64] { (0..<UInt64(seeds)).map { seed + $0 } }

  /// The columns of ``keep`` as they were typed.
  var keptColumns: [String] { columnList(keep) }

  /// The columns of ``drop`` as they were typed.
  var droppedColumns: [String] { columnList(drop) }
}
