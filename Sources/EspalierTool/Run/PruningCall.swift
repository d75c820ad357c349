import Espalier

/// One call of `espalier prune units` once model and data are there: score, plan, cut, refine,
/// measure, write.
struct PruningCall {
  let options: PruneUnits
  let model: Model
  let former: FormerTraining
  let data: LoadedData
  /// What is to be said of the data.
  let dataNotes: [String]
  let session: Session
  let start: ContinuousClock.Instant

  /// What was decided, and the network that came of it.
  private struct Found {
    var trained: TrainedNetwork
    var pruned: Network
    var plans: [UnitPruningPlan]
    var epsilon: Double?
    var path: [UnitPruningSearch.Candidate] = []
    var pathSeconds: [Double?] = []

    /// Whether the network was trained after the cut.
    var isRefined: Bool { trained.network != pruned }
  }

  /// Prunes the network, and writes the folder if there is to be one.
  func result() throws -> PruningResult {
    let random = RandomSource(seed: Self.seed(options, former))
    var refinement = try Refinement(
      of: model.trained, Self.recipe(options, former, data), data.training,
      rows: data.trainingRows, random: RandomSource(seed: former.seed ?? Self.seed(options, former))
    )
    refinement.distillation = options.distillation.method
    let network = model.trained.network
    let survey = try UnitSurvey(
      network, score: options.units.score, refinement,
      withCovariances: options.units.bias == .leastSquares, random: random.substream("scores"))
    var method = options.units.method()
    if options.units.rounding == .measured {
      method.widthMultiple = WidthMeasurement.bestMultiple(for: survey)
    }
    let epochCount = try epochCount(refinement)
    let found = try find(method, survey, refinement, epochCount, random)
    let isStopped = session.interruption.isRequested && found.trained.isInterrupted
    var timing = LayerTiming(batchCount: PruningMonitor.batchCount)
    let changes = found.plans.isEmpty ? [] : timing.changes(of: network, to: found.pruned)
    let result = PruningResult(
      options: options, settings: try Self.settings(options, former, model),
      data: .init(data, title: options.data.title), original: refinement.model,
      trained: found.trained, pruned: found.pruned, plans: found.plans,
      changes: changes, epsilon: found.epsilon, multiple: method.widthMultiple, path: found.path,
      pathSeconds: found.pathSeconds, epochCount: epochCount,
      cut: difference(found, on: refinement), validation: scores(found, on: refinement),
      test: scores(found),
      latency: latency(network, found.trained.network, changes),
      seconds: (ContinuousClock.now - start) / .seconds(1), peakBytes: PeakMemory.bytes(),
      isCutShort: isStopped, notes: notes(found, survey, refinement, isStopped: isStopped))
    session.folder?.events.append(
      "end", in: WorkUnit(phase: .end), [("isInterrupted", .bool(found.trained.isInterrupted))])
    try write(
      result,
      Model(trained: found.trained, encoding: data.encoding, targetNames: data.targetNames))
    return result
  }

  private func find(
    _ method: ODF2NNA, _ survey: UnitSurvey, _ refinement: Refinement, _ epochCount: Int,
    _ random: RandomSource
  ) throws -> Found {
    let monitor = PruningMonitor(timeLimit: options.refinement.timeLimit, session: session)
    if let drop = options.units.searchedDrop {
      var search = UnitPruningSearch(method, maximumDrop: drop)
      search.roundCount = options.units.rounds ?? 1
      return found(
        try search.run(
          survey, refinement, epochCount: epochCount, random: random, observer: monitor), monitor)
    }
    var method = method
    if var budget = options.units.budget(method) {
      if epochCount > 0 {
        budget.roundCount = options.units.rounds ?? 1
        return found(
          try budget.run(
            survey, refinement, epochCount: epochCount, random: random, observer: monitor), monitor)
      }
      method = try budget.methodAtOnce(for: survey)
    }
    let plan =
      if let widths = options.units.keep {
        try UnitPruningPlan(survey, widths: widths.counts, bias: method.bias)
      } else {
        try method.plan(for: survey)
      }
    let pruned = try plan.prunedNetwork()
    var trained = refinement.model
    trained.network = pruned
    if epochCount > 0 {
      trained = try refinement.trained(
        pruned, epochCount: epochCount, random: random.substream("candidate", 1),
        observer: monitor.observer(ofCandidate: 1, round: 1))
    }
    return Found(
      trained: trained, pruned: pruned, plans: [plan],
      epsilon: options.units.keep == nil ? method.epsilon : nil)
  }

