import Datasets
import Kernels
import Networks
import Tensors
import Training

/// How often the units of every activation are ON or OFF: exact counts over rows of a table.
///
///     for each row x, each place u of an image or token, each unit i:
///         z = the PRE-activation;  ON if z > 0, OFF if z < 0, and neither if z = 0
///
/// A unit is a channel or feature, the innermost dimension; its places are pooled with the rows. The
/// network is in evaluation mode, its normalisations folded into the layers before them. ReLU6 and
/// hardswish have a state more, see ``EntropyEstimator``.
///
/// - Source: NEPENTHE, arXiv:2404.16890, equations 2 to 4.
/// - Note: States are told by the sign of the pre-activation: behind a ReLU no number is below 0.
public struct ActivationStates: Sendable {
  /// The counts of an activation.
  struct Layer: Sendable {
    let rectifier: RectifierLayer
    let form: RectifierForm
    let counts: StateCounts
    /// The numbers of each unit.
    let observationCount: Int
    /// The mean over batches of what an estimator by batches gives; nil for exact counts.
    let batchMean: Double?
  }

  /// The layers, in order.
  let layers: [Layer]
  /// The network.
  let network: Network
  /// How entropies are to be estimated.
  public let estimator: EntropyEstimator
  /// The number of rows.
  public let rowCount: Int

  /// Counts the states of a network's activations.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - features: A table with the inputs as its columns.
  ///   - rows: The rows, at least one.
  ///   - scaler: How the columns are scaled.
  ///   - estimator: How entropies are to be estimated.
  ///   - batchCount: The rows of a batch, over which estimators by batches take their means.
  /// - Complexity: A pass of inference, and a look at what goes into every activation.
  public init(
    of network: Network, on features: FeatureStore, rows: [Int], scaler: Scaler,
    estimator: EntropyEstimator = .nepenthe, batchCount: Int = 128
  ) {
    require(!rows.isEmpty, "ActivationStates: no rows")
    let rectifiers = network.rectifierLayers
    let folded = network.foldingBatchNormalization()
    var observed: [Int: [Int]] = [:]  // the layers that read each node of the folded network
    for (place, rectifier) in rectifiers.enumerated() {
      guard let node = folded.nodes.first(where: { $0.name == rectifier.name }) else { continue }
      observed[node.inputs[0], default: []].append(place)
    }
    let forms = rectifiers.map { RectifierForm(network.nodes[$0.node].operation) }
    var sums = rectifiers.map { rectifier in
      StateSums(columns: network.nodes[rectifier.node].outputShape.innermost)
    }
    folded.forEachBatch(
      observing: Set(observed.keys), on: features, rows: rows, scaler: scaler,
      // Exact counts are the same whatever the batch is.
      batchCount: estimator == .nepenthe
        ? folded.observedBatch(ofRows: rows.count) : min(batchCount, rows.count)
    ) { view, sampleCount, batchCount in
      for place in observed[view.node] ?? [] {
        guard let form = forms[place] else { continue }
        sums[place].add(view, form, sampleCount, batchCount, estimator)
      }
    }
    layers = zip(zip(rectifiers, forms), sums).compactMap { layer, sums in
      layer.1.map { form in
        Layer(
          rectifier: layer.0, form: form, counts: sums.counts,
          observationCount: sums.observationCount,
          batchMean: estimator == .nepenthe ? nil : sums.batchSum / Double(max(sums.batchCount, 1)))
      }
    }
    self.network = network
    self.estimator = estimator
    rowCount = rows.count
  }
}

/// The counts of a layer while they grow.
private struct StateSums {
  var counts: StateCounts
  var observationCount = 0
  var batchSum = 0.0
  var batchCount = 0

  init(columns: Int) { counts = StateCounts(columns: columns) }

  mutating func add(
    _ view: ActivationView, _ form: RectifierForm, _ sampleCount: Int, _ batchCount: Int,
    _ estimator: EntropyEstimator
  ) {
    let rows = view.rowCount(sampleCount)
    observationCount += rows
    if estimator == .nepenthe {
      counts.add(view, sampleCount, batchCount, form.limits)
      return
    }
    var own = StateCounts(columns: view.shape.innermost)
    own.add(view, sampleCount, batchCount, form.limits)
    batchSum += estimator.batchEntropy(own, rows)
    self.batchCount += 1
    counts.add(own)
  }
}
