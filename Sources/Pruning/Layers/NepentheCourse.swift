import Networks
import Tensors
import Training

/// Where a run of NEPENTHE stands: between two retrainings, or in one.
struct NepentheCourse {
  let method: Nepenthe
  let refinement: Refinement
  private let random: RandomSource
  let layers: [RectifierLayer]
  var isInterrupted = false
  private var notes: [String] = []
  private var entropies: [String: LayerEntropy] = [:]  // by the name of the activation
  private var lines: [String: [UnitLine]] = [:]  // those of its layers that have become linear

  // What a state holds.

  /// The iterations that have ended, the original network first.
  var path: [NepentheIteration] = []
  /// The last network: behind its retraining, in front of its pruning.
  var current: TrainedNetwork
  /// The last network that is good enough, and the iteration that it comes from.
  var best: TrainedNetwork
  var bestNumber = 0
  /// The network that is retrained in iteration ``number``.
  var pruned: Network?
  /// The activations that have been replaced by lines, in that order; positions of the original.
  var frozen: [Int] = []
  /// How many of them had been in the current and in the best network.
  var (currentFrozenCount, bestFrozenCount) = (0, 0)

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
              entropy: 0, offCount: 0, mixedCount: 0, onCount: 0, weightCount: 0, isLinear: true,
              lineError: 0)
          (frozen.weightCount, frozen.entropy, frozen.isLinear) = (weights, 0, true)
          return frozen
        }
        let (mixed, on) = (entropy.count(.mixed), entropy.count(.on))
        return .init(
          entropy: entropy.entropy, offCount: entropy.states.count - mixed - on,
          mixedCount: mixed, onCount: on, weightCount: weights,
          isLinear: entropy.mixedShare == 0, lineError: entropy.lineError)
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

extension Network {
  /// The network with an activation of this name replaced by its lines.
  func straightening(_ name: String, _ lines: [UnitLine]) -> Network {
    nodes.firstIndex { $0.name == name }.map { straightening($0, lines) } ?? self
  }
}
