import Networks
import Tensors
import Training

/// The search for the strongest threshold at which the refined network is still good enough.
///
///     score all units once; t[1] < t[2] < ... are the thresholds at which another unit goes
///     good, bad = 0, number of thresholds + 1
///     while bad - good > 1
///         middle = (good + bad) / 2
///         network = refine(cut(t[middle]))
///         if validation score(network) >= that of the original - allowance: good = middle
///         otherwise: bad = middle
///     return the refined network of t[good]
///
/// In further rounds the same is done to the refined network, as long as units go.
///
/// - Note: The halving finds the strongest threshold if a weaker one is never worse. Refinement is
///   not quite so well-behaved, so the result is the strongest of those that were tried, and the
///   whole path is returned.
public struct UnitPruningSearch: Hashable, Sendable {
  /// How units are scored and cut; its ε does not count.
  public var method: ODF2NNA
  /// How much of the validation score may be lost: of the accuracy, or of the explained share of
  /// the variance.
  public var maximumDrop: Double
  /// How often units are scored and cut at most, at least 1; as published once.
  public var roundCount = 1

  /// Creates the search.
  ///
  /// - Parameters:
  ///   - method: How units are scored and cut; its ε does not count.
  ///   - maximumDrop: How much of the validation score may be lost, in 0..<1.
  public init(_ method: ODF2NNA, maximumDrop: Double) {
    (self.method, self.maximumDrop) = (method, maximumDrop)
  }

  /// A threshold that was tried.
  public struct Candidate: Sendable, Hashable {
    /// The round, from 1.
    public var round: Int
    /// Its place among all thresholds of the round, from 1.
    public var step: Int
    /// The threshold.
    public var epsilon: Double
    /// The units that go.
    public var removedCount: Int
    /// The parameters that stay.
    public var parameterCount: Int
    /// The validation score before refinement.
    public var prunedScore: Double
    /// The validation score after it.
    public var score: Double
    /// Whether the score is within the allowance.
    public var isAccepted: Bool
  }

  /// What a search found.
  public struct Outcome: Sendable {
    /// The refined network; the original one where no threshold was good enough.
    public var trained: TrainedNetwork
    /// What was removed in each round; none for the original network.
    public var plans: [UnitPruningPlan] = []
    /// The network of the last round before its refinement.
    public var pruned: Network
    /// The threshold of the last round; nil for the original network.
    public var candidate: Candidate?
    /// All that were tried, in each round the weakest threshold first.
    public var path: [Candidate] = []
    /// The validation score of the original network.
    public var originalScore: Double
    /// Whether the search was ended early from outside.
    public var isInterrupted: Bool
  }

  /// Checks that the validation rows can tell such a drop.
  ///
  /// - Parameters:
  ///   - rowCount: The number of validation rows.
  ///   - countsRows: Whether the score is a share of the rows, as accuracy is.
  /// - Throws: ``UnitPruningError`` if they cannot, with the number of rows that would.
  public func check(validationRows rowCount: Int, countsRows: Bool) throws(UnitPruningError) {
    try method.check()
    guard maximumDrop >= 0 && maximumDrop < 1 else {
      throw .badSetting(
        name: "the largest drop", value: "\(maximumDrop)", range: "at least 0 and below 1")
    }
    guard (1...1000).contains(roundCount) else {
      throw .badSetting(
        name: "the number of rounds", value: "\(roundCount)", range: "in 1...1000")
    }
    guard rowCount > 0 else { throw .noValidationRows }
    if countsRows, maximumDrop > 0, maximumDrop * Double(rowCount) < 1 - 1e-9 {
      throw .tooFewValidationRows(
        rowCount, needed: Int((1 / maximumDrop).rounded(.up)), maximumDrop: maximumDrop)
    }
  }

