import ArgumentParser
import Espalier

extension EntropyEstimator: ExpressibleByArgument {}

/// Whether and how the entropy of activations is looked at.
struct EntropyOptions: ParsableArguments {
  @Flag(
    help: """
      Of a network and data: how often the units of each activation are on and off, the entropy of \
      that, and how many weights NEPENTHE would remove first.
      """)
  var entropy = false

  @Option(
    help: """
      How the entropy is estimated: by exact counts without zeros, or batch by batch as EGP and \
      EASIER do.
      """)
  var estimator: EntropyEstimator = .nepenthe

  @Option(
    help: ArgumentHelp(
      "The share of rows on the other side up to which a unit counts as on one side.",
      valueName: "share"))
  var tolerance = 0.0

  func validate() throws {
    guard tolerance >= 0, tolerance < 0.5 else {
      throw ValidationError("--tolerance is \(tolerance), but must be at least 0 and below 0.5")
    }
    if !entropy && (estimator != .nepenthe || tolerance != 0) {
      throw ValidationError("--estimator and --tolerance need --entropy")
    }
  }
}
