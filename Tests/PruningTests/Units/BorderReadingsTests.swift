import Networks
import Pruning
import Tensors
import Testing

@Suite("Channels that are the same everywhere") struct BorderReadingsTests {
  /// A channel of three puts out 2 everywhere; another is always 0.
  private func network(padding: Padding) throws -> Network {
    var network = try Network(input: [4, 4, 1]) {
      Convolution(4, kernel: 1)
      ReLU()
      Convolution(2, kernel: 3, padding: padding)
      Flatten()
      Linear(2)
    }
    var random = RandomSource(seed: 5)
    for name in ["convolution2.weight", "linear1.weight"] {
      guard var tensor = network[parameter: name] else { continue }
      for index in 0..<tensor.shape.elementCount { tensor[index] = Float(random.normal()) }
      network[parameter: name] = tensor
    }
    network[parameter: "convolution1.weight"] = Tensor([4, 1, 1, 1], [1, 0, -1, 0])
    network[parameter: "convolution1.bias"] = Tensor([4], [0, 2, 0.5, -1])
    return network
  }

  @Test(
    "stay at threshold 0 if a padded convolution reads them, and go if another does",
    arguments: UnitScore.allCases.filter { [.deviation, .preactivation, .outgoing].contains($0) })
  func exactness(score: UnitScore) throws {
    let rows = makeRows(60, columns: 16)
    let cases: [(padding: Padding, gone: [Int])] = [(1, [3]), (0, [1, 3])]
    for (padding, gone) in cases {
      let network = try network(padding: padding)
      var method = ODF2NNA()
      (method.score, method.epsilon) = (score, 0)
      let plan = try method.plan(for: survey(network, on: rows, score: score))
      #expect(plan.removedUnits[0] == gone, "padding \(padding)")
      let (before, after) = (outputs(network, rows), outputs(try plan.prunedNetwork(), rows))
      let largest = before.map { Double(abs($0)) }.max() ?? 0
      #expect(largestDifference(before, after) <= 1e-5 * largest)
    }
  }
}
