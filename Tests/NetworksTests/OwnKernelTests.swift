import AllocationCounter
import Tensors
import Testing

@testable import Networks

@Suite("Operations on kernels of our own")
struct OwnKernelTests {
  /// A network of operations that call no primitive of oneDNN.
  private func network() throws -> Network {
    var network = Network(input: [30])
    try network.append(ScaleAndShift())
    try network.append(GatherColumns(indices: Array((0..<30).reversed())))
    let image = try network.append(Reshape(to: [3, 5, 2]))
    try network.append(Concatenate(inputCount: 3), to: [image, image, image])
    try network.append(AppendZeroToken())
    try network.append(WindowPartition(size: 2, shift: 1, image: Extent(3, 5)))
    try network.append(WindowAttention(headCount: 1, size: 2, shift: 1, height: 3, width: 5))
    try network.append(Dropout(rate: 0.25))
    let branch = try network.append(WindowReverse(size: 2, shift: 1, height: 3, width: 5))
    try network.append(StochasticDepth(rate: 0.25))
    try network.append(Multiply(), to: [branch + 1, image])
    try network.append(PatchMerging())
    try network.append(Permute(axes: [2, 0, 1]))
    return network
  }

  @Test(
    "a step of training allocates nothing",
    .enabled(if: AllocationCounter.isAvailable, "needs glibc"))
  func allocations() throws {
    let plan = Plan(try network(), batchCount: 4, for: .training, wantsInputGradient: true)
    let target = try #require(plan.lossGradient)
    target.update(repeating: 1, count: 4 * plan.original.outputShape.elementCount)
    plan.forward()  // whatever is made at first use
    plan.backward()
    let count = AllocationCounter.count {
      for _ in 0..<10 {
        plan.forward()
        plan.backward()
      }
    }
    #expect(count == 0)
  }

  @Test("attention that is first in a network trains its table without a gradient of the input")
  func firstAttention() throws {
    var random = RandomSource(seed: 2)
    var network = Network(input: [4, 4, 6], random: random)
    try network.append(WindowAttention(headCount: 2, size: 2, height: 4, width: 4))
    let input = (0..<96).map { _ in Float(random.normal()) }
    let direction = (0..<32).map { _ in Float(random.normal()) }
    let gradients = try [true, false].map { wantsInputGradient in
      let plan = Plan(
        network, batchCount: 1, for: .training, wantsInputGradient: wantsInputGradient)
      plan.input.update(from: input, count: 96)
      plan.forward()
      let target = try #require(plan.lossGradient)
      target.update(from: direction, count: 32)
      plan.backward()
      return plan.parameters.gradients.elements
    }
    #expect(gradients[0] == gradients[1])
    #expect(gradients[0].contains { abs($0) > 1e-3 })
  }

  @Test("attention follows its table when that changes between two predictions")
  func changedTable() throws {
    var network = Network(input: [1, 4, 3])
    try network.append(
      WindowAttention(headCount: 1, size: 2, height: 2, width: 2), named: "attention")
    let plan = Plan(network, batchCount: 1, for: .inference)
    let input = Tensor([1, 1, 4, 3], (0..<12).map { Float($0) })
    let before = plan.outputs(for: input)
    plan.parameters.values(0).update(repeating: 3, count: 4)
    let after = plan.outputs(for: input)
    #expect(before != after)
    let fresh = Plan(plan.network, batchCount: 1, for: .inference).outputs(for: input)
    #expect(after == fresh)
  }

  @Test("zeros that a rectifier leaves in a gradient change nothing when they are left out")
  func skippedZeros() throws {
    let (rows, width) = (100, 120)
    var random = RandomSource(seed: 3)
    let input = (0..<rows * width).map { _ in Float(random.normal()) }
    let direction = (0..<rows * 130).map { _ in Float(random.normal()) }
    // A slope this small leaves no zeros, so that all is multiplied.
    let found = try [0, 1e-30].map { (slope: Float) in
      let network = try Network(input: [width], random: RandomSource(seed: 4)) {
        Linear(130)
        LeakyReLU(slope: slope)
      }
      let plan = Plan(network, batchCount: rows, for: .training, wantsInputGradient: true)
      plan.input.update(from: input, count: input.count)
      plan.forward()
      try #require(plan.lossGradient).update(from: direction, count: direction.count)
      plan.backward()
      let inputGradient = try #require(plan.outputGradient(ofNode: 0))
      return plan.parameters.gradients.elements
        + Array(UnsafeBufferPointer(start: inputGradient, count: input.count))
    }
    #expect(zip(found[0], found[1]).allSatisfy { abs($0 - $1) < 1e-4 })
    #expect(found[0].contains { abs($0) > 1 })
  }
}
