import Espalier

/// One call of `espalier prune layers` once model and data are there: prune, retrain, remove,
/// measure, write.
struct LayerPruningCall {
  let options: PruneLayers
  let input: PruningInput
  let start: ContinuousClock.Instant

  /// Prunes the network, and writes the folder if there is to be one.
  func result(_ session: Session) throws -> LayerPruningResult {
    let random = RandomSource(seed: seed)
    let data = input.data
    let refinement = try input.refinement(recipe, seed: seed)
    var method = options.layers.method()
    method.epochCount = epochCount(refinement)
    let monitor = LayerPruningMonitor(timeLimit: options.refinement.timeLimit, session: session)
    let outcome = try method.run(refinement, random: random, observer: monitor)
    let removal = outcome.trained.network.removingLayers(
      on: data.training.features, rows: refinement.trainingRows, scaler: refinement.model.scaler)
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
      test: comparison(refinement.model, outcome.trained, trained),
      sizes: .init(
        before: refinement.model.network,
        stored: outcome.trained.network.storingFewWeightsSparsely(), after: trained.network),
      seconds: (ContinuousClock.now - start) / .seconds(1), peakBytes: PeakMemory.bytes(),
      isCutShort: isStopped, notes: notes(outcome, refinement, isStopped: isStopped))
    session.folder?.events.append(
      "end", in: WorkUnit(phase: .end), [("isInterrupted", .bool(outcome.isInterrupted))])
    try session.folder?.write(to: Model.fileName) { path in
      try Model(trained: trained, encoding: data.encoding, targetNames: data.targetNames)
        .write(to: path)
    }
    try session.write(
      configuration: session.configuration(verb: "prune layers", settings), result: result.json,
      report: .pruning(result.report), isFinished: !result.isCutShort)
    return result
  }

  /// The epochs of each retraining.
  private func epochCount(_ refinement: Refinement) -> Int {
    if let count = options.refinement.epochs { return count }
    guard let original = refinement.originalEpochCount else { return 10 }
    let share = options.layers.paper ? 1 : options.refinement.retrainShare
    return max(1, Int((share * Double(original)).rounded(.up)))
  }

  /// What the networks make of the rows held out.
  private func comparison(
    _ original: TrainedNetwork, _ pruned: TrainedNetwork, _ removed: TrainedNetwork
  ) -> LayerPruningResult.Comparison? {
    let data = input.data
    guard let original = data.heldOutScore(of: original),
      let after = data.heldOutScore(of: removed)
    else { return nil }
    return .init(
      metric: Wording.metric(original.metric.rawValue), rows: data.testRows.count,
      original: original.value, after: after.value,
      difference: difference(pruned, removed, data.test.features, data.testRows))
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
    var notes = input.notes + outcome.notes
    if outcome.best == 0 {
      notes.append("no iteration stays within the limit: nothing was pruned")
    }
    return notes + input.originNotes(recipe)
      + PruningInput.endNotes(
        of: "run", isInterrupted: outcome.isInterrupted, isStopped: isStopped)
  }

  // MARK: What is written down

  private var seed: UInt64 { options.refinement.seed ?? input.former.seed ?? 0 }

  private var recipe: TrainingRecipe {
    let former = input.former
    var recipe = options.refinement.recipe(former, rows: input.data.trainingRows.count)
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
      ("model", .string(input.model.trained.network.fingerprint)),
      ("mean", .optional(options.foreign.mean?.text, JSON.string)),
      ("deviation", .optional(options.foreign.deviation?.text, JSON.string)),
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
      ("retrain", .number(layers.paper ? 1 : refinement.retrainShare)),
      ("epochs", .optional(refinement.epochs, JSON.integer)),
      ("optimizer", .string(options.schedule.optimizer?.rawValue ?? "adam")),
      ("learningRate", .setting("\(rate)")), ("weightDecay", .setting("\(decay)")),
      ("momentum", .optional(options.schedule.momentum) { .setting("\($0)") }),
      ("schedule", .string(options.schedule.schedule?.text ?? "constant")),
      ("warmUp", .optional(options.schedule.warmUp, JSON.integer)),
      ("labelSmoothing", .setting("\(recipe.labelSmoothing)")),
      ("batch", .optional(recipe.batchCount, JSON.integer)),
      (
        "augment",
        recipe.augmentations.isEmpty
          ? .null : .string(recipe.augmentations.map(\.text).joined(separator: ","))
      ),
      ("validationFraction", .number(recipe.validationFraction)),
      ("seed", .unsigned(seed)),
      ("trainingSeed", .optional(input.former.seed, JSON.unsigned)), ("threads", .integer(1)),
      ("timeLimit", .optional(refinement.timeLimit, JSON.number)),
      ("testFraction", .optional(options.test.testFraction, JSON.number)),
    ]
    return settings.map { (name: $0.0, value: $0.1) }
  }
}
