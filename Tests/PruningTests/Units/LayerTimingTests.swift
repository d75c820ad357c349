import Networks
import Tensors
import Testing
import Training

@testable import Pruning

@Suite("Times of layers, and budgets")
struct LayerTimingTests {
  @Test("Each layer with weights has a time before and after; a shape is measured once")
  func times() throws {
    func network(_ hidden: [Int]) -> Network {
      .multilayerPerceptron(
        inputCount: 64, hidden: hidden, outputCount: 10, random: RandomSource(seed: 0))
    }
    let (large, small) = (network([512, 512]), network([32, 512]))
    var timing = LayerTiming(batchCount: 16, seconds: 0.005)
    let changes = timing.changes(of: large, to: small)
    #expect(changes.map(\.name) == ["linear1", "linear2", "linear3"])
    #expect(changes.map(\.units.after) == [32, 512, 10])
    let seconds = changes.compactMap(\.seconds)
    #expect(seconds.count == 3 && seconds.allSatisfy { $0.before > 0 && $0.after > 0 })
    #expect(seconds[1].after < seconds[1].before)
    #expect(seconds[2].after == seconds[2].before)  // the same shape
  }

  @Test("A layer that is left out takes no time")
  func gone() throws {
    let large = Network.multilayerPerceptron(
      inputCount: 4, hidden: [6, 5], outputCount: 2, random: RandomSource(seed: 0))
    var small = Network(input: [4])
    try small.append(Linear(2), named: "linear3")
    var timing = LayerTiming(batchCount: 1, seconds: 0.001)
    let changes = timing.changes(of: large, to: small)
    #expect(changes.map { $0.seconds?.after == 0 } == [true, true, false])
  }

  @Test("Networks that are run in turns are run equally often")
  func turns() {
    let networks = [8, 256].map {
      Network.multilayerPerceptron(
        inputCount: 64, hidden: [$0, $0], outputCount: 2, random: RandomSource(seed: 0))
    }
    let found = InferenceMeasurement.compare(networks, batchCount: 32, seconds: 0.01)
    #expect(found[0].seconds.count == found[1].seconds.count && found[0].seconds.count >= 3)
    #expect(found[0].processorSeconds.count == found[0].seconds.count)
    #expect(found[0].processorMedian < found[1].processorMedian)
    #expect(found.map(\.multiplyAdds) == networks.map { 32 * $0.multiplyAdds })
  }

  @Test(
    "A budget leaves as much as it says, and the weakest threshold that does",
    arguments: UnitPruningBudget.Cost.allCases)
  func budget(cost: UnitPruningBudget.Cost) throws {
    var network = Network(input: [6, 6, 1], random: RandomSource(seed: 3))
    try network.append(Convolution(8, kernel: 3, padding: 1))
    try network.append(ReLU())
    try network.append(GlobalAveragePool())
    try network.append(Linear(30))
    try network.append(ReLU())
    try network.append(Linear(2))
    let data = makeRows(80, columns: 36)
    let found = try survey(network, on: data)
    let budget = UnitPruningBudget(ODF2NNA(), share: 0.5, of: cost)
    let method = try budget.methodAtOnce(for: found)
    let left = try method.plan(for: found).prunedNetwork()
    let limit = cost.count(of: network) / 2
    #expect(cost.count(of: left) <= limit)
    let thresholds = method.thresholds(for: found)
    let place = try #require(thresholds.firstIndex(of: method.epsilon))
    var weaker = method
    weaker.epsilon = thresholds[place - 1]
    #expect(try cost.count(of: weaker.plan(for: found).prunedNetwork()) > limit)
    // The rows of the first layer's weights that went.
    let units = try method.plan(for: found).removedUnits
    #expect(units[0].count == 8 - left.nodes[1].outputShape[2])
    #expect(units[1].count == 30 - left.nodes[4].outputShape[0])
    let weight = try #require(network[parameter: "linear1.weight"])
    let kept = (0..<30).filter { !units[1].contains($0) }
    if units[0].isEmpty {
      #expect(
        left[parameter: "linear1.weight"]?.elements
          == kept.flatMap { Array(weight.elements[$0 * 8..<$0 * 8 + 8]) })
    }
  }
}
