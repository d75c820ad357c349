import Networks
import Tensors
import Testing

@testable import Selection

@Suite("Dropout")
struct DropoutTests {
  private let network: Network
  private let ones = [Float](repeating: 1, count: 4000)

  init() throws {
    network = try Network(input: [1000]) {
      Dropout(fraction: 0.2, random: RandomSource(seed: 1))
    }
  }

  private func outputs(_ plan: Plan) -> [Float] {
    plan.outputs(for: Tensor([4, 1000], ones)).elements
  }

  @Test("a training ignores the share, another part in every step, and passes the rest on")
  func training() throws {
    let plan = Plan(network, batchCount: 4, for: .training, wantsInputGradient: true)
    let first = outputs(plan)
    let second = outputs(plan)
    #expect(first != second)
    for values in [first, second] {
      #expect(values.allSatisfy { $0 == 0 || $0 == 1 })
      #expect(abs(values.count { $0 == 0 } - 800) < 100)  // four standard deviations
    }
    let seed = try #require(plan.lossGradient)
    for index in ones.indices { seed[index] = 3 }
    plan.backward()
    let gradient = try #require(plan.outputGradient(ofNode: 0))
    #expect(ones.indices.allSatisfy { gradient[$0] == 3 * second[$0] })
  }

  @Test("equal sources ignore the same values")
  func determinism() {
    let plans = (0..<2).map { _ in
      Plan(network, batchCount: 4, for: .training, wantsInputGradient: true)
    }
    #expect(outputs(plans[0]) == outputs(plans[1]))
  }

  @Test("a prediction has the mean of what a training has")
  func prediction() {
    let plan = Plan(network, batchCount: 4, for: .inference)
    #expect(outputs(plan).allSatisfy { abs($0 - 0.8) < 1e-6 })
  }
}
