import Tensors
import Training

extension FeatureSelection {
  /// All of the result.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("features", Snapshot(features: features))
    state.save("history", Snapshot(rotations: history))
    state.save("rotationCount", rotationCount)
    state.save("bestRotation", bestRotation)
    state.save("isInterrupted", isInterrupted)
    state.save("notes", Snapshot(textList: notes))
    state.save("cost", cost?.wholeState)
    state.save("race", race?.state)
    if let training { state.save("training", training.text) }
    if let classScores {
      state.save("classScores", .double(classScores.flatMap { $0 }))
      state.save("classCount", classScores.first?.count ?? 0)
    }
    return state
  }

  /// The result that was saved.
  ///
  /// - Parameters:
  ///   - state: What ``state`` was.
  ///   - featureCount: The number of features there are.
  /// - Throws: `SnapshotError` if it is none of such data.
  package init(restoredFrom state: Snapshot, featureCount: Int) throws(SnapshotError) {
    self.init(
      features: try state.part("features").features(among: featureCount),
      history: try state.part("history").rotations(among: featureCount),
      rotationCount: try state.integer("rotationCount"),
      bestRotation: state.has("bestRotation") ? try state.integer("bestRotation") : nil,
      isInterrupted: try state.flag("isInterrupted"),
      notes: try state.part("notes").textList())
    if state.has("cost") { cost = try TrainingCost(restoredFrom: try state.part("cost")) }
    if state.has("race") { race = try RaceRecord(restoredFrom: try state.part("race")) }
    if state.has("training") {
      training = try NetworkHistory(restoredFrom: try state.text("training"))
    }
    if state.has("classCount") {
      let count = try state.integer("classCount", in: 0...1 << 31)
      let scores = try state.doubles("classScores", count: count * features.count)
      classScores = features.indices.map { Array(scores[count * $0..<count * ($0 + 1)]) }
    }
  }
}

extension Snapshot {
  /// Features with their scores.
  init(features: [FeatureSelection.Feature]) {
    self.init()
    save("indices", features.map(\.index))
    save("scores", .double(features.map(\.score)))
  }

  /// The features that were saved.
  func features(among featureCount: Int) throws(SnapshotError) -> [FeatureSelection.Feature] {
    let indices = try integers("indices", in: 0..<featureCount)
    let scores = try doubles("scores", count: indices.count)
    return zip(indices, scores).map { .init(index: $0, score: $1) }
  }

  /// The rotations of a search.
  init(rotations: [FeatureSelection.Rotation]) {
    self.init()
    var phases: [String] = []
    var codes: [Int] = []
    for rotation in rotations {
      if let code = phases.lastIndex(of: rotation.phase) {
        codes.append(code)
      } else {
        codes.append(phases.count)
        phases.append(rotation.phase)
      }
    }
    save("phases", Snapshot(textList: phases))
    save("phaseCodes", codes)
    save("losses", .double(rotations.map(\.loss)))
    save("activeCounts", rotations.map(\.activeCount))
    save("entered", Snapshot(lists: rotations.map(\.entered)))
    save("left", Snapshot(lists: rotations.map(\.left)))
  }

  /// The rotations that were saved.
  func rotations(
    among featureCount: Int
  ) throws(SnapshotError) -> [FeatureSelection.Rotation] {
    let phases = try part("phases").textList()
    let codes = try integers("phaseCodes", in: 0..<phases.count)
    let losses = try doubles("losses", count: codes.count)
    let activeCounts = try integers("activeCounts", count: codes.count, in: 0..<1 << 53)
    let entered = try part("entered").lists(count: codes.count, among: featureCount)
    let left = try part("left").lists(count: codes.count, among: featureCount)
    return codes.indices.map {
      FeatureSelection.Rotation(
        phase: phases[codes[$0]], loss: losses[$0], activeCount: activeCounts[$0],
        entered: entered[$0], left: left[$0])
    }
  }

  /// Lists of features.
  init(lists: [[Int]]) {
    self.init()
    save("counts", lists.map(\.count))
    save("members", lists.flatMap { $0 })
  }

  /// The lists that were saved.
  func lists(count: Int?, among featureCount: Int) throws(SnapshotError) -> [[Int]] {
    let members = try integers("members", in: 0..<featureCount)
    let counts = try integers("counts", count: count, in: 0..<members.count + 1)
    var rest = members[...]
    var lists: [[Int]] = []
    lists.reserveCapacity(counts.count)
    for count in counts {
      guard count <= rest.count else { throw .impossibleValue("counts") }
      lists.append(Array(rest.prefix(count)))
      rest = rest.dropFirst(count)
    }
    guard rest.isEmpty else { throw .impossibleValue("counts") }
    return lists
  }
}
