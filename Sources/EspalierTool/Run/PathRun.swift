import Espalier

/// The measurement of several counts before the choice itself.
struct PathRun {
  private let choice: ChoiceOptions
  private let method: any SelectionMethod
  private let data: LoadedData
  private let display: ProgressDisplay

  init(_ options: Select, method: any SelectionMethod, data: LoadedData) {
    choice = options.choice
    self.method = method
    self.data = data
    display = ProgressDisplay(isQuiet: options.output.quiet)
  }

  /// Measures every count on splits of the training rows.
  func path(_ list: CountList) throws -> CountPath {
    // The largest count is checked now, not after an hour.
    let task = try choice.task(data, count: list.counts.last ?? 1)
    let splitCount = 5
    defer { display.clear() }
    return try method.path(
      over: list.counts, task, splitCount: splitCount,
      random: RandomSource(seed: choice.seed).substream("path")
    ) { count, split in
      display.show("path · \(count) columns · split \(split + 1)/\(splitCount)")
      return SilentObserver()
    }
  }
}

extension ChoiceOptions {
  /// The task of choosing a number of columns of the data.
  func task(_ data: LoadedData, count: Int) throws -> SelectionTask {
    let dropped = droppedColumns.filter { !data.leftOut.contains($0) }
    return try SelectionTask(
      data.training, rows: data.trainingRows, count: count,
      keep: keptColumns.map { try data.column($0, option: "--keep") },
      drop: dropped.map { try data.column($0, option: "--drop") })
  }
}

extension CountPath {
  /// One line: each count with its loss, and the one suggested.
  var sentence: String {
    let losses = points.map {
      "\($0.count): \(Wording.score($0.loss)) ± \(Wording.score($0.standardError))"
    }
    let suggestion = suggestedCount.map { "; \($0) is the smallest within one error of the best" }
    return "held-out loss " + losses.joined(separator: ", ") + (suggestion ?? "")
  }

  var json: JSON {
    .object([
      (
        "points",
        .array(
          points.map {
            .object([
              ("count", .integer($0.count)), ("loss", .number($0.loss)),
              ("standardError", .number($0.standardError)),
            ])
          })
      ),
      ("suggestedCount", .optional(suggestedCount, JSON.integer)),
    ])
  }
}
