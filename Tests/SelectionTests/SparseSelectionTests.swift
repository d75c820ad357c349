import Datasets
import Kernels
import Networks
import Tensors
import Testing
import Training

@testable import Selection

@Suite("Selection by importance")
struct SparseSelectionTests {
  private let table = makeDataset(
    rows: 200, columns: 40, classCount: 3, informative: 4, using: RandomSource(seed: 3))

  @Test("finds planted features", arguments: SparseSelection.Topology.allCases, Importance.allCases)
  func plantedTruth(_ topology: SparseSelection.Topology, _ importance: Importance) throws {
    let task = try SelectionTask(table, count: 4)
    let method = SparseSelection.small(topology, importance) {
      $0.epochCount = 40
      $0.patience = 40
      $0.learningRate = 0.003
    }
    for seed in 0..<3 as Range<UInt64> {
      let found = Set(try method.select(task, random: RandomSource(seed: seed)).indices)
      #expect(found.intersection(0..<4).count >= 3)
    }
  }

  /// A network of sparse layers and a batch of rows for it.
  private func bench(_ seed: UInt64) throws -> (network: Network, rows: Tensor) {
    var random = RandomSource(seed: seed)
    let network = try Network(input: [6], random: random) {
      SparseLinear(
        SparsePattern(drawing: 40, rowCount: 12, columnCount: 6, using: &random),
        storage: seed % 2 == 0 ? .sparse : .dense)
      Tanh()
      Linear(seed % 3 == 0 ? 2 : 3)
    }
    let rows = Tensor([5, 6], (0..<30).map { _ in Float(random.normal()) })
    return (network, rows)
  }

  /// The attributions by central differences of the definition.
  private func naive(
    _ network: Network, _ rows: Tensor, _ settings: AttributionSettings
  ) -> [Double] {
    let classCount = network.outputShape[0]
    let plan = Plan(network, batchCount: 1, for: .inference)
    func output(_ row: [Float], _ c: Int) -> Double {
      let logits = plan.outputs(for: Tensor([1, 6], row)).elements.map(Double.init)
      guard settings.output == .softmax else { return logits[c] }
      let sum = logits.reduce(0) { $0 + exponential($1) }
      return exponential(logits[c]) / sum
    }
    func slope(_ row: [Float], _ c: Int, _ j: Int) -> Double {
      var (above, below) = (row, row)
      above[j] += 1e-2
      below[j] -= 1e-2
      return (output(above, c) - output(below, c)) / 2e-2
    }
    var sums = [Double](repeating: 0, count: classCount * 6)
    for r in 0..<5 {
      let row = (0..<6).map { rows[r, $0] }
      for c in 0..<classCount {
        for j in 0..<6 {
          let value =
            switch settings.form {
            case .gradient: slope(row, c, j)
            case .inputTimesGradient: Double(row[j]) * slope(row, c, j)
            case .integratedGradients:
              Double(row[j])
                * (0..<settings.pathSteps).reduce(0.0) { sum, point in
                  let share = (Float(point) + 0.5) / Float(settings.pathSteps)
                  return sum + slope(row.map { share * $0 }, c, j) / Double(settings.pathSteps)
                }
            }
          sums[c * 6 + j] += abs(value) / 5
        }
      }
    }
    return sums
  }

  private func exponential(_ x: Double) -> Double {
    var (sum, term) = (1.0, 1.0)
    for k in 1..<40 {
      term *= x / Double(k)
      sum += term
    }
    return sum
  }

  @Test(
    "attribution is its definition", arguments: AttributionSettings.Output.allCases,
    AttributionSettings.Form.allCases)
  func attribution(
    _ output: AttributionSettings.Output, _ form: AttributionSettings.Form
  ) throws {
    setThreadCount(1)
    for seed in 0..<6 as Range<UInt64> {
      let (network, rows) = try bench(seed)
      var settings = AttributionSettings()
      settings.output = output
      settings.form = form
      settings.pathSteps = 4
      let trained = Plan(network, batchCount: 5, for: .training)
      let attribution = NeuronAttribution(of: trained, settings)
      var sums = [Double](repeating: 0, count: network.outputShape[0] * 6)
      var block = rows.elements
      for _ in 0..<2 {
        block.withUnsafeMutableBufferPointer { block in
          sums.withUnsafeMutableBufferPointer { sums in
            guard let start = block.baseAddress else { return }
            attribution.add(rows: start, to: sums)
          }
        }
      }
      for (ours, exact) in zip(sums, naive(network, rows, settings)) {
        #expect(abs(ours / 2 - exact) < 3e-3 * max(1, exact))
      }
    }
  }

  @Test("strength is the sum of absolute weights, sparse and dense; a lost column has 0")
  func strength() throws {
    let pattern = SparsePattern(
      rowCount: 2, columnCount: 3, rowStarts: [0, 2, 3], columns: [0, 2, 0])
    var sparse = Network(input: [3])
    try sparse.append(SparseLinear(pattern))
    sparse[parameter: "sparselinear1.weight"] = Tensor([3], [-1, 2, 4])
    var dense = Network(input: [3])
    try dense.append(Linear(2))
    dense[parameter: "linear1.weight"] = Tensor([2, 3], [-1, 0, 2, 4, 0, 0])
    for network in [sparse, dense] {
      let strength = NeuronStrength(Plan(network, batchCount: 1, for: .inference))
      var sums = [1.0, 1, 1]
      sums.withUnsafeMutableBufferPointer { strength.add(to: $0) }
      #expect(sums == [6, 1, 3])
      #expect(strength.connectionCounts == (network == sparse ? [2, 0, 1] : [2, 2, 2]))
    }
  }

