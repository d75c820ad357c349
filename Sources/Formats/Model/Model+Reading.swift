import Datasets
import Networks
import Training

extension Model {
  /// Reads a model.
  ///
  /// - Parameter file: The file.
  /// - Throws: ``ModelError`` if it is no model, or damaged.
  public init(_ file: Safetensors) throws(ModelError) {
    let path = file.path
    guard let text = file.metadata[Self.key] else { throw .noArchitecture(path: path) }
    guard file.metadata[Self.digestKey] == file.digest(after: text) else {
      throw .damaged(path: path, reason: "its SHA-256 is not the one that was written")
    }
    let document = try ModelDocument(text, path: path)
    let network = try NetworkBuilding.network(of: document.nodes, in: file)
    if let reason = document.fault(with: network) { throw .damaged(path: path, reason: reason) }
    self.init(
      trained: TrainedNetwork(
        network: network, scaler: document.scaler, columnNames: document.columnNames,
        meaning: document.meaning, epochs: document.training.epochs,
        bestEpoch: document.training.bestEpoch, cost: document.training.cost,
        isInterrupted: document.training.isInterrupted, notes: document.training.notes),
      encoding: document.encoding, targetNames: document.targetNames)
  }
}

extension ModelDocument {
  /// Says what of the description does not go with the network; nil if all does.
  fileprivate func fault(with network: Network) -> String? {
    let inputCount = network.inputShape.elementCount
    if columnNames.count != inputCount {
      return "\(columnNames.count) columns for \(inputCount) inputs"
    }
    if encoding.featureNames != columnNames {
      return "its encoding gives other columns than the network reads"
    }
    return encoding.fault ?? scaler.fault(columnCount: inputCount)
      ?? meaning.fault(outputs: network.outputShape.extents)
      ?? (training.epochs.isEmpty || training.epochs.indices.contains(training.bestEpoch)
        ? nil : "epoch \(training.bestEpoch) of \(training.epochs.count)")
  }
}

extension Encoding {
  fileprivate var fault: String? {
    for column in columns {
      guard let fill = column.fill else { continue }
      let isLevel = column.levels.map { levels in
        levels.indices.contains { Double($0) == fill }
      }
      guard isLevel ?? Float(fill).isFinite else {
        return "column '\(column.name.shown)' has gaps filled by \(fill)"
      }
    }
    return nil
  }
}

extension Scaler {
  fileprivate func fault(columnCount: Int) -> String? {
    guard offsets.count == columnCount, scales.count == columnCount,
      logarithms.isEmpty || logarithms.count == columnCount
    else { return "its scaler is one of other columns" }
    guard offsets.allSatisfy(\.isFinite), scales.allSatisfy(\.isFinite) else {
      return "its scaler has a number that is not finite"
    }
    return nil
  }
}

extension OutputMeaning {
  fileprivate func fault(outputs: [Int]) -> String? {
    let (count, scales): (Int, [TargetScale]) =
      switch self {
      case .classes(let names), .labels(let names): (names.count, [])
      case .value(let scale): (1, [scale])
      case .outputs(let names, let scales): (names.count == scales.count ? names.count : -1, scales)
      }
    if outputs != [count] { return "the network does not have the outputs that are described" }
    guard scales.allSatisfy({ $0.mean.isFinite && $0.deviation.isFinite }) else {
      return "the scale of its target is not finite"
    }
    return nil
  }
}
