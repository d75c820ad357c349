import Espalier

/// The methods that others published for sparse networks, with the settings that they have.
extension SparseOptions {
  /// QuickSelection with the settings given.
  func quickSelection(_ training: TrainingOptions) throws -> QuickSelection {
    try refuseAllButEpochs("quickselection", training)
    var method = QuickSelection()
    if let epochs { method.epochCount = epochs }
    if let hidden = training.hidden {
      guard hidden.counts.count == 1 else {
        throw ToolError.usage("--hidden names more than the one layer of quickselection")
      }
      method.hiddenCount = hidden.counts[0]
    }
    let learning = training.learning
    if let batch = learning.batch { method.batchCount = batch }
    if let rate = learning.learningRate { method.learningRate = rate }
    if let decay = learning.weightDecay { method.weightDecay = decay }
    if let scale = learning.scale { method.scaling = scale }
    method.balancesClasses = learning.classWeight == .balanced
    return method
  }

  /// NeuroFS with the settings given.
  func neuroFS(_ training: TrainingOptions) throws -> NeuroFS {
    try refuseAllButEpochs("neurofs", training)
    var method = NeuroFS()
    if let epochs { method.epochCount = epochs }
    if let hidden = training.hidden { method.hiddenCounts = hidden.counts }
    let learning = training.learning
    if let batch = learning.batch { method.batchCount = batch }
    if let rate = learning.learningRate { method.learningRate = rate }
    if let penalty = learning.weightDecay { method.penalty = penalty }
    if let scale = learning.scale { method.scaling = scale }
    method.balancesClasses = learning.classWeight == .balanced
    return method
  }

  /// Refuses settings that would be passed over in silence.
  private func refuseAllButEpochs(
    _ method: String, _ training: TrainingOptions
  ) throws {
    var others = self
    others.epochs = nil
    let learning = training.learning
    if !others.given.isEmpty || learning.patience != nil || learning.validationFraction != nil {
      throw ToolError.usage(
        "--method \(method) has the settings --epochs, --hidden, --batch, --learning-rate, "
          + "--weight-decay, --class-weight and --scale; remove the others")
    }
    _ = try training.preset(among: [.standard], of: method)
  }
}
