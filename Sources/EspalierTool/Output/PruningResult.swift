import Espalier

/// All that a pruning of units found, for every form of output.
struct PruningResult {
  /// What the networks are worth on some rows.
  struct Scores {
    var metric: String
    var higherIsBetter: Bool
    var rows: Int
    var original: Double
    /// After the cut, before the refinement.
    var pruned: Double
    var refined: Double
  }

  /// The time of a batch, in seconds.
  struct Latency {
    var batchCount: Int
    var before: Double
    /// What the multiply-adds promise.
    var predicted: Double
    var after: Double
  }

  var options: PruneUnits
  var settings: [(name: String, value: JSON)]
  var data: SelectionResult.Summary
  var original: TrainedNetwork
  var trained: TrainedNetwork
  var pruned: Network
  var plans: [UnitPruningPlan]
  var changes: [LayerChange]
  var epsilon: Double?
  var multiple: Int
  var path: [UnitPruningSearch.Candidate]
  var epochCount: Int
  /// By how much the outputs moved until the last refinement.
  var cut: OutputDifference
  var validation: Scores?
  var test: Scores?
  var latency: Latency
  /// The wall-clock time of the whole command.
  var seconds: Double
  var peakBytes: Int?
  /// Whether an early end was asked for, by a signal.
  var isCutShort: Bool
  var notes: [String]

  var parameters: (before: Int, after: Int) {
    (original.network.parameterCount, trained.network.parameterCount)
  }

  var multiplyAdds: (before: Int, after: Int) {
    (original.network.multiplyAdds, trained.network.multiplyAdds)
  }

  /// The share of the parameters that is gone.
  var compression: Double {
    1 - Double(parameters.after) / Double(max(parameters.before, 1))
  }
}

extension PruningResult {
  /// The result as one JSON object, schema 1.
  var json: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("prune units")),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
      ("seed", settings.first { $0.name == "seed" }?.value ?? .null),
      ("data", data.json),
      ("epsilon", .optional(epsilon, JSON.number)),
      ("widthMultiple", .integer(multiple)),
      ("removedUnits", .integer(plans.reduce(0) { $0 + $1.removedCount })),
      ("parameters", pair(parameters)),
      ("multiplyAdds", pair(multiplyAdds)),
      ("compression", .number(compression)),
      ("layers", .array(changes.map(json))),
      ("rounds", .array(plans.map { .array($0.layers.map(json)) })),
      ("epochs", .integer(epochCount)),
      (
        "cut",
        .object([
          ("rows", .integer(cut.sampleCount)),
          ("largestDifference", .number(cut.largestDifference)),
          ("largestOutput", .number(cut.largestOutput)),
          ("changedDecisions", .integer(cut.changedDecisionCount)),
        ])
      ),
      ("validation", .optional(validation, json)),
      ("test", .optional(test, json)),
      ("path", .array(path.map { .object($0.members) })),
      ("isInterrupted", .bool(trained.isInterrupted)),
      ("notes", .strings(notes)),
      (
        "latency",
        .object([
          ("batch", .integer(latency.batchCount)),
          ("before", .measured(.number(latency.before))),
          ("predicted", .measured(.number(latency.predicted))),
          ("after", .measured(.number(latency.after))),
        ])
      ),
      ("seconds", .measured(.number(seconds))),
      ("peakBytes", .measured(.optional(peakBytes, JSON.integer))),
    ])
  }

  private func pair(_ counts: (before: Int, after: Int)) -> JSON {
    .object([("before", .integer(counts.before)), ("after", .integer(counts.after))])
  }

  private func json(_ change: LayerChange) -> JSON {
    func pair(_ count: LayerChange.Count) -> JSON { self.pair((count.before, count.after)) }
    return .object([
      ("name", .string(change.name)), ("units", pair(change.units)),
      ("parameters", pair(change.parameters)), ("multiplyAdds", pair(change.multiplyAdds)),
    ])
  }

  /// Which units stay, by their group.
  private func json(_ layer: UnitPruningPlan.Layer) -> JSON {
    .object([
      ("name", .string(layer.name)), ("width", .integer(layer.width)),
      ("threshold", .optional(layer.threshold, JSON.number)),
      ("isLeftOut", .bool(layer.isSkipped)), ("removedGroups", .integers(layer.removed)),
    ])
  }

  private func json(_ scores: Scores) -> JSON {
    .object([
      ("metric", .string(scores.metric)), ("higherIsBetter", .bool(scores.higherIsBetter)),
      ("rows", .integer(scores.rows)), ("original", .number(scores.original)),
      ("pruned", .number(scores.pruned)), ("refined", .number(scores.refined)),
    ])
  }
}
