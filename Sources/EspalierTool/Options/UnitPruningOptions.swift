import ArgumentParser
import Espalier

extension UnitScore: ExpressibleByArgument {}
extension ODF2NNA.Threshold: ExpressibleByArgument {}
extension ODF2NNA.BiasTransfer: ExpressibleByArgument {}
extension ODF2NNA.EmptyLayer: ExpressibleByArgument {}

/// Of what widths are a multiple: a number, or what this machine is fastest with.
enum WidthRounding: ExpressibleByArgument, Equatable {
  case multiple(Int)
  case measured

  init?(argument: String) {
    if argument == "auto" {
      self = .measured
    } else if let number = Int(argument), number > 0 {
      self = .multiple(number)
    } else {
      return nil
    }
  }

  var defaultValueDescription: String { text }

  var text: String {
    switch self {
    case .multiple(let number): "\(number)"
    case .measured: "auto"
    }
  }
}

/// Which units go.
struct UnitPruningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Search the strongest threshold at which the validation accuracy (of a regression the \
      explained share of the variance) falls by no more (default: 0.01, without --epsilon, \
      --fewer, --fewer-operations and --keep).
      """, valueName: "share"))
  var maxDrop: Double?

  @Option(
    help: ArgumentHelp("The threshold: a unit stays if its score is above.", valueName: "number"))
  var epsilon: Double?

  @Option(
    help: ArgumentHelp(
      "Take the weakest threshold at which at least this share of the parameters goes.",
      valueName: "share"))
  var fewer: Double?

  @Option(help: ArgumentHelp("The same of the multiply-adds.", valueName: "share"))
  var fewerOperations: Double?

  @Option(
    help: ArgumentHelp(
      "How many units each layer keeps, the output layer left out: 20-12-9.", valueName: "widths"))
  var keep: LayerWidths?

  @Option(
    help: """
      How the threshold is meant: as it is, as published; times the largest score of the layer; or \
      as the share of each layer that goes.
      """)
  var mode: ODF2NNA.Threshold = .relative

  @Option(
    help: """
      What makes a unit worth keeping: the deviation of what it puts out, behind or in front of \
      its activation, times its outgoing weights, or over its mean; the norm of its weights; the \
      scale of its normalisation; its worth to the loss; nothing.
      """)
  var score: UnitScore = .deviation

  @Option(
    help: """
      What the next layer gets for a unit that goes: its mean; what the units that stay tell of \
      it; nothing; or, as published, its layer the sum of the biases.
      """)
  var bias: ODF2NNA.BiasTransfer = .meanFold

  @Option(help: "What becomes of a layer of which no unit is above the threshold.")
  var emptyLayer: ODF2NNA.EmptyLayer = .keepBest

  @Option(
    name: .customLong("round"),
    help: ArgumentHelp(
      "Round widths up to a multiple: 8, or auto for what this machine is fastest with.",
      valueName: "n"))
  var rounding = WidthRounding.multiple(1)

  @Option(
    help: ArgumentHelp(
      """
      How often --max-drop, as long as units go, or --fewer and --fewer-operations score, cut and \
      refine (default: 1).
      """, valueName: "n"))
  var rounds: Int?

  @Flag(
    help: """
      Print which units can only go together and, without a search, which would go; nothing is \
      trained or written.
      """)
  var plan = false

  func validate() throws {
    if let rounds {
      guard epsilon == nil && keep == nil else {
        throw ValidationError("--rounds needs --max-drop or --fewer")
      }
      guard (1...1000).contains(rounds) else {
        throw ValidationError("--rounds is \(rounds), but must be in 1...1000")
      }
    }
    let numbers = [maxDrop, epsilon, fewer, fewerOperations].count { $0 != nil }
    if numbers + (keep == nil ? 0 : 1) > 1 {
      throw ValidationError(
        "--max-drop, --epsilon, --fewer, --fewer-operations and --keep exclude each other; give one"
      )
    }
    if let maxDrop, !(maxDrop >= 0 && maxDrop < 1) {
      throw ValidationError("--max-drop is \(maxDrop), but must be at least 0 and below 1")
    }
  }

  /// The allowance of a search; nil where none is asked for.
  var searchedDrop: Double? {
    epsilon == nil && keep == nil && fewer == nil && fewerOperations == nil
      ? maxDrop ?? 0.01 : nil
  }

  /// A threshold, how it is meant and of what.
  func thresholdSentence(_ epsilon: Double) -> String {
    "\(epsilon), \(mode.rawValue), of the \(score.rawValue)"
  }

  /// How much is to go; nil where that is not what is asked for.
  func budget(_ method: ODF2NNA) -> UnitPruningBudget? {
    if let fewer { return UnitPruningBudget(method, share: fewer) }
    return fewerOperations.map { UnitPruningBudget(method, share: $0, of: .multiplyAdds) }
  }

  /// The method, with a multiple of 1 where it is to be measured.
  func method() -> ODF2NNA {
    var method = ODF2NNA()
    (method.score, method.threshold, method.bias) = (score, mode, bias)
    method.emptyLayer = emptyLayer
    if let epsilon { method.epsilon = epsilon }
    if case .multiple(let number) = rounding { method.widthMultiple = number }
    return method
  }
}

/// How what is left is trained.
struct RefinementOptions: ParsableArguments {
  @Option(
    name: [.long, .customLong("retrain-fraction")],
    help: ArgumentHelp(
      "The epochs of the refinement as a share of those of the training (default: 0.15).",
      valueName: "share"))
  var retrain: Double?

  @Option(
    help: ArgumentHelp(
      "The epochs of the refinement as a number; with units 0 for none.", valueName: "n"))
  var epochs: Int?

  @Option(
    help: ArgumentHelp(
      "The step size of Adam (default: that of the training, else 0.001).", valueName: "rate"))
  var learningRate: Float?

  @Option(
    help: ArgumentHelp(
      "The rows of a mini-batch (default: those of the training, else 32, from 20,000 rows 256).",
      valueName: "n"))
  var batch: Int?

  @Option(
    help: ArgumentHelp(
      "The share of the training rows to judge by (default: that of the training, else 0.2).",
      valueName: "share"))
  var validationFraction: Double?

  @Option(
    help: ArgumentHelp(
      """
      The seed of the random numbers (default: that of the training, whose validation rows are \
      then the same, else 0).
      """, valueName: "seed"))
  var seed: UInt64?

  @Option(
    help: ArgumentHelp("Stop after so long, with the best so far.", valueName: "seconds"))
  var timeLimit: Double?

  func validate() throws {
    if let timeLimit, !(timeLimit > 0 && timeLimit <= 1e9) {
      throw ValidationError("--time-limit is \(timeLimit), but must be above 0 and at most 1e9")
    }
    if let retrain, !(retrain > 0 && retrain.isFinite) {
      throw ValidationError("--retrain is \(retrain), but must be above 0")
    }
    if epochs != nil && retrain != nil {
      throw ValidationError("--epochs and --retrain exclude each other; give one")
    }
    if let epochs, !(0...1_000_000).contains(epochs) {
      throw ValidationError("--epochs is \(epochs), but must be in 0...1000000")
    }
  }

  /// The epochs of the refinement as a share of those of the training.
  var retrainShare: Double { retrain ?? 0.15 }

  /// How networks are trained.
  func recipe(_ former: FormerTraining, rows: Int) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.sparsity = 0
    recipe.optimizer = .adam(
      Adam(
        learningRate: learningRate ?? former.learningRate ?? 1e-3,
        weightDecay: former.weightDecay ?? 0))
    recipe.batchCount = batch ?? former.batch ?? (rows < 20_000 ? 32 : 256)
    recipe.validationFraction = validationFraction ?? former.validationFraction ?? 0.2
    recipe.balancesClasses = former.balancesClasses
    return recipe
  }
}
