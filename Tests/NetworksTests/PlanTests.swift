import Tensors
import Testing

@testable import Networks

@Suite("Plans")
struct PlanTests {
  @Test("buffers that live at the same time never overlap, over thousands of random cases")
  func placement() {
    var random = RandomSource(seed: 3)
    for _ in 0..<2000 {
      let lifetimes = (0..<1 + random.index(below: 12)).map { _ in
        let first = random.index(below: 10)
        let last = first + random.index(below: 6)
        let again = last + 1 + random.index(below: 6)
        return BufferLifetime(
          count: random.index(below: 100), steps: first...last,
          again: random.index(below: 2) == 0 ? nil : again...(again + random.index(below: 4)))
      }
      let (offsets, total) = placeBuffers(lifetimes)
      var naive = 0
      for (i, left) in lifetimes.enumerated() {
        #expect(offsets[i] % 16 == 0 && offsets[i] + left.count <= total)
        naive += (left.count + 15) / 16 * 16
        for (j, right) in lifetimes.enumerated()
        where j > i && left.count > 0 && right.count > 0
          && left.allSteps.contains(where: { step in right.allSteps.contains(step) })
        {
          #expect(
            offsets[i] + left.count <= offsets[j] || offsets[j] + right.count <= offsets[i])
        }
      }
      #expect(total <= naive)
    }
  }

  @Test("inference shares buffers and computes what training computes")
  func purposes() throws {
    var random = RandomSource(seed: 4)
    let network = try Network(input: [6], random: random) {
      Linear(9)
      Residual {
        GELU()
        Linear(9)
      }
      Softmax()
    }
    let inputs = Tensor([5, 6], (0..<30).map { _ in Float(random.normal()) })
    let inference = Plan(network, batchCount: 5, for: .inference)
    let training = Plan(network, batchCount: 5, for: .training)
    let outputs = inference.outputs(for: inputs)
    #expect(outputs == training.outputs(for: inputs))
    #expect(outputs == inference.outputs(for: inputs))
    for row in 0..<5 {
      let sum = (0..<9).reduce(Float(0)) { $0 + outputs[row, $1] }
      #expect(abs(sum - 1) < 1e-6)
    }
    #expect(training.network == network)
  }

  @Test("a batch of large images is computed part by part, one with many parameters as a whole")
  func parts() throws {
    var random = RandomSource(seed: 12)
    let network = try Network(input: [40, 36, 3], random: random) {
      Convolution(20, kernel: 3, padding: 1)
      ReLU()
      Convolution(6, kernel: 3, stride: 2)
      GlobalAveragePool()
      Linear(4)
    }
    let parts = try #require(BatchParts(network, batchCount: 48))
    #expect(parts.count == 6)
    #expect(BatchParts(network, batchCount: 12) == nil)
    #expect(BatchParts(network, batchCount: 47) == nil)
    let sample = network.inputShape.elementCount
    let inputs = (0..<48 * sample).map { _ in Float(random.normal()) }
    let whole = Plan(network, batchCount: 48, for: .inference)
    let part = Plan(network, batchCount: 8, for: .inference)
    let found = whole.outputs(for: Tensor([48, 40, 36, 3], inputs)).elements
    let expected = (0..<6).flatMap { index in
      let some = Array(inputs[index * 8 * sample..<(index + 1) * 8 * sample])
      return part.outputs(for: Tensor([8, 40, 36, 3], some)).elements
    }
    #expect(found == expected)
    #expect(whole.outputs(for: Tensor([48, 40, 36, 3], inputs)).elements == found)
    let dense = try Network(input: [40, 36, 3], random: random) {
      Flatten()
      Linear(100)
    }
    #expect(BatchParts(dense, batchCount: 256) == nil)
  }

  @Test("a linear layer computes what its definition says, over random shapes")
  func linear() throws {
    var random = RandomSource(seed: 8)
    for _ in 0..<300 {
      let (rows, inner, units) = (
        1 + random.index(below: 9), 1 + random.index(below: 40), 1 + random.index(below: 20)
      )
      var network = Network(input: [inner], random: random)
      try network.append(Linear(units))
      let inputs = Tensor([rows, inner], (0..<rows * inner).map { _ in Float(random.normal()) })
      let outputs = Plan(network, batchCount: rows, for: .inference).outputs(for: inputs)
      let weight = try #require(network[parameter: "linear1.weight"])
      let bias = try #require(network[parameter: "linear1.bias"])
      for row in 0..<rows {
        for unit in 0..<units {
          let exact = (0..<inner).reduce(Double(bias[unit])) {
            $0 + Double(inputs[row, $1]) * Double(weight[unit, $1])
          }
          #expect(abs(Double(outputs[row, unit]) - exact) < 1e-5 * max(1, abs(exact)))
        }
      }
    }
  }
}

extension BufferLifetime {
  fileprivate var allSteps: [Int] { Array(steps) + (again.map(Array.init) ?? []) }
}

extension PlanTests {
  @Test("a rectifier runs in place only where nobody else reads its input")
  func inPlace() throws {
    var network = Network(input: [4])
    try network.append(Linear(6))
    try network.append(ReLU())
    try network.append(Linear(6))  // 3: read by the rectifier and by the sum
    try network.append(ReLU())
    try network.append(Add(), to: [3, 4])
    for purpose in [Plan.Purpose.training, .inference] {
      let layout = PlanLayout(
        network, batchCount: 2, layouts: batchLayouts(of: network), purpose: purpose,
        wantsInputGradient: false)
      #expect(layout.outputs[2] == layout.outputs[1])
      #expect(layout.outputs[4] != layout.outputs[3])
      if purpose == .training {
        #expect(layout.outputGradients[2] == layout.outputGradients[1])
        #expect(layout.outputGradients[4] != layout.outputGradients[3])
      }
    }
    var first = Network(input: [4])
    try first.append(ReLU())  // must leave the input as it is
    let plan = Plan(first, batchCount: 1, for: .inference)
    let input = Tensor([1, 4], [-1, 2, -3, 4])
    #expect(plan.outputs(for: input).elements == [0, 2, 0, 4])
    #expect(plan.input[0] == -1)
  }
}
