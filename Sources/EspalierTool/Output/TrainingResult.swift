import Espalier

/// All that a training found, for every form of output.
struct TrainingResult: Sendable {
  /// What the network makes of the rows held out.
  struct Score: Sendable {
    var metric: Metric
    var value: Double
  }

  /// A layer with weights.
  struct Layer: Sendable {
    var name: String
    var inputs: Int
    var units: Int
    var connections: Int

    var density: Double { Double(connections) / Double(inputs * units) }
  }

  var topology: String
  var settings: [(name: String, value: JSON)]
  /// How columns were scaled, and who said so.
  var scaling: String
  var seed: UInt64
  var data: SelectionResult.Summary
  var trained: TrainedNetwork
  var score: Score?
  /// The wall-clock time of the whole command.
  var seconds: Double
  var peakBytes: Int?
  /// Whether an early end was asked for, by a signal.
  var isCutShort: Bool
  var notes: [String]

  /// The layers with weights, in order.
  var layers: [Layer] {
    let nodes = trained.network.nodes
    return trained.network.prunableLayers.map { position in
      let node = nodes[position]
      return Layer(
        name: node.name, inputs: nodes[node.inputs[0]].outputShape.elementCount,
        units: node.outputShape.elementCount, connections: node.parameters[0].count)
    }
  }

  /// The epoch whose network this is.
  var best: TrainingEpoch { trained.epochs[trained.bestEpoch] }
}

extension TrainingResult {
  /// The result as one JSON object, schema 1.
  var json: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("train")),
      ("topology", .string(topology)),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
      ("seed", .unsigned(seed)),
      ("data", data.json),
      (
        "layers",
        .array(
          layers.map {
            .object([
              ("name", .string($0.name)), ("inputs", .integer($0.inputs)),
              ("units", .integer($0.units)), ("connections", .integer($0.connections)),
              ("density", .number($0.density)),
            ])
          })
      ),
      ("epochs", .integer(trained.epochs.count)),
      ("bestEpoch", .integer(trained.bestEpoch)),
      ("best", json(best)),
      (
        "test",
        .optional(score) {
          .object([
            ("metric", .string($0.metric.rawValue)), ("value", .number($0.value)),
            ("higherIsBetter", .bool($0.metric.higherIsBetter)),
          ])
        }
      ),
      ("cost", trained.cost.json),
      ("history", .array(trained.epochs.map(json))),
      ("isInterrupted", .bool(trained.isInterrupted)),
      ("notes", .strings(notes)),
      ("seconds", .measured(.number(seconds))),
      ("peakBytes", .measured(.optional(peakBytes, JSON.integer))),
    ])
  }

  private func json(_ epoch: TrainingEpoch) -> JSON {
    .object([
      ("trainingLoss", .number(epoch.trainingLoss)),
      ("validationLoss", .optional(epoch.validationLoss, JSON.number)),
      ("validationAccuracy", .optional(epoch.validationAccuracy, JSON.number)),
    ])
  }
}
