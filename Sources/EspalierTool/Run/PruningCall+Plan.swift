import Espalier

extension PruningCall {
  /// The units with their scores.
  func survey(_ refinement: Refinement) throws -> UnitSurvey {
    try UnitSurvey(
      input.model.trained.network, score: options.units.score, refinement,
      withCovariances: options.units.bias == .leastSquares,
      random: RandomSource(seed: seed).substream("scores"))
  }

  /// The method, its widths rounded to what this machine is fastest with if asked for.
  func method(for survey: UnitSurvey) -> ODF2NNA {
    var method = options.units.method()
    if options.units.rounding == .measured {
      method.widthMultiple = WidthMeasurement.bestMultiple(for: survey)
    }
    return method
  }

  /// What goes at once: below a threshold, of a share, or to given widths.
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - survey: The units with their scores.
  /// - Returns: The plan, and its threshold; nil where widths were given.
  /// - Throws: `UnitPruningError` if that cannot be had.
  func plan(
    _ method: ODF2NNA, _ survey: UnitSurvey
  ) throws -> (plan: UnitPruningPlan, epsilon: Double?) {
    if let widths = options.units.keep {
      return (try UnitPruningPlan(survey, widths: widths.counts, bias: method.bias), nil)
    }
    let method = try options.units.budget(method)?.methodAtOnce(for: survey) ?? method
    return (try method.plan(for: survey), method.epsilon)
  }

  /// What would go, with nothing cut, trained or written; of a search, what could.
  ///
  /// - Returns: The groups of units, and a plan unless the threshold would have to be searched for.
  /// - Throws: `UnitPruningError` or `TrainingError` if model and data do not allow it.
  func plannedPruning() throws -> PlannedPruning {
    let survey = try survey(try input.refinement(recipe, seed: seed))
    let network = input.model.trained.network
    var planned = PlannedPruning(
      model: options.model, data: .init(input.data, title: options.data.title),
      groups: survey.groups, network: network, notes: input.notes)
    guard options.units.searchedDrop == nil else {
      planned.notes.append(
        "which of them go is found by training; for a plan give --epsilon, --fewer,"
          + " --fewer-operations or --keep")
      return planned
    }
    let (plan, epsilon) = try plan(method(for: survey), survey)
    let smaller = try plan.prunedNetwork()
    var timing = LayerTiming(batchCount: PruningMonitor.batchCount)
    planned.smaller = smaller
    planned.changes = timing.changes(of: network, to: smaller)
    planned.threshold = epsilon.map(options.units.thresholdSentence)
    planned.epsilon = epsilon
    planned.notes += plan.notes
    return planned
  }
}
