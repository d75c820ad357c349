import Tensors
import Testing

@testable import Networks

@Suite("Networks as values")
struct NetworkTests {
  @Test("the builder makes nodes in order, with a path around a residual part")
  func builder() throws {
    let network = try Network(input: [8]) {
      Linear(5)
      Residual {
        ReLU()
        Linear(5)
      }
      for _ in 0..<2 { Tanh() }
    }
    #expect(
      network.nodes.map(\.name) == [
        "input", "linear1", "relu1", "linear2", "add1", "tanh1", "tanh2",
      ])
    #expect(network.nodes[4].inputs == [3, 1])
    #expect(network.outputShape == [5])
    #expect(network.parameterCount == 8 * 5 + 5 + 5 * 5 + 5)
    #expect(network.multiplyAdds == 40 + 25)
  }

  @Test("a copy is independent and equality sees every parameter")
  func values() throws {
    let network = Network.multilayerPerceptron(
      inputCount: 3, hidden: [2], outputCount: 2, random: RandomSource(seed: 1))
    var copy = network
    #expect(copy == network)
    let bias = try #require(network[parameter: "linear2.bias"])
    copy[parameter: "linear2.bias"]?[1] += 1
    #expect(copy != network)
    #expect(network[parameter: "linear2.bias"] == bias)
    let other = Network.multilayerPerceptron(
      inputCount: 3, hidden: [2], outputCount: 2, random: RandomSource(seed: 2))
    #expect(other != network)
    #expect(network[parameter: "linear9.bias"] == nil)
  }

  @Test("initial parameters lie within the bound and do not depend on later nodes")
  func initialValues() throws {
    let network = Network.multilayerPerceptron(
      inputCount: 16, hidden: [50], outputCount: 3, random: RandomSource(seed: 1))
    let wider = Network.multilayerPerceptron(
      inputCount: 16, hidden: [50, 7], outputCount: 3, random: RandomSource(seed: 1))
    let weight = try #require(network[parameter: "linear1.weight"])
    #expect(wider[parameter: "linear1.weight"] == weight)
    let largest = weight.elements.map(abs).max() ?? 0
    #expect(largest <= 0.25 && largest > 0.24)
  }

  @Test("what does not fit is refused, with names and shapes")
  func errors() {
    var network = Network(input: [4])
    #expect(throws: NetworkError.wrongInputs(node: "add1", given: [0], needed: 2)) {
      try network.append(Add())
    }
    #expect {
      try network.append(Linear(3))
      try network.append(Add(), to: [0, 1], named: "sum")
    } throws: { error in
      "\(error)" == "sum needs two inputs of one shape, but gets input (4) and linear1 (3)"
    }
    #expect(throws: NetworkError.nameTaken("linear1")) {
      try network.append(ReLU(), named: "linear1")
    }
    #expect(throws: NetworkError.wrongInputs(node: "relu1", given: [9], needed: 1)) {
      try network.append(ReLU(), to: [9])
    }
  }

  @Test("the table of a network")
  func description() {
    let network = Network.multilayerPerceptron(
      inputCount: 784, hidden: [100], outputCount: 10, random: RandomSource(seed: 0))
    #expect(
      network.description == """
        node     inputs   output  parameters  multiply-adds
        input             784              0              0
        linear1  input    100          78500          78400
        relu1    linear1  100              0              0
        linear2  relu1    10            1010           1000
        total                          79510          79400
        """)
  }
}
