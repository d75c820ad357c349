import Datasets
import Kernels
import Networks
import Tensors
import Training

/// One run of NeuroFS: train an epoch, change the connections, and so on.
struct NeuroFSProcedure {
  private let method: NeuroFS
  private let task: SelectionTask
  private let ranking: FeatureRanking
  private let run: TrainingRun
  private let gradients: GrowthGradients
  private let inputs: InputNeurons
  private let hidden: [GradientGrownLayer]

  init(_ method: NeuroFS, _ task: SelectionTask, random: RandomSource) {
    self.method = method
    self.task = task
    ranking = FeatureRanking(task)
    let view = TrainingView(
      task.dataOfEligibleColumns, rows: task.rows, scaling: method.scaling,
      fittingRows: task.rows, balancesClasses: method.balancesClasses)
    let schedule = InputSchedule(
      inputCount: task.eligible.count, count: task.count, fraction: method.inputFraction,
      removalPhase: method.removalPhase, epochCount: method.epochCount)
    let network = method.network(
      ranking.columns, schedule: schedule, outputCount: view.targets.outputCount, random: random)
    run = TrainingRun(
      network, on: view, heldOut: nil, recipe: method.recipe(rowCount: view.rowCount),
      random: random)
    let trainer = run.trainer
    gradients = GrowthGradients(
      of: trainer, view, loss: view.loss, rowCount: method.gradientRowCount,
      random: random.substream("gradient rows"))
    let batch = paddedBatch(gradients.rowCount)
    let layers = trainer.plan.parameters.slots.indices.filter {
      trainer.plan.parameters.slots[$0].connections != nil
    }.map { SparseLayer(slot: $0, of: trainer.plan, trainer.optimizer) }
    hidden = layers.dropFirst().map { GradientGrownLayer($0, batch: batch) }
    let kept = Set(task.keep)
    inputs = InputNeurons(
      layers[0], features: ranking.columns, schedule: schedule,
      isKept: task.eligible.map(kept.contains), batch: batch)
  }

  func run(_ observer: any SelectionObserver) throws(SelectionError) -> FeatureSelection {
    var record = EpochRecord()
    if let saved = observer.savedState {
      do { record = try restore(from: saved) } catch { throw .unusableState(error) }
    }
    while !run.isFinished {
      if !run.epochs.isEmpty { try evolve(after: run.epochs.count - 1) }
      let epoch: TrainingEpoch
      do { epoch = try run.runEpoch() } catch { throw SelectionError(error) }
      record.append(
        epoch, best: ranking.best(inputs.strength).map(\.index), connectedCount: inputs.activeCount)
      observer.report(record.progress(lastEpoch: method.epochCount - 1))
      observer.keep { state(record) }
      if observer.shouldStop {
        record.isInterrupted = !run.isFinished
        break
      }
    }
    return selection(record)
  }

  /// The state between an epoch and the change of the connections that follows it.
  private func state(_ record: EpochRecord) -> Snapshot {
    var state = Snapshot()
    state.save("run", run.state)
    state.save("gradients", gradients.state)
    state.save("inputs", inputs.state)
    for (position, layer) in hidden.enumerated() { state.save("hidden\(position)", layer.state) }
    state.save("record", record.state)
    return state
  }

  private func restore(from state: Snapshot) throws(SnapshotError) -> EpochRecord {
    try run.restore(from: try state.part("run"))
    try gradients.restore(from: try state.part("gradients"))
    try inputs.restore(from: try state.part("inputs"))
    for (position, layer) in hidden.enumerated() {
      try layer.restore(from: try state.part("hidden\(position)"))
    }
    return try EpochRecord(restoredFrom: try state.part("record"), task)
  }

  /// Changes the connections after an epoch.
  private func evolve(after epoch: Int) throws(SelectionError) {
    for layer in hidden { layer.prepare(fraction: method.hiddenFraction) }
    if epoch < 2 {  // all inputs stay
      inputs.prepare(fraction: method.hiddenFraction)
    } else {
      inputs.removeWeakest(after: epoch)
      inputs.prepare(fraction: method.inputFraction)
    }
    let loss = gradients.compute()
    guard loss.isFinite, inputs.replace() else {
      throw .trainingDiverged(epoch: epoch, loss: "\(loss)")
    }
    for layer in hidden { layer.replace() }
  }

  private func selection(_ record: EpochRecord) -> FeatureSelection {
    var selection = FeatureSelection(
      features: ranking.best(inputs.strength), history: record.history,
      rotationCount: record.history.count, isInterrupted: record.isInterrupted)
    selection.notes = ranking.notes
    selection.cost = run.cost
    selection.cost?.stateBytes += inputs.byteCount + hidden.reduce(0) { $0 + $1.byteCount }
    selection.cost?.growthMultiplyAdds =
      gradients.multiplyAdds + inputs.multiplyAdds + hidden.reduce(0) { $0 + $1.multiplyAdds }
    return selection
  }
}

extension NeuroFS {
  /// How ``TrainingRun`` trains the network; its connections are changed from outside.
  fileprivate func recipe(rowCount: Int) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.topology = .static
    // The gradient of penalty w^2.
    recipe.optimizer = .sgd(
      SGD(learningRate: learningRate, momentum: momentum, weightDecay: 2 * penalty))
    recipe.batchCount = batch(rowCount: rowCount)
    recipe.epochCount = epochCount
    recipe.patience = nil
    recipe.validationFraction = 0
    return recipe
  }

  /// The network before training; weights are those of Glorot's uniform distribution, biases 0.
  fileprivate func network(
    _ features: FeatureColumns, schedule: InputSchedule, outputCount: Int, random: RandomSource
  ) -> Network {
    let inputCount = features.columns.count
    let widths = [inputCount] + hiddenCounts
    let shapes = zip(widths, widths.dropFirst()).map { Shape([$1, $0]) }
    let densities = ErdosRenyi.densities(of: shapes, connectionsPerUnit: connectionsPerUnit)
    var counts = ErdosRenyi.entryCounts(of: shapes, densities: densities)
    counts[0] = min(
      counts[0], features.fewestColumns(of: schedule.finalActiveCount) * hiddenCounts[0])
    var generator = random.substream("connections")
    var network = Network(input: [inputCount], random: random)
    do {
      for (shape, count) in zip(shapes, counts) {
        try network.append(
          SparseLinear(
            SparsePattern(
              drawing: count, rowCount: shape[0], columnCount: shape[1], using: &generator)))
        switch activation {
        case .tanh: try network.append(Tanh())
        case .relu: try network.append(ReLU())
        }
      }
      try network.append(Linear(outputCount))
    } catch {
      fatalError("NeuroFS: \(error)")  // the widths above always meet
    }
    network.drawGlorotWeights(
      widths: widths + [outputCount], random: random.substream("weights"))
    return network
  }
}

extension Network {
  /// Draws the weights of all linear layers from ±sqrt(6 / (inputs + outputs)), by the widths of
  /// the layers and not by their connections, and sets the biases to 0.
  fileprivate mutating func drawGlorotWeights(widths: [Int], random: RandomSource) {
    var random = random
    var layer = 0
    for node in nodes where !node.declarations.isEmpty {
      let bound = (6 / Float(widths[layer] + widths[layer + 1])).squareRoot()
      layer += 1
      for declaration in node.declarations {
        let isWeight = declaration.name == "weight"
        self[parameter: "\(node.name).\(declaration.name)"] = Tensor(
          declaration.shape,
          (0..<declaration.shape.elementCount).map { _ in
            isWeight ? random.uniform(-bound, bound) : 0
          })
      }
    }
  }
}
