import Networks
import Tensors
import Training

/// One run of EntryPrune: the state between rotations, and the steps of a rotation.
struct EntrySearch {
  /// The features that hold their places, in ascending order.
  private(set) var established: [Int]
  /// The entry scores of all features.
  private(set) var scores: EntryScores
  /// The network over the active columns.
  let network: ActiveNetwork

  private let task: SelectionTask
  private let rule: EntryRule
  private var isCandidate: [Bool]  // Q, per slot
  private var pool: [Int] = []  // scratch: features that may enter
  private var flags: [Bool]  // scratch, per feature; false between uses
  private var draws, weights: RandomSource

  init(_ task: SelectionTask, _ view: TrainingView, rule: EntryRule, random: RandomSource) {
    self.task = task
    self.rule = rule
    draws = random.substream("candidates")
    weights = random.substream("entrants")
    flags = [Bool](repeating: false, count: task.data.features.columnCount)
    let count = rule.activeCount(task)
    // Every first occupant is a candidate; those to be kept are among them.
    var pool = task.eligible.filter { !task.keep.contains($0) }
    draws.shuffleFirst(count - task.keep.count, of: &pool)
    let slots = task.keep + pool[..<(count - task.keep.count)]
    network = ActiveNetwork(
      view, slots: slots, rule: rule, random: random.substream("network"))
    isCandidate = [Bool](repeating: true, count: count)
    established = slots[..<task.count].sorted()
    scores = EntryScores(featureCount: task.data.features.columnCount, rule: rule.scoring)
  }

  /// The slots of the established features.
  var establishedSlots: [Int] {
    let members = Set(established)
    return network.slots.indices.filter { members.contains(network.slots[$0]) }
  }

  /// Whether no feature is left that could replace an established one.
  var isComplete: Bool { network.activeCount == task.count }

  /// Trains for one rotation.
  ///
  /// - Returns: The mean training loss.
  func train() -> Double {
    network.train(steps: rule.stepsPerRotation)
  }

  /// Scores the candidates and establishes the K active features of highest entry score.
  mutating func prune() {
    let slots = network.slots
    let relative = zScores(network.changes())
    for slot in slots.indices where isCandidate[slot] {
      scores.record(relative[slot], of: slots[slot])
    }
    // A flag per feature instead of sets and sorts: a rotation of wide data has thousands of rivals.
    for feature in slots { flags[feature] = true }
    for feature in task.keep { flags[feature] = false }
    let rivals = task.eligible.filter { flags[$0] }
    for feature in slots { flags[feature] = false }
    let best = topPositions(task.count - task.keep.count, of: rivals.map { scores[$0] })
    established = (task.keep + best.map { rivals[$0] }).sorted()
  }

  /// Fills the places that are not established with new candidates.
  mutating func regrow() {
    let places = freePlaces()
    let entrants = drawCandidates(places.count)
    network.enter(entrants, at: places, using: &weights)
    retest()
  }

  private mutating func freePlaces() -> [Int] {
    for feature in established { flags[feature] = true }
    defer { for feature in established { flags[feature] = false } }
    let slots = network.slots
    for slot in slots.indices { isCandidate[slot] = !flags[slots[slot]] }
    return isCandidate.indices.filter { isCandidate[$0] }
  }

  private mutating func drawCandidates(_ count: Int) -> [Int] {
    for feature in established { flags[feature] = true }
    pool = task.eligible.filter { !flags[$0] }
    for feature in established { flags[feature] = false }
    switch rule.regrowth {
    case .random:
      draws.shuffleFirst(count, of: &pool)
      return Array(pool[..<count])
    case .gradient:
      return topPositions(count, of: network.entryGradients(of: pool)).map { pool[$0] }
    }
  }

  /// Lets some established features enter anew, so that their score is not from one lucky day.
  private mutating func retest() {
    guard rule.retestProbability > 0 else { return }
    let places = establishedSlots.filter { _ in draws.uniform() < rule.retestProbability }
    for slot in places { isCandidate[slot] = true }
    network.enter(places.map { network.slots[$0] }, at: places, using: &weights)
  }

  /// Starts the network anew with the same features, which are all candidates again.
  mutating func restart() {
    network.restart()
    isCandidate = [Bool](repeating: true, count: network.activeCount)
  }

  /// The best features by entry score, active or not, those to keep among them.
  ///
  /// - Parameter count: How many.
  /// - Returns: The features in ascending order.
  func best(_ count: Int) -> [Int] {
    let kept = Set(task.keep)
    let values = task.eligible.map { kept.contains($0) ? .infinity : scores[$0] }
    return topPositions(count, of: values).map { task.eligible[$0] }.sorted()
  }

  /// Changes the number of active columns between ``prune()`` and ``regrow()``.
  ///
  /// Surplus candidates leave from the lowest slot on; new slots are behind all others.
  ///
  /// - Parameter count: The new number, between K and the number of eligible features.
  mutating func resize(to count: Int) {
    let members = Set(established)
    var surplus = max(network.activeCount - count, 0)
    let kept = network.slots.indices.filter { slot in
      if surplus > 0, !members.contains(network.slots[slot]) {
        surplus -= 1
        return false
      }
      return true
    }
    let active = Set(network.slots)
    let added = task.eligible.filter { !active.contains($0) }.prefix(max(count - kept.count, 0))
    network.resize(keeping: kept, adding: Array(added))
    isCandidate = network.slots.map { !members.contains($0) }
  }

  /// The established features, best first.
  func ranking() -> [FeatureSelection.Feature] {
    let values = established.map { scores[$0] }
    return topPositions(established.count, of: values).map {
      FeatureSelection.Feature(index: established[$0], score: values[$0])
    }
  }
}

extension EntryRule {
  /// Whether all weights start anew before a rotation, counted from 0.
  func restarts(before rotation: Int) -> Bool {
    guard let restartInterval, rotation > 0 else { return false }
    return rotation % restartInterval == 0
  }

  /// The number of active columns N = K + ceil(c (p - K)), or more where that is very few.
  func activeCount(_ task: SelectionTask) -> Int {
    let outside = task.eligible.count - task.count
    let candidates = Int((candidateFraction * Double(outside)).rounded(.up))
    return task.count + min(max(candidates, minimumCandidateCount), outside)
  }
}
