import Networks
import Tensors

extension TrainingRun {
  /// The state between two epochs.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("trainer", trainer.state)
    state.save("batches", batches.state)
    state.save("topology", topology.state)
    state.save("epochs", Snapshot(epochs: epochs))
    state.save("strongestInputs", Snapshot(strongest: strongestInputs))
    state.save("stepCount", stepCount)
    state.save("bestEpoch", bestEpoch)
    state.save("bestLoss", bestLoss)
    state.save("cost", cost.state)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of a run of the same network, rows and recipe.
  /// - Throws: `SnapshotError` if it is that of another run; this one is then undefined.
  package func restore(from state: Snapshot) throws(SnapshotError) {
    try trainer.restore(from: try state.part("trainer"))
    try batches.restore(from: try state.part("batches"))
    try topology.restore(from: try state.part("topology"))
    epochs = try state.part("epochs").epochs()
    strongestInputs = try state.part("strongestInputs").strongestInputs(
      inputCount: training.features.columnCount, epochCount: epochs.count)
    stepCount = try state.integer("stepCount")
    guard stepCount == epochs.count * batches.countPerEpoch else {
      throw .impossibleValue("stepCount")
    }
    bestEpoch =
      state.has("bestEpoch")
      ? try state.integers("bestEpoch", count: 1, in: 0..<epochs.count)[0] : nil
    bestLoss = try state.double("bestLoss")
    try cost.restore(from: try state.part("cost"))
  }
}

extension SampleBatches {
  /// The order of the last epoch, which the next one shuffles.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("random", random)
    state.save("order", order)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of as many rows.
  /// - Throws: `SnapshotError` if it is that of other rows.
  package func restore(from state: Snapshot) throws(SnapshotError) {
    random = try state.random("random")
    order = try state.order("order", count: order.count)
  }
}

extension TrainingCost {
  /// What grows while a network is trained.
  package var state: Snapshot {
    var state = Snapshot()
    state.save(
      "counts",
      [
        epochCount, stepCount, publishedRuleMultiplyAdds, trainingMultiplyAdds, growthMultiplyAdds,
        importanceMultiplyAdds, stateBytes,
      ])
    state.save("seconds", .double([seconds, importanceSeconds]))
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of a network of the same connections.
  /// - Throws: `SnapshotError` if there is none.
  package mutating func restore(from state: Snapshot) throws(SnapshotError) {
    let counts = try state.integers("counts", count: 7, in: 0..<1 << 61)
    let seconds = try state.doubles("seconds", count: 2)
    (epochCount, stepCount, publishedRuleMultiplyAdds) = (counts[0], counts[1], counts[2])
    (trainingMultiplyAdds, growthMultiplyAdds) = (counts[3], counts[4])
    (importanceMultiplyAdds, stateBytes) = (counts[5], counts[6])
    (self.seconds, importanceSeconds) = (seconds[0], seconds[1])
  }
}

extension TrainingCost {
  /// All of it, with what is known of the network.
  package var wholeState: Snapshot {
    var state = state
    state.save(
      "network",
      [parameterCount, connectionCount, denseConnectionCount, rowCount, firstConnectionCount])
    return state
  }

  /// A cost that was saved.
  ///
  /// - Parameter state: What ``wholeState`` was.
  /// - Throws: `SnapshotError` if there is none.
  package init(restoredFrom state: Snapshot) throws(SnapshotError) {
    let counts = try state.integers("network", count: 5, in: 0..<1 << 61)
    (parameterCount, connectionCount, denseConnectionCount) = (counts[0], counts[1], counts[2])
    (rowCount, firstConnectionCount) = (counts[3], counts[4])
    try restore(from: state)
  }
}

extension Snapshot {
  /// The results of epochs.
  package init(epochs: [TrainingEpoch]) {
    self.init()
    save("trainingLoss", .double(epochs.map(\.trainingLoss)))
    save("connectionCount", epochs.map(\.connectionCount))
    save("replacedCount", epochs.map(\.replacedCount))
    // Either all epochs have one or none.
    for (name, member) in TrainingEpoch.optionalMembers {
      let values = epochs.compactMap { $0[keyPath: member] }
      if values.count == epochs.count { save(name, .double(values)) }
    }
  }

  /// The results of epochs that were saved.
  package func epochs() throws(SnapshotError) -> [TrainingEpoch] {
    let training = try doubles("trainingLoss")
    var epochs = training.map { TrainingEpoch(trainingLoss: $0) }
    let connections = try integers("connectionCount", count: epochs.count, in: 0..<1 << 53)
    let replaced = try integers("replacedCount", count: epochs.count, in: 0..<1 << 53)
    for place in epochs.indices {
      (epochs[place].connectionCount, epochs[place].replacedCount) = (
        connections[place], replaced[place]
      )
    }
    for (name, member) in TrainingEpoch.optionalMembers where has(name) {
      let values = try doubles(name, count: training.count)
      for place in epochs.indices { epochs[place][keyPath: member] = values[place] }
    }
    return epochs
  }
}

extension TrainingEpoch {
  /// The numbers that not every training has, under their names.
  fileprivate static var optionalMembers: [(String, WritableKeyPath<TrainingEpoch, Double?>)] {
    [
      ("trainingAccuracy", \.trainingAccuracy), ("trainingTopFive", \.trainingTopFive),
      ("validationLoss", \.validationLoss), ("validationAccuracy", \.validationAccuracy),
      ("validationTopFive", \.validationTopFive),
    ]
  }
}
