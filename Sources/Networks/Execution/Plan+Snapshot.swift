import Tensors

/// An operation that remembers something from one step of a training to the next besides its
/// parameters, such as the source of its random numbers.
package protocol StatefulOperation: CompiledOperation {
  /// The state between two steps.
  var state: Snapshot { get }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was.
  /// - Throws: ``SnapshotError`` if it is none of this operation.
  func restore(from state: Snapshot) throws(SnapshotError)
}

extension Plan {
  /// The state between two steps: parameters, connections, the number of the step, and what
  /// operations remember.
  package var state: Snapshot {
    var state = parameters.state
    state.save("clock", clock.step)
    for (position, step) in steps.enumerated() {
      if let step = step as? any StatefulOperation {
        state.save("node\(position)", step.state)
      }
    }
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of a plan of the same network.
  /// - Throws: ``SnapshotError`` if it is that of another network; the plan is then undefined.
  package func restore(from state: Snapshot) throws(SnapshotError) {
    try parameters.restore(from: state)
    clock.step = try state.integer("clock")
    for (position, step) in steps.enumerated() {
      if let step = step as? any StatefulOperation {
        try step.restore(from: try state.part("node\(position)"))
      }
    }
  }
}

extension ParameterStore {
  /// The values and the connections.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("values", values)
    for (position, slot) in slots.enumerated() {
      guard let connections = slot.connections else { continue }
      state.save("connections\(position)", connections.pattern.state)
    }
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of a network of the same shapes.
  /// - Throws: ``SnapshotError`` if it is that of another network.
  package func restore(from state: Snapshot) throws(SnapshotError) {
    try state.restore("values", into: values)
    for (position, slot) in slots.enumerated() {
      guard let connections = slot.connections else { continue }
      let pattern = try SparsePattern(
        restoredFrom: try state.part("connections\(position)"), rowCount: connections.rowCount,
        columnCount: connections.columnCount)
      guard pattern.entryCount == connections.count else {
        throw .wrongCount(
          slot.name, found: pattern.entryCount, needed: connections.count)
      }
      connections.replace(by: pattern)
    }
  }
}

extension Connections {
  /// Takes over the connections of a pattern of the same size.
  fileprivate func replace(by pattern: SparsePattern) {
    rowStarts.update(from: pattern.rowStarts, count: rowCount + 1)
    columns.update(from: pattern.columns, count: count)
    indexColumns()
  }
}

extension Snapshot {
  /// Takes in a block of floats.
  package mutating func save(_ name: String, _ arena: FloatArena) {
    save(name, .float(Array(UnsafeBufferPointer(start: arena.start, count: arena.count))))
  }

  /// Overwrites a block of floats.
  ///
  /// - Parameters:
  ///   - name: The name of the array.
  ///   - arena: The block, as long as the array.
  /// - Throws: ``SnapshotError`` if there is no such array.
  package func restore(_ name: String, into arena: FloatArena) throws(SnapshotError) {
    let values = try floats(name, count: arena.count)
    arena.start.update(from: values, count: arena.count)
  }
}
