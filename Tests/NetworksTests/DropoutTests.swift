import Tensors
import Testing

@testable import Networks

@Suite("Dropout and stochastic depth")
struct DropoutTests {
  private static let sampleCount = 400
  private static let width = 25
  private static let count = sampleCount * width

  private func plan(
    _ operation: some NetworkOperation, seed: UInt64 = 1, for purpose: Plan.Purpose = .training
  ) throws -> Plan {
    var network = Network(input: [Self.width])
    try network.append(operation, named: "drop")
    return Plan(
      network, batchCount: Self.sampleCount, for: purpose, wantsInputGradient: true,
      random: RandomSource(seed: seed))
  }

  private func outputs(_ plan: Plan) -> [Float] {
    plan.input.update(repeating: 1, count: Self.count)
    plan.forward()
    return Array(UnsafeBufferPointer(start: plan.output, count: Self.count))
  }

  @Test("elements are dropped at the rate and the others make up for them")
  func elements() throws {
    let values = outputs(try plan(Dropout(rate: 0.3)))
    #expect(Set(values) == [0, 1 / (1 - Float(0.3))])
    let share = Double(values.count { $0 == 0 }) / Double(Self.count)
    #expect(abs(share - 0.3) < 0.02)
  }

  @Test("whole samples are dropped, and nothing of the others")
  func samples() throws {
    let values = outputs(try plan(StochasticDepth(rate: 0.25)))
    var dropped = 0
    for sample in 0..<Self.sampleCount {
      let row = Set(values[sample * Self.width..<(sample + 1) * Self.width])
      #expect(row == [0] || row == [1 / 0.75])
      dropped += row == [0] ? 1 : 0
    }
    #expect(abs(Double(dropped) / Double(Self.sampleCount) - 0.25) < 0.08)
  }

  @Test("each step draws anew, the same seed the same, and a step computed again the same")
  func draws() throws {
    for operation in [Dropout(rate: 0.5), StochasticDepth(rate: 0.5)] as [any NetworkOperation] {
      let (first, again, other) = (
        try plan(operation), try plan(operation), try plan(operation, seed: 2)
      )
      let values = outputs(first)
      #expect(outputs(again) == values)
      #expect(outputs(other) != values)
      #expect(outputs(first) != values)
      again.clock.step -= 1
      #expect(outputs(again) == values)
    }
  }

  @Test("the gradient flows where the values do")
  func gradients() throws {
    for operation in [Dropout(rate: 0.5), StochasticDepth(rate: 0.5)] as [any NetworkOperation] {
      let plan = try plan(operation)
      let values = outputs(plan)
      let (target, source) = (
        try #require(plan.lossGradient), try #require(plan.outputGradient(ofNode: 0))
      )
      target.update(repeating: 1, count: Self.count)
      plan.backward()
      #expect(Array(UnsafeBufferPointer(start: source, count: Self.count)) == values)
    }
  }

  @Test("nothing is dropped where a network predicts or is explained")
  func identity() throws {
    for operation in [Dropout(rate: 0.5), StochasticDepth(rate: 0.5)] as [any NetworkOperation] {
      for purpose in [Plan.Purpose.inference, .inputGradient] {
        #expect(Set(outputs(try plan(operation, for: purpose))) == [1])
      }
    }
  }

  @Test("in place behind another operation, values and gradients are those of a copy")
  func places() throws {
    var random = RandomSource(seed: 4)
    var network = Network(input: [6], random: random)
    try network.append(Linear(12))
    try network.append(Reshape(to: [4, 3]))
    try network.append(Dropout(rate: 0.5))
    try network.append(StochasticDepth(rate: 0.5))
    try network.append(Permute(axes: [1, 0]))
    let plan = Plan(network, batchCount: 8, for: .training, wantsInputGradient: true)
    let input = (0..<48).map { _ in Float(random.normal()) }
    let direction = (0..<96).map { _ in Float(random.normal()) }
    func objective(_ input: [Float]) -> Double {
      plan.input.update(from: input, count: 48)
      plan.forward()
      plan.clock.step -= 1  // the next time draws the same
      return (0..<96).reduce(0.0) { $0 + Double(plan.output[$1]) * Double(direction[$1]) }
    }
    #expect(objective(input) != 0)
    let target = try #require(plan.lossGradient)
    target.update(from: direction, count: 96)
    plan.backward()
    let source = try #require(plan.outputGradient(ofNode: 0))
    let gradient = Array(UnsafeBufferPointer(start: source, count: 48))
    for position in input.indices {
      var (above, below) = (input, input)
      above[position] += 0.01
      below[position] -= 0.01
      let numeric = (objective(above) - objective(below)) / 0.02
      #expect(abs(numeric - Double(gradient[position])) < 2e-3 * max(1, abs(numeric)))
    }
  }
}
