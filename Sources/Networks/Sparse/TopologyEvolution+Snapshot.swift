import Tensors

extension TopologyEvolution {
  /// The state between two steps; the connections themselves are parameters of the plan.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("random", random)
    state.save("multiplyAdds", multiplyAdds)
    state.save("updateCount", updateCount)
    state.save("gainedCount", gainedCount)
    for (position, layer) in layers.enumerated() {
      state.save("scratch\(position)", ScratchSpaces.byteCounts(layer.scratch))
    }
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, under the same rule in the same network.
  /// - Throws: ``SnapshotError`` if it is that of another training.
  package func restore(from state: Snapshot) throws(SnapshotError) {
    random = try state.random("random")
    multiplyAdds = try state.integer("multiplyAdds", in: 0...1 << 61)
    updateCount = try state.integer("updateCount")
    gainedCount = try state.integer("gainedCount", in: 0...1 << 61)
    for (position, layer) in layers.enumerated() {
      try ScratchSpaces.restore(
        layer.scratch, state, "scratch\(position)", entryCount: layer.connections.count)
    }
  }
}

extension TopologyEvolution.Layer {
  fileprivate var scratch: [any ScratchSpace] {
    sparse.step.scratch + (growth?.scratch ?? [])
  }
}

/// Memory that only ever grows.
///
/// How far it has grown is part of a training's state: what a training takes at most is told, and must
/// not depend on whether it was once interrupted.
package protocol ScratchSpace {
  /// The memory it has taken so far, in bytes.
  var byteCount: Int { get }

  /// Makes room for a number of bytes.
  func reserve(byteCount: Int)
}

extension Scratch: ScratchSpace {
  package func reserve(byteCount: Int) {
    reserve(byteCount / MemoryLayout<Element>.stride)
  }
}

/// The sizes of several spaces.
package enum ScratchSpaces {
  /// How many bytes each has taken.
  package static func byteCounts(_ spaces: [any ScratchSpace]) -> [Int] {
    spaces.map(\.byteCount)
  }

  /// Lets spaces take what they had taken.
  ///
  /// - Parameters:
  ///   - spaces: The spaces.
  ///   - state: Where ``byteCounts(_:)`` were saved.
  ///   - name: The name of the array.
  ///   - entryCount: The connections of the layer, which bound what an update may need.
  /// - Throws: ``SnapshotError`` if there is no such array, or a size is out of all proportion.
  package static func restore(
    _ spaces: [any ScratchSpace], _ state: Snapshot, _ name: String, entryCount: Int
  ) throws(SnapshotError) {
    let limit = 64 * (entryCount + 1024)
    let sizes = try state.integers(name, count: spaces.count, in: 0..<limit)
    for (space, size) in zip(spaces, sizes) { space.reserve(byteCount: size) }
  }
}

extension DropAndGrow {
  /// The memory that grows with the updates.
  package var scratch: [any ScratchSpace] {
    [
      ownScratch, grown.rowStorage, grown.columnStorage, grown.sample.table, grown.magnitudes,
      grown.marks,
    ]
  }
}

extension GradientGrowth {
  /// The memory that grows with the number of candidates.
  package var scratch: [any ScratchSpace] {
    [rowStorage, columnStorage, magnitudeStorage, marks]
  }
}
