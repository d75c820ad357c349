import ArgumentParser
import Espalier

extension LayerBudget.Rule: ExpressibleByArgument {}
extension ImageArchitecture: ExpressibleByArgument {}

/// How weights go until layers can.
struct LayerPruningOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How much of the validation accuracy (of a regression of the explained share) may be lost"
        + " (default: 0.01).", valueName: "share"))
  var maxDrop: Double?

  @Option(
    help: ArgumentHelp(
      "Instead: the share of the original accuracy that has to be exceeded, as published.",
      valueName: "share"))
  var theta: Double?

  @Option(
    help: ArgumentHelp(
      "The share of the weights left that goes in each iteration (default: 0.5).",
      valueName: "share"))
  var prunedShare: Double?

  @Option(
    help: """
      How that is divided among the layers: by entropy and magnitude; evenly; by size; the \
      smallest weights of all; from the layer of lowest entropy; at random.
      """)
  var budget: LayerBudget.Rule = .nepenthe

  @Option(
    help: ArgumentHelp(
      "What relevances are divided by: above 1 the weights are divided more evenly.",
      valueName: "number"))
  var temperature = 1.0

  @Option(
    help: ArgumentHelp(
      "The largest share that a layer without a path around it loses at a time (default: 0.9).",
      valueName: "share"))
  var largestShare: Double?

  @Option(help: ArgumentHelp("The largest number of iterations.", valueName: "n"))
  var iterations = 20

  @Option(help: "How the entropy is estimated, as in inspect.")
  var estimator: EntropyEstimator = .nepenthe

  @Option(
    help: ArgumentHelp(
      """
      The share of rows on the other side up to which a unit counts as on one side. In each \
      iteration the surest layer whose units are so in the mean becomes straight lines, and is \
      merged with the next, before the retraining.
      """, valueName: "share"))
  var tolerance = 0.0

  @Option(
    help: ArgumentHelp(
      "The factor of the weight decay (default: that of the training).", valueName: "factor"))
  var weightDecay: Float?

  @Flag(help: "Allow that the output no longer depends on the input.")
  var allowCut = false

  @Flag(
    help: """
      As published: no layer is protected or capped, none is frozen, a cut is allowed, the end is \
      at theta 0.99, and each retraining is as long as the training, by the same rule.
      """)
  var paper = false

  @Option(
    help: ArgumentHelp(
      """
      As --paper, with what the authors give for a network on CIFAR-10: 160 epochs of SGD in each \
      iteration, and their share of weights.
      """, valueName: "network"))
  var preset: ImageArchitecture?

  /// Whether it is to be as published.
  var isPublished: Bool { paper || preset != nil }

  func validate() throws {
    if let weightDecay, !(weightDecay >= 0 && weightDecay.isFinite) {
      throw ValidationError("--weight-decay is \(weightDecay), but must be at least 0")
    }
    if maxDrop != nil && theta != nil {
      throw ValidationError("--max-drop and --theta exclude each other; give one")
    }
    if isPublished && tolerance > 0 {
      throw ValidationError("--tolerance is not published; leave out one of both")
    }
  }

  /// The method; the epochs of a retraining are not known yet.
  func method() -> Nepenthe {
    var method =
      preset.map { NepenthePreset($0).method } ?? (paper ? Nepenthe.published : Nepenthe())
    method.budget.rule = budget
    if let prunedShare { method.budget.prunedShare = prunedShare }
    method.budget.temperature = temperature
    if let largestShare { method.budget.largestShare = largestShare }
    if let theta {
      method.limit = .share(theta)
    } else if maxDrop != nil || !isPublished {
      method.limit = .drop(maxDrop ?? 0.01)
    }
    method.iterationCount = iterations
    method.estimator = estimator
    method.tolerance = tolerance
    if allowCut { method.allowsCut = true }
    return method
  }
}
