import Datasets
import Networks
import Tensors

/// A network with all that is needed to apply it to rows of a table, and how it came about.
public struct TrainedNetwork: Sendable, Equatable {
  /// The network of the best epoch; without held-out rows that of the last.
  public var network: Network
  /// How the columns are scaled before the network sees them.
  public var scaler: Scaler
  /// The names of the columns that the network reads, in order.
  public var columnNames: [String]
  /// What the outputs mean.
  public var meaning: OutputMeaning
  /// The epochs in order, those of all rounds of pruning included.
  public var epochs: [TrainingEpoch]
  /// The epoch whose network this is, from 0.
  public var bestEpoch: Int
  /// The strongest inputs after each epoch of the last training, for charts; none for a network that
  /// was read from a file, or has no sparse layers.
  public package(set) var strongestInputs: [[InputShare]] = []
  /// What the training cost.
  public var cost: TrainingCost
  /// Whether the training was ended early from outside.
  public var isInterrupted: Bool
  /// What a reader of the result should know, a sentence each.
  public var notes: [String]

  /// Creates a trained network.
  package init(
    network: Network, scaler: Scaler, columnNames: [String], meaning: OutputMeaning,
    epochs: [TrainingEpoch], bestEpoch: Int, cost: TrainingCost, isInterrupted: Bool,
    notes: [String]
  ) {
    (self.network, self.scaler, self.columnNames) = (network, scaler, columnNames)
    (self.meaning, self.epochs, self.bestEpoch) = (meaning, epochs, bestEpoch)
    (self.cost, self.isInterrupted, self.notes) = (cost, isInterrupted, notes)
  }

  /// The names of the classes, an output each; nil where something else is predicted.
  public var classNames: [String]? {
    if case .classes(let names) = meaning { names } else { nil }
  }

  /// The outputs for some rows: logits of classes or labels, or standardised numbers.
  ///
  /// The columns are the elements of the network's input in their order: of one that reads images
  /// [height x width x channels] the channels of the first pixel come first. A table of images has
  /// the planes of its channels one after another, see `Network.readingPlanes()`.
  ///
  /// - Parameters:
  ///   - features: A table with the columns of the training.
  ///   - rows: The rows, each in `0..<features.rowCount`.
  /// - Returns: [rows x outputs].
  public func outputs(for features: FeatureStore, rows: [Int]) -> Tensor {
    require(
      features.columnCount == network.inputShape.elementCount,
      "TrainedNetwork: a table of \(features.columnCount) columns for "
        + "\(network.inputShape.elementCount) inputs")
    let (width, outputCount) = (features.columnCount, network.outputShape.elementCount)
    guard !rows.isEmpty else { return Tensor([0, outputCount]) }
    let batchCount = min(rows.count, network.largestBatch)
    let plan = Plan(
      network.foldingBatchNormalization(), batchCount: batchCount, for: .inference)
    let gatherer = ColumnGatherer(features, columns: Array(0..<width), scaler: scaler)
    var block = Tensor(Shape([batchCount] + network.inputShape.extents))
    var outputs: [Float] = []
    for start in stride(from: 0, to: rows.count, by: batchCount) {
      let chunk = rows[start..<min(start + batchCount, rows.count)]
      block.withMutableElements { gatherer.gather(rows: chunk, into: $0) }
      // Rows of an earlier batch behind the last ones do no harm.
      outputs += plan.outputs(for: block).elements.prefix(chunk.count * outputCount)
    }
    return Tensor([rows.count, outputCount], outputs)
  }

  /// The predictions for some rows.
  ///
  /// - Parameters:
  ///   - features: A table with the columns of the training.
  ///   - rows: The rows; nil for all.
  /// - Returns: The class of the largest output (the first of equal ones), under the names of the
  ///   training, the labels whose output is above 0, or numbers in the units of the target.
  public func predict(_ features: FeatureStore, rows: [Int]? = nil) -> Target {
    meaning.predictions(outputs(for: features, rows: rows ?? Array(0..<features.rowCount)))
  }

  /// The share of the rows, by their weights, whose class is predicted.
  ///
  /// - Parameters:
  ///   - data: A table with the columns of the training, and classes; they are compared by name.
  ///   - rows: The rows; nil for all.
  /// - Returns: A number in 0...1, 0 without rows; nil where a number is predicted.
  public func accuracy(on data: Dataset, rows: [Int]? = nil) -> Double? {
    let rows = rows ?? Array(0..<data.rowCount)
    guard case .classes(let truth, let names) = data.target,
      case .classes(let predicted, let ownNames) = predict(data.features, rows: rows)
    else { return nil }
    return data.weightedMean(rows) { ownNames[predicted[$0]] == names[truth[$1]] ? 1 : 0 }
  }

  /// The mean squared difference of prediction and target, by the weights of the rows.
  ///
  /// - Parameters:
  ///   - data: A table with the columns of the training, and numbers to predict.
  ///   - rows: The rows; nil for all.
  /// - Returns: The mean in squared units of the target, 0 without rows; nil for classes.
  public func meanSquaredError(on data: Dataset, rows: [Int]? = nil) -> Double? {
    let rows = rows ?? Array(0..<data.rowCount)
    guard case .values(let truth) = data.target,
      case .values(let predicted) = predict(data.features, rows: rows)
    else { return nil }
    return data.weightedMean(rows) { position, row in
      let difference = Double(truth[row]) - Double(predicted[position])
      return difference * difference
    }
  }
}

extension Network {
  /// How many samples are computed together: 256, or fewer where they are very large.
  fileprivate var largestBatch: Int {
    let largest = nodes.map(\.outputShape.elementCount).max() ?? 1
    return max(1, min(256, (1 << 28) / max(largest, 1)))
  }
}

extension Dataset {
  /// The mean of a number over some rows, by their weights; 0 without rows that count.
  fileprivate func weightedMean(
    _ rows: [Int], of value: (_ position: Int, _ row: Int) -> Double
  ) -> Double {
    var (sum, total) = (0.0, 0.0)
    for (position, row) in rows.enumerated() {
      let weight = Double(weights?[row] ?? 1)
      sum += weight * value(position, row)
      total += weight
    }
    return total > 0 ? sum / total : 0
  }
}
