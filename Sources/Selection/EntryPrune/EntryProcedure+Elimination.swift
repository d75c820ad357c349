import Tensors

/// The last part: the list grows shorter in phases.
extension EntryProcedure {
  /// Goes on with an elimination.
  func eliminate(
    _ elimination: Elimination, saved: Snapshot, before first: ValidationRun?
  ) throws -> FeatureSelection {
    let count = task.data.featureCount
    let own = try saved.part("elimination")
    let list = try own.integers("list", in: 0..<count)
    guard list.count == elimination.listLength(task), Set(list).count == list.count else {
      throw SnapshotError.impossibleValue("list")
    }
    return try eliminate(
      elimination, list,
      in: try FeatureSelection(restoredFrom: try own.part("selection"), featureCount: count),
      history: try own.part("history").rotations(among: count),
      saved: try own.part("reduction"), before: first)
  }

  func eliminate(
    _ elimination: Elimination, _ list: [Int], in selection: FeatureSelection,
    history: [FeatureSelection.Rotation], saved: Snapshot?, before first: ValidationRun?
  ) throws(SnapshotError) -> FeatureSelection {
    let found = selection
    var (selection, history) = (selection, history)
    let reduced = try elimination.reduce(
      list, task, rule: rule, random: random.substream("elimination"), saved: saved,
      shouldStop: { observer.shouldStop },
      keep: { reduction in
        observer.keep {
          var own = Snapshot()
          own.save("list", list)
          own.save("selection", found.state)
          own.save("history", Snapshot(rotations: history))
          own.save("reduction", reduction())
          var state = first?.state ?? Snapshot()
          state.save("elimination", own)
          return state
        }
      }
    ) { phase in
      history.append(
        FeatureSelection.Rotation(
          phase: "elimination", loss: phase.loss, activeCount: phase.featureCount, entered: [],
          left: phase.removed))
      observer.report(
        SelectionProgress(
          phase: "elimination", rotation: history.count - 1,
          lastRotation: elimination.phaseCount, loss: phase.loss,
          changes: phase.removed.count))
    }
    if !reduced.isEmpty { selection.features = reduced }
    selection.history += history
    selection.isInterrupted = history.last?.activeCount != task.count
    return selection
  }
}
