import Kernels
import Tensors

extension Trainer {
  /// The state between two steps: parameters, connections and the optimizer.
  ///
  /// The order of the rows is that of who hands out the batches.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("plan", plan.state)
    state.save("optimizer", optimizer.state)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of a trainer of the same network and rule.
  /// - Throws: ``SnapshotError`` if it is that of another one; the trainer is then undefined.
  package func restore(from state: Snapshot) throws(SnapshotError) {
    try plan.restore(from: try state.part("plan"))
    try optimizer.restore(from: try state.part("optimizer"))
  }
}

extension Optimizer {
  /// The moments, and how many steps they have seen.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("first", first)
    state.save("second", second)
    state.save("step", step)
    for (position, steps) in columnSteps.enumerated() {
      if let steps { state.save("columnSteps\(position)", steps.counts) }
    }
    for (position, ages) in connectionAges.enumerated() {
      guard let ages else { continue }
      state.save(
        "ages\(position)",
        .uint16(Array(UnsafeBufferPointer(start: ages.start, count: ages.count))))
    }
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, for the same parameters.
  /// - Throws: ``SnapshotError`` if it is that of other parameters.
  package func restore(from state: Snapshot) throws(SnapshotError) {
    try state.restore("first", into: first)
    try state.restore("second", into: second)
    step = try state.integer("step")
    for position in columnSteps.indices {
      guard state.has("columnSteps\(position)") else {
        columnSteps[position] = nil
        continue
      }
      let columnCount = segments[position].columns
      let steps = ColumnSteps(count: columnCount, step: step)
      steps.counts = try state.integers(
        "columnSteps\(position)", count: columnCount, in: 0..<step + 1)
      columnSteps[position] = steps
    }
    // Ages are there since the layers were made whose connections may be replaced.
    for (position, ages) in connectionAges.enumerated() {
      guard let ages, let limit = corrections?.limit else { continue }
      let saved = try state.shortWords("ages\(position)", count: ages.count)
      guard saved.allSatisfy({ $0 <= limit }) else { throw .impossibleValue("ages\(position)") }
      ages.start.update(from: saved, count: ages.count)
    }
  }
}
