import Espalier

/// One call of `espalier train` once the data are there: train, measure, write.
struct TrainingCall {
  let options: Train
  let recipe: TrainingRecipe
  let pruning: PruningRecipe?
  let data: LoadedData
  let session: Session
  let start: ContinuousClock.Instant

  /// Trains the network, and writes the folder if there is to be one.
  func result() throws -> TrainingResult {
    let observer = TrainingMonitor(
      WorkUnit(phase: .training), timeLimit: options.limits.timeLimit, session: session)
    let random = RandomSource(seed: options.limits.seed)
    let trained =
      if let pruning {
        try recipe.train(
          data.training, rows: data.trainingRows, pruning: pruning, random: random,
          observer: observer)
      } else {
        try recipe.train(
          data.training, rows: data.trainingRows, random: random, observer: observer)
      }
    let isStopped = session.interruption.isRequested && trained.isInterrupted
    let result = TrainingResult(
      topology: options.network.usedTopology.rawValue,
      imageNetwork: recipe.architecture.map { ($0.rawValue, recipe.width) }, settings: settings,
      scaling: "\(recipe.scaling.rawValue)"
        + (options.learning.scale == nil ? " (by content)" : " (as asked for)")
        + data.sparseRemark(recipe.scaling.rawValue),
      seed: options.limits.seed,
      data: .init(data, title: options.data.title), trained: trained, score: score(of: trained),
      seconds: (ContinuousClock.now - start) / .seconds(1), peakBytes: PeakMemory.bytes(),
      isCutShort: isStopped, notes: notes(trained, isStopped: isStopped))
    session.folder?.events.append(
      "end", in: WorkUnit(phase: .end), [("isInterrupted", .bool(trained.isInterrupted))])
    try write(
      result,
      Model(trained: trained, encoding: data.encoding, targetNames: data.targetNames))
    return result
  }

  /// What the network makes of the rows held out.
  private func score(of trained: TrainedNetwork) -> TrainingResult.Score? {
    if data.testRows.isEmpty { return nil }
    let outputs = trained.outputs(for: data.test.features, rows: data.testRows)
    let predictions = Predictions(trained.meaning.predictions(outputs))
    let metric = predictions.defaultMetric
    let truth = data.test.target.subset(data.testRows)
    let weights = data.test.weights.map { all in data.testRows.map { Double(all[$0]) } }
    let topFive = AccuracySum.topFive(of: outputs, truth, weights: weights)
    return predictions.value(of: metric, against: truth, weights: weights)
      .map { .init(metric: metric, value: $0, topFive: topFive) }
  }

  private func notes(_ trained: TrainedNetwork, isStopped: Bool) -> [String] {
    var notes = data.notes + trained.notes
    if let layerCount = try? options.network.generalLayerCount() {
      let model = GeneralModel(
        inputCount: data.training.features.columnCount,
        outputCount: data.training.target.outputCount, layerCount: layerCount,
        rowCount: max(data.trainingRows.count, 1))
      if let note = model.note { notes.append(note) }
    }
    if isStopped {
      notes.append("stopped early: this is the best so far")
    } else if trained.isInterrupted {
      notes.append("the time limit ended the training early")
    }
    return notes
  }

  private func write(_ result: TrainingResult, _ model: Model) throws {
    try session.folder?.write(to: Model.fileName) { path in try model.write(to: path) }
    try session.write(
      configuration: session.configuration(verb: "train", settings), result: result.json,
      report: .training(result.report), isFinished: !result.isCutShort)
  }

  // MARK: What is written down

  private var settings: [(name: String, value: JSON)] {
    Self.settings(options, recipe, pruning, data)
  }

  /// The settings of a training.
  static func settings(
    _ options: Train, _ recipe: TrainingRecipe, _ pruning: PruningRecipe?, _ data: LoadedData
  ) -> [(name: String, value: JSON)] {
    let (rate, decay, momentum): (Float, Float, Float?) =
      switch recipe.optimizer {
      case .adam(let adam): (adam.learningRate, adam.weightDecay, nil)
      case .sgd(let sgd): (sgd.learningRate, sgd.weightDecay, sgd.momentum)
      }
    let batch = recipe.batch(
      rowCount: data.trainingRows.count, columnCount: data.training.features.columnCount)
    let settings: [(String, JSON)] = [
      ("network", .string(options.network.network)),
      ("width", recipe.architecture == nil ? .null : .number(recipe.width)),
      ("topology", .string(options.network.usedTopology.rawValue)),
      ("sparsity", .number(recipe.sparsity)),
      ("epochs", .integer(recipe.epochCount)),
      ("rounds", .optional(pruning?.roundCount, JSON.integer)),
      ("roundEpochs", .optional(pruning?.epochCount, JSON.integer)),
      ("batch", .integer(min(batch, data.trainingRows.count))),
      ("optimizer", .string(options.schedule.optimizer?.rawValue ?? "adam")),
      ("learningRate", .setting("\(rate)")),
      ("weightDecay", .setting("\(decay)")),
      ("momentum", momentum.map { .setting("\($0)") } ?? .null),
      ("schedule", .string(options.schedule.schedule?.text ?? "constant")),
      ("warmUp", .optional(options.schedule.warmUp, JSON.integer)),
      ("labelSmoothing", .setting("\(recipe.labelSmoothing)")),
      ("patience", .optional(recipe.patience, JSON.integer)),
      ("validationFraction", .number(recipe.validationFraction)),
      ("scale", .string(recipe.scaling.rawValue)),
      (
        "augment",
        recipe.augmentations.isEmpty
          ? .null : .string(recipe.augmentations.map(\.text).joined(separator: ","))
      ),
      ("decay", .string(recipe.decay.rawValue)),
      ("saveMemory", .bool(recipe.savesMemory)),
      ("classWeight", .string(recipe.balancesClasses ? "balanced" : "none")),
      ("seed", .unsigned(options.limits.seed)),
      ("threads", .integer(1)),
      ("timeLimit", .optional(options.limits.timeLimit, JSON.number)),
      ("testFraction", .optional(options.test.testFraction, JSON.number)),
    ]
    return settings.map { (name: $0.0, value: $0.1) }
  }
}
