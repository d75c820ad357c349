import Espalier

/// All that a training found, for every form of output.
struct TrainingResult: Sendable, CommandResult {
  /// What the network makes of the rows held out.
  struct Score: Sendable {
    var metric: Metric
    var value: Double
    /// The share of rows whose class is among the first five; nil where there are not more.
    var topFive: Double?
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
  /// The network for images, and what its channels were multiplied by; nil for layers.
  var imageNetwork: (name: String, width: Double)?
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

  /// What was trained, as a heading begins.
  var subject: String {
    if let (name, width) = imageNetwork {
      return "A \(name) network" + (width == 1 ? "" : " of width \(width)")
    }
    return topology == "dense" ? "A dense network" : "A network of \(topology)"
  }

  /// The layers with weights, in order; of a convolution a unit is a channel, and reads a window.
  var layers: [Layer] {
    trained.network.connectionSpreads.map {
      Layer(
        name: $0.name, inputs: $0.inputCount, units: $0.unitCount, connections: $0.connectionCount)
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
      ("best", .object(best.members)),
      (
        "test",
        .optional(score) {
          .object([
            ("metric", .string($0.metric.rawValue)), ("value", .number($0.value)),
            ("higherIsBetter", .bool($0.metric.higherIsBetter)),
            ("topFive", .optional($0.topFive, JSON.number)),
          ])
        }
      ),
      ("cost", trained.cost.json),
      ("history", .array(trained.epochs.map { .object($0.members) })),
      ("isInterrupted", .bool(trained.isInterrupted)),
      ("notes", .strings(notes)),
      ("seconds", .measured(.number(seconds))),
      ("peakBytes", .measured(.optional(peakBytes, JSON.integer))),
    ])
  }
}
