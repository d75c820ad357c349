import Datasets
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Training runs")
struct TrainingRunTests {
  /// Two classes apart in the first columns.
  private func table(rows: Int, columns: Int, seed: UInt64) -> Dataset {
    var random = RandomSource(seed: seed)
    var values: [Float] = []
    var labels: [Int] = []
    for row in 0..<rows {
      labels.append(row % 2)
      for column in 0..<columns {
        values.append(Float(random.normal()) + (column < 3 ? Float(row % 2) * 2 : 0))
      }
    }
    return Dataset(
      features: FeatureStore(
        values: values, rowCount: rows, columnNames: (0..<columns).map { "x\($0)" }),
      target: .classes(indices: labels, names: ["a", "b"]))
  }

  private func run(
    _ recipe: TrainingRecipe, rows: Int = 120, columns: Int = 20, seed: UInt64 = 1
  ) -> TrainingRun {
    let data = table(rows: rows, columns: columns, seed: seed)
    let split = rows * 3 / 4
    func view(_ range: Range<Int>) -> TrainingView {
      TrainingView(
        data, rows: Array(range), scaling: .standard, fittingRows: Array(0..<split))
    }
    let random = RandomSource(seed: seed)
    return TrainingRun(
      recipe.network(inputCount: columns, outputCount: 2, random: random), on: view(0..<split),
      heldOut: view(split..<rows), recipe: recipe, random: random)
  }

  private var small: TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.hiddenCounts = [30, 10]
    recipe.sparsity = 0.7
    recipe.batchCount = 16
    recipe.epochCount = 30
    recipe.patience = 5
    return recipe
  }

  @Test("A run gives all of its memory back, whatever the topology")
  func memory() throws {
    for topology in [TopologyRule.set, .originalSET, .rigl, .originalRigL, .static] {
      var recipe = small
      recipe.topology = topology
      weak var parameters: ParameterStore?
      do {
        let run = run(recipe)
        _ = try run.runEpoch()
        parameters = run.trainer.plan.parameters
        #expect(parameters != nil)
      }
      #expect(parameters == nil, "\(topology)")
    }
  }

  @Test("learns, ends by patience, and the same seed gives the same bits")
  func training() throws {
    for topology in [TopologyRule.set, .originalSET, .rigl, .originalRigL, .static] {
      var recipe = small
      recipe.topology = topology
      let runs = [run(recipe), run(recipe)]
      for run in runs {
        while !run.isFinished { _ = try run.runEpoch() }
      }
      let epochs = runs[0].epochs
      #expect(epochs == runs[1].epochs)
      #expect(runs[0].trainer.network == runs[1].trainer.network)
      let best = try #require(runs[0].bestEpoch)
      let accuracy = try #require(epochs[best].validationAccuracy)
      #expect(accuracy > 0.8)
      #expect(epochs.count == min(30, best + 6))
      #expect(epochs.allSatisfy { $0.validationLoss ?? 0 >= epochs[best].validationLoss ?? 0 })
    }
  }

  @Test("the topology changes under every rule but the static one, and counts stay")
  func topologies() throws {
    for (topology, changes) in [
      (TopologyRule.set, true), (.originalSET, true), (.rigl, true), (.static, false),
    ] {
      var recipe = small
      recipe.topology = topology
      let run = run(recipe)
      let before = run.trainer.network
      for _ in 0..<4 { _ = try run.runEpoch() }
      let after = run.trainer.network
      for (old, new) in zip(before.nodes, after.nodes) {
        guard let old = old.operation as? SparseLinear, let new = new.operation as? SparseLinear
        else { continue }
        #expect(old.pattern.entryCount == new.pattern.entryCount)
        #expect((old.pattern != new.pattern) == changes)
      }
    }
  }

  @Test("a rate that is far too large ends in an error that names the epoch")
  func divergence() {
    var recipe = small
    recipe.optimizer = .sgd(SGD(learningRate: 1e20))
    let run = run(recipe)
    #expect(throws: TrainingError.self) {
      for _ in 0..<30 { _ = try run.runEpoch() }
    }
  }

  @Test("weights that blow up in the last step of an epoch are seen on the held-out rows")
  func lateDivergence() {
    var recipe = small
    recipe.batchCount = 90
    recipe.optimizer = .adam(Adam(learningRate: 1e38))
    let run = run(recipe)
    #expect(throws: TrainingError.self) { try run.runEpoch() }
  }

  @Test("fewer rows than the batch, one column, no held-out class")
  func edges() throws {
    var recipe = small
    recipe.batchCount = 1000
    let few = run(recipe, rows: 8, columns: 1)
    for _ in 0..<3 { _ = try few.runEpoch() }
    #expect(few.batches.batchCount == 6)
    recipe.sparsity = 0.9999  // one connection is left in each layer
    let thin = run(recipe)
    for _ in 0..<3 { _ = try thin.runEpoch() }
    #expect(thin.cost.connectionCount == 3)
  }

  @Test("multiply-adds by the paper's rule and as counted")
  func cost() throws {
    var recipe = small
    recipe.topology = .static
    let run = run(recipe)
    for _ in 0..<2 { _ = try run.runEpoch() }
    let counts = run.trainer.network.nodes.compactMap {
      ($0.operation as? SparseLinear)?.pattern.entryCount
        ?? ($0.operation is Linear ? $0.parameters[0].count : nil)
    }
    let connections = counts.reduce(0, +)
    #expect(run.cost.connectionCount == connections)
    #expect(run.cost.denseConnectionCount == 20 * 30 + 30 * 10 + 10 * 2)
    #expect(run.cost.publishedRuleMultiplyAdds == 3 * connections * 120 * 2)
    // 90 rows make 5 batches of 16; the first layer hands back no gradient.
    #expect(run.cost.trainingMultiplyAdds == 2 * 80 * (3 * connections - counts[0]))
  }

  @Test("settings outside their range are refused with the range")
  func refusals() {
    for change: (inout TrainingRecipe) -> Void in [
      { $0.sparsity = 1 }, { $0.sparsity = -0.1 }, { $0.epochCount = 0 }, { $0.batchCount = 0 },
      { $0.patience = 0 }, { $0.validationFraction = 1 }, { $0.hiddenCounts = [10, 0] },
      { $0.optimizer = .adam(Adam(learningRate: -1)) },
      { $0.optimizer = .adam(Adam(weightDecay: -1)) },
      { $0.optimizer = .sgd(SGD(learningRate: 1, weightDecay: .nan)) },
    ] {
      var recipe = TrainingRecipe()
      change(&recipe)
      #expect(throws: TrainingError.self) { try recipe.check() }
    }
    #expect(throws: Never.self) { try TrainingRecipe().check() }
    var wide = TrainingRecipe()
    wide.hiddenCounts = [1_000_000, 1_000_000]
    #expect(throws: TrainingError.self) { try wide.checkSize(inputCount: 3, outputCount: 2) }
    #expect(throws: Never.self) {
      try TrainingRecipe().checkSize(inputCount: 20_000, outputCount: 2)
    }
  }
}
