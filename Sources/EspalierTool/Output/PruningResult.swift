import Espalier

/// All that a pruning of units found, for every form of output.
struct PruningResult: CommandResult {
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
    /// The networks, run in turns.
    var before, after: InferenceMeasurement
    /// What the multiply-adds promise.
    var promised: Double
    /// What the times of the layers alone predict; nil where none changed.
    var predicted: Double?
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
  /// The time of a batch with each network of the path, in seconds.
  var pathSeconds: [Double?]
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
      ("layers", .array(changes.map(\.json))),
      (
        "rounds",
        .array(plans.map { .array(zip($0.layers, $0.removedUnits).map { json($0, units: $1) }) })
      ),
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
      (
        "path",
        .array(
          zip(path, pathSeconds).map {
            .object($0.members + [("seconds", .measured(.optional($1, JSON.number)))])
          })
      ),
      ("isInterrupted", .bool(trained.isInterrupted)),
      ("notes", .strings(notes)),
      (
        "latency",
        .object([
          ("batch", .integer(latency.batchCount)),
          ("before", .measured(.number(latency.before.median))),
          ("promised", .measured(.number(latency.promised))),
          ("predicted", .measured(.optional(latency.predicted, JSON.number))),
          ("after", .measured(.number(latency.after.median))),
          ("processorBefore", .measured(.number(latency.before.processorMedian))),
          ("processorAfter", .measured(.number(latency.after.processorMedian))),
        ])
      ),
      ("seconds", .measured(.number(seconds))),
      ("peakBytes", .measured(.optional(peakBytes, JSON.integer))),
    ])
  }

  private func pair(_ counts: (before: Int, after: Int)) -> JSON {
    .object([("before", .integer(counts.before)), ("after", .integer(counts.after))])
  }

  /// Which units go, by their group, and as rows of the weights of the first layer of the name.
  private func json(_ layer: UnitPruningPlan.Layer, units: [Int]) -> JSON {
    .object([
      ("name", .string(layer.name)), ("width", .integer(layer.width)),
      ("threshold", .optional(layer.threshold, JSON.number)),
      ("isLeftOut", .bool(layer.isSkipped)), ("removedGroups", .integers(layer.removed)),
      ("removedUnits", .integers(units)),
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
