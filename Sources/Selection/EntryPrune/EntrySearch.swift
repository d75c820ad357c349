import Networks
import Tensors
import Training

/// One run of EntryPrune: the state between rotations, and the steps of a rotation.
struct EntrySearch {
  /// The features that hold their places, in ascending order.
  private(set) var established: [Int]
  /// The entry scores of all features.
  private(set) var scores: EntryScores
  /// The active features, each in a place.
  private(set) var active: [Int]
  /// The network over their columns, feature by feature.
  let network: ActiveNetwork

  private let task: SelectionTask
  private let rule: EntryRule
  private var isCandidate: [Bool]  // Q, per place
  private var pool: [Int] = []  // scratch: features that may enter
  private var flags: [Bool]  // scratch, per feature; false between uses
  private var draws, weights: RandomSource

  init(_ task: SelectionTask, _ view: TrainingView, rule: EntryRule, random: RandomSource) {
    self.task = task
    self.rule = rule
    draws = random.substream("candidates")
    weights = random.substream("entrants")
    flags = [Bool](repeating: false, count: task.data.featureCount)
    let count = rule.activeCount(task)
    // Every first occupant is a candidate; those to be kept are among them.
    var pool = task.eligible.filter { !task.keep.contains($0) }
    draws.shuffleFirst(count - task.keep.count, of: &pool)
    active = task.keep + pool[..<(count - task.keep.count)]
    network = ActiveNetwork(
      view, slots: task.data.columns(of: active), rule: rule, random: random.substream("network"))
    isCandidate = [Bool](repeating: true, count: count)
    established = active[..<task.count].sorted()
    scores = EntryScores(featureCount: task.data.featureCount, rule: rule.scoring)
  }

  /// The state between two rotations, once the places are filled anew.
  var state: Snapshot {
    var state = Snapshot()
    state.save("established", established)
    state.save("scores", scores.state)
    state.save("active", active)
    state.save("isCandidate", isCandidate)
    state.save("network", network.state)
    state.save("draws", draws)
    state.save("weights", weights)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of the same task under the same rule.
  /// - Throws: `SnapshotError` if it is that of another search.
  mutating func restore(from state: Snapshot) throws(SnapshotError) {
    func distinct(_ name: String) throws(SnapshotError) -> [Int] {
      let features = try state.integers(name, in: 0..<task.data.featureCount)
      let mayBe = Set(task.eligible)
      guard Set(features).count == features.count, features.allSatisfy(mayBe.contains) else {
        throw .impossibleValue(name)
      }
      return features
    }
    established = try distinct("established")
    active = try distinct("active")
    let members = Set(active)
    guard established.count == task.count, established == established.sorted(),
      established.allSatisfy(members.contains), task.keep.allSatisfy(members.contains)
    else { throw .impossibleValue("established") }
    try scores.restore(from: try state.part("scores"))
    isCandidate = try state.flags("isCandidate", count: active.count)
    try network.restore(from: try state.part("network"))
    guard network.slots == task.data.columns(of: active) else { throw .impossibleValue("slots") }
    draws = try state.random("draws")
    weights = try state.random("weights")
  }

  /// The number of active features, N.
  var activeCount: Int { active.count }

  /// The slots of the established features.
  var establishedSlots: [Int] { slots(ofPlaces: establishedPlaces) }

  private var establishedPlaces: [Int] {
    let members = Set(established)
    return active.indices.filter { members.contains(active[$0]) }
  }

  /// Whether no feature is left that could replace an established one.
  var isComplete: Bool { active.count == task.count }

  /// The slots of the columns of some places.
  private func slots(ofPlaces places: [Int]) -> [Int] {
    guard task.data.featureGroups != nil else { return places }
    let ranges = task.data.ranges(of: active)
    return places.flatMap { ranges[$0] }
  }

  /// What scores of columns make of the features whose columns they are.
  private func combined(_ scores: [Double], of features: [Int], columns: [Int]) -> [Double] {
    FeatureColumns(columns, of: features, in: task.data, isConstant: network.isConstant)
      .combined(scores)
  }

  /// Trains for one rotation.
  ///
  /// - Returns: The mean training loss.
  func train() -> Double {
    network.train(steps: rule.stepsPerRotation)
  }

  /// Scores the candidates and establishes the K active features of highest entry score.
  mutating func prune() {
    let relative = zScores(combined(network.changes(), of: active, columns: network.slots))
    for place in active.indices where isCandidate[place] {
      scores.record(relative[place], of: active[place])
    }
    // A flag per feature instead of sets and sorts: a rotation of wide data has thousands of rivals.
    for feature in active { flags[feature] = true }
    for feature in task.keep { flags[feature] = false }
    let rivals = task.eligible.filter { flags[$0] }
    for feature in active { flags[feature] = false }
    let best = topPositions(task.count - task.keep.count, of: rivals.map { scores[$0] })
    established = (task.keep + best.map { rivals[$0] }).sorted()
  }

  /// Fills the places that are not established with new candidates.
  mutating func regrow() {
    let places = freePlaces()
    enter(drawCandidates(places.count), at: places)
    retest()
  }

  /// Lets features take places, in a network of another width where their columns are not as many.
  private mutating func enter(_ features: [Int], at places: [Int]) {
    let data = task.data
    let hasEqualSizes = zip(features, places).allSatisfy {
      data.columnCount(of: $0) == data.columnCount(of: active[$1])
    }
    let freed = slots(ofPlaces: places)
    if hasEqualSizes {
      for (feature, place) in zip(features, places) { active[place] = feature }
      network.enter(data.columns(of: features), at: freed, using: &weights)
      return
    }
    let free = Set(places)
    let stay = active.indices.filter { !free.contains($0) }
    network.enter(
      data.columns(of: features), keeping: slots(ofPlaces: stay), freeing: freed, using: &weights)
    active = stay.map { active[$0] } + features
    isCandidate = active.indices.map { $0 >= stay.count }
  }

  private mutating func freePlaces() -> [Int] {
    for feature in established { flags[feature] = true }
    defer { for feature in established { flags[feature] = false } }
    for place in active.indices { isCandidate[place] = !flags[active[place]] }
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
      let columns = task.data.columns(of: pool)
      let sizes = combined(network.entryGradients(of: columns), of: pool, columns: columns)
      return topPositions(count, of: sizes).map { pool[$0] }
    }
  }