  private func found(
    _ outcome: UnitPruningSearch.Outcome, _ monitor: PruningMonitor
  ) -> Found {
    Found(
      trained: outcome.trained, pruned: outcome.pruned, plans: outcome.plans,
      epsilon: outcome.candidate?.epsilon, path: outcome.path,
      pathSeconds: outcome.path.map { monitor.seconds(of: $0) })
  }

  /// The epochs of a refinement.
  private func epochCount(_ refinement: Refinement) throws -> Int {
    if let count = options.refinement.epochs {
      guard count > 0 || options.units.searchedDrop == nil else {
        throw ToolError.usage("--epochs 0 leaves the search nothing to train; give --epsilon too")
      }
      return count
    }
    var method = options.units.method()
    method.retrainShare = options.refinement.retrain
    try method.check()
    return refinement.originalEpochCount.map(method.refinementEpochCount) ?? 10
  }

  // MARK: What the networks are worth

  /// By how much the last cut moved the outputs, on validation rows or else on others.
  private func difference(_ found: Found, on refinement: Refinement) -> OutputDifference {
    let rows = (refinement.validationRows + refinement.trainingRows).prefix(1000)
    var (before, after) = (refinement.model, refinement.model)
    (before.network, after.network) = (model.trained.network, found.pruned)
    let features = data.training.features
    return OutputDifference(
      before.outputs(for: features, rows: Array(rows)),
      after.outputs(for: features, rows: Array(rows)))
  }

  private func scores(_ found: Found, on refinement: Refinement) -> PruningResult.Scores? {
    func score(_ network: Network) -> Double? { refinement.validation(of: network)?.score }
    guard let original = score(model.trained.network), let pruned = score(found.pruned),
      let refined = found.isRefined ? score(found.trained.network) : pruned
    else { return nil }
    return .init(
      metric: refinement.model.meaning.isOfNumbers ? "explained variance" : "accuracy",
      higherIsBetter: true, rows: refinement.validationRows.count, original: original,
      pruned: pruned, refined: refined)
  }

  /// What the networks make of the rows held out.
  private func scores(_ found: Found) -> PruningResult.Scores? {
    if data.testRows.isEmpty { return nil }
    var pruned = found.trained
    pruned.network = found.pruned
    var original = found.trained
    original.network = model.trained.network
    let weights = data.test.weights.map { all in data.testRows.map { Double(all[$0]) } }
    var metric: Metric?
    func score(_ trained: TrainedNetwork) -> Double? {
      let predictions = Predictions(trained.predict(data.test.features, rows: data.testRows))
      metric = predictions.defaultMetric
      return predictions.value(
        of: predictions.defaultMetric, against: data.test.target.subset(data.testRows),
        weights: weights)
    }
    guard let first = score(original), let second = score(pruned),
      let third = found.isRefined ? score(found.trained) : second, let metric
    else { return nil }
    return .init(
      metric: Wording.metric(metric.rawValue), higherIsBetter: metric.higherIsBetter,
      rows: data.testRows.count, original: first, pruned: second, refined: third)
  }

  /// The time before and after, and what was to be expected.
  private func latency(
    _ before: Network, _ after: Network, _ changes: [LayerChange]
  ) -> PruningResult.Latency {
    let measured = InferenceMeasurement.compare(
      [before, after], batchCount: PruningMonitor.batchCount, seconds: 0.1)
    let times = changes.compactMap(\.seconds)
    let (old, new) = times.reduce((0, 0)) { ($0.0 + $1.before, $0.1 + $1.after) }
    return .init(
      batchCount: PruningMonitor.batchCount, before: measured[0], after: measured[1],
      promised: measured[0].median * Double(after.multiplyAdds)
        / Double(max(before.multiplyAdds, 1)),
      predicted: old > 0 ? measured[0].median * new / old : nil)
  }

