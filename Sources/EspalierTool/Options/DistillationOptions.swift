import ArgumentParser
import Espalier

/// Whether a network that was cut learns from the one before the cut.
struct DistillationOptions: ParsableArguments {
  @Flag(
    help: """
      Train towards what the original network puts out, for the training rows and for mixtures of \
      them, instead of the target; the step size then falls along a cosine.
      """)
  var distill = false

  @Option(
    help: ArgumentHelp(
      "The largest share of a second row in a mixture; 0 for none (default: 0.5).",
      valueName: "share"))
  var mixing: Double?

  @Option(
    help: ArgumentHelp(
      "The share of the target itself for a row that is no mixture (default: 0.2).",
      valueName: "share"))
  var truth: Double?

  @Option(
    help: ArgumentHelp(
      """
      How the step size changes: constant, cosine or step:N (default: constant, with --distill \
      cosine).
      """, valueName: "schedule"))
  var schedule: ScheduleName?

  func validate() throws {
    for case (let name, let share?) in [("--mixing", mixing), ("--truth", truth)] {
      guard distill else { throw ValidationError("\(name) needs --distill") }
      guard share >= 0 && share <= 1 else {
        throw ValidationError("\(name) is \(share), but must be at least 0 and at most 1")
      }
    }
  }

  /// How is learned from the original; nil where the target is learned.
  var method: Distillation? {
    guard distill else { return nil }
    var method = Distillation()
    if let mixing { method.mixing = mixing }
    if let truth { method.truth = truth }
    return method
  }

  /// How the step size changes.
  var learningRates: LearningRateSchedule {
    schedule?.schedule ?? (distill ? .cosine(final: 0.01) : .constant)
  }

  /// The settings, as a result names them.
  var settings: [(String, JSON)] {
    [
      ("distill", .bool(distill)),
      ("mixing", .optional(method?.mixing, JSON.number)),
      ("truth", .optional(method?.truth, JSON.number)),
      ("schedule", .string(schedule?.text ?? (distill ? "cosine" : "constant"))),
    ]
  }
}
