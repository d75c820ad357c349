import Networks
import Tensors
import Testing

@testable import Pruning

@Suite("Layers that end in a rectifier")
struct RectifierLayerTests {
  @Test(
    "the published networks have as many as the papers count",
    arguments: [
      (ImageArchitecture.resNet18SmallPooled, 17), (.mobileNetV2, 35), (.swinTiny, 12),
      (.vgg16BatchNorm, 15),
    ])
  func counts(architecture: ImageArchitecture, count: Int) throws {
    let shape: Shape? = architecture == .resNet18SmallPooled ? nil : [32, 32, 3]
    let network = try architecture.network(
      classCount: 10, imageShape: shape, width: architecture == .swinTiny ? 0.125 : 0.25)
    let layers = network.rectifierLayers
    #expect(layers.count == count)
    #expect(Set(layers.compactMap(\.product)).count == count)
  }

  @Test("of a residual block both 3x3 convolutions are pruned, not the path around them")
  func residual() throws {
    let network = try Network.resNet18(
      classCount: 10, imageShape: [32, 32, 3], stem: .cifar, width: 0.125
    ).readingPlanes()
    let layers = network.rectifierLayers
    let names = layers.compactMap { $0.product.map { network.nodes[$0].name } }
    let blocks = (1...4).flatMap { stage in
      (0...1).flatMap { ["layer\(stage).\($0).conv1", "layer\(stage).\($0).conv2"] }
    }
    #expect(names == ["conv1"] + blocks)
    #expect(!layers[0].isBypassed && layers.dropFirst().allSatisfy(\.isBypassed))
  }

  @Test("Swin's are the first layers of its perceptrons")
  func swin() throws {
    let network = try ImageArchitecture.swinTiny.network(
      classCount: 10, imageShape: [32, 32, 3], width: 0.125)
    let layers = network.rectifierLayers
    #expect(layers.allSatisfy { network.nodes[$0.node].operation is GELU && $0.isBypassed })
    for layer in layers {
      let product = try #require(layer.product)
      let inputs = network.nodes[network.nodes[product].inputs[0]].outputShape
      #expect(network.nodes[product].outputShape.innermost == 4 * inputs.innermost)
    }
  }

  @Test("a cut is found where every path leads through an empty layer")
  func cut() throws {
    let network = try Network(input: [4]) {
      Linear(5)
      ReLU()
      Linear(3)
    }
    #expect(network.isCut(byEmptying: [1]))
    #expect(!network.isCut(byEmptying: []))
    let residual = try Network.resNet18(
      classCount: 2, imageShape: [8, 8, 3], stem: .cifar, width: 0.0625)
    let names = residual.nodes.map(\.name)
    func position(_ name: String) throws -> Int { try #require(names.firstIndex(of: name)) }
    #expect(!residual.isCut(byEmptying: [try position("layer2.0.conv2")]))
    #expect(
      residual.isCut(
        byEmptying: [try position("layer2.0.conv2"), try position("layer2.0.downsample.0")]))
  }
}
