import Datasets
import Kernels
import Networks
import Tensors

extension TrainingRecipe {
  /// Trains a network on some rows of a table.
  ///
  /// The computation runs on one thread: its bits do not depend on the machine's cores.
  ///
  /// - Parameters:
  ///   - data: The table and its target.
  ///   - rows: The rows that may be looked at, those held out for the validation loss included; nil
  ///     for all.
  ///   - random: The source of every random number of the training.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The network of the best epoch; without validation rows that of the last.
  /// - Throws: ``TrainingError`` if the recipe or the data will not do, or the loss diverges.
  public func train(
    _ data: Dataset, rows: [Int]? = nil, random: RandomSource,
    observer: (any TrainingObserver)? = nil
  ) throws(TrainingError) -> TrainedNetwork {
    let training = try NetworkTraining(self, data, rows: rows, random: random)
    return try training.train(
      network(
        for: data.features, outputCount: training.outputCount,
        random: random.substream("network")), self, random: random,
      saved: observer?.savedState, observer: observer
    ) { state in observer?.keep(state: state) }
  }
}

extension TrainingRecipe {
  /// The network before training.
  private func network(
    for features: FeatureStore, outputCount: Int, random: RandomSource
  ) throws(TrainingError) -> Network {
    guard let architecture else {
      return network(
        inputCount: features.columnCount, outputCount: outputCount, random: random)
    }
    guard let image = features.imageExtents else {
      throw .network(
        "\(architecture.rawValue) is a network for images, but the \(features.columnCount) columns"
          + " are no image; take a multilayer perceptron, as in mlp:1000-100")
    }
    let network: Network
    do throws(NetworkError) {
      network = try architecture.network(
        classCount: outputCount, imageShape: [image.height, image.width, image.channels],
        width: width, random: random)
    } catch {
      throw .network(
        "\(architecture.rawValue) cannot take images of"
          + " \(image.height)x\(image.width)x\(image.channels): \(error)")
    }
    return network.readingPlanes()
  }
}

/// A table made ready for the training of networks: rows held out and columns scaled.
struct NetworkTraining {
  private let data: Dataset
  let training: TrainingView
  let heldOut: TrainingView?

  /// Checks all that can be checked before the work begins.
  ///
  /// - Parameters:
  ///   - recipe: How is trained.
  ///   - data: The table and its target.
  ///   - rows: The rows that may be looked at; nil for all.
  ///   - model: A trained network whose scales are taken over; nil to fit them.
  ///   - random: The source of the split.
  /// - Throws: ``TrainingError`` if the recipe or the data will not do.
  init(
    _ recipe: TrainingRecipe, _ data: Dataset, rows: [Int]?, of model: TrainedNetwork? = nil,
    random: RandomSource
  ) throws(TrainingError) {
    try recipe.check()
    if model == nil {
      try recipe.checkSize(
        inputCount: data.features.columnCount, outputCount: data.target.outputCount)
    }
    try recipe.checkAugmentations(
      of: data.features.imageExtents, columnCount: data.features.columnCount)
    let allRows = rows ?? Array(0..<data.rowCount)
    if let fault = data.weightFault(in: allRows) { throw .weights(fault) }
    let rows = data.counted(allRows)
    guard rows.count >= 2 else { throw .tooFewRows(rows.count) }
    if data.target.isConstant(on: rows) { throw .oneClass }
    let columns = Array(0..<data.features.columnCount)
    if let place = data.firstNonFinite(rows: rows, columns: columns) {
      throw .notFinite(row: place.row, column: place.column)
    }
    setThreadCount(1)  // bits must not depend on the cores
    let split: Split
    do { split = try recipe.split(rows, of: data, random: random) } catch { throw .split(error) }
    func view(_ rows: [Int]) -> TrainingView {
      if let model {
        return TrainingView(
          data, rows: rows, of: model,
          balancingRows: recipe.balancesClasses ? split.training : nil)
      }
      return TrainingView(
        data, rows: rows, scaling: recipe.scaling, fittingRows: split.training,
        balancesClasses: recipe.balancesClasses)
    }
    self.data = data
    training = view(split.training)
    heldOut = split.test.isEmpty ? nil : view(split.test)
  }

  /// The outputs of a network for the target.
  var outputCount: Int { training.targets.outputCount }

