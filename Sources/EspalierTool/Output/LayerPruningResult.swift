import Espalier

/// All that `espalier prune layers` found, for every form of output.
struct LayerPruningResult {
  /// What the networks make of the rows held out.
  struct Comparison {
    var metric: String
    var rows: Int
    var original: Double
    var after: Double
    /// By how much outputs differ before and after units were removed.
    var difference: OutputDifference
  }

  /// What a network costs.
  struct Size {
    var parameters, multiplyAdds, depth, bytes: Int
    /// The time of a batch of 64 rows, in seconds.
    var latency: Double

    init(_ network: Network) {
      (parameters, multiplyAdds) = (network.parameterCount, network.multiplyAdds)
      (depth, bytes) = (network.depth, network.arrays.reduce(0) { $0 + $1.byteCount })
      latency = InferenceMeasurement.measure(network, batchCount: 64, seconds: 0.2).median
    }
  }

  var options: PruneLayers
  var settings: [(name: String, value: JSON)]
  var data: SelectionResult.Summary
  var original: TrainedNetwork
  /// With pruned weights that are 0, before units were removed.
  var pruned: TrainedNetwork
  var trained: TrainedNetwork
  var outcome: NepentheOutcome
  /// What does nothing on the training rows, and what could go exactly after that.
  var removal: LayerRemoval
  var epochCount: Int
  var validationRows: Int
  var validationScore: Double
  /// By how much outputs differ on the training rows before and after units were removed.
  var training: OutputDifference
  var test: Comparison?
  /// The original, the pruned one with few weights stored sparsely, and what is left.
  var before, stored, after: Size
  /// The wall-clock time of the whole command.
  var seconds: Double
  var peakBytes: Int?
  /// Whether an early end was asked for, by a signal.
  var isCutShort: Bool
  var notes: [String]

  /// The weights of the result that are 0: pruned, but stored all the same.
  var storedZeroCount: Int {
    trained.network.nodes.reduce(0) { sum, node in
      guard node.operation is Linear || node.operation is Convolution else { return sum }
      return sum + node.parameters[0].elements.count { $0 == 0 }
    }
  }

  /// The layers with an activation that are part of others now.
  var mergedCount: Int { outcome.layers.count { width(of: $0) == 0 } }

  /// The units of the weights in front of an activation that are left.
  func width(of layer: RectifierLayer) -> Int? {
    guard let product = layer.product else { return nil }
    let name = original.network.nodes[product].name
    return trained.network.nodes.first { $0.name == name }?.outputShape.innermost ?? 0
  }

  /// The iteration of the result.
  var best: NepentheIteration { outcome.path[outcome.best] }
}

extension LayerPruningResult {
  /// The result as one JSON object, schema 1.
  var json: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("prune layers")),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
      ("seed", settings.first { $0.name == "seed" }?.value ?? .null),
      ("data", data.json),
      ("iteration", .integer(outcome.best)),
      ("path", .array(outcome.path.map { .object($0.members) })),
      ("layers", .array(zip(outcome.layers, best.layers).map(json))),
      ("linearLayers", .integer(best.linearCount)),
      ("removedUnits", .integer(removal.removedCount)),
      (
        "removed",
        .array(
          removal.layers.map {
            .object([
              ("name", .string($0.name)), ("before", .integer($0.before)),
              ("after", .integer($0.after)),
            ])
          })
      ),
      (
        "simplified",
        .array(
          removal.report.removed.map {
            .object([
              ("what", .string($0.change.rawValue)), ("where", .string($0.place)),
              ("count", .integer($0.count)),
            ])
          })
      ),
      (
        "kept",
        .array(
          removal.report.kept.map {
            .object([
              ("what", .string($0.change.rawValue)), ("where", .string($0.place)),
              ("count", .integer($0.count)), ("because", .string($0.reason)),
            ])
          })
      ),
      ("straightened", .strings(removal.straightened)),
      (
        "directPaths",
        .array(
          removal.paths.map {
            .object([
              ("layer", .string($0.layer)), ("units", .integer($0.unitCount)),
              ("left", .integer($0.leftCount)),
            ])
          })
      ),
      (
        "steps",
        .array(
          removal.steps.map {
            .object([
              ("what", .string($0.kind.rawValue)), ("isKept", .bool($0.isKept)),
              ("difference", json($0.difference)),
            ])
          })
      ),
      ("mergedLayers", .integer(mergedCount)),
      ("storedZeros", .integer(storedZeroCount)),
      ("parameters", sizes(\.parameters)), ("multiplyAdds", sizes(\.multiplyAdds)),
      ("depth", sizes(\.depth)), ("bytes", sizes(\.bytes)),
      ("epochs", .integer(epochCount)),
      (
        "validation",
        .object([
          ("rows", .integer(validationRows)), ("original", .number(outcome.path[0].score)),
          ("pruned", .number(best.score)), ("after", .number(validationScore)),
        ])
      ),
      (
        "test",
        .optional(test) {
          .object([
            ("metric", .string($0.metric)), ("rows", .integer($0.rows)),
            ("original", .number($0.original)), ("after", .number($0.after)),
            ("difference", json($0.difference)),
          ])
        }
      ),
      ("trainingDifference", json(training)),
      ("isInterrupted", .bool(outcome.isInterrupted)),
      ("notes", .strings(notes)),
      (
        "latency",
        .object([
          ("batch", .integer(64)), ("before", .measured(.number(before.latency))),
          ("stored", .measured(.number(stored.latency))),
          ("after", .measured(.number(after.latency))),
        ])
      ),
      ("seconds", .measured(.number(seconds))),
      ("peakBytes", .measured(.optional(peakBytes, JSON.integer))),
    ])
  }

  private func json(_ difference: OutputDifference) -> JSON {
    .object([
      ("rows", .integer(difference.sampleCount)),
      ("largest", .number(difference.largestDifference)),
      ("largestOutput", .number(difference.largestOutput)),
      ("changedPredictions", .integer(difference.changedDecisionCount)),
    ])
  }

  private func sizes(_ count: (Size) -> Int) -> JSON {
    .object([
      ("before", .integer(count(before))), ("stored", .integer(count(stored))),
      ("after", .integer(count(after))),
    ])
  }

  private func json(_ layer: RectifierLayer, _ state: NepentheIteration.Layer) -> JSON {
    .object([
      ("name", .string(layer.name)),
      ("weightsOf", .optional(layer.product) { .string(original.network.nodes[$0].name) }),
      ("entropy", .number(state.entropy)), ("isLinear", .bool(state.isLinear)),
      ("off", .integer(state.offCount)), ("mixed", .integer(state.mixedCount)),
      ("on", .integer(state.onCount)), ("weights", .integer(state.weightCount)),
    ])
  }
}
