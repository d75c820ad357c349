import Espalier

/// What the selections inside folds found, and how often chance does as well.
struct FoldResult: Sendable {
  var foldCount: Int
  var repeatCount: Int
  /// How many permutations were asked for.
  var nullCount: Int
  var learner: String
  var metric: Metric
  /// The runs that are complete, repeat by repeat.
  var runs: [FoldRun]
  /// Their spread; nil without any.
  var spread: FoldSpread?
  /// The permutations that are complete; nil without any.
  var chance: ChanceComparison?
  var permutationUnit: PermutationUnit
  /// The permutations that left a fold with a single class to learn.
  var unjudgeableCount: Int
  var seconds = 0.0

  /// Whether an early end took something away.
  var isCutShort: Bool {
    runs.count < foldCount * repeatCount
      || (chance?.values.count ?? 0) + unjudgeableCount < nullCount
  }

  /// The share of the runs that chose a column.
  func share(of column: Int) -> Double {
    spread?.frequencies.first { $0.feature == column }?.share ?? 0
  }

  /// What a reader should know, a sentence each.
  var notes: [String] {
    var notes: [String] = []
    if isCutShort {
      notes.append(
        "stopped early: \(runs.count) of \(foldCount * repeatCount) folds"
          + (nullCount > 0
            ? " and \(chance?.values.count ?? 0) of \(nullCount) permuted targets" : "")
          + " are complete and counted")
    }
    if unjudgeableCount > 0 {
      notes.append(
        "\(unjudgeableCount) of \(nullCount) permuted targets left a fold with one class, and do"
          + " not count")
    }
    return notes
  }
}

extension FoldResult {
  /// The 95 % interval of the spread; no score of ours is above 1 but an error.
  var interval: ClosedRange<Double>? {
    spread?.interval.map { interval in
      metric.higherIsBetter
        ? min(interval.lowerBound, 1)...min(interval.upperBound, 1) : interval
    }
  }

  /// The result as one JSON object, with the rows that every step saw.
  func json(names: [String], fileIndices: [Int]) -> JSON {
    .object([
      ("count", .integer(foldCount)), ("repeats", .integer(repeatCount)),
      ("learner", .string(learner)), ("metric", .string(metric.rawValue)),
      ("higherIsBetter", .bool(metric.higherIsBetter)),
      (
        "interval95",
        .optional(interval) {
          .array([.number($0.lowerBound), .number($0.upperBound)])
        }
      ),
      ("overFolds", .optional(spread?.folds, json)),
      ("overRepeats", .optional(spread?.repeats, json)),
      ("stability", .optional(spread?.stability, JSON.number)),
      (
        "frequencies",
        .array(
          (spread?.frequencies ?? []).map {
            .object([
              ("index", .integer(fileIndices[$0.feature])), ("name", .string(names[$0.feature])),
              ("frequency", .number($0.share)),
            ])
          })
      ),
      ("runs", .array(runs.map { json($0, fileIndices: fileIndices) })),
      ("null", nullCount == 0 ? .null : chanceJSON),
      ("seconds", .measured(.number(seconds))),
    ])
  }

  private func json(_ summary: FoldSpread.Summary) -> JSON {
    .object([
      ("count", .integer(summary.count)), ("mean", .number(summary.mean)),
      ("sd", .optional(summary.deviation, JSON.number)), ("lowest", .number(summary.lowest)),
      ("highest", .number(summary.highest)),
    ])
  }

  private func json(_ run: FoldRun, fileIndices: [Int]) -> JSON {
    .object([
      ("repeat", .integer(run.repetition)), ("fold", .integer(run.fold)),
      ("value", .number(run.value)), ("seconds", .measured(.number(run.seconds))),
      ("features", .integers(run.features.map { fileIndices[$0] })),
      ("rows", run.split.json),
    ])
  }

  private var chanceJSON: JSON {
    let summary = chance.flatMap { FoldSpread.Summary($0.values) }
    return .object([
      ("permuted", .string(permutationUnit.rawValue)), ("asked", .integer(nullCount)),
      ("complete", .integer(chance?.values.count ?? 0)),
      ("asGood", .optional(chance?.asGoodCount, JSON.integer)),
      ("p", .optional(chance?.p, JSON.number)), ("spread", .optional(summary, json)),
      ("values", .array((chance?.values ?? []).map(JSON.number))),
    ])
  }
}