  /// Trains a network.
  ///
  /// - Parameters:
  ///   - network: The network before training.
  ///   - recipe: How it is trained.
  ///   - lesson: A network whose outputs are learned instead of the targets, and how.
  ///   - random: The source of the orders and of the topology.
  ///   - round: The round of pruning and how many there are.
  ///   - saved: The state from which to go on; nil to begin.
  ///   - observer: Told of progress, and asked whether to stop early.
  ///   - keep: Offered the state after every epoch.
  /// - Returns: The network of the best epoch; without validation rows that of the last.
  /// - Throws: ``TrainingError/diverged(epoch:loss:)`` if the loss is no longer finite,
  ///   ``TrainingError/unusableState(_:)`` for a state of another training.
  func train(
    _ network: Network, _ recipe: TrainingRecipe,
    learningFrom lesson: (network: Network, method: Distillation)? = nil, random: RandomSource,
    round: (number: Int, count: Int) = (0, 0), saved: Snapshot? = nil,
    observer: (any TrainingObserver)?, keep: (() -> Snapshot) -> Void
  ) throws(TrainingError) -> TrainedNetwork {
    let run = TrainingRun(
      network, on: training, heldOut: heldOut, recipe: recipe, learningFrom: lesson, random: random)
    if run.batches.batchCount == 1,
      let norm = network.nodes.first(where: { $0.operation is BatchNorm })
    {
      throw .badSetting(
        name: "the batch", value: "1",
        range: "at least 2: \(norm.name) normalises over the rows of a batch")
    }
    var best = network
    var isInterrupted = false
    if let saved {
      do throws(SnapshotError) {
        try run.restore(from: try saved.part("run"))
        best =
          saved.has("best")
          ? try network.restored(from: try saved.part("best")) : run.trainer.network
      } catch {
        throw .unusableState(error)
      }
    }
    while !run.isFinished {
      let epoch = try run.runEpoch()
      let place = run.epochs.count - 1
      let isBest = run.bestEpoch == place
      if heldOut != nil && isBest { best = run.trainer.network }
      observer?.report(
        TrainingProgress(
          round: round.number, roundCount: round.count, epoch: place,
          lastEpoch: recipe.epochCount - 1, result: epoch, isBest: isBest))
      keep {
        var state = Snapshot()
        state.save("run", run.state)
        if heldOut != nil && !isBest { state.save("best", best.state) }
        return state
      }
      if observer?.shouldStop == true {
        isInterrupted = !run.isFinished
        break
      }
    }
    let last = run.epochs.count - 1
    if heldOut == nil { best = run.trainer.network }
    var trained = TrainedNetwork(
      network: best, scaler: training.scaler,
      columnNames: data.features.columnNames, meaning: training.meaning, epochs: run.epochs,
      bestEpoch: heldOut == nil ? last : run.bestEpoch ?? last, cost: run.cost,
      isInterrupted: isInterrupted, notes: best.starvedLayerNotes)
    trained.strongestInputs = run.strongestInputs
    return trained
  }
}

extension Network {
  /// A sentence for each layer of which a sparsity next to 1 has left a single connection.
  fileprivate var starvedLayerNotes: [String] {
    prunableLayers.compactMap { position in
      guard let layer = nodes[position].operation as? SparseLinear,
        layer.pattern.entryCount == 1
      else { return nil }
      return "layer \(nodes[position].name) has one connection only; a layer keeps at least one,"
        + " whatever the sparsity"
    }
  }
}

extension TrainingRecipe {
  /// Holds out rows for the validation loss, as the recipe says; none of fewer than three.
  ///
  /// - Parameters:
  ///   - rows: The rows that may be looked at.
  ///   - data: The table, whose subjects are never on both sides.
  ///   - random: The source of random numbers.
  /// - Returns: The rows to train on and those held out.
  /// - Throws: ``SplitFault/oneSubject(rowCount:)`` if all rows are of one subject.
  package func split(
    _ rows: [Int], of data: Dataset, random: RandomSource
  ) throws(SplitFault) -> Split {
    guard validationFraction > 0, rows.count > 2 else { return Split(training: rows, test: []) }
    var generator = random.substream("held-out rows")
    return try data.split(
      rows, testFraction: validationFraction, stratified: isStratified, using: &generator)
  }
}