  /// Lets some established features enter anew, so that their score is not from one lucky day.
  private mutating func retest() {
    guard rule.retestProbability > 0 else { return }
    let places = establishedPlaces.filter { _ in draws.uniform() < rule.retestProbability }
    for place in places { isCandidate[place] = true }
    enter(places.map { active[$0] }, at: places)
  }

  /// Starts the network anew with the same features, which are all candidates again.
  mutating func restart() {
    network.restart()
    isCandidate = [Bool](repeating: true, count: active.count)
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

  /// Changes the number of active features between ``prune()`` and ``regrow()``.
  ///
  /// Surplus candidates leave from the lowest place on; new places are behind all others.
  ///
  /// - Parameter count: The new number, between K and the number of eligible features.
  mutating func resize(to count: Int) {
    let members = Set(established)
    var surplus = max(active.count - count, 0)
    let kept = active.indices.filter { place in
      if surplus > 0, !members.contains(active[place]) {
        surplus -= 1
        return false
      }
      return true
    }
    let before = Set(active)
    let added = task.eligible.filter { !before.contains($0) }.prefix(max(count - kept.count, 0))
    network.resize(
      keeping: slots(ofPlaces: kept), adding: task.data.columns(of: Array(added)))
    active = kept.map { active[$0] } + added
    isCandidate = active.map { !members.contains($0) }
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

  /// The number of active features N = K + ceil(c (p - K)), or more where that is very few.
  func activeCount(_ task: SelectionTask) -> Int {
    let outside = task.eligible.count - task.count
    let candidates = Int((candidateFraction * Double(outside)).rounded(.up))
    let count = task.count + min(max(candidates, minimumCandidateCount), outside)
    return activeLimit.map { min(count, $0) } ?? count
  }
}
