import Networks
import Tensors
import Training

/// Where a run of NEPENTHE stands: between two retrainings, or in one.
struct NepentheCourse {
  private let method: Nepenthe
  private let refinement: Refinement
  private let random: RandomSource
  private let layers: [RectifierLayer]
  /// The iterations that have ended, the original network first.
  private(set) var path: [NepentheIteration] = []
  var isInterrupted = false
  private var notes: [String] = []
  /// The last network: behind its retraining, in front of its pruning.
  private var current: TrainedNetwork
  private var entropies: [String: LayerEntropy] = [:]  // by the name of the activation
  private var lines: [String: [UnitLine]] = [:]  // those of its layers that have become linear
  private var best: TrainedNetwork
  private var bestNumber = 0
  /// The network that is retrained in iteration ``number``.
  private var pruned: Network?
  /// The activations that have been replaced by lines, in that order; positions of the original.
  private var frozen: [Int] = []
  /// How many of them had been in the current and in the best network.
  private var (currentFrozenCount, bestFrozenCount) = (0, 0)

  /// Measures the original network, or goes on from a state.
  init(
    _ method: Nepenthe, _ refinement: Refinement, _ random: RandomSource, savedState: Snapshot?
  ) throws(LayerPruningError) {
    (self.method, self.refinement, self.random) = (method, refinement, random)
    layers = refinement.model.network.rectifierLayers
    current = refinement.model
    best = refinement.model
    if let savedState {
      do throws(SnapshotError) {
        try restore(from: savedState)
      } catch {
        throw .training(.unusableState(error))
      }
    } else {
      measure()
    }
  }

  /// The number of the iteration that is retrained, or comes next.
  var number: Int { path.count }

  /// The validation score of the original network.
  var originalScore: Double { path[0].score }

  /// Whether the last network was not good enough, or the iterations are used up.
  var isFinished: Bool {
    path.last?.isAccepted == false || path.count > method.iterationCount
  }

  /// Prunes the last network.
  ///
  /// - Returns: The network to be retrained; nil at the end of the run.
  /// - Throws: ``LayerPruningError/cut(layer:iteration:)`` in the first iteration; later the run ends.
  mutating func nextNetwork() throws(LayerPruningError) -> Network? {
    if let pruned { return pruned }
    if isFinished { return nil }
    let before = freeze(current.network)
    let network = remove(from: before)
    guard network != current.network else {
      notes.append(
        "iteration \(number) had nothing to remove: no layer has both weights and entropy")
      return nil
    }
    if !method.allowsCut, let layer = cutLayer(of: network) {
      guard number > 1 else { throw .cut(layer: layer, iteration: number) }
      notes.append("\(LayerPruningError.cut(layer: layer, iteration: number))")
      return nil
    }
    pruned = network
    return network
  }

  /// Takes a retrained network.
  ///
  /// - Returns: What the iteration came to.
  mutating func take(_ trained: TrainedNetwork) -> NepentheIteration {
    let earlier = current
    pruned = nil
    current = trained
    currentFrozenCount = frozen.count
    current.epochs = earlier.epochs + trained.epochs
    current.bestEpoch = current.epochs.count - 1
    current.cost = earlier.cost.adding(trained.cost)
    current.columnNames = earlier.columnNames
    current.notes = earlier.notes
    let iteration = measure()
    if iteration.isAccepted {
      (best, bestNumber, bestFrozenCount) = (current, iteration.number, currentFrozenCount)
    }
    return iteration
  }

  /// The result.
  var outcome: NepentheOutcome {
    var trained = best
    trained.isInterrupted = isInterrupted
    // What was spent on networks that were not good enough was spent all the same.
    trained.epochs = current.epochs
    trained.cost = current.cost
    return NepentheOutcome(
      trained: trained, best: bestNumber, path: path, layers: layers,
      isInterrupted: isInterrupted, notes: notes)
  }

  // MARK: Steps

  /// Measures the last network and adds it to the path.
  @discardableResult
  private mutating func measure() -> NepentheIteration {
    look(at: current.network)
    let score = refinement.validation(of: current.network)?.score ?? 0
    let original = path.first?.score ?? score
    let iteration = NepentheIteration(
      number: path.count, score: score,
      isAccepted: path.isEmpty || method.limit.accepts(score, original: original),
      layers: layers.enumerated().map { place, layer in
        let weights = weightCount(of: layer)
        guard let entropy = entropies[layer.name] else {
          // Its units are as they were when it became linear.
          var frozen =
            path.last?.layers[place]
            ?? .init(
              entropy: 0, offCount: 0, mixedCount: 0, onCount: 0, weightCount: 0, isLinear: true)
          (frozen.weightCount, frozen.entropy, frozen.isLinear) = (weights, 0, true)
          return frozen
        }
        let (mixed, on) = (entropy.count(.mixed), entropy.count(.on))
        return .init(
          entropy: entropy.entropy, offCount: entropy.states.count - mixed - on,
          mixedCount: mixed, onCount: on, weightCount: weights,
          isLinear: entropy.mixedShare == 0)
      })
    path.append(iteration)
    return iteration
  }

