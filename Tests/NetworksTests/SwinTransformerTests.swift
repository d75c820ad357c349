import Foundation
import Tensors
import Testing

@testable import Networks

/// Numbers from torchvision; `Fixtures/make_swin_golden.py` made them.
private struct SwinGolden: Decodable, CustomTestStringConvertible {
  var name: String
  var image: [Int]
  var channels: Int
  var depths, heads: [Int]
  var window: Int
  var outputs: [Float]
  var parameters: [String: [Int]]
  var gradients: [String: Double]
  var testDescription: String { name }

  static let all: [SwinGolden] = {
    let url = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/swin.json")
    do {
      return try JSONDecoder().decode([SwinGolden].self, from: Data(contentsOf: url))
    } catch {
      fatalError("swin.json: \(error)")
    }
  }()

  /// The network with the parameters of the formula.
  func network(dropRate: Float = 0) throws -> Network {
    var architecture = SwinTransformer()
    architecture.channelCount = channels
    architecture.depths = depths
    architecture.headCounts = heads
    architecture.windowSize = window
    architecture.dropRate = dropRate
    var network = try architecture.network(classCount: 5, imageShape: Shape(image))
    for (name, shape) in parameters {
      network[parameter: name] = Tensor(Shape(shape), Self.formula(name, shape))
    }
    return network
  }

  /// The values that the script gives a parameter, the images and the weights of the outputs.
  static func formula(_ name: String, _ shape: [Int]) -> [Float] {
    let start = Double(name.utf8.reduce(0) { $0 + Int($1) })
    let count = shape.reduce(1, *)
    return (0..<count).map { index in
      let value = sin((1.7 + 0.013 * Double(index)) * Double(index) + start)
      guard name.hasSuffix("weight") else { return Float(value) }
      return Float(
        shape.count == 1 ? 1 + 0.1 * value : value / Double(count / shape[0]).squareRoot())
    }
  }
}

@Suite("Swin transformers")
struct SwinTransformerTests {
  @Test("Swin-T has torchvision's parameters")
  func parameterCount() throws {
    let network = try Network.swinTiny(classCount: 1000)
    #expect(network.parameterCount == 28_288_354)
    #expect(network.outputShape == [1000])
  }

  @Test("parameters have torchvision's names and shapes", arguments: SwinGolden.all)
  private func names(_ golden: SwinGolden) throws {
    let declared = try golden.network().nodes.flatMap { node in
      node.declarations.map { ("\(node.name).\($0.name)", $0.shape.extents) }
    }
    #expect(Dictionary(uniqueKeysWithValues: declared) == golden.parameters)
  }

  @Test("outputs are torchvision's, predicting and in training", arguments: SwinGolden.all)
  private func outputs(_ golden: SwinGolden) throws {
    let shape = [2] + golden.image
    let images = Tensor(Shape(shape), SwinGolden.formula("input", shape))
    for (purpose, dropRate) in [(Plan.Purpose.inference, Float(0.2)), (.training, 0)] {
      let network = try golden.network(dropRate: dropRate)
      let outputs = Plan(network, batchCount: 2, for: purpose).outputs(for: images)
      #expect(distance(outputs.elements, golden.outputs) < 4e-6)
    }
  }

  @Test("so are the gradients of all parameters", arguments: SwinGolden.all)
  private func gradients(_ golden: SwinGolden) throws {
    let plan = Plan(try golden.network(), batchCount: 2, for: .training)
    let shape = [2] + golden.image
    _ = plan.outputs(for: Tensor(Shape(shape), SwinGolden.formula("input", shape)))
    let target = try #require(plan.lossGradient)
    target.update(from: SwinGolden.formula("output", [2, 5]), count: 10)
    plan.backward()
    for (index, slot) in plan.parameters.slots.enumerated() {
      let gradient = plan.parameters.gradients(index)
      let norm = (0..<slot.shape.elementCount).reduce(0.0) {
        $0 + Double(gradient[$1]) * Double(gradient[$1])
      }.squareRoot()
      let expected = try #require(golden.gradients[slot.name])
      #expect(abs(norm - expected) < 1e-3 * max(expected, 1e-2), "\(slot.name)")
    }
  }

  @Test("blocks are dropped at rates that grow from 0 to 0.2")
  func dropRates() throws {
    let network = try Network.swinTiny(classCount: 10, imageShape: [32, 32, 3], width: 0.125)
    let rates = network.nodes.compactMap { ($0.operation as? StochasticDepth)?.rate }
    #expect(rates.count == 22)  // the first block is always there
    for (index, rate) in rates.enumerated() {
      #expect(abs(rate - 0.2 * Float(index / 2 + 1) / 11) < 1e-6)
    }
  }

  @Test("an image that is no image is refused")
  func refusal() {
    #expect(throws: NetworkError.self) {
      try Network.swinTiny(classCount: 10, imageShape: [3, 3, 3], width: 0.125)
    }
    #expect(throws: NetworkError.self) {
      try Network.swinTiny(classCount: 10, imageShape: [64, 64], width: 0.125)
    }
  }
}
