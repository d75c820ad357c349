import Networks
import Tensors
import Training

/// NEPENTHE: fewer layers, by pruning weights where the activations are surest of themselves.
///
///     train the dense network;  acc0 = its validation accuracy
///     while acc > θ acc0
///         H = entropies of the activations over the training rows, in evaluation mode
///         b = budgets of the layers (``LayerBudget``)
///         remove the b_l smallest |w| of each layer l; what is gone stays gone
///         retrain from the weights that are left, with a new optimizer and schedule
///         acc = validation accuracy
///     return the last network with acc > θ acc0, and the whole path
///
/// A layer without entropy is linear on the training rows: it can be merged with its neighbours.
///
/// - Source: Liao, Quetu, Nguyen and Tartaglione, "NEPENTHE: Entropy-Based Pruning as a Neural Network
///   Depth's Reducer", arXiv:2404.16890, Algorithm 1.
/// - Note: Deviations, all off in ``published``. The paper returns the model after the drop; we return
///   the last one that is good enough. A layer that has become linear stays so: it is replaced by its
///   lines before the next retraining, which could otherwise bend it again. The first and the last
///   convolution are protected, a layer without a path around it loses at most
///   ``LayerBudget/largestShare`` at a time, and a network whose output no longer depends on its input
///   is refused. With a tolerance, units count as linear that are nearly so, and in each iteration the
///   surest layer that is nearly so is straightened, merged with its neighbours and trained again.
public struct Nepenthe: Hashable, Sendable, Codable {
  /// How good a network has to be to be accepted.
  public enum Limit: Hashable, Sendable, Codable {
    /// Its validation score is above this share of the original one, θ.
    case share(Double)
    /// Its validation score is at most this much below the original one.
    case drop(Double)

    /// Whether a score is good enough.
    func accepts(_ score: Double, original: Double) -> Bool {
      switch self {
      case .share(let share): score > share * original
      // Scores are shares of whole numbers of rows: a rounding error is no drop.
      case .drop(let drop): score >= original - drop - 1e-12
      }
    }
  }

  /// How many weights each layer loses in an iteration.
  public var budget = LayerBudget()
  /// How good a network has to be.
  public var limit = Limit.share(0.99)
  /// The largest number of iterations, at least 1.
  public var iterationCount = 20
  /// The number of epochs of each retraining, at least 1.
  public var epochCount = 10
  /// How entropies are estimated.
  public var estimator = EntropyEstimator.nepenthe
  /// A unit counts as linear if the share of rows on its other side is at most this, δ, in 0..<0.5; a
  /// layer, if the mean over its units is.
  public var tolerance = 0.0
  /// Whether layers that have become linear stay so.
  public var freezesLinearLayers = true
  /// Whether the first and the last convolution in front of an activation lose nothing.
  public var protectsEnds = true
  /// Whether the output may stop to depend on the input.
  public var allowsCut = false

  /// Creates the method with its safeguards.
  public init() {}

  /// The method as it was published.
  public static var published: Nepenthe {
    var method = Nepenthe()
    method.budget = .published
    method.freezesLinearLayers = false
    method.protectsEnds = false
    method.allowsCut = true
    return method
  }

  /// Prunes a trained network.
  ///
  /// - Parameters:
  ///   - refinement: The network, its rows and how it is trained.
  ///   - random: The source of the orders of retraining; each iteration has a substream of its own.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The last network that is good enough, and the whole path.
  /// - Throws: ``LayerPruningError`` if a setting is wrong, the network cannot become shallower, or a
  ///   training fails.
  public func run(
    _ refinement: Refinement, random: RandomSource, observer: (any NepentheObserver)? = nil
  ) throws(LayerPruningError) -> NepentheOutcome {
    try check()
    try check(refinement)
    var course = try NepentheCourse(self, refinement, random, savedState: observer?.savedState)
    for iteration in course.path { observer?.report(iteration, original: course.originalScore) }
    var saved = try course.savedTraining(of: observer?.savedState)
    while let pruned = try course.nextNetwork() {
      let trained: TrainedNetwork
      do throws(TrainingError) {
        trained = try refinement.retrain(
          pruned, epochCount: epochCount, round: (course.number, iterationCount),
          random: random.substream("iteration \(course.number)"), saved: saved, observer: observer
        ) { state in observer?.keep { course.state(training: state()) } }
      } catch {
        throw .training(error)
      }
      saved = nil
      guard !trained.isInterrupted else {
        course.isInterrupted = true
        break
      }
      let iteration = course.take(trained)
      observer?.report(iteration, original: course.originalScore)
      if observer?.shouldStop == true {
        course.isInterrupted = try course.nextNetwork() != nil
        break
      }
    }
    return course.outcome
  }
}

extension Nepenthe {
  /// Checks the numbers.
  ///
  /// - Throws: ``LayerPruningError/badSetting(name:value:range:)`` for the first out of its range.
  public func check() throws(LayerPruningError) {
    func require(
      _ isGood: Bool, _ name: String, _ value: some CustomStringConvertible, _ range: String
    ) throws(LayerPruningError) {
      guard isGood else {
        throw .badSetting(name: name, value: value.description, range: range)
      }
    }
    switch limit {
    case .share(let theta):
      try require(theta > 0 && theta < 1, "theta", theta, "above 0 and below 1")
    case .drop(let drop):
      try require(drop >= 0 && drop < 1, "the largest drop", drop, "at least 0 and below 1")
    }
    let share = budget.prunedShare
    try require(share > 0 && share < 1, "the pruned share", share, "above 0 and below 1")
    let (tau, cap) = (budget.temperature, budget.largestShare)
    try require(tau > 0 && tau.isFinite, "the temperature", tau, "above 0 and finite")
    try require(cap > 0 && cap <= 1, "the largest share of a layer", cap, "above 0 and at most 1")
    try require(
      tolerance >= 0 && tolerance < 0.5, "the tolerance", tolerance, "at least 0 and below 0.5")
    try require(
      (1...1000).contains(iterationCount), "the number of iterations", iterationCount,
      "in 1...1000")
    try require(epochCount >= 1, "the number of epochs of an iteration", epochCount, "at least 1")
  }

  /// Checks the network and its rows.
  private func check(_ refinement: Refinement) throws(LayerPruningError) {
    let network = refinement.model.network
    guard network.rectifierLayers.contains(where: { $0.product != nil }) else {
      throw .noRectifiers(found: network.curvedActivationKinds)
    }
    guard let score = refinement.validation(of: network)?.score else { throw .noValidationRows }
    let chance = refinement.chanceScore
    guard score > chance else { throw .atChance(score: score, chance: chance) }
  }
}
