import Espalier

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
      ("linearLayers", .integer(best.linearCount)), ("forcedLayers", .integer(best.forcedCount)),
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
      ("simplified", .array(removal.report.removed.map(\.json))),
      ("kept", .array(removal.report.kept.map(\.json))),
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
      ("parameters", json(\.parameters)), ("multiplyAdds", json(\.multiplyAdds)),
      ("depth", json(\.depth)), ("bytes", json(\.bytes)),
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
          ("batch", .integer(Sizes.batchCount)),
          ("before", .measured(.number(sizes.before.seconds))),
          ("stored", .measured(.number(sizes.stored.seconds))),
          ("after", .measured(.number(sizes.after.seconds))),
          ("processorBefore", .measured(.number(sizes.before.processorSeconds))),
          ("processorStored", .measured(.number(sizes.stored.processorSeconds))),
          ("processorAfter", .measured(.number(sizes.after.processorSeconds))),
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

  private func json(_ count: (Size) -> Int) -> JSON {
    .object([
      ("before", .integer(count(sizes.before))), ("stored", .integer(count(sizes.stored))),
      ("after", .integer(count(sizes.after))),
    ])
  }

  private func json(_ layer: RectifierLayer, _ state: NepentheIteration.Layer) -> JSON {
    .object([
      ("name", .string(layer.name)),
      ("weightsOf", .optional(layer.product) { .string(original.network.nodes[$0].name) }),
      ("entropy", .number(state.entropy)), ("isLinear", .bool(state.isLinear)),
      ("isForced", .bool(state.isForced)), ("lineError", .number(state.lineError)),
      ("off", .integer(state.offCount)), ("mixed", .integer(state.mixedCount)),
      ("on", .integer(state.onCount)), ("weights", .integer(state.weightCount)),
    ])
  }
}
