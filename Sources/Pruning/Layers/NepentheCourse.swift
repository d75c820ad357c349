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
  private var entropies: [Int: LayerEntropy] = [:]  // by the position of the activation
  private var lines: [Int: [UnitLine]] = [:]  // those of its layers that have become linear
  private var best: TrainedNetwork
  private var bestNumber = 0
  /// The network that is retrained in iteration ``number``.
  private var pruned: Network?
  /// The activations that have been replaced by lines.
  private var frozen: Set<Int> = []

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
    if method.freezesLinearLayers { frozen.formUnion(lines.keys) }
    let before = method.freezesLinearLayers ? current.network.linearising(lines) : current.network
    let network = remove(from: before)
    guard network != before else {
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
    current.epochs = earlier.epochs + trained.epochs
    current.bestEpoch = current.epochs.count - 1
    current.cost = earlier.cost.adding(trained.cost)
    current.columnNames = earlier.columnNames
    current.notes = earlier.notes
    let iteration = measure()
    if iteration.isAccepted { (best, bestNumber) = (current, iteration.number) }
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
    let states = ActivationStates(
      of: current.network, on: refinement.features, rows: refinement.trainingRows,
      scaler: refinement.model.scaler, estimator: method.estimator)
    let found = states.entropies(tolerance: method.tolerance)
    lines = states.lines(tolerance: method.tolerance)
    entropies = Dictionary(uniqueKeysWithValues: found.map { ($0.rectifier.node, $0) })
    let score = refinement.validation(of: current.network)?.score ?? 0
    let original = path.first?.score ?? score
    let iteration = NepentheIteration(
      number: path.count, score: score,
      isAccepted: path.isEmpty || method.limit.accepts(score, original: original),
      layers: layers.enumerated().map { place, layer in
        let weights = layer.product.map { current.network.weightCount(ofProduct: $0) } ?? 0
        guard let entropy = entropies[layer.node] else {
          // Its units are as they were when it became linear.
          var frozen =
            path.last?.layers[place]
            ?? .init(
              entropy: 0, offCount: 0, mixedCount: 0, onCount: 0, weightCount: 0, isLinear: true)
          frozen.weightCount = weights
          return frozen
        }
        let (mixed, on) = (entropy.count(.mixed), entropy.count(.on))
        return .init(
          entropy: entropy.entropy, offCount: entropy.states.count - mixed - on,
          mixedCount: mixed, onCount: on, weightCount: weights, isLinear: entropy.isLinear)
      })
    path.append(iteration)
    return iteration
  }

  /// The network without the weights that the budgets take.
  private func remove(from network: Network) -> Network {
    if method.budget.rule == .magnitude {
      let products = network.products
      let left = products.reduce(0) { $0 + network.weightCount(ofProduct: $1) }
      return network.clearingWeights(
        Int(method.budget.prunedShare * Double(left)), amongAll: products)
    }
    let budgets = method.budget.weightCounts(
      for: network, entropies, protectingEnds: method.protectsEnds,
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
    state.save("frozen", frozen.sorted())
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
    state.save("linear", linearNodes(of: trained.network))
    state.save("epochs", Snapshot(epochs: trained.epochs))
    state.save("cost", trained.cost.wholeState)
    return state
  }

  /// The activations of the original network that are lines in this one.
  private func linearNodes(of network: Network) -> [Int] {
    layers.map(\.node).filter { network.nodes[$0].operation is ScaleAndShift }
  }

  private func network(
    _ state: Snapshot, linear: [Int]
  ) throws(SnapshotError) -> Network {
    let original = refinement.model.network
    var lines: [Int: [UnitLine]] = [:]  // the state knows their numbers
    for node in linear {
      let count = original.nodes[node].outputShape.innermost
      lines[node] = [UnitLine](repeating: UnitLine(slope: 0, shift: 0), count: count)
    }
    return try original.linearising(lines).restored(from: state)
  }

  private func nodes(_ name: String, _ state: Snapshot) throws(SnapshotError) -> [Int] {
    let found = try state.integers(name, in: 0..<refinement.model.network.nodes.count)
    let known = Set(layers.map(\.node))
    guard found.allSatisfy(known.contains) else { throw .impossibleValue(name) }
    return found
  }

  private func trained(_ state: Snapshot) throws(SnapshotError) -> TrainedNetwork {
    var trained = refinement.model
    trained.network = try network(try state.part("network"), linear: try nodes("linear", state))
    trained.epochs = try state.part("epochs").epochs()
    trained.bestEpoch = max(trained.epochs.count - 1, 0)
    trained.cost = try TrainingCost(restoredFrom: try state.part("cost"))
    return trained
  }

  fileprivate mutating func restore(from state: Snapshot) throws(SnapshotError) {
    frozen = Set(try nodes("frozen", state))
    pruned = try network(try state.part("pruned"), linear: frozen.sorted())
    current = try trained(try state.part("current"))
    best = try trained(try state.part("best"))
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
    let counts = try state.integers("counts", count: 4 * cellCount, in: 0..<1 << 48)
    path = scores.indices.map { number in
      NepentheIteration(
        number: number, score: scores[number], isAccepted: accepted[number],
        layers: layers.indices.map { layer in
          let cell = number * layers.count + layer
          return .init(
            entropy: entropies[cell], offCount: counts[4 * cell],
            mixedCount: counts[4 * cell + 1], onCount: counts[4 * cell + 2],
            weightCount: counts[4 * cell + 3], isLinear: linear[cell])
        })
    }
  }
}
