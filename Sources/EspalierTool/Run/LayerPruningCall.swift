import Espalier

/// One call of `espalier prune layers` once model and data are there: prune, retrain, remove,
/// measure, write.
struct LayerPruningCall {
  let options: PruneLayers
  let model: Model
  let former: FormerTraining
  let data: LoadedData
  let start: ContinuousClock.Instant

  /// Prunes the network, and writes the folder if there is to be one.
  func result(_ session: Session) throws -> LayerPruningResult {
    let random = RandomSource(seed: seed)
    let refinement = try Refinement(
      of: model.trained, recipe, data.training, rows: data.trainingRows,
      random: RandomSource(seed: former.seed ?? seed))
    var method = options.layers.method()
    method.epochCount = epochCount(refinement)
    let monitor = LayerPruningMonitor(timeLimit: options.refinement.timeLimit, session: session)
    let outcome = try method.run(refinement, random: random, observer: monitor)
    let removal = outcome.trained.network.removingLayers(
      on: data.training.features, rows: refinement.trainingRows, scaler: model.trained.scaler)
    var trained = outcome.trained
    trained.network = removal.network.storingFewWeightsSparsely()
    let isStopped = session.interruption.isRequested && outcome.isInterrupted
    let result = LayerPruningResult(
      options: options, settings: settings, data: .init(data, title: options.data.title),
      original: refinement.model, pruned: outcome.trained, trained: trained, outcome: outcome,
      removal: removal, epochCount: method.epochCount,
      validationRows: refinement.validationRows.count,
      validationScore: refinement.validation(of: trained.network)?.score ?? 0,
      training: difference(
        outcome.trained, trained, data.training.features, refinement.trainingRows),
      test: comparison(outcome.trained, trained),
      before: .init(model.trained.network),
      stored: .init(outcome.trained.network.storingFewWeightsSparsely()),
      after: .init(trained.network),
      seconds: (ContinuousClock.now - start) / .seconds(1), peakBytes: PeakMemory.bytes(),
      isCutShort: isStopped, notes: notes(outcome, refinement, isStopped: isStopped))
    session.folder?.events.append(
      "end", in: WorkUnit(phase: .end), [("isInterrupted", .bool(outcome.isInterrupted))])
    try session.folder?.write(to: Model.fileName) { path in
      try Model(trained: trained, encoding: data.encoding, targetNames: model.targetNames)
        .write(to: path)
    }
    try session.write(
      configuration: configuration(session), result: result.json, report: .pruning(result.report),
      isFinished: !result.isCutShort)
    return result
  }

  /// The epochs of each retraining.
  private func epochCount(_ refinement: Refinement) -> Int {
    if let count = options.refinement.epochs { return max(count, 1) }
    guard let original = refinement.originalEpochCount else { return 10 }
    let share = options.layers.paper ? 1 : options.refinement.retrain
    return max(1, Int((share * Double(original)).rounded(.up)))
  }

  /// What the networks make of the rows held out.
  private func comparison(
    _ pruned: TrainedNetwork, _ removed: TrainedNetwork
  ) -> LayerPruningResult.Comparison? {
    if data.testRows.isEmpty { return nil }
    let (features, rows) = (data.test.features, data.testRows)
    let weights = data.test.weights.map { all in rows.map { Double(all[$0]) } }
    let metric = Predictions(removed.predict(features, rows: rows)).defaultMetric
    func score(_ trained: TrainedNetwork) -> Double? {
      Predictions(trained.predict(features, rows: rows)).value(
        of: metric, against: data.test.target.subset(rows), weights: weights)
    }
    guard let original = score(model.trained), let after = score(removed) else { return nil }
    return .init(
      metric: Wording.metric(metric.rawValue), rows: rows.count, original: original, after: after,
      difference: difference(pruned, removed, features, rows))
  }

