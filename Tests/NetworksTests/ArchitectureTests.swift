import Foundation
import Kernels
import Tensors
import Testing

@testable import Networks

/// Numbers from torchvision; `Fixtures/make_architecture_golden.py` made them.
private struct ArchitectureGolden: Decodable, CustomTestStringConvertible {
  var name: String
  var image: [Int]
  var parameters: [String: [Int]]
  var outputs: [Float]
  var gradients, statistics: [String: Double]
  var testDescription: String { name }

  static let all: [ArchitectureGolden] = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/architectures.json")
    do {
      return try JSONDecoder().decode([ArchitectureGolden].self, from: Data(contentsOf: url))
    } catch {
      fatalError("architectures.json: \(error)")
    }
  }()

  /// The network with the parameters of the formula.
  func network() throws -> Network {
    let shape = Shape(image)
    var network =
      switch name {
      case "resNet18": try Network.resNet18(classCount: 5, imageShape: shape)
      case "resNet18-cifar": try Network.resNet18(classCount: 5, imageShape: shape, stem: .cifar)
      case "mobileNetV2":
        try Network.mobileNetV2(classCount: 5, imageShape: shape, width: 0.25)
      default: try Network.vgg16BatchNorm(classCount: 5, imageShape: shape, width: 0.125)
      }
    for (name, shape) in parameters {
      network[parameter: name] = Tensor(Shape(shape), Self.formula(name, shape))
    }
    return network
  }

  /// The values that the script gives a parameter, the images and the weights of the outputs.
  static func formula(_ name: String, _ shape: [Int]) -> [Float] {
    let start = Double(name.utf8.reduce(0) { $0 + Int($1) })
    let count = shape.reduce(1, *)
    let inputs = Double(count / shape[0]).squareRoot()
    let isScale = name.hasSuffix("running_var") || shape.count == 1 && name.hasSuffix("weight")
    let isProduct = shape.count > 1 && name.hasSuffix("weight")
    return (0..<count).map { index in
      let value = sin((1.7 + 0.013 * Double(index)) * Double(index) + start)
      return Float(isScale ? 1 + 0.1 * value : isProduct ? value / inputs : value)
    }
  }
}

@Suite("Architectures against torchvision")
struct ArchitectureTests {
  @Test("parameters of the published networks, counted")
  func parameterCounts() throws {
    #expect(try Network.resNet18(classCount: 1000).parameterCount == 11_689_512)
    #expect(try Network.mobileNetV2(classCount: 1000).parameterCount == 3_504_872)
    #expect(try Network.vgg16BatchNorm(classCount: 1000).parameterCount == 138_365_992)
  }

  @Test("the small ResNet-18 of EGP and NEPENTHE has the multiply-adds that were published of it")
  func smallPooled() throws {
    let network = try ImageArchitecture.resNet18SmallPooled.network(classCount: 10)
    #expect(abs(Double(network.multiplyAdds) / 140.19e6 - 1) < 0.01)
  }

  @Test("names, shapes and outputs", arguments: ArchitectureGolden.all)
  private func outputs(_ golden: ArchitectureGolden) throws {
    setThreadCount(1)
    let network = try golden.network()
    let names = network.nodes.flatMap { node in
      node.declarations.map { "\(node.name).\($0.name)" }
    }
    #expect(Set(names) == Set(golden.parameters.keys))
    let inputs = Tensor(
      Shape([2] + golden.image), ArchitectureGolden.formula("input", [2] + golden.image))
    let outputs = Plan(network, batchCount: 2, for: .inference).outputs(for: inputs)
    #expect(distance(outputs.elements, golden.outputs) < 1e-5)

    let folded = network.foldingBatchNormalization()
    #expect(!folded.nodes.contains { $0.operation is BatchNorm })
    let foldedOutputs = Plan(folded, batchCount: 2, for: .inference).outputs(for: inputs)
    #expect(distance(foldedOutputs.elements, golden.outputs) < 1e-5)

    // The same images as rows of planes, one sample at a time.
    let channels = golden.image[2]
    let area = golden.image[0] * golden.image[1]
    let first = inputs.elements
    let planes = Tensor(
      [1, area * channels],
      (0..<channels * area).map { first[$0 % area * channels + $0 / area] })
    let byPlanes = Plan(network.readingPlanes(), batchCount: 1, for: .inference)
      .outputs(for: planes)
    #expect(distance(byPlanes.elements, Array(golden.outputs[..<5])) < 1e-5)
  }

  @Test("gradients and running statistics", arguments: ArchitectureGolden.all)
  private func gradients(_ golden: ArchitectureGolden) throws {
    guard !golden.gradients.isEmpty else { return }
    setThreadCount(1)
    let plan = Plan(try golden.network(), batchCount: 2, for: .training)
    let inputs = ArchitectureGolden.formula("input", [2] + golden.image)
    inputs.withUnsafeBufferPointer { elements in
      if let start = elements.baseAddress { plan.takeInput(from: start, count: 2) }
    }
    plan.forward()
    plan.lossGradient?.update(from: ArchitectureGolden.formula("output", [2, 5]), count: 10)
    plan.backward()
    func norm(_ start: Floats, _ count: Int) -> Double {
      (0..<count).reduce(0.0) { $0 + Double(start[$1]) * Double(start[$1]) }.squareRoot()
    }
    for (position, slot) in plan.parameters.slots.enumerated() {
      let count = slot.shape.elementCount
      if let expected = golden.gradients[slot.name] {
        let ours = norm(plan.parameters.gradients(position), count)
        #expect(abs(ours - expected) < 2e-3 * max(expected, 1e-2), "\(slot.name)")
      } else {
        let expected = try #require(golden.statistics[slot.name])
        let ours = norm(plan.parameters.values(position), count)
        #expect(abs(ours - expected) < 1e-4 * expected, "\(slot.name)")
      }
    }
  }
}
