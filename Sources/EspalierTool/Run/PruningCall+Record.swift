import Espalier

extension PruningCall {
  /// What a reader of the result should know.
  func notes(
    _ found: Found, _ survey: UnitSurvey, _ refinement: Refinement, isStopped: Bool
  ) -> [String] {
    var notes = input.notes + found.plans.flatMap(\.notes) + survey.refusals
    if found.plans.isEmpty {
      notes.append(
        found.path.isEmpty
          ? "no threshold was tried: this is the original network"
          : "no threshold that was tried keeps the score: this is the original network")
    }
    notes += input.originNotes(recipe)
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
    return notes
      + PruningInput.endNotes(
        of: options.units.searchedDrop == nil ? "refinement" : "search",
        isInterrupted: found.trained.isInterrupted, isStopped: isStopped)
  }

  /// The seed of the random numbers.
  var seed: UInt64 { options.refinement.seed ?? input.former.seed ?? 0 }

  /// How candidates are trained.
  var recipe: TrainingRecipe {
    var recipe = options.refinement.recipe(input.former, rows: input.data.trainingRows.count)
    recipe.schedule = options.distillation.learningRates
    return recipe
  }

  /// The settings of the call.
  var settings: [(name: String, value: JSON)] {
    let (units, refinement) = (options.units, options.refinement)
    let former = input.former
    let settings: [(String, JSON)] = [
      ("model", .string(input.model.trained.network.fingerprint)),
      ("mean", .optional(options.foreign.mean?.text, JSON.string)),
      ("deviation", .optional(options.foreign.deviation?.text, JSON.string)),
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
      ("retrain", .number(refinement.retrainShare)),
      ("epochs", .optional(refinement.epochs, JSON.integer)),
      (
        "learningRate",
        .setting("\(refinement.learningRate ?? former.learningRate ?? 1e-3)")
      ),
      ("batch", .optional(refinement.batch ?? former.batch, JSON.integer)),
      ("validationFraction", .number(recipe.validationFraction)),
      ("seed", .unsigned(seed)),
      ("trainingSeed", .optional(former.seed, JSON.unsigned)),
      ("threads", .integer(1)),
      ("timeLimit", .optional(refinement.timeLimit, JSON.number)),
      ("testFraction", .optional(options.test.testFraction, JSON.number)),
    ]
    return (settings + options.distillation.settings).map { (name: $0.0, value: $0.1) }
  }
}
