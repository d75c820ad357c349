import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("Plans that are looked into", .serialized)
struct ObservedPlanTests {
  @Test("every node shows what the network up to it puts out, in every layout")
  func everyNode() throws {
    setThreadCount(1)
    var random = RandomSource(seed: 11)
    let dense = try Network.resNet18(
      classCount: 3, imageShape: [8, 8, 3], stem: .cifar, width: 0.0625, random: random
    ).foldingBatchNormalization()
    let sparse = Network.sparseMultilayerPerceptron(
      inputCount: 12, hidden: [10, 8], outputCount: 3, density: 0.5, random: random)
    for network in [dense, sparse] {
      let inputs = Tensor(
        Shape([5] + network.inputShape.extents),
        (0..<5 * network.inputShape.elementCount).map { _ in Float(random.normal()) })
      let plan = Plan(network, batchCount: 5, observing: Set(network.nodes.indices))
      inputs.withElements { elements in
        if let start = elements.baseAddress { plan.takeInput(from: start, count: 5) }
      }
      var seen: [Int] = []
      plan.forward { view in
        seen.append(view.node)
        let expected = try? Plan(prefix(of: network, to: view.node), batchCount: 5, for: .inference)
          .outputs(for: inputs).elements
        let shown = view.samples(batchCount: 5)
        #expect(expected?.count == shown.count)
        for (left, right) in zip(shown, expected ?? []) where abs(left - right) > 1e-5 {
          Issue.record("\(network.nodes[view.node].name): \(left) instead of \(right)")
          break
        }
      }
      #expect(seen == Array(network.nodes.indices))
    }
  }

  @Test("a batch is looked at in the parts in which it is computed, without one left over")
  func batch() throws {
    let images = try Network.mobileNetV2(classCount: 3, imageShape: [32, 32, 3], width: 0.25)
      .foldingBatchNormalization()
    let size = Plan.observedBatch(of: images, atMost: 128)
    #expect(size < 128 && 128.isMultiple(of: size))
    #expect(Plan.observedBatch(of: images, atMost: 1) == 1)
    let rows = Network.multilayerPerceptron(
      inputCount: 784, hidden: [300], outputCount: 10, random: RandomSource(seed: 1))
    #expect(Plan.observedBatch(of: rows, atMost: 128) == 128)
  }

  private func prefix(of network: Network, to last: Int) throws -> Network {
    var result = Network(input: network.inputShape)
    for node in network.nodes[1...].prefix(last) {
      try result.append(
        node.operation, to: node.inputs, named: node.name, parameters: node.parameters)
    }
    return result
  }
}

extension ActivationView {
  /// Sample after sample, whatever the layout.
  fileprivate func samples(batchCount: Int) -> [Float] {
    let width = shape.elementCount
    return (0..<batchCount * width).map { index in
      layout == .sampleMajor
        ? elements[index]
        : elements[index % width * paddedBatch(batchCount) + index / width]
    }
  }
}
