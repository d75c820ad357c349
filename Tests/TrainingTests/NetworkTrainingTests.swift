import Datasets
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Training of networks", .serialized)
struct NetworkTrainingTests {
  @Test(
    "learns classes with every topology, at the number of connections asked for",
    arguments: [TopologyRule.set, .originalSET, .rigl, .originalRigL, .static])
  func classes(topology: TopologyRule) throws {
    let data = makeClasses()
    let rows = Array(0..<90)
    let trained = try TrainingRecipe.small(topology).train(
      data, rows: rows, random: RandomSource(seed: 3))
    #expect(try #require(trained.accuracy(on: data, rows: Array(90..<120))) > 0.6)
    #expect(trained.cost.denseConnectionCount == 8 * 16 + 16 * 8 + 8 * 3)
    #expect(trained.cost.connectionCount == 140)
    #expect(trained.classNames == ["a", "b", "c"])
    #expect(trained.notes.isEmpty)
    #expect(trained.meanSquaredError(on: data) == nil)
  }

  @Test("returns the network of the best epoch, whose accuracy was measured")
  func bestEpoch() throws {
    let data = makeClasses(rows: 60)
    // Long enough to overfit, so that the best epoch is not the last.
    let recipe = TrainingRecipe.small(epochs: 80) {
      $0.patience = nil
      $0.optimizer = .adam(Adam(learningRate: 5e-2))
    }
    let random = RandomSource(seed: 4)
    let trained = try recipe.train(data, random: random)
    #expect(trained.epochs.count == 80)
    let losses = trained.epochs.compactMap(\.validationLoss)
    #expect(losses.count == 80)
    #expect(trained.bestEpoch < 79)
    #expect(losses.firstIndex(of: losses.min() ?? 0) == trained.bestEpoch)
    let heldOut = try recipe.split(Array(0..<60), of: data, random: random).test
    #expect(heldOut.count == 12)
    #expect(
      trained.accuracy(on: data, rows: heldOut)
        == trained.epochs[trained.bestEpoch].validationAccuracy)
    // The same training up to the best epoch ends with the same network.
    let recorder = Recorder(stopAfter: trained.bestEpoch + 1)
    let shorter = try recipe.train(data, random: random, observer: recorder)
    #expect(shorter.network == trained.network)
    #expect(shorter.isInterrupted && !trained.isInterrupted)
  }

  @Test("without validation rows the network is that of the last epoch")
  func lastEpoch() throws {
    let data = makeClasses(rows: 60)
    let recipe = TrainingRecipe.small(epochs: 6) { $0.validationFraction = 0 }
    let trained = try recipe.train(data, random: RandomSource(seed: 4))
    #expect(trained.bestEpoch == 5)
    #expect(trained.epochs.allSatisfy { $0.validationLoss == nil })
    var longer = recipe
    longer.epochCount = 7
    longer.topology = .static
    var same = recipe
    same.topology = .static
    let recorder = Recorder(stopAfter: 6)
    let interrupted = try longer.train(
      data, random: RandomSource(seed: 4), observer: recorder)
    #expect(
      try same.train(data, random: RandomSource(seed: 4)).network == interrupted.network)
  }

  @Test("predicts numbers in the units of the target")
  func numbers() throws {
    let data = makeNumbers()
    let rows = Array(0..<160)
    let test = Array(160..<200)
    let trained = try TrainingRecipe.small(sparsity: 0.2, epochs: 60).train(
      data, rows: rows, random: RandomSource(seed: 5))
    guard case .values(let predicted) = trained.predict(data.features, rows: test),
      case .values(let truth) = data.target
    else {
      Issue.record("predictions are no numbers")
      return
    }
    let errors = zip(test, predicted).map { Double(truth[$0] - $1) }
    let mean = errors.reduce(0) { $0 + $1 * $1 } / 40
    #expect(mean < 0.1 * 5000)  // the variance is 2 * 50 * 50
    #expect(
      abs(mean - (try #require(trained.meanSquaredError(on: data, rows: test)))) < 1e-9 * mean)
    #expect(trained.accuracy(on: data) == nil)
    #expect(trained.classNames == nil)
  }

  @Test("predicts every row as it would alone, whatever the batch")
  func batches() throws {
    let data = makeClasses(rows: 300)
    let trained = try TrainingRecipe.small(epochs: 2).train(data, random: RandomSource(seed: 6))
    let all = trained.outputs(for: data.features, rows: Array(0..<300))
    #expect(all.shape == [300, 3])
    for row in [0, 255, 256, 299] {
      let alone = trained.outputs(for: data.features, rows: [row])
      for column in 0..<3 { #expect(abs(alone[0, column] - all[row, column]) < 1e-5) }
    }
    #expect(
      trained.predict(data.features, rows: []) == .classes(indices: [], names: ["a", "b", "c"]))
    #expect(trained.accuracy(on: data, rows: []) == 0)
  }

  @Test("a network for images takes the elements of its input in their order, or planes")
  func images() throws {
    let network = try Network(input: [4, 5, 3], random: RandomSource(seed: 1)) {
      Convolution(4, kernel: 3)
      Flatten()
      Linear(2)
    }
    let values = (0..<120).map { Float($0 * 7 % 13) }
    func outputs(_ network: Network, _ values: [Float]) -> Tensor {
      TrainedNetwork(
        network: network, scaler: .identity(columnCount: 60),
        columnNames: (0..<60).map { "x\($0)" }, meaning: .classes(names: ["a", "b"]), epochs: [],
        bestEpoch: 0, cost: TrainingCost(network, rowCount: 0), isInterrupted: false, notes: []
      ).outputs(
        for: FeatureStore(
          values: values, rowCount: 2, columnNames: (0..<60).map { "x\($0)" }), rows: [0, 1])
    }
    let expected = Plan(network, batchCount: 2, for: .inference)
      .outputs(for: Tensor([2, 4, 5, 3], values))
    #expect(outputs(network, values).elements == expected.elements)
    let planes = (0..<120).map { (place: Int) -> Float in
      let (sample, channel, pixel) = (place / 60, place % 60 / 20, place % 20)
      return values[sample * 60 + pixel * 3 + channel]
    }
    #expect(outputs(network.readingPlanes(), planes).elements == expected.elements)
  }

  @Test("classes of other data are compared by name")
  func classNames() throws {
    let data = makeClasses()
    let trained = try TrainingRecipe.small().train(data, random: RandomSource(seed: 7))
    guard case .classes(let indices, _) = data.target else { return }
    let renamed = Dataset(
      features: data.features,
      target: .classes(indices: indices.map { 2 - $0 }, names: ["c", "b", "a"]))
    #expect(trained.accuracy(on: renamed) == trained.accuracy(on: data))
    #expect(try #require(trained.accuracy(on: data)) > 0.5)
  }

  @Test("the same random source gives the same network, another one another")
  func determinism() throws {
    let data = makeClasses()
    func network(_ seed: UInt64) throws -> TrainedNetwork {
      try TrainingRecipe.small(.rigl, epochs: 3).train(data, random: RandomSource(seed: seed))
    }
    #expect(try network(1) == network(1))
    #expect(try network(1).network != network(2).network)
  }

  @Test("counts what was spent, and tells of every epoch")
  func cost() throws {
    let data = makeClasses()
    let recorder = Recorder()
    let trained = try TrainingRecipe.small(epochs: 4).train(
      data, random: RandomSource(seed: 8), observer: recorder)
    let cost = trained.cost
    #expect(recorder.reports.map(\.epoch) == [0, 1, 2, 3])
    #expect(recorder.reports.map(\.result) == trained.epochs)
    #expect(recorder.reports.last { $0.isBest }?.epoch == trained.bestEpoch)
    #expect(cost.stepCount == 4 * (96 / 16))
    #expect(cost.publishedRuleMultiplyAdds == 3 * 140 * 120 * 4)
    #expect(cost.parameterCount == 140 + 16 + 8 + 3)
    #expect(cost.secondsPerStep > 0 && cost.secondsPerStep * 24 < cost.seconds * 1.0001)
    // Weight, gradient, two moments, an age and three indices of each connection at least, the
    // update's columns, origins, marks and moved values, and its histogram.
    let layers = trained.network.prunableLayers.count {
      trained.network.nodes[$0].operation is SparseLinear
    }
    #expect(cost.stateBytes >= 140 * (16 + 2 + 12 + 13) + layers * 4 * 65_536)
    #expect(cost.stateBytes < 140 * 200 + layers * (4 * 65_536 + 8 * 20_000))
  }

  @Test("memory follows the connections: without updates 28 bytes each and little else")
  func memory() throws {
    var recipe = TrainingRecipe()
    recipe.topology = .static
    recipe.epochCount = 1
    recipe.hiddenCounts = [300]
    let data = makeClasses(rows: 40, columns: 2000)
    let cost = try recipe.train(data, random: RandomSource(seed: 1)).cost
    #expect(cost.connectionCount == 30_045)
    let units = 2000 + 2 * 300 + 3
    #expect(cost.stateBytes >= 28 * 30_045)
    #expect(cost.stateBytes <= 28 * 30_045 + 16 * units + 2 * 4 * 20_000)
  }

  @Test("data and settings that will not do are refused")
  func refusals() throws {
    let data = makeClasses()
    let random = RandomSource(seed: 1)
    #expect(throws: TrainingError.tooFewRows(1)) {
      try TrainingRecipe.small().train(data, rows: [3], random: random)
    }
    #expect(throws: TrainingError.oneClass) {
      try TrainingRecipe.small().train(data, rows: [0, 3, 6], random: random)
    }
    #expect(
      throws: TrainingError.badSetting(
        name: "the sparsity", value: "1.0", range: "at least 0 and below 1")
    ) {
      try TrainingRecipe.small(sparsity: 1).train(data, random: random)
    }
    var broken = makeNumbers()
    broken.features = FeatureStore(
      values: (0..<1000).map { $0 == 17 ? .nan : 1 }, rowCount: 200,
      columnNames: (0..<5).map { "x\($0)" })
    #expect(throws: TrainingError.notFinite(row: 3, column: "x2")) {
      try TrainingRecipe.small().train(broken, random: random)
    }
  }

  @Test("a loss that is no number any more names its epoch")
  func divergence() throws {
    let recipe = TrainingRecipe.small { $0.optimizer = .adam(Adam(learningRate: 1e30)) }
    do {
      _ = try recipe.train(makeClasses(), random: RandomSource(seed: 1))
      Issue.record("the training went on")
    } catch {
      guard case .diverged(let epoch, let loss) = error else { throw error }
      #expect(epoch == 0 && !loss.isFinite)
      #expect("\(error)".hasSuffix("in epoch 1; lower the learning rate"))
    }
  }

  @Test("data that are hard to train on are trained on")
  func edges() throws {
    let random = RandomSource(seed: 1)
    // A batch larger than the data, a column of zeros, a class with one row.
    let features = FeatureStore(
      values: (0..<15).map { $0 % 3 == 0 ? 0 : Float($0) }, rowCount: 5,
      columnNames: ["x", "y", "z"])
    let data = Dataset(
      features: features, target: .classes(indices: [0, 0, 1, 1, 2], names: ["a", "b", "c"]))
    let recipe = TrainingRecipe.small(epochs: 2) { $0.batchCount = 1000 }
    #expect(try recipe.train(data, random: random).epochs.count == 2)
    let constant = Dataset(features: features, target: .values([7, 7, 7, 7, 7]))
    let trained = try recipe.train(constant, random: random)
    #expect(trained.predict(features) == .values([7, 7, 7, 7, 7]))
  }

  @Test("a layer that a sparsity leaves with one connection is named")
  func starved() throws {
    let trained = try TrainingRecipe.small(sparsity: 0.9999, epochs: 1).train(
      makeClasses(), random: RandomSource(seed: 1))
    #expect(trained.cost.connectionCount == 3)
    #expect(
      trained.notes
        == (1...3).map {
          "layer sparselinear\($0) has one connection only; a layer keeps at least one, whatever the"
            + " sparsity"
        })
  }

  @Test("the rows held out in training are whole subjects")
  func heldOutSubjects() throws {
    var data = makeClasses()
    data.subjects = (0..<120).map { $0 / 5 }
    let recipe = TrainingRecipe.small()
    let split = try recipe.split(Array(10..<110), of: data, random: RandomSource(seed: 4))
    #expect(Set(split.test.map { $0 / 5 }).isDisjoint(with: split.training.map { $0 / 5 }))
    #expect((split.training + split.test).sorted() == Array(10..<110))
    #expect(split.test.count == 20)
  }
}