  @Test("what counts of three epochs of two steps, of which the second is the best")
  func aggregation() {
    let expected: [ImportanceAggregation: Double] = [
      .allEpochs: 111_111, .throughBest: 1111, .beforeBest: 11, .bestEpoch: 1100,
      .lastIteration: 1000,
    ]
    for aggregation in ImportanceAggregation.allCases {
      let history = ScoreHistory(count: 1, aggregation)
      var score = 1.0
      for epoch in 0..<3 {
        history.beginEpoch()
        for _ in 0..<2 {
          history.beginStep()
          history.sums[0] += score
          score *= 10
        }
        history.endEpoch(isBest: epoch < 2)
      }
      #expect(history.scores == [expected[aggregation] ?? .nan])
    }
  }

  @Test("a row of settings follows the data: classes, counts, and what was given")
  func recipes() throws {
    let task = try SelectionTask(table, count: 2)
    let recipe = try SparseSelection(.set).recipe(for: task)
    #expect(recipe.optimizer == .adam(Adam(learningRate: 1e-3, weightDecay: 0.001)))
    #expect(recipe.scaling == .standard)
    let words = Dataset(
      features: makeFeatures(rows: 60, columns: 50) { $0 % 30 == $1 % 30 ? 3 : 0 },
      target: .classes(indices: (0..<60).map { $0 % 2 }, names: ["a", "b"]))
    var method = SparseSelection(.rigl)
    method.learningRate = 0.5
    let counts = try method.recipe(for: SelectionTask(words, count: 2))
    #expect(counts.optimizer == .adam(Adam(learningRate: 0.5, weightDecay: 0.01)))
    #expect(counts.scaling == .logarithmMinMax)
    #expect(counts.topology == .rigl)
    let published = try SparseSelection(.set, preset: .published).recipe(for: task)
    #expect(published.loss == .batchSoftmaxCrossEntropy && published.settlingEpochs == 5)
    #expect(try SparseSelection(.dense).recipe(for: task).sparsity == 0)
  }

  @Test("settings outside their range are refused")
  func refusals() throws {
    let task = try SelectionTask(table, count: 2)
    for change: (inout SparseSelection) -> Void in [
      { $0.sparsity = 1 }, { $0.hiddenCounts = [] }, { $0.weightDecay = -1 },
      { $0.attribution.interval = 0 }, { $0.attribution.sampleCount = 0 },
      { $0.attribution.pathSteps = 0 }, { $0.epochCount = 0 },
    ] {
      var method = SparseSelection(.set)
      change(&method)
      #expect(throws: SelectionError.self) { try method.select(task, seed: 0) }
    }
    #expect(throws: SelectionError.self) {
      try SparseSelection.small(.set) { $0.sparsity = 0 }.select(task, seed: 0)
    }
    #expect(throws: SelectionError.self) {
      try SparseSelection.small(.set, .attribution) { $0.attribution.interval = 11 }
        .select(task, seed: 0)
    }
    var dense = SparseSelection(.dense)
    dense.sparsity = 0.9
    #expect(throws: SelectionError.self) { try dense.select(task, seed: 0) }
    #expect(throws: SelectionError.self) {
      try SparseSelection.small(.set) { $0.learningRate = 1e30 }.select(task, seed: 0)
    }
  }

  @Test("columns that lose all connections are told of, and constant ones do no harm")
  func lostColumns() throws {
    var table = table
    table.features = makeFeatures(rows: 200, columns: 40) { row, column in
      column >= 20 ? 5 : Float(row % 3) + Float((row * column) % 7)
    }
    let task = try SelectionTask(table, count: 3)
    let selection = try SparseSelection.small(.set) {
      $0.sparsity = 0.97
      $0.epochCount = 30
    }.select(task, seed: 1)
    #expect(selection.notes.contains { $0.hasSuffix("columns have no connection left") })
    #expect(selection.notes.contains { $0.hasPrefix("20 of 40 columns are constant") })
    #expect(selection.features.allSatisfy { $0.index < 20 && $0.score > 0 })
  }

  @Test("scores of each class stand beside the sum, and the cost of the training is told")
  func classes() throws {
    let task = try SelectionTask(table, count: 5)
    let selection = try SparseSelection.small(.set, .attribution).select(task, seed: 1)
    let scores = try #require(selection.classScores)
    #expect(scores.count == 5 && scores.allSatisfy { $0.count == 3 })
    for (feature, perClass) in zip(selection.features, scores) {
      #expect(abs(feature.score - perClass.reduce(0, +)) < 1e-9 * feature.score)
    }
    let cost = try #require(selection.cost)
    #expect(cost.importanceMultiplyAdds > cost.trainingMultiplyAdds / 2)
    let sampled = try SparseSelection.small(.set, .attribution) {
      $0.attribution.sampleCount = 4
      $0.attribution.interval = 2
    }.select(task, seed: 1)
    #expect(sampled.cost?.importanceMultiplyAdds ?? 0 < cost.importanceMultiplyAdds / 4)
    #expect(try SparseSelection.small(.set).select(task, seed: 1).classScores == nil)
  }
}
