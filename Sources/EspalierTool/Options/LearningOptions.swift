import ArgumentParser
import Espalier

/// How columns are scaled.
enum ScaleName: String, CaseIterable, ExpressibleByArgument {
  case auto, standard, minmax
  case logarithmMinMax = "log-minmax"
  case robust, none

  /// The scaling; nil where the content is to decide.
  var scaling: InputScaling? { InputScaling(rawValue: rawValue) }
}

/// How the classes of a training row count.
enum ClassWeight: String, CaseIterable, ExpressibleByArgument {
  case balanced, none
}

/// How a network learns, each setting optional.
struct LearningOptions: ParsableArguments {
  @Option(
    name: .customLong("scale"),
    help: "How columns are scaled, by the training rows alone; auto goes by what they hold.")
  var scaleName: ScaleName?

  @Option(help: "Whether every class counts the same, or every row.")
  var classWeight: ClassWeight?

  @Option(help: ArgumentHelp("The rows of a mini-batch.", valueName: "n"))
  var batch: Int?

  @Option(help: ArgumentHelp("The step size of the optimizer.", valueName: "rate"))
  var learningRate: Float?

  @Option(help: ArgumentHelp("The factor of the weight decay.", valueName: "factor"))
  var weightDecay: Float?

  @Option(
    help: ArgumentHelp(
      "End when the loss of held-out training rows has not fallen for so many rounds.",
      valueName: "n"))
  var patience: Int?

  @Option(
    help: ArgumentHelp("The share of the training rows that is held out then.", valueName: "share"))
  var validationFraction: Double?

  /// How columns are scaled; nil where the content decides.
  var scale: InputScaling? { scaleName?.scaling }

  /// The settings that are given.
  var given: [String] {
    let settings = [
      ("--scale", scaleName != nil), ("--class-weight", classWeight != nil),
      ("--batch", batch != nil), ("--learning-rate", learningRate != nil),
      ("--weight-decay", weightDecay != nil), ("--patience", patience != nil),
      ("--validation-fraction", validationFraction != nil),
    ]
    return settings.filter(\.1).map(\.0)
  }

  /// Refuses weights of classes where there are none.
  func check(_ target: Target) throws {
    if classWeight == .balanced, case .values = target {
      throw ToolError.usage("--class-weight balanced needs classes, but the target is a number")
    }
  }

  /// Puts the settings given into a recipe.
  func apply(to recipe: inout TrainingRecipe) {
    if let scale { recipe.scaling = scale }
    if let classWeight { recipe.balancesClasses = classWeight == .balanced }
    if let batch { recipe.batchCount = batch }
    if let patience { recipe.patience = patience }
    if let validationFraction { recipe.validationFraction = validationFraction }
    guard case .adam(var adam) = recipe.optimizer else { return }
    if let learningRate { adam.learningRate = learningRate }
    if let weightDecay { adam.weightDecay = weightDecay }
    recipe.optimizer = .adam(adam)
  }
}
