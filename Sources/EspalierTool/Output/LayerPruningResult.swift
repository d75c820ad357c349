import Espalier

/// All that `espalier prune layers` found, for every form of output.
struct LayerPruningResult: CommandResult {
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
    /// The time of a batch of 64 rows, in seconds, by the clock and of the processor.
    var seconds, processorSeconds: Double
  }

  /// What the networks cost.
  struct Sizes {
    /// The original.
    var before: Size
    /// The pruned one with few weights stored sparsely.
    var stored: Size
    /// What is left.
    var after: Size
    /// How many rows are computed together when the time is taken.
    static let batchCount = 64

    /// Measures the networks in turns, so that what else the machine does meets all alike.
    init(before: Network, stored: Network, after: Network) {
      let networks = [before, stored, after]
      let sizes = zip(
        networks,
        InferenceMeasurement.compare(networks, batchCount: Self.batchCount, seconds: 0.2)
      ).map { network, measured in
        Size(
          parameters: network.parameterCount, multiplyAdds: network.multiplyAdds,
          depth: network.depth, bytes: network.arrays.reduce(0) { $0 + $1.byteCount },
          seconds: measured.median, processorSeconds: measured.processorMedian)
      }
      (self.before, self.stored, self.after) = (sizes[0], sizes[1], sizes[2])
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
  var sizes: Sizes
  /// The wall-clock time of the whole command.
  var seconds: Double
  var peakBytes: Int?
  /// Whether an early end was asked for, by a signal.
  var isCutShort: Bool
  var notes: [String]

  /// The weights of the result that are 0: pruned, but stored all the same.
  var storedZeroCount: Int {
    trained.network.nodes.reduce(0) { sum, node in
      let operation = node.operation
      guard operation is Linear || operation is Convolution || operation is SparseLinear else {
        return sum
      }
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
