import Networks
import Tensors
import Testing
import Training

@testable import Pruning

@Suite("ODF2NNA")
struct ODF2NNATests {
  /// A hidden layer with one unit that is always 0 and one that is always 3 among ones that vary.
  private let planted = rectifiedNetwork(
    inputCount: 2,
    [
      (
        [[0.5, 1], [0.25, -1], [0, 0], [-1, 0.5], [0, 0], [1, 1]], [0.5, 0.25, -1, 0.5, 3, 0]
      ),
      ([[1, -0.5, 2, 0.25, 1, 0.5], [0.5, 1, -1, 1, -2, 0.25]], [0.125, -0.25]),
    ])
  private let rows = makeRows(columns: 2)

  @Test("At threshold 0 the dead and the constant unit go, and no output changes")
  func constants() throws {
    var method = ODF2NNA()
    method.epsilon = 0
    for threshold in [ODF2NNA.Threshold.absolute, .relative] {
      method.threshold = threshold
      let plan = try method.plan(for: survey(planted, on: rows))
      let pruned = try plan.prunedNetwork()
      #expect(plan.removedCount == 2)
      #expect(pruned.nodes.map(\.outputShape) == [[2], [4], [4], [2]])
      #expect(pruned.parameterCount == 2 * 4 + 4 + 4 * 2 + 2)
      let before = outputs(planted, rows)
      let largest = before.map { abs(Double($0)) }.max() ?? 0
      #expect(largestDifference(before, outputs(pruned, rows)) <= 1e-6 * largest)
    }
  }

  @Test("The sum of biases as published changes outputs, and so does dropping the constant")
  func otherBiases() throws {
    var method = ODF2NNA()
    method.epsilon = 0
    let before = outputs(planted, rows)
    for bias in [ODF2NNA.BiasTransfer.publishedSum, .none] {
      method.bias = bias
      let pruned = try method.plan(for: survey(planted, on: rows)).prunedNetwork()
      #expect(largestDifference(before, outputs(pruned, rows)) > 0.5)
    }
    // The biases that go, -1 and 3, are added to those that stay.
    method.bias = .publishedSum
    let pruned = try method.plan(for: survey(planted, on: rows)).prunedNetwork()
    #expect(pruned[parameter: "linear1.bias"]?.elements == [2.5, 2.25, 2.5, 2])
  }

