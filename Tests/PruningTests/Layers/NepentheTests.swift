import Datasets
import Networks
import Synchronization
import Tensors
import Testing
import Training

@testable import Pruning

@Suite("NEPENTHE", .serialized)
struct NepentheTests {
  @Test("takes its share of the weights each time, and what is gone stays gone")
  func shares() throws {
    let outcome = try small.run(try refinement(), random: RandomSource(seed: 1))
    #expect(outcome.path.count == 4 && outcome.path.map(\.number) == [0, 1, 2, 3])
    for (before, after) in zip(outcome.path, outcome.path.dropFirst()) {
      let base = before.layers.filter { !$0.isLinear }.reduce(0) { $0 + $1.weightCount }
      let gone = before.weightCount - after.weightCount
      #expect(gone <= base / 2 && gone > base / 2 - 3, "iteration \(after.number)")
    }
    for layer in outcome.path.last?.layers ?? [] { #expect(layer.weightCount > 0) }
    #expect(outcome.trained.epochs.count == 3 * 2)
    #expect(outcome.best == outcome.path.last(where: \.isAccepted)?.number)
    let network = outcome.trained.network
    let path = outcome.path[outcome.best]
    let counts = outcome.layers.compactMap(\.product).map { network.weightCount(ofProduct: $0) }
    #expect(counts == path.layers.map(\.weightCount))
    // Biases are never pruned.
    for product in outcome.layers.compactMap(\.product) {
      #expect(network.nodes[product].parameters[1].elements.allSatisfy { $0 != 0 })
    }
  }

  @Test(
    "retraining moves weights that are left, and no others", arguments: ["sgd", "adam", "adamw"])
  func masks(optimizer: String) throws {
    let refinement = try refinement { recipe in
      switch optimizer {
      case "sgd":
        recipe.optimizer = .sgd(SGD(learningRate: 0.05, momentum: 0.9, weightDecay: 1e-3))
      case "adamw":
        recipe.optimizer = .adam(Adam(weightDecay: 1e-2, decayIsDecoupled: true))
      default: recipe.optimizer = .adam(Adam(weightDecay: 1e-2))
      }
    }
    let pruned = refinement.model.network.clearingWeights([1: 100, 3: 60])
    #expect(pruned.weightCount(ofProduct: 1) == 16 * 8 - 100)
    let trained = try refinement.retrain(
      pruned, epochCount: 3, round: (1, 1), random: RandomSource(seed: 1), saved: nil, observer: nil
    ) { _ in }
    for (before, after) in zip(pruned.nodes, trained.network.nodes) {
      for (old, new) in zip(before.parameters, after.parameters) where old.shape.rank == 2 {
        for (left, right) in zip(old.elements, new.elements) {
          #expect((left == 0) == (right == 0))
        }
        #expect(old != new)
      }
    }
  }

  @Test("the smallest weights go, of equal ones the later")
  func smallest() throws {
    var network = Network(input: [4])
    try network.append(Linear(2), named: "a")
    try network.append(ReLU())
    try network.append(Linear(1), named: "b")
    network[parameter: "a.weight"] = Tensor([2, 4], [3, -1, 0, 2, -2, 1, 4, 1])
    network[parameter: "b.weight"] = Tensor([1, 2], [0.5, -5])
    #expect(
      network.clearingWeights([1: 3])[parameter: "a.weight"]?.elements == [3, 0, 0, 2, -2, 0, 4, 0])
    #expect(
      network.clearingWeights([1: 4])[parameter: "a.weight"]?.elements == [3, 0, 0, 2, 0, 0, 4, 0])
    let all = network.clearingWeights(3, amongAll: [1, 3])
    #expect(all[parameter: "a.weight"]?.elements == [3, -1, 0, 2, -2, 0, 4, 0])
    #expect(all[parameter: "b.weight"]?.elements == [0, -5])
  }

  @Test("layers of which few weights are left are stored sparsely, the others are not")
  func sparseStorage() throws {
    let network = trainedNetwork.clearingWeights([1: 120, 3: 100])
    let stored = network.storingFewWeightsSparsely()
    #expect(stored.nodes.indices.filter { stored.nodes[$0].operation is SparseLinear } == [1])
    let layer = try #require(stored.nodes[1].operation as? SparseLinear)
    #expect(layer.pattern.entryCount == 8)
    let inputs = Tensor([4, 8], (0..<32).map { Float($0 % 7) - 3 })
    let outputs = [network, stored].map {
      Plan($0, batchCount: 4, for: .inference).outputs(for: inputs).elements
    }
    #expect(zip(outputs[0], outputs[1]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("every control runs under the same schedule", arguments: LayerBudget.Rule.allCases)
  func controls(rule: LayerBudget.Rule) throws {
    var method = small
    method.budget.rule = rule
    method.iterationCount = 2
    let outcome = try method.run(try refinement(), random: RandomSource(seed: 1))
    #expect(outcome.path.count == 3)
    #expect(try method.run(try refinement(), random: RandomSource(seed: 1)).path == outcome.path)
    let count = outcome.layers.compactMap(\.product).reduce(0) {
      $0 + outcome.trained.network.weightCount(ofProduct: $1)
    }
    #expect(count == outcome.path[outcome.best].weightCount)
  }

  @Test("ends with the last network that is good enough")
  func limit() throws {
    var method = small
    method.limit = .drop(0)
    method.iterationCount = 30
    method.budget.prunedShare = 0.8
    let outcome = try method.run(try refinement(), random: RandomSource(seed: 1))
    #expect(outcome.path.dropLast().allSatisfy { $0.isAccepted })
    #expect(outcome.path.last?.isAccepted == false)
    #expect(outcome.best == outcome.path.count - 2)
    let score = try refinement().validation(of: outcome.trained.network)?.score
    #expect(score == outcome.path[outcome.best].score)
  }

  @Test("a layer that has become linear is frozen, and puts out what it did")
  func freezing() throws {
    var network = Network(input: [8])
    try network.append(Linear(6), named: "a")
    try network.append(LeakyReLU(slope: 0.25), named: "leaky")
    try network.append(Linear(3), named: "b")
    var biases = [Float](repeating: 40, count: 6)
    biases[1] = -40
    network[parameter: "a.bias"] = Tensor([6], biases)
    let data = makeClasses()
    let states = ActivationStates(
      of: network, on: data.features, rows: Array(0..<data.rowCount),
      scaler: .identity(columnCount: 8))
    let lines = states.lines()
    #expect(lines[2]?.map(\.slope) == [1, 0.25, 1, 1, 1, 1])
    let linear = network.linearising(lines)
    let inputs = data.features.dense
    let (before, after) = (
      Plan(network, batchCount: data.rowCount, for: .inference).outputs(for: inputs),
      Plan(linear, batchCount: data.rowCount, for: .inference).outputs(for: inputs)
    )
    #expect(before == after)
    let folded = linear.foldingLines()
    #expect(folded.nodes.map(\.name) == ["input", "a", "b"])
    let outputs = Plan(folded, batchCount: data.rowCount, for: .inference).outputs(for: inputs)
    #expect(zip(outputs.elements, before.elements).allSatisfy { abs($0 - $1) < 1e-4 })
    // Six units between eight inputs and three outputs are more than one layer needs.
    #expect(folded.simplified().network.nodes.count == 2)
    #expect(linear.rectifierLayers.isEmpty && linear.nodes.map(\.name) == network.nodes.map(\.name))
  }

  @Test("the presets are those of the authors")
  func presets() throws {
    let resnet = NepenthePreset(.resNet18Small)
    #expect(resnet.method.budget.prunedShare == 0.5 && resnet.method.epochCount == 160)
    #expect(!resnet.method.freezesLinearLayers && resnet.method.budget.largestShare == 1)
    #expect(resnet.recipe.batchCount == 128 && resnet.recipe.validationFraction == 0.1)
    let factors = [0, 79, 80, 119, 120, 159].map {
      resnet.recipe.schedule.factor(epoch: $0, of: 160)
    }
    for (factor, expected) in zip(factors, [1, 1, 0.1, 0.1, 0.01, 0.01] as [Float]) {
      #expect(abs(factor - expected) < 1e-6)
    }
    #expect(NepenthePreset(.mobileNetV2).method.budget.prunedShare == 0.1)
    #expect(NepenthePreset(.swinTiny).method.budget.prunedShare == 0.25)
    for architecture in ImageArchitecture.allCases {
      for data in NepenthePreset.Data.allCases {
        let preset = NepenthePreset(architecture, on: data)
        try preset.method.check()
        try preset.recipe.check()
      }
    }
  }

  @Test("with a tolerance layers become linear and stay so")
  func tolerance() throws {
    var method = small
    method.tolerance = 0.49
    method.limit = .drop(0.9)
    let outcome = try method.run(try refinement(), random: RandomSource(seed: 1))
    #expect(outcome.path.dropFirst().contains { $0.linearCount > 0 })
    for (before, after) in zip(outcome.path, outcome.path.dropFirst()) {
      for (old, new) in zip(before.layers, after.layers) where old.isLinear {
        #expect(new.isLinear && new.entropy == 0)
      }
    }
  }

  @Test("from any of its states it comes to the same bits", arguments: [0.0, 0.45])
  func resumption(tolerance: Double) throws {
    var method = small
    method.tolerance = tolerance
    method.limit = .drop(0.9)
    let first = Keeper()
    let whole = try method.run(try refinement(), random: RandomSource(seed: 1), observer: first)
    let stateCount = first.states.count
    #expect(stateCount >= 4)
    for state in first.states {
      let again = try method.run(
        try refinement(), random: RandomSource(seed: 1), observer: Keeper(savedState: state))
      #expect(again.path == whole.path && again.trained == whole.trained)
      #expect(again.best == whole.best)
    }
    for stop in 1...stateCount {
      let keeper = Keeper(stopAfter: stop)
      let early = try method.run(try refinement(), random: RandomSource(seed: 1), observer: keeper)
      #expect(early.isInterrupted == (stop < stateCount))
      #expect(early.path == Array(whole.path.prefix(early.path.count)))
    }
  }

  @Test("a state of another network is refused, whatever is missing or wrong in it")
  func damagedStates() throws {
    let keeper = Keeper()
    _ = try small.run(try refinement(), random: RandomSource(seed: 1), observer: keeper)
    let state = try #require(keeper.states.last)
    let names = [
      "training", "frozen", "pruned", "current", "best", "bestNumber", "scores", "counts",
    ]
    for name in names {
      var damaged = Snapshot()
      for other in ["training", "pruned", "current", "best"] where other != name {
        damaged.save(other, try state.part(other))
      }
      if name != "frozen" { damaged.save("frozen", [999]) }
      #expect(throws: LayerPruningError.self) {
        try small.run(
          try refinement(), random: RandomSource(seed: 1), observer: Keeper(savedState: damaged))
      }
    }
  }

  @Test("what cannot be done is refused, with the reason")
  func refusals() throws {
    func message(_ change: (inout Nepenthe) -> Void, _ network: Network? = nil) throws -> String {
      var method = small
      change(&method)
      do {
        _ = try method.run(try refinement(of: network), random: RandomSource(seed: 1))
      } catch let error as LayerPruningError {
        return "\(error)"
      }
      return ""
    }
    for theta in [0.0, 1, -1, .nan] {
      #expect(try message { $0.limit = .share(theta) }.hasPrefix("theta is"))
    }
    #expect(try message { $0.limit = .drop(1) }.contains("the largest drop is 1.0"))
    #expect(try message { $0.budget.prunedShare = 1 }.contains("the pruned share"))
    #expect(try message { $0.tolerance = 0.5 }.contains("the tolerance"))
    #expect(try message { $0.budget.temperature = 0 }.contains("the temperature"))
    let smooth = try Network(input: [8]) {
      Linear(5)
      Tanh()
      Linear(3)
    }
    #expect(try message({ _ in }, smooth).contains("it has tanh"))
    let plain = try Network(input: [8]) { Linear(3) }
    #expect(try message({ _ in }, plain).contains("layers can go that end in ReLU"))
    var blind = trainedNetwork
    for product in blind.products { blind = blind.clearingWeights([product: 1000]) }
    #expect(try message({ _ in }, blind).contains("no more than one that ignores its inputs"))
  }

  @Test("a cut is refused by name unless it is allowed")
  func cut() throws {
    var method = small
    method.budget = .published
    method.budget.rule = .lowestEntropy
    method.budget.prunedShare = 0.9
    do {
      _ = try method.run(try refinement(), random: RandomSource(seed: 1))
      Issue.record("not refused")
    } catch let error as LayerPruningError {
      guard case .cut(let layer, 1) = error else {
        Issue.record("\(error)")
        return
      }
      #expect(layer.hasPrefix("linear"))
    }
    method.allowsCut = true
    let outcome = try method.run(try refinement(), random: RandomSource(seed: 1))
    #expect(outcome.path.count >= 2 && outcome.path[1].layers.contains { $0.weightCount == 0 })
  }

  // MARK: The subject

  private var small: Nepenthe {
    var method = Nepenthe()
    (method.epochCount, method.iterationCount) = (2, 3)
    method.limit = .drop(0.5)
    return method
  }

  private var trainedNetwork: Network {
    .multilayerPerceptron(
      inputCount: 8, hidden: [16, 12], outputCount: 3, random: RandomSource(seed: 4))
  }

  private func refinement(
    of network: Network? = nil, _ change: (inout TrainingRecipe) -> Void = { _ in }
  ) throws -> Refinement {
    let data = makeClasses()
    var recipe = TrainingRecipe()
    recipe.hiddenCounts = [16, 12]
    (recipe.sparsity, recipe.topology) = (0, .static)
    (recipe.batchCount, recipe.epochCount) = (16, 12)
    recipe.optimizer = .adam(Adam(learningRate: 1e-2))
    var model = try recipe.train(data, random: RandomSource(seed: 2))
    if let network { model.network = network }
    model.epochs = []
    model.bestEpoch = 0
    change(&recipe)
    return try Refinement(of: model, recipe, data, random: RandomSource(seed: 2))
  }
}

