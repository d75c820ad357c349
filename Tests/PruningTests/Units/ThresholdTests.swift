import Networks
import Tensors
import Testing

@testable import Pruning

@Suite("Thresholds") struct ThresholdTests {
  @Test("are as short as the room between two scores allows")
  func shortness() {
    #expect(shortestNumber(from: 0, below: 0.3) == 0)
    #expect(shortestNumber(from: 0.57249, below: 0.581) == 0.58)
    #expect(shortestNumber(from: 0.572, below: 0.5725) == 0.572)
    #expect(shortestNumber(from: 12.3, below: 40) == 13)
    var random = RandomSource(seed: 1)
    for _ in 0..<1000 {
      let (a, b) = (random.uniform(), random.uniform())
      let number = shortestNumber(from: min(a, b), below: max(a, b))
      #expect(number >= min(a, b) && number < max(a, b))
      #expect("\(number)".utf8.count <= "\(min(a, b))".utf8.count)
    }
  }

  @Test("a share of a layer is that of its units, whatever its binary digits")
  func quantiles() throws {
    let network = Network.multilayerPerceptron(
      inputCount: 4, hidden: [100], outputCount: 2, random: RandomSource(seed: 8))
    let found = try survey(network, on: makeRows())
    var method = ODF2NNA()
    method.threshold = .quantile
    for count in 0..<100 {
      method.epsilon = Double(count) / 100
      #expect(try method.plan(for: found).removedCount == count)
    }
  }

  @Test("that round to the same widths are tried once")
  func rounding() throws {
    let network = Network.multilayerPerceptron(
      inputCount: 4, hidden: [20, 15], outputCount: 2, random: RandomSource(seed: 8))
    let found = try survey(network, on: makeRows())
    var method = ODF2NNA()
    method.widthMultiple = 8
    var widths: [[Int]] = []
    for epsilon in method.thresholds(for: found) {
      method.epsilon = epsilon
      widths.append(try method.plan(for: found).layers.map(\.keptCount))
    }
    #expect(Set(widths).count == widths.count)
    #expect(widths.first == [20, 15] && widths.last == [8, 8])
  }
}