  @Test(
    "A higher threshold keeps no unit that a lower one removes", arguments: UnitScore.allCases)
  func monotone(score: UnitScore) throws {
    guard score != .normScale else { return }
    let network = Network.multilayerPerceptron(
      inputCount: 4, hidden: [20, 15], outputCount: 3, random: RandomSource(seed: 8))
    let found = try survey(network, on: makeRows(classes: 3), score: score)
    for threshold in ODF2NNA.Threshold.allCases {
      var method = ODF2NNA()
      method.threshold = threshold
      var kept = found.layers.map { Set($0.groups) }
      for step in 0..<20 {
        method.epsilon = Double(step) / 20
        let own = try method.plan(for: found).layers.map { Set($0.kept) }
        #expect(zip(own, kept).allSatisfy { $0.isSubset(of: $1) })
        #expect(own.allSatisfy { !$0.isEmpty })
        kept = own
      }
      if threshold != .absolute { #expect(kept.contains { $0.count < 15 }) }
    }
  }

  @Test("The thresholds of a layer remove one unit more each, and all that they promise")
  func thresholds() throws {
    let network = Network.multilayerPerceptron(
      inputCount: 4, hidden: [20, 15], outputCount: 2, random: RandomSource(seed: 8))
    let found = try survey(network, on: makeRows())
    for threshold in ODF2NNA.Threshold.allCases {
      var method = ODF2NNA()
      method.threshold = threshold
      let thresholds = method.thresholds(for: found)
      #expect(thresholds.first == 0)
      var removed = -1
      for epsilon in thresholds {
        method.epsilon = epsilon
        let count = try method.plan(for: found).removedCount
        #expect(count >= removed)
        if threshold == .relative { #expect(count > removed) }
        removed = count
      }
      #expect(removed == 20 + 15 - 2)
    }
  }

  @Test("Scaling a rectified unit up and its outgoing weights down changes deviation, not outgoing")
  func rescaling() throws {
    var scaled = planted
    let factor: Float = 64
    func scale(_ name: String, _ indices: [Int], by factor: Float) {
      guard var tensor = scaled[parameter: name] else { return }
      for index in indices { tensor[index] *= factor }
      scaled[parameter: name] = tensor
    }
    // The unit 0 of 6.
    scale("linear1.weight", [0, 1], by: factor)
    scale("linear1.bias", [0], by: factor)
    scale("linear2.weight", [0, 6], by: 1 / factor)
    #expect(largestDifference(outputs(planted, rows), outputs(scaled, rows)) < 1e-5)
    func scores(_ network: Network, _ score: UnitScore) throws -> [Double] {
      try survey(network, on: rows, score: score).layers[0].scores
    }
    let (before, after) = (try scores(planted, .deviation), try scores(scaled, .deviation))
    #expect(abs(after[0] / before[0] - Double(factor)) < 1e-3)
    let (plain, same) = (try scores(planted, .outgoing), try scores(scaled, .outgoing))
    for (left, right) in zip(plain, same) { #expect(abs(left - right) <= 1e-5 * abs(left)) }
    var method = ODF2NNA()
    (method.threshold, method.epsilon) = (.absolute, before[0])
    let kept = try method.plan(for: survey(planted, on: rows)).layers[0].kept
    let keptScaled = try method.plan(for: survey(scaled, on: rows)).layers[0].kept
    #expect(keptScaled.count == kept.count + 1 && Set(keptScaled).isSuperset(of: kept))
  }

  @Test("Deviation ranks a loud unit that nobody listens to first; outgoing sees through it")
  func counterExample() throws {
    // a1 = 0.01 x with weight 100, a2 = x with weight 0.001.
    let network = rectifiedNetwork(
      inputCount: 1, [([[0.01], [1]], [0.05, 5]), ([[100, 0.001], [-100, -0.001]], [0, 0])])
    let data = makeRows(columns: 1)
    let deviation = try survey(network, on: data).layers[0].scores
    #expect(abs(deviation[1] / deviation[0] - 100) < 1)
    let outgoing = try survey(network, on: data, score: .outgoing).layers[0].scores
    #expect(abs(outgoing[0] / outgoing[1] - 1000) < 10)
  }

  @Test("A layer without a unit above the threshold keeps its best, is left out, or is refused")
  func emptyLayer() throws {
    let data = makeRows()
    let network = Network.multilayerPerceptron(
      inputCount: 4, hidden: [9, 7, 8], outputCount: 2, random: RandomSource(seed: 8))
    let found = try survey(network, on: data)
    var method = ODF2NNA()
    (method.threshold, method.epsilon) = (.absolute, 1e6)
    let plan = try method.plan(for: found)
    #expect(plan.layers.map(\.keptCount) == [1, 1, 1] && plan.notes.count == 3)
    for (layer, scored) in zip(plan.layers, found.layers) {
      #expect(layer.kept == [scored.groups[scored.unitsByScore[0]]])
    }
    method.emptyLayer = .refuse
    #expect(throws: UnitPruningError.emptiesLayer(name: "linear1", threshold: 1e6)) {
      try method.plan(for: found)
    }
    // Leaving one layer out: the two around it are joined.
    method.emptyLayer = .skip
    let scores = found.layers.map { $0.scores.max() ?? 0 }
    let weakest = scores.indices.min { scores[$0] < scores[$1] } ?? 0
    let others = scores.indices.filter { $0 != weakest }.map { scores[$0] }
    method.epsilon = (scores[weakest] + (others.min() ?? 0)) / 2
    let skipping = try method.plan(for: found)
    let shorter = try skipping.prunedNetwork()
    #expect(skipping.layers[weakest].isSkipped && skipping.layers[weakest].keptCount == 0)
    #expect(shorter.nodes.count == network.nodes.count - 2)
    #expect(shorter.outputShape == [2])
    let isFinite = outputs(shorter, data).allSatisfy { $0.isFinite }
    #expect(isFinite)
  }

  @Test("Leaving out a layer whose rectifiers are always on is exact")
  func exactSkip() throws {
    let data = makeRows(columns: 2)
    let network = rectifiedNetwork(
      inputCount: 2,
      [
        ([[1, 0.5], [-0.5, 1], [2, 1]], [0.25, 0.5, 0]),
        ([[0.125, 0.25, 0.0625], [0.0625, 0.125, -0.125]], [50, 60]),
        ([[1, 2], [0.5, -1]], [1, -1]),
      ])
    let found = try survey(network, on: data)
    var method = ODF2NNA()
    (method.threshold, method.emptyLayer) = (.absolute, .skip)
    method.epsilon = (found.layers[1].scores.max() ?? 0) + 1e-6
    let shorter = try method.plan(for: found).prunedNetwork()
    #expect(shorter.nodes.map(\.name) == ["input", "linear1", "relu1", "linear3"])
    let before = outputs(network, data)
    let largest = before.map { abs(Double($0)) }.max() ?? 0
    #expect(largestDifference(before, outputs(shorter, data)) <= 1e-5 * largest)
  }

  @Test("Least squares carry a unit that follows from the others without an error")
  func leastSquares() throws {
    let data = makeRows(columns: 2)
    // Always on: the third is half the first minus the second, plus 20.
    let network = rectifiedNetwork(
      inputCount: 2,
      [
        ([[4, 1], [1, -4], [1, 4.5], [0.5, 0.25]], [100, 110, 120, 130]),
        ([[1, 2, 3, 1], [0.5, -1, 1, 0.5]], [1, -1]),
      ])
    var method = ODF2NNA()
    (method.bias, method.threshold, method.epsilon) = (.leastSquares, .absolute, 0)
    let found = try survey(network, on: data, withCovariances: true)
    let before = outputs(network, data)
    let largest = before.map { abs(Double($0)) }.max() ?? 0
    let exact = try UnitPruningPlan(found, widths: [2], bias: .leastSquares).prunedNetwork()
    #expect(exact.nodes[1].outputShape == [2])
    #expect(largestDifference(before, outputs(exact, data)) <= 1e-3 * largest)
    let mean = try UnitPruningPlan(found, widths: [2]).prunedNetwork()
    #expect(
      largestDifference(before, outputs(mean, data))
        > 20 * largestDifference(before, outputs(exact, data)))
    // Without removal nothing changes.
    #expect(try method.plan(for: found).prunedNetwork() == network)
  }

  @Test("Of channels, too: one that follows from others is carried into the kernels on those")
  func leastSquaresOfChannels() throws {
    let data = makeRows(columns: 36)
    var network = Network(input: [6, 6, 1], random: RandomSource(seed: 3))
    try network.append(Convolution(3, kernel: 1), named: "first")
    try network.append(ReLU())
    try network.append(Convolution(4, kernel: 3), named: "second")
    try network.append(ReLU())
    try network.append(GlobalAveragePool())
    try network.append(Linear(2))
    // Always on: the last is half the sum of the others, plus 10.
    network[parameter: "first.weight"] = Tensor([3, 1, 1, 1], [4, 2, 3])
    network[parameter: "first.bias"] = Tensor([3], [100, 120, 120])
    let found = try survey(network, on: data, withCovariances: true)
    let before = outputs(network, data)
    let largest = before.map { abs(Double($0)) }.max() ?? 0
    func difference(_ bias: ODF2NNA.BiasTransfer) throws -> Double {
      let pruned = try UnitPruningPlan(found, widths: [2, 4], bias: bias).prunedNetwork()
      #expect(pruned.nodes[1].outputShape == [6, 6, 2])
      return largestDifference(before, outputs(pruned, data)) / largest
    }
    let (exact, mean) = (try difference(.leastSquares), try difference(.meanFold))
    #expect(exact < 1e-3 && 20 * exact < mean)
  }

  @Test("A network that puts out the same for all rows is refused")
  func constantNetwork() {
    let network = rectifiedNetwork(
      inputCount: 2, [([[0, 0], [0, 0]], [1, 2]), ([[1, 1], [2, 0]], [0, 0])])
    #expect(throws: UnitPruningError.constantLayer(name: "relu1", rowCount: rows.rowCount)) {
      try survey(network, on: rows)
    }
  }

