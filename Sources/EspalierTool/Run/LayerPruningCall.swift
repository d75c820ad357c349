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
    if options.refinement.retrain == nil, let preset = options.layers.preset {
      return NepenthePreset(preset).recipe.epochCount
    }
    guard let original = refinement.originalEpochCount else { return 10 }
    let share = retrainShare
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
      notes.append(
        "no iteration stays within the limit: no weight was pruned, and only what does nothing went"
      )
    }
    if outcome.path[outcome.best].score <= refinement.chanceScore {
      notes.append("the result is no better than a network that ignores its inputs")
    }
    return notes + input.originNotes(recipe)
      + PruningInput.endNotes(
        of: "run", isInterrupted: outcome.isInterrupted, isStopped: isStopped)
  }

  // MARK: What is written down

  private var seed: UInt64 { options.refinement.seed ?? input.former.seed ?? 0 }

  /// The epochs of a retraining as a share of those of the training.
  private var retrainShare: Double {
    options.refinement.retrain
      ?? (options.layers.isPublished ? 1 : options.refinement.retrainShare)
  }

  /// How weights move in a retraining: as in the training where it is to be as published.
  private var schedule: ScheduleOptions {
    var schedule = options.schedule
    guard options.layers.isPublished, schedule.optimizer == nil else { return schedule }
    let (former, preset) = (input.former.step, options.layers.preset != nil)
    schedule.optimizer = preset ? .sgd : former.optimizer.flatMap(OptimizerName.init)
    schedule.momentum = schedule.momentum ?? (preset ? nil : former.momentum)
    schedule.schedule =
      schedule.schedule
      ?? (preset ? "step:80,120" : former.schedule).flatMap(ScheduleName.init)
    return schedule
  }

  private var recipe: TrainingRecipe {
    let former = input.former
    let published = options.layers.isPublished
    let preset = options.layers.preset.map { NepenthePreset($0).recipe }
    var recipe = options.refinement.recipe(former, rows: input.data.trainingRows.count)
    recipe.augmentations =
      former.augment.flatMap { try? StepOptions.augmentations($0) } ?? []
    var (rate, decay) = (options.refinement.learningRate, options.layers.weightDecay)
    if case .sgd(let sgd)? = preset?.optimizer {
      (rate, decay) = (rate ?? sgd.learningRate, decay ?? sgd.weightDecay)
    } else if published {
      (rate, decay) = (rate ?? former.step.learningRate, decay ?? former.step.weightDecay)
    }
    decay = decay ?? former.weightDecay
    if let preset, options.refinement.batch == nil { recipe.batchCount = preset.batchCount }
    if case .adam(var adam) = recipe.optimizer, let decay {
      adam.weightDecay = decay
      recipe.optimizer = .adam(adam)
    }
    schedule.apply(to: &recipe, learningRate: rate, weightDecay: decay)
    return recipe
  }

  /// The settings of the call.
  var settings: [(name: String, value: JSON)] {
    let (layers, refinement) = (options.layers, options.refinement)
    let method = layers.method()
    let (recipe, schedule) = (recipe, schedule)
    let (drop, theta): (Double?, Double?) =
      switch method.limit {
      case .drop(let drop): (drop, nil)
      case .share(let theta): (nil, theta)
      }
    let (rate, decay): (Float, Float) =
      switch recipe.optimizer {
      case .adam(let adam): (adam.learningRate, adam.weightDecay)
      case .sgd(let sgd): (sgd.learningRate, sgd.weightDecay)
      }
    let settings: [(String, JSON)] = [
      ("model", .string(input.model.trained.network.fingerprint)),
      ("mean", .optional(options.foreign.mean?.text, JSON.string)),
      ("deviation", .optional(options.foreign.deviation?.text, JSON.string)),
      ("maxDrop", .optional(drop, JSON.number)), ("theta", .optional(theta, JSON.number)),
      ("prunedShare", .number(method.budget.prunedShare)),
      ("budget", .string(layers.budget.rawValue)),
      ("temperature", .number(layers.temperature)),
      ("largestShare", .number(method.budget.largestShare)),
      ("iterations", .integer(layers.iterations)),
      ("estimator", .string(layers.estimator.rawValue)),
      ("tolerance", .number(layers.tolerance)),
      ("allowCut", .bool(method.allowsCut)),
      ("paper", .bool(layers.paper)),
      ("preset", .optional(layers.preset?.rawValue, JSON.string)),
      ("retrain", .number(retrainShare)),
      ("epochs", .optional(refinement.epochs, JSON.integer)),
      ("optimizer", .string(schedule.optimizer?.rawValue ?? "adam")),
      ("learningRate", .setting("\(rate)")), ("weightDecay", .setting("\(decay)")),
      ("momentum", .optional(schedule.momentum) { .setting("\($0)") }),
      ("schedule", .string(schedule.schedule?.text ?? "constant")),
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
