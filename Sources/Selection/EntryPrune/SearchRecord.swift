import Tensors

/// The rotations of one search as they happen.
struct SearchRecord {
  private(set) var history: [FeatureSelection.Rotation] = []
  /// None at first: whoever is chosen after the first rotation entered in it.
  private var previous: [Int] = []
  var isInterrupted = false

  /// The rotations so far.
  var state: Snapshot {
    var state = Snapshot()
    state.save("history", Snapshot(rotations: history))
    state.save("previous", previous)
    return state
  }

  mutating func restore(from state: Snapshot, _ task: SelectionTask) throws(SnapshotError) {
    history = try state.part("history").rotations(among: task.data.featureCount)
    previous = try state.integers(
      "previous", count: task.count, in: 0..<task.data.featureCount)
  }

  /// How many features entered in the last rotation.
  var changes: Int { history.last?.entered.count ?? 0 }

  mutating func append(_ search: EntrySearch, phase: String, loss: Double) {
    let (before, now) = (Set(previous), Set(search.established))
    history.append(
      FeatureSelection.Rotation(
        phase: phase, loss: loss, activeCount: search.activeCount,
        entered: search.established.filter { !before.contains($0) },
        left: previous.filter { !now.contains($0) }))
    previous = search.established
  }

  func progress(lastRotation: Int?) -> SelectionProgress {
    SelectionProgress(
      phase: history.last?.phase ?? "", rotation: history.count - 1, lastRotation: lastRotation,
      loss: history.last?.loss ?? .nan, changes: changes)
  }

  func selection(_ search: EntrySearch) -> FeatureSelection {
    FeatureSelection(
      features: search.ranking(), history: history, rotationCount: history.count,
      isInterrupted: isInterrupted)
  }
}