  /// Finds the smallest network within the allowance.
  ///
  /// - Parameters:
  ///   - survey: The network and the scores of its units.
  ///   - refinement: The rows.
  ///   - epochCount: The epochs for which each candidate is trained, at least 1.
  ///   - random: The source of the orders; a candidate draws from a substream of its own.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The network, what was removed, and all that was tried.
  /// - Throws: ``UnitPruningError`` if a setting is wrong or the training fails.
  public func run(
    _ survey: UnitSurvey, _ refinement: Refinement, epochCount: Int, random: RandomSource,
    observer: (any UnitPruningObserver)? = nil
  ) throws(UnitPruningError) -> Outcome {
    try check(
      validationRows: refinement.validationRows.count, countsRows: refinement.scoreCountsRows)
    var outcome = Outcome(
      trained: refinement.model, pruned: survey.network,
      originalScore: refinement.validation(of: survey.network)?.score ?? 0, isInterrupted: false)
    var (survey, refinement) = (survey, refinement)
    for round in 1...roundCount {
      let known = outcome.plans.count
      try run(
        round, survey, refinement, epochCount: epochCount, random: random, observer: observer,
        to: &outcome)
      guard outcome.plans.count > known, round < roundCount, !outcome.isInterrupted else { break }
      refinement = refinement.goingOn(with: outcome.trained)
      survey = try UnitSurvey(
        outcome.trained.network, score: method.score, refinement,
        withCovariances: method.bias == .leastSquares,
        random: random.substream("scores of round", round + 1))
    }
    outcome.trained.isInterrupted = outcome.isInterrupted
    return outcome
  }

  /// One round: the strongest good threshold for a network.
  private func run(
    _ round: Int, _ survey: UnitSurvey, _ refinement: Refinement, epochCount: Int,
    random: RandomSource, observer: (any UnitPruningObserver)?, to outcome: inout Outcome
  ) throws(UnitPruningError) {
    let thresholds = method.thresholds(for: survey)
    var path: [Candidate] = []
    var best: (trained: TrainedNetwork, plan: UnitPruningPlan, pruned: Network)?
    try Self.halve(thresholds.count) { (step) throws(UnitPruningError) -> Bool? in
      var method = method
      method.epsilon = thresholds[step - 1]
      let plan = try method.plan(for: survey)
      let network = try plan.prunedNetwork()
      let trained: TrainedNetwork
      do throws(TrainingError) {
        trained = try refinement.trained(
          network, epochCount: epochCount,
          random: random.substream("round \(round), candidate", step),
          observer: observer?.observer(ofCandidate: step, round: round))
      } catch {
        throw .training(error)
      }
      guard !trained.isInterrupted else {
        outcome.isInterrupted = true
        return nil
      }
      let score = refinement.validation(of: trained.network)?.score ?? 0
      // Scores are shares of whole numbers of rows: a rounding error is no drop.
      let candidate = Candidate(
        round: round, step: step, epsilon: method.epsilon, removedCount: plan.removedCount,
        parameterCount: network.parameterCount,
        prunedScore: refinement.validation(of: network)?.score ?? 0, score: score,
        isAccepted: score >= outcome.originalScore - maximumDrop - 1e-12)
      path.append(candidate)
      if candidate.isAccepted && plan.removedCount > 0 {
        best = (trained, plan, network)
        outcome.candidate = candidate
      }
      observer?.report(candidate, of: network, original: outcome.originalScore)
      if observer?.shouldStop == true {
        outcome.isInterrupted = true
        return nil
      }
      return candidate.isAccepted
    }
    outcome.path += path.sorted { $0.step < $1.step }
    if let best {
      (outcome.trained, outcome.pruned) = (best.trained, best.pruned)
      outcome.plans.append(best.plan)
    }
  }

  /// Halves the steps 1...count until the last good one is known.
  ///
  /// - Parameters:
  ///   - count: The number of steps.
  ///   - isGood: Judges a step; nil ends the search.
  /// - Returns: The last good step; 0 for none.
  /// - Throws: What judging throws.
  @discardableResult
  static func halve<Failure: Error>(
    _ count: Int, isGood: (_ step: Int) throws(Failure) -> Bool?
  ) throws(Failure) -> Int {
    var (good, bad) = (0, count + 1)
    while bad - good > 1 {
      let middle = (good + bad) / 2
      guard let isGoodThere = try isGood(middle) else { break }
      if isGoodThere { good = middle } else { bad = middle }
    }
    return good
  }
}

/// Told how a search goes on, and asked whether it should stop.
public protocol UnitPruningObserver: Sendable {
  /// Takes note of a threshold that was tried.
  ///
  /// - Parameters:
  ///   - candidate: What it came to.
  ///   - network: The network as it was cut.
  ///   - original: The validation score of the original network.
  func report(
    _ candidate: UnitPruningSearch.Candidate, of network: Network, original: Double)

  /// Who watches the training of a candidate, and keeps its state and its result.
  ///
  /// - Parameters:
  ///   - step: The place of its threshold.
  ///   - round: The round, from 1.
  /// - Returns: The observer.
  func observer(ofCandidate step: Int, round: Int) -> any TrainingObserver

  /// Whether the search should end early; asked after every candidate.
  var shouldStop: Bool { get }
}
