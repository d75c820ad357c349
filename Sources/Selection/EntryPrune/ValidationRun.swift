import Tensors

/// What a validation run found.
struct ValidationRun {
  /// The history, and the chosen set when the run ended.
  var selection: FeatureSelection
  /// r*, the rotation of the lowest validation loss.
  var bestRotation: Int
  /// The number of active columns in that rotation.
  var activeCount: Int
}

extension ValidationRun {
  /// The state of a selection that has the run behind it.
  var state: Snapshot {
    var found = selection
    found.isInterrupted = false  // it is complete, even if nothing was to come after it
    var own = Snapshot()
    own.save("selection", found.state)
    own.save("bestRotation", bestRotation)
    own.save("activeCount", activeCount)
    var state = Snapshot()
    state.save("first", own)
    return state
  }

  init(restoredFrom state: Snapshot, _ task: SelectionTask) throws(SnapshotError) {
    selection = try FeatureSelection(
      restoredFrom: try state.part("selection"), featureCount: task.data.featureCount)
    bestRotation = try state.integer("bestRotation", in: 0...selection.history.count)
    activeCount = try state.integer("activeCount", in: task.count...task.eligible.count)
  }
}
