import Networks
import Tensors
import Training

extension NepentheCourse {
  /// The state of the run, with that of the training of this iteration.
  func state(training: Snapshot) -> Snapshot {
    var state = Snapshot()
    state.save("training", training)
    state.save("frozen", frozen)
    state.save("frozenCounts", [currentFrozenCount, bestFrozenCount])
    state.save("pruned", pruned?.state)
    state.save("current", saved(current))
    state.save("best", saved(best))
    state.save("bestNumber", bestNumber)
    state.save("scores", .double(path.map(\.score)))
    state.save("accepted", path.map(\.isAccepted))
    let all = path.flatMap(\.layers)
    state.save("entropies", .double(all.map(\.entropy)))
    state.save("linear", all.map(\.isLinear))
    state.save("lineErrors", .double(all.map(\.lineError)))
    state.save(
      "counts", all.flatMap { [$0.offCount, $0.mixedCount, $0.onCount, $0.weightCount] })
    return state
  }

  /// The state of the training inside the state of a run.
  func savedTraining(of state: Snapshot?) throws(LayerPruningError) -> Snapshot? {
    do throws(SnapshotError) {
      return try state?.part("training")
    } catch {
      throw .training(.unusableState(error))
    }
  }

  private func saved(_ trained: TrainedNetwork) -> Snapshot {
    var state = Snapshot()
    state.save("network", trained.network.state)
    state.save("epochs", Snapshot(epochs: trained.epochs))
    state.save("cost", trained.cost.wholeState)
    return state
  }

  private func network(
    _ state: Snapshot, linear: [Int]
  ) throws(SnapshotError) -> Network {
    let original = refinement.model.network
    var network = original
    for node in linear {
      let count = original.nodes[node].outputShape.innermost
      network = network.straightening(  // the state knows their numbers
        original.nodes[node].name,
        [UnitLine](repeating: UnitLine(slope: 0, shift: 0), count: count))
    }
    return try network.restored(from: state)
  }

  private func nodes(_ name: String, _ state: Snapshot) throws(SnapshotError) -> [Int] {
    let found = try state.integers(name, in: 0..<refinement.model.network.nodes.count)
    let known = Set(layers.map(\.node))
    guard found.allSatisfy(known.contains), Set(found).count == found.count else {
      throw .impossibleValue(name)
    }
    return found
  }

  private func trained(
    _ state: Snapshot, linear: some Sequence<Int>
  ) throws(SnapshotError) -> TrainedNetwork {
    var trained = refinement.model
    trained.network = try network(try state.part("network"), linear: Array(linear))
    trained.epochs = try state.part("epochs").epochs()
    trained.bestEpoch = max(trained.epochs.count - 1, 0)
    trained.cost = try TrainingCost(restoredFrom: try state.part("cost"))
    return trained
  }

  mutating func restore(from state: Snapshot) throws(SnapshotError) {
    frozen = try nodes("frozen", state)
    let counts = try state.integers("frozenCounts", count: 2, in: 0..<frozen.count + 1)
    (currentFrozenCount, bestFrozenCount) = (counts[0], counts[1])
    pruned = try network(try state.part("pruned"), linear: frozen)
    current = try trained(try state.part("current"), linear: frozen.prefix(currentFrozenCount))
    best = try trained(try state.part("best"), linear: frozen.prefix(bestFrozenCount))
    let scores = try state.doubles("scores")
    guard (1...method.iterationCount).contains(scores.count) else {
      throw .impossibleValue("scores")
    }
    bestNumber = try state.integer("bestNumber", in: 0...scores.count - 1)
    if bestNumber == 0 { best.bestEpoch = refinement.model.bestEpoch }
    let accepted = try state.flags("accepted", count: scores.count)
    let cellCount = scores.count * layers.count
    let entropies = try state.doubles("entropies", count: cellCount)
    let linear = try state.flags("linear", count: cellCount)
    let lineErrors = try state.doubles("lineErrors", count: cellCount)
    let unitCounts = try state.integers("counts", count: 4 * cellCount, in: 0..<1 << 48)
    path = scores.indices.map { number in
      NepentheIteration(
        number: number, score: scores[number], isAccepted: accepted[number],
        layers: layers.indices.map { layer in
          let cell = number * layers.count + layer
          return .init(
            entropy: entropies[cell], offCount: unitCounts[4 * cell],
            mixedCount: unitCounts[4 * cell + 1], onCount: unitCounts[4 * cell + 2],
            weightCount: unitCounts[4 * cell + 3], isLinear: linear[cell],
            lineError: lineErrors[cell])
        })
    }
  }
}
