import ArgumentParser
import Espalier

extension EntryScoring: ExpressibleByArgument {}
extension ScoredQuantity: ExpressibleByArgument {}
extension EntrantMoments: ExpressibleByArgument {}
extension Regrowth: ExpressibleByArgument {}

/// The settings of EntryPrune, each one optional: what is not given follows the protocol.
struct EntryPruneOptions: ParsableArguments {
  @Option(help: "How the scores of a column's entries become one.")
  var scoring: EntryScoring?

  @Option(help: "What is summed over a rotation.")
  var quantity: ScoredQuantity?

  @Option(help: "Which moments of Adam an entrant starts with.")
  var entrantMoments: EntrantMoments?

  @Option(help: "Where new candidates come from.")
  var regrowth: Regrowth?

  @Flag(
    inversion: .prefixedNo,
    help: "Cut a longer list down to K by what held-out rows lose without a column.")
  var elimination: Bool?

  @Option(help: ArgumentHelp("The share of idle columns that are candidates.", valueName: "share"))
  var candidateFraction: Double?

  @Option(help: ArgumentHelp("The mini-batches of a rotation.", valueName: "n"))
  var stepsPerRotation: Int?

  @Option(
    help: ArgumentHelp("The chance that a chosen column is tested again.", valueName: "chance"))
  var retest: Double?

  @Option(
    help: ArgumentHelp(
      "Start all weights anew after so many rotations; 0 for never.", valueName: "n"))
  var restartInterval: Int?

  @Option(help: ArgumentHelp("Search for so many rotations on all training rows.", valueName: "n"))
  var rotations: Int?

  @Option(
    help: ArgumentHelp(
      "How much memory the selection may take, such as 2GB; it bounds the columns at work.",
      valueName: "bytes"))
  var memory: ByteCount?

  /// The settings that are given.
  var given: [String] {
    let settings = [
      ("--scoring", scoring != nil), ("--quantity", quantity != nil),
      ("--entrant-moments", entrantMoments != nil), ("--regrowth", regrowth != nil),
      ("--elimination", elimination != nil), ("--candidate-fraction", candidateFraction != nil),
      ("--steps-per-rotation", stepsPerRotation != nil), ("--retest", retest != nil),
      ("--restart-interval", restartInterval != nil), ("--rotations", rotations != nil),
      ("--memory", memory != nil),
    ]
    return settings.filter(\.1).map(\.0)
  }

  /// EntryPrune with the settings given.
  func method(_ preset: EntryPrune.Preset, _ training: TrainingOptions) throws -> EntryPrune {
    var method = EntryPrune(preset)
    method.weightDecay = training.weightDecay
    method.restartInterval = restartInterval
    method.scoring = scoring
    method.quantity = quantity
    method.entrantMoments = entrantMoments
    method.regrowth = regrowth
    method.scaling = training.scale
    method.eliminates = elimination
    method.candidateFraction = candidateFraction
    method.stepsPerRotation = stepsPerRotation
    method.hiddenCount = try training.singleHidden()
    method.batchCount = training.batch
    method.learningRate = training.learningRate
    method.retestProbability = retest
    method.memoryLimit = memory?.count
    if let classWeight = training.classWeight { method.balancesClasses = classWeight == .balanced }
    let (patience, fraction) = (training.patience, training.validationFraction)
    if let rotations {
      guard patience == nil && fraction == nil else {
        throw ToolError.usage(
          "--rotations excludes --patience and --validation-fraction; give one or the other")
      }
      method.length = .rotations(rotations)
    }
    if patience != nil || fraction != nil {
      var validation = Validation(isStratified: preset != .released)
      validation.patience = patience ?? validation.patience
      validation.fraction = fraction ?? validation.fraction
      method.length = .validated(validation)
    }
    return method
  }
}
