import Espalier

/// One call of `espalier prune units` once model and data are there: score, plan, cut, refine,
/// measure, write.
struct PruningCall {
  let options: PruneUnits
  let input: PruningInput
  let start: ContinuousClock.Instant

  /// What was decided, and the network that came of it.
  struct Found {
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
  func result(_ session: Session) throws -> PruningResult {
    let random = RandomSource(seed: seed)
    var refinement = try input.refinement(recipe, seed: seed)
    refinement.distillation = options.distillation.method
    let network = input.model.trained.network
    let survey = try survey(refinement)
    let method = method(for: survey)
    let epochCount = try epochCount(refinement)
    let monitor = PruningMonitor(timeLimit: options.refinement.timeLimit, session: session)
    let found = try find(method, survey, refinement, epochCount, random, monitor)
    let isStopped = session.interruption.isRequested && found.trained.isInterrupted
    var timing = LayerTiming(batchCount: PruningMonitor.batchCount)
    let changes = found.plans.isEmpty ? [] : timing.changes(of: network, to: found.pruned)
    let result = PruningResult(
      options: options, settings: settings,
      data: .init(input.data, title: options.data.title), original: refinement.model,
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
    try session.folder?.write(to: Model.fileName) { path in
      try Model(
        trained: found.trained, encoding: input.data.encoding, targetNames: input.data.targetNames
      ).write(to: path)
    }
    try session.write(
      configuration: session.configuration(verb: "prune units", settings), result: result.json,
      report: .pruning(result.report), isFinished: !result.isCutShort)
    return result
  }

  private func find(
    _ method: ODF2NNA, _ survey: UnitSurvey, _ refinement: Refinement, _ epochCount: Int,
    _ random: RandomSource, _ monitor: PruningMonitor
  ) throws -> Found {
    if let drop = options.units.searchedDrop {
      var search = UnitPruningSearch(method, maximumDrop: drop)
      search.roundCount = options.units.rounds ?? 1
      return found(
        try search.run(
          survey, refinement, epochCount: epochCount, random: random, observer: monitor), monitor)
    }
    if epochCount > 0, var budget = options.units.budget(method) {
      budget.roundCount = options.units.rounds ?? 1
      return found(
        try budget.run(
          survey, refinement, epochCount: epochCount, random: random, observer: monitor), monitor)
    }
    let (plan, epsilon) = try plan(method, survey)
    let pruned = try plan.prunedNetwork()
    var trained = refinement.model
    trained.network = pruned
    if epochCount > 0 {
      trained = try refinement.trained(
        pruned, epochCount: epochCount, random: random.substream("candidate", 1),
        observer: monitor.observer(ofCandidate: 1, round: 1))
    }
    return Found(trained: trained, pruned: pruned, plans: [plan], epsilon: epsilon)
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
    method.retrainShare = options.refinement.retrainShare
    try method.check()
    return refinement.originalEpochCount.map(method.refinementEpochCount) ?? 10
  }

  // MARK: What the networks are worth

  /// By how much the last cut moved the outputs, on validation rows or else on others.
  private func difference(_ found: Found, on refinement: Refinement) -> OutputDifference {
    let rows = (refinement.validationRows + refinement.trainingRows).prefix(1000)
    var (before, after) = (refinement.model, refinement.model)
    (before.network, after.network) = (input.model.trained.network, found.pruned)
    let features = input.data.training.features
    return OutputDifference(
      before.outputs(for: features, rows: Array(rows)),
      after.outputs(for: features, rows: Array(rows)))
  }

  private func scores(_ found: Found, on refinement: Refinement) -> PruningResult.Scores? {
    func score(_ network: Network) -> Double? { refinement.validation(of: network)?.score }
    guard let original = score(input.model.trained.network), let pruned = score(found.pruned),
      let refined = found.isRefined ? score(found.trained.network) : pruned
    else { return nil }
    return .init(
      metric: refinement.model.meaning.isOfNumbers ? "explained variance" : "accuracy",
      higherIsBetter: true, rows: refinement.validationRows.count, original: original,
      pruned: pruned, refined: refined)
  }

  /// What the networks make of the rows held out.
  private func scores(_ found: Found) -> PruningResult.Scores? {
    func score(_ network: Network) -> (metric: Metric, value: Double)? {
      var trained = found.trained
      trained.network = network
      return input.data.heldOutScore(of: trained)
    }
    guard let original = score(input.model.trained.network), let pruned = score(found.pruned),
      let refined = found.isRefined ? score(found.trained.network) : pruned
    else { return nil }
    return .init(
      metric: Wording.metric(original.metric.rawValue),
      higherIsBetter: original.metric.higherIsBetter, rows: input.data.testRows.count,
      original: original.value, pruned: pruned.value, refined: refined.value)
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
}

extension OutputMeaning {
  /// Whether numbers are predicted.
  var isOfNumbers: Bool {
    switch self {
    case .value, .outputs: true
    case .classes, .labels: false
    }
  }
}