  /// By how much the removal changed the outputs on some rows.
  private func difference(
    _ pruned: TrainedNetwork, _ removed: TrainedNetwork, _ features: FeatureStore, _ rows: [Int]
  ) -> OutputDifference {
    OutputDifference(
      pruned.outputs(for: features, rows: rows), removed.outputs(for: features, rows: rows))
  }

  private func notes(
    _ outcome: NepentheOutcome, _ refinement: Refinement, isStopped: Bool
  ) -> [String] {
    var notes = data.notes + outcome.notes
    if outcome.best == 0 {
      notes.append("no iteration stays within the limit: nothing was pruned")
    }
    if !former.isKnown {
      notes.append(
        "the model's own split is not known, so validation rows may be ones that it was trained on")
    }
    if isStopped {
      notes.append("stopped early: this is the best so far")
    } else if outcome.isInterrupted {
      notes.append("the time limit ended the run early")
    }
    return notes
  }

  // MARK: What is written down

  private var seed: UInt64 { options.refinement.seed ?? former.seed ?? 0 }

  private var recipe: TrainingRecipe {
    var recipe = options.refinement.recipe(former, rows: data.trainingRows.count)
    recipe.augmentations =
      former.augment.flatMap { try? StepOptions.augmentations($0) } ?? []
    let decay = options.layers.weightDecay ?? former.weightDecay
    if case .adam(var adam) = recipe.optimizer, let decay {
      adam.weightDecay = decay
      recipe.optimizer = .adam(adam)
    }
    options.schedule.apply(
      to: &recipe, learningRate: options.refinement.learningRate, weightDecay: decay)
    return recipe
  }

  /// The settings of the call.
  var settings: [(name: String, value: JSON)] {
    let (layers, refinement) = (options.layers, options.refinement)
    let method = layers.method()
    let recipe = recipe
    let (rate, decay): (Float, Float) =
      switch recipe.optimizer {
      case .adam(let adam): (adam.learningRate, adam.weightDecay)
      case .sgd(let sgd): (sgd.learningRate, sgd.weightDecay)
      }
    let settings: [(String, JSON)] = [
      ("model", .string(model.trained.network.fingerprint)),
      ("maxDrop", .optional(layers.theta == nil ? layers.maxDrop ?? 0.01 : nil, JSON.number)),
      ("theta", .optional(layers.theta, JSON.number)),
      ("prunedShare", .number(layers.prunedShare)),
      ("budget", .string(layers.budget.rawValue)),
      ("temperature", .number(layers.temperature)),
      ("largestShare", .number(method.budget.largestShare)),
      ("iterations", .integer(layers.iterations)),
      ("estimator", .string(layers.estimator.rawValue)),
      ("tolerance", .number(layers.tolerance)),
      ("allowCut", .bool(method.allowsCut)),
      ("paper", .bool(layers.paper)),
      ("retrain", .number(layers.paper ? 1 : refinement.retrain)),
      ("epochs", .optional(refinement.epochs, JSON.integer)),
      ("optimizer", .string(options.schedule.optimizer?.rawValue ?? "adam")),
      ("learningRate", .setting("\(rate)")), ("weightDecay", .setting("\(decay)")),
      ("momentum", .optional(options.schedule.momentum) { .setting("\($0)") }),
      ("schedule", .string(options.schedule.schedule?.text ?? "constant")),
      ("batch", .optional(recipe.batchCount, JSON.integer)),
      (
        "augment",
        recipe.augmentations.isEmpty
          ? .null : .string(recipe.augmentations.map(\.text).joined(separator: ","))
      ),
      ("validationFraction", .number(recipe.validationFraction)),
      ("seed", .unsigned(seed)),
      ("threads", .integer(1)),
      ("timeLimit", .optional(refinement.timeLimit, JSON.number)),
      ("testFraction", .optional(options.test.testFraction, JSON.number)),
    ]
    return settings.map { (name: $0.0, value: $0.1) }
  }

  private func configuration(_ session: Session) -> JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("prune layers")),
      ("arguments", .strings(CommandLine.recordedArguments)),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
      ("run", .string(session.identity.fingerprint)),
    ])
  }
}