  @Test("Widths are rounded up to a multiple, with the next best units")
  func rounding() throws {
    let network = Network.multilayerPerceptron(
      inputCount: 4, hidden: [30, 21], outputCount: 2, random: RandomSource(seed: 8))
    let found = try survey(network, on: makeRows())
    var method = ODF2NNA()
    for epsilon in [0, 0.2, 0.5, 0.9] {
      method.epsilon = epsilon
      method.widthMultiple = 1
      let plain = try method.plan(for: found).layers
      method.widthMultiple = 8
      let rounded = try method.plan(for: found).layers
      for (plain, rounded) in zip(plain, rounded) {
        #expect(rounded.keptCount == min((plain.keptCount + 7) / 8 * 8, plain.width))
        #expect(Set(rounded.kept).isSuperset(of: plain.kept))
      }
    }
  }

  @Test("Given widths keep the best units, and wrong ones are refused by name")
  func widths() throws {
    let network = Network.multilayerPerceptron(
      inputCount: 4, hidden: [9, 7], outputCount: 2, random: RandomSource(seed: 8))
    let found = try survey(network, on: makeRows())
    let plan = try UnitPruningPlan(found, widths: [4, 7])
    #expect(plan.layers.map(\.keptCount) == [4, 7])
    let pruned = try plan.prunedNetwork()
    #expect(pruned.nodes.map(\.outputShape) == [[4], [4], [4], [7], [7], [2]])
    let changes = network.changes(to: pruned)
    #expect(changes.map(\.units.after) == [4, 7, 2])
    #expect(changes.map(\.parameters.after) == [4 * 4 + 4, 4 * 7 + 7, 7 * 2 + 2])
    #expect(changes.map(\.multiplyAdds.before) == [36, 63, 14])
    #expect(
      throws: UnitPruningError.wrongWidths(given: 3, layers: ["linear1", "linear2"])
    ) { try UnitPruningPlan(found, widths: [4, 7, 1]) }
    #expect(throws: UnitPruningError.badWidth(layer: "linear2", asked: 8, width: 7)) {
      try UnitPruningPlan(found, widths: [4, 8])
    }
  }

  @Test("Settings outside their range are refused")
  func settings() throws {
    for (epsilon, threshold) in [
      (-0.1, ODF2NNA.Threshold.absolute), (1, .relative), (.nan, .relative), (1, .quantile),
      (.infinity, .absolute),
    ] {
      var method = ODF2NNA()
      (method.epsilon, method.threshold) = (epsilon, threshold)
      #expect(throws: UnitPruningError.self) { try method.check() }
    }
    var method = ODF2NNA()
    #expect(method.refinementEpochCount(after: 1) == 1)
    #expect(method.refinementEpochCount(after: 100) == 15)
    method.retrainShare = 0
    #expect(throws: UnitPruningError.self) { try method.check() }
  }
}
