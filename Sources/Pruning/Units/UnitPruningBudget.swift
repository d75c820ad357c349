import Networks
import Tensors
import Training

/// Cuts a network until a share of its parameters, or of its multiply-adds, is gone, at once or in
/// rounds with a refinement behind each.
///
///     for each round r of R
///         score the units
///         ε = the weakest threshold that leaves at most (1 - share)^(r / R) of them
///         cut by ε, refine
public struct UnitPruningBudget: Hashable, Sendable {
  /// What is counted.
  public enum Cost: String, CaseIterable, Sendable {
    /// The parameters.
    case parameters
    /// The multiply-adds of a sample.
    case multiplyAdds = "multiply-adds"

    /// The cost of a network.
    ///
    /// - Parameter network: The network.
    /// - Returns: The number.
    public func count(of network: Network) -> Int {
      switch self {
      case .parameters: network.parameterCount
      case .multiplyAdds: network.multiplyAdds
      }
    }
  }

  /// How units are scored and cut; its ε does not count.
  public var method: ODF2NNA
  /// The share that goes, above 0 and below 1.
  public var share: Double
  /// Of what.
  public var cost: Cost
  /// The number of rounds, at least 1.
  public var roundCount = 1

  /// Creates the budget.
  ///
  /// - Parameters:
  ///   - method: How units are scored and cut; its ε does not count.
  ///   - share: The share that goes, above 0 and below 1.
  ///   - cost: Of what.
  public init(_ method: ODF2NNA, share: Double, of cost: Cost = .parameters) {
    (self.method, self.share, self.cost) = (method, share, cost)
  }

  /// Cuts and refines a network.
  ///
  /// - Parameters:
  ///   - survey: The network and the scores of its units.
  ///   - refinement: The rows.
  ///   - epochCount: The epochs of each refinement, at least 1.
  ///   - random: The source of the orders.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The network, what was removed, and a threshold for each round.
  /// - Throws: ``UnitPruningError`` if a setting is wrong, so much cannot go, or the training fails.
  public func run(
    _ survey: UnitSurvey, _ refinement: Refinement, epochCount: Int, random: RandomSource,
    observer: (any UnitPruningObserver)? = nil
  ) throws(UnitPruningError) -> UnitPruningSearch.Outcome {
    try check()
    guard (1...1000).contains(roundCount) else {
      throw .badSetting(
        name: "the number of rounds", value: "\(roundCount)", range: "in 1...1000")
    }
    func score(_ network: Network) -> Double { refinement.validation(of: network)?.score ?? 0 }
    let whole = Double(cost.count(of: survey.network))
    var outcome = UnitPruningSearch.Outcome(
      trained: refinement.model, pruned: survey.network, originalScore: score(survey.network),
      isInterrupted: false)
    var (survey, refinement) = (survey, refinement)
    for round in 1...roundCount {
      if round > 1 {
        refinement = refinement.goingOn(with: outcome.trained)
        survey = try UnitSurvey(
          outcome.trained.network, score: method.score, refinement,
          withCovariances: method.bias == .leastSquares,
          random: random.substream("scores of round", round))
      }
      var method = method
      let left = power(1 - share, Double(round) / Double(roundCount))
      method.epsilon = try epsilon(leaving: Int(left * whole), of: survey)
      let plan = try method.plan(for: survey)
      let network = try plan.prunedNetwork()
      do throws(TrainingError) {
        outcome.trained = try refinement.trained(
          network, epochCount: epochCount, random: random.substream("round", round),
          observer: observer?.observer(ofCandidate: 1, round: round))
      } catch {
        throw .training(error)
      }
      outcome.pruned = network
      outcome.plans.append(plan)
      let candidate = UnitPruningSearch.Candidate(
        round: round, step: 1, epsilon: method.epsilon, removedCount: plan.removedCount,
        parameterCount: network.parameterCount, prunedScore: score(network),
        score: score(outcome.trained.network), isAccepted: true)
      outcome.path.append(candidate)
      outcome.candidate = candidate
      observer?.report(candidate, of: network, original: outcome.originalScore)
      if outcome.trained.isInterrupted || (observer?.shouldStop == true && round < roundCount) {
        outcome.isInterrupted = true
        break
      }
    }
    outcome.trained.isInterrupted = outcome.isInterrupted
    return outcome
  }

  private func check() throws(UnitPruningError) {
    try method.check()
    guard share > 0 && share < 1 else {
      throw .badSetting(
        name: "the share of the \(cost.rawValue) that goes", value: "\(share)",
        range: "above 0 and below 1")
    }
  }

  /// What is cut at once, without any refinement.
  ///
  /// - Parameter survey: The network and the scores of its units.
  /// - Returns: The method with its threshold.
  /// - Throws: ``UnitPruningError`` if a setting is wrong, or so much cannot go.
  public func methodAtOnce(for survey: UnitSurvey) throws(UnitPruningError) -> ODF2NNA {
    try check()
    var method = method
    method.epsilon = try epsilon(
      leaving: Int((1 - share) * Double(cost.count(of: survey.network))), of: survey)
    return method
  }

  /// The weakest threshold that leaves at most so much.
  ///
  /// - Parameters:
  ///   - count: The number of parameters or multiply-adds.
  ///   - survey: The network and the scores of its units.
  /// - Returns: ε.
  /// - Throws: ``UnitPruningError/tooMuchStays(of:fewest:wanted:)`` if the strongest leaves more.
  public func epsilon(
    leaving count: Int, of survey: UnitSurvey
  ) throws(UnitPruningError) -> Double {
    let thresholds = method.thresholds(for: survey)
    var fewest = cost.count(of: survey.network)
    func leaves(_ step: Int) throws(UnitPruningError) -> Int {
      var method = method
      method.epsilon = thresholds[step]
      return cost.count(of: try method.plan(for: survey).prunedNetwork())
    }
    let last = try UnitPruningSearch.halve(thresholds.count) {
      (step) throws(UnitPruningError) -> Bool? in
      let left = try leaves(step - 1)
      fewest = min(fewest, left)
      return left > count
    }
    guard last < thresholds.count else {
      throw .tooMuchStays(of: cost, fewest: fewest, wanted: count)
    }
    return thresholds[last]
  }
}

/// base^exponent for a base in 0...1, by square roots and products alone, so that its bits do not
/// depend on a system's library.
private func power(_ base: Double, _ exponent: Double) -> Double {
  var (result, root, rest) = (1.0, base, exponent)
  for _ in 0..<53 {
    if rest >= 1 {
      result *= root
      rest -= 1
    }
    root = root.squareRoot()
    rest *= 2
  }
  return result
}