  /// Finds entropies and lines of a network.
  private mutating func look(at network: Network) {
    (entropies, lines) = ([:], [:])
    if network.rectifierLayers.isEmpty { return }
    let states = ActivationStates(
      of: network, on: refinement.features, rows: refinement.trainingRows,
      scaler: refinement.model.scaler, estimator: method.estimator)
    for entropy in states.entropies(tolerance: method.tolerance) {
      entropies[entropy.rectifier.name] = entropy
    }
    for (position, own) in states.lines(tolerance: method.tolerance) {
      lines[network.nodes[position].name] = own
    }
  }

  /// The network with layers replaced by their lines: those that are linear, and of those that are so
  /// but for the tolerance the surest one, as the others may change with it.
  private mutating func freeze(_ network: Network) -> Network {
    guard method.freezesLinearLayers else { return network }
    let found = layers.filter { lines[$0.name] != nil }
    func share(_ layer: RectifierLayer) -> Double { entropies[layer.name]?.mixedShare ?? 0 }
    let surest = found.filter { share($0) > 0 }.min { share($0) < share($1) }
    var result = network
    for layer in found where share(layer) == 0 || layer == surest {
      result = result.straightening(layer.name, lines[layer.name] ?? [])
      frozen.append(layer.node)
    }
    // What was learned may be another function now.
    if surest != nil { look(at: result) }
    return result
  }

  /// The weights in front of an activation that are left; 0 where the layer is part of another.
  private func weightCount(of layer: RectifierLayer) -> Int {
    guard let product = layer.product else { return 0 }
    let name = refinement.model.network.nodes[product].name
    let nodes = current.network.nodes
    return nodes.firstIndex { $0.name == name }.map { current.network.weightCount(ofProduct: $0) }
      ?? 0
  }

  /// The network without the weights that the budgets take.
  private func remove(from network: Network) -> Network {
    if method.budget.rule == .magnitude {
      let products = network.products
      let left = products.reduce(0) { $0 + network.weightCount(ofProduct: $1) }
      return network.clearingWeights(
        Int(method.budget.prunedShare * Double(left)), amongAll: products)
    }
    var byPosition: [Int: LayerEntropy] = [:]
    for layer in network.rectifierLayers { byPosition[layer.node] = entropies[layer.name] }
    let budgets = method.budget.weightCounts(
      for: network, byPosition, protectingEnds: method.protectsEnds,
      random: random.substream("iteration \(number)"))
    return network.clearingWeights(budgets)
  }

  /// A layer whose loss of all weights cuts the output from the input.
  private func cutLayer(of network: Network) -> String? {
    let emptied = network.products.filter { network.weightCount(ofProduct: $0) == 0 }
    guard network.isCut(byEmptying: Set(emptied)) else { return nil }
    let culprit = emptied.first { network.isCut(byEmptying: [$0]) } ?? emptied.first
    return culprit.map { network.nodes[$0].name }
  }
}

// MARK: State

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

  fileprivate mutating func restore(from state: Snapshot) throws(SnapshotError) {
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
    let unitCounts = try state.integers("counts", count: 4 * cellCount, in: 0..<1 << 48)
    path = scores.indices.map { number in
      NepentheIteration(
        number: number, score: scores[number], isAccepted: accepted[number],
        layers: layers.indices.map { layer in
          let cell = number * layers.count + layer
          return .init(
            entropy: entropies[cell], offCount: unitCounts[4 * cell],
            mixedCount: unitCounts[4 * cell + 1], onCount: unitCounts[4 * cell + 2],
            weightCount: unitCounts[4 * cell + 3], isLinear: linear[cell])
        })
    }
  }
}

extension Network {
  /// The network with an activation of this name replaced by its lines.
  fileprivate func straightening(_ name: String, _ lines: [UnitLine]) -> Network {
    nodes.firstIndex { $0.name == name }.map { straightening($0, lines) } ?? self
  }
}