/// Normal noise in which the first columns differ between three classes, dealt in turn.
private func makeClasses() -> Dataset {
  var random = RandomSource(seed: 1)
  var values: [Float] = []
  for row in 0..<200 {
    for column in 0..<8 {
      values.append(Float(random.normal()) + (column < 3 && column == row % 3 ? 3 : 0))
    }
  }
  return Dataset(
    features: FeatureStore(
      values: values, rowCount: 200, columnNames: (0..<8).map { "x\($0)" }),
    target: .classes(indices: (0..<200).map { $0 % 3 }, names: ["a", "b", "c"]))
}

extension FeatureStore {
  /// All numbers.
  var dense: Tensor {
    var result = Tensor([rowCount, columnCount])
    let gatherer = ColumnGatherer(self, columns: Array(0..<columnCount), scaler: nil)
    result.withMutableElements { gatherer.gather(rows: Array(0..<rowCount), into: $0) }
    return result
  }
}

/// Keeps every state, and stops after so many epochs.
private final class Keeper: NepentheObserver {
  let savedState: Snapshot?
  private let kept = Mutex<[Snapshot]>([])
  private let epochCount = Mutex(0)
  private let limit: Int

  init(savedState: Snapshot? = nil, stopAfter limit: Int = .max) {
    (self.savedState, self.limit) = (savedState, limit)
  }

  var states: [Snapshot] { kept.withLock { $0 } }
  func report(_ progress: TrainingProgress) { epochCount.withLock { $0 += 1 } }
  func report(_ iteration: NepentheIteration, original: Double) {}
  var shouldStop: Bool { epochCount.withLock { $0 >= limit } }
  func keep(state: () -> Snapshot) {
    let state = state()
    kept.withLock { $0.append(state) }
  }
}
