import ArgumentParser
import Espalier

extension EntryPrune.Preset: ExpressibleByArgument {}
extension EntryScoring: ExpressibleByArgument {}
extension ScoredQuantity: ExpressibleByArgument {}
extension EntrantMoments: ExpressibleByArgument {}
extension Regrowth: ExpressibleByArgument {}
extension InputScaling: ExpressibleByArgument {}

/// How the classes of a training row count.
enum ClassWeight: String, CaseIterable, ExpressibleByArgument {
  case balanced, none
}

/// The settings of EntryPrune, each one optional: what is not given follows the protocol.
struct EntryPruneOptions: ParsableArguments {
  @Option(
    name: .customLong("protocol"),
    help: "Where settings come from that are not given: this package, or the authors' code.")
  var preset: EntryPrune.Preset?

  @Option(help: "How the scores of a column's entries become one.")
  var scoring: EntryScoring?

  @Option(help: "What is summed over a rotation.")
  var quantity: ScoredQuantity?

  @Option(help: "Which moments of Adam an entrant starts with.")
  var entrantMoments: EntrantMoments?

  @Option(help: "Where new candidates come from.")
  var regrowth: Regrowth?

  @Option(help: "How columns are scaled, by the training rows alone.")
  var scale: InputScaling?

  @Option(help: "Whether every class counts the same, or every row.")
  var classWeight: ClassWeight?

  @Flag(
    inversion: .prefixedNo,
    help: "Cut a longer list down to K by what held-out rows lose without a column.")
  var elimination: Bool?

  @Option(help: ArgumentHelp("The share of idle columns that are candidates.", valueName: "share"))
  var candidateFraction: Double?

  @Option(help: ArgumentHelp("The mini-batches of a rotation.", valueName: "n"))
  var stepsPerRotation: Int?

  @Option(help: ArgumentHelp("The hidden units.", valueName: "n"))
  var hidden: Int?

  @Option(help: ArgumentHelp("The rows of a mini-batch.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("Adam's step size.", valueName: "rate"))
  var learningRate: Float?

  @Option(
    help: ArgumentHelp("The chance that a chosen column is tested again.", valueName: "chance"))
  var retest: Double?

  @Option(help: ArgumentHelp("The factor of Adam's weight decay.", valueName: "factor"))
  var weightDecay: Float?

  @Option(
    help: ArgumentHelp(
      "Start all weights anew after so many rotations; 0 for never.", valueName: "n"))
  var restartInterval: Int?

  @Option(help: ArgumentHelp("Search for so many rotations on all training rows.", valueName: "n"))
  var rotations: Int?

  @Option(
    help: ArgumentHelp(
      "Or search until the loss of held-out training rows has not fallen for so many rotations.",
      valueName: "n"))
  var patience: Int?

  @Option(
    help: ArgumentHelp("The share of the training rows that is held out then.", valueName: "share"))
  var validationFraction: Double?

  func validate() throws {
    if rotations != nil && (patience ?? validationFraction.map { _ in 0 }) != nil {
      throw ValidationError(
        "--rotations excludes --patience and --validation-fraction; give one or the other")
    }
  }

  /// Whether any setting is given.
  var areGiven: Bool {
    (try? method()) != EntryPrune()
  }

  /// EntryPrune with the settings given.
  func method() throws -> EntryPrune {
    var method = EntryPrune(preset ?? EntryPrune().preset)
    method.weightDecay = weightDecay
    method.restartInterval = restartInterval
    method.scoring = scoring
    method.quantity = quantity
    method.entrantMoments = entrantMoments
    method.regrowth = regrowth
    method.scaling = scale
    method.eliminates = elimination
    method.candidateFraction = candidateFraction
    method.stepsPerRotation = stepsPerRotation
    method.hiddenCount = hidden
    method.batchCount = batch
    method.learningRate = learningRate
    method.retestProbability = retest
    if let classWeight { method.balancesClasses = classWeight == .balanced }
    if let rotations { method.length = .rotations(rotations) }
    if patience != nil || validationFraction != nil {
      var validation = Validation(isStratified: method.preset != .released)
      validation.patience = patience ?? validation.patience
      validation.fraction = validationFraction ?? validation.fraction
      method.length = .validated(validation)
    }
    return method
  }
}