  private func notes(
    _ found: Found, _ survey: UnitSurvey, _ refinement: Refinement, isStopped: Bool
  ) -> [String] {
    var notes = data.notes + dataNotes + found.plans.flatMap(\.notes) + survey.refusals.dropLast()
    if found.plans.isEmpty {
      notes.append("no threshold that was tried keeps the score: this is the original network")
    }
    if !former.isKnown {
      notes.append(
        "the model's own split is not known, so validation rows may be ones that it was trained on")
    }
    if refinement.originalEpochCount == nil && options.refinement.epochs == nil {
      notes.append("the model tells no epochs of training; it was refined for 10")
    }
    if let drop = options.units.searchedDrop, drop > 0, !refinement.model.meaning.isOfNumbers,
      let score = refinement.validation(of: survey.network)?.score
    {
      let needed = (score * (1 - score) / (drop * drop)).rounded(.up)
      if Double(refinement.validationRows.count) < needed {
        notes.append(
          "on \(Wording.count(refinement.validationRows.count, "validation row")) a drop of \(drop)"
            + " is within chance; \(Wording.count(Int(needed))) rows would make it one standard"
            + " error")
      }
    }
    if isStopped {
      notes.append("stopped early: this is the best so far")
    } else if found.trained.isInterrupted {
      notes.append("the time limit ended the search early")
    }
    return notes
  }

  private func write(_ result: PruningResult, _ model: Model) throws {
    try session.folder?.write(to: Model.fileName) { path in try model.write(to: path) }
    try session.write(
      configuration: try configuration, result: result.json, report: .pruning(result.report),
      isFinished: !result.isCutShort)
  }
}

extension PruningCall {
  /// The seed of the random numbers.
  static func seed(_ options: PruneUnits, _ former: FormerTraining) -> UInt64 {
    options.refinement.seed ?? former.seed ?? 0
  }

  private static func recipe(
    _ options: PruneUnits, _ former: FormerTraining, _ data: LoadedData
  ) -> TrainingRecipe {
    var recipe = options.refinement.recipe(former, rows: data.trainingRows.count)
    recipe.schedule = options.distillation.learningRates
    return recipe
  }

  /// The settings of a call.
  static func settings(
    _ options: PruneUnits, _ former: FormerTraining, _ model: Model
  ) throws -> [(name: String, value: JSON)] {
    let (units, refinement) = (options.units, options.refinement)
    let recipe = refinement.recipe(former, rows: 0)
    let settings: [(String, JSON)] = [
      ("model", .string(model.trained.network.fingerprint)),
      ("maxDrop", .optional(units.searchedDrop, JSON.number)),
      ("epsilon", .optional(units.epsilon, JSON.number)),
      ("fewer", .optional(units.fewer, JSON.number)),
      ("fewerOperations", .optional(units.fewerOperations, JSON.number)),
      ("keep", .optional(units.keep?.counts, JSON.integers)),
      ("mode", .string(units.mode.rawValue)),
      ("score", .string(units.score.rawValue)),
      ("bias", .string(units.bias.rawValue)),
      ("emptyLayer", .string(units.emptyLayer.rawValue)),
      ("round", .string(units.rounding.text)),
      ("rounds", .integer(units.rounds ?? 1)),
      ("retrain", .number(refinement.retrain)),
      ("epochs", .optional(refinement.epochs, JSON.integer)),
      (
        "learningRate",
        .setting("\(refinement.learningRate ?? former.learningRate ?? 1e-3)")
      ),
      ("batch", .optional(refinement.batch ?? former.batch, JSON.integer)),
      ("validationFraction", .number(recipe.validationFraction)),
      ("seed", .unsigned(seed(options, former))),
      ("threads", .integer(1)),
      ("timeLimit", .optional(refinement.timeLimit, JSON.number)),
      ("testFraction", .optional(options.test.testFraction, JSON.number)),
    ]
    return (settings + options.distillation.settings).map { (name: $0.0, value: $0.1) }
  }

  private var configuration: JSON {
    get throws {
      .object([
        ("schema", .integer(1)),
        ("version", .string(EspalierCommand.version)),
        ("verb", .string("prune units")),
        ("arguments", .strings(CommandLine.recordedArguments)),
        (
          "settings",
          .object(
            try Self.settings(options, former, model).map { ($0.name, $0.value) })
        ),
        ("run", .string(session.identity.fingerprint)),
      ])
    }
  }
}

extension OutputMeaning {
  /// Whether numbers are predicted.
  fileprivate var isOfNumbers: Bool {
    switch self {
    case .value, .outputs: true
    case .classes, .labels: false
    }
  }
}
