import ArgumentParser
import Espalier

/// The rule by which weights move.
enum OptimizerName: String, CaseIterable, ExpressibleByArgument {
  case adam, adamw, sgd
}

/// How the step size changes.
///
/// Constant, cosine, step:N for a tenth after every N epochs, or step:N,M for one after N and M.
struct ScheduleName: ExpressibleByArgument {
  let schedule: LearningRateSchedule
  let text: String

  init?(argument: String) {
    text = argument
    switch argument {
    case "constant": schedule = .constant
    case "cosine": schedule = .cosine(final: 0.01)  // at 0 the last epoch would do nothing
    default:
      let parts = argument.split(separator: ":", omittingEmptySubsequences: false)
      guard parts.count == 2, parts[0] == "step" else { return nil }
      let places = parts[1].split(separator: ",", omittingEmptySubsequences: false)
      let epochs = places.compactMap { Int($0) }
      guard epochs.count == places.count, zip([0] + epochs, epochs).allSatisfy({ $0 < $1 }) else {
        return nil
      }
      schedule =
        epochs.count == 1
        ? .step(interval: epochs[0], factor: 0.1) : .milestones(epochs, factor: 0.1)
    }
  }
}

/// How the weights of a network move, each setting optional.
struct ScheduleOptions: ParsableArguments {
  @Option(help: "The rule by which weights move (default: adam).")
  var optimizer: OptimizerName?

  @Option(
    help: ArgumentHelp("The momentum of sgd (default: 0.9).", valueName: "share"))
  var momentum: Float?

  @Option(
    help: ArgumentHelp(
      """
      How the step size changes: constant, cosine, step:30 for a tenth after every 30 epochs, or \
      step:80,120 for one after each of these.
      """,
      valueName: "schedule"))
  var schedule: ScheduleName?

  @Option(
    help: ArgumentHelp("Let the step size grow over so many epochs first.", valueName: "n"))
  var warmUp: Int?

  @Option(
    help: ArgumentHelp(
      "The share of the target that is spread over all classes.", valueName: "share"))
  var labelSmoothing: Float?

  func validate() throws {
    if let momentum, !(momentum >= 0 && momentum < 1) {
      throw ValidationError("--momentum is \(momentum), but must be at least 0 and below 1")
    }
    if momentum != nil && optimizer != .sgd {
      throw ValidationError("--momentum needs --optimizer sgd")
    }
    if let warmUp, warmUp < 1 {
      throw ValidationError("--warm-up is \(warmUp), but must be at least 1")
    }
  }

  /// Puts the settings given into a recipe.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - learning: The step size and the decay, where they are given.
  func apply(to recipe: inout TrainingRecipe, _ learning: LearningOptions) {
    apply(to: &recipe, learningRate: learning.learningRate, weightDecay: learning.weightDecay)
  }

  /// Puts the settings given into a recipe.
  ///
  /// - Parameters:
  ///   - recipe: The recipe.
  ///   - learningRate: The step size, where it is given.
  ///   - weightDecay: The decay, where it is given.
  func apply(to recipe: inout TrainingRecipe, learningRate: Float?, weightDecay: Float?) {
    switch (optimizer, recipe.optimizer) {
    case (.sgd, _):
      recipe.optimizer = .sgd(
        SGD(
          learningRate: learningRate ?? 0.01, momentum: momentum ?? 0.9,
          weightDecay: weightDecay ?? 0))
    case (.adamw, .adam(var adam)):
      adam.decayIsDecoupled = true
      recipe.optimizer = .adam(adam)
    default: break
    }
    if let schedule { recipe.schedule = schedule.schedule }
    if let warmUp { recipe.schedule = .warmUp(epochs: warmUp, then: recipe.schedule) }
    if let labelSmoothing { recipe.labelSmoothing = labelSmoothing }
  }
}
