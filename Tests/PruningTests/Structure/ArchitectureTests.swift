import Networks
import Tensors
import Testing

@testable import Pruning

/// The networks of the zoo with units planted that can go.
@Suite struct ArchitectureTests {
  @Test(arguments: ImageArchitecture.allCases)
  func plantedUnitsGo(of architecture: ImageArchitecture) throws {
    let shape: Shape = architecture == .leNet5 ? [28, 28, 1] : [32, 32, 3]
    var network = try architecture.network(
      classCount: 10, imageShape: shape, width: architecture == .mobileNetV2 ? 0.5 : 0.25,
      random: RandomSource(seed: 8))
    var random = RandomSource(seed: 9)
    for node in network.nodes where node.operation is BatchNorm {
      let elements = (0..<node.outputShape.innermost).map { _ in 0.1 * Float(random.normal()) }
      network[parameter: "\(node.name).bias"] = Tensor([elements.count], elements)
    }
    let units = UnitGroups(of: network)
    var widths: [String: Int] = [:]
    for family in units.families where family.refusal == nil && family.width > 5 {
      // One that nobody reads, one that is 0, and two constants.
      plantUnread(units.groups[family.groups[4]], in: &network)
      plantConstant(units.groups[family.groups[1]], -0.5, in: &network, isZero: true)
      plantConstant(units.groups[family.groups[2]], 0.5, in: &network)
      plantConstant(units.groups[family.groups[3]], 0.25, in: &network)
      // Of an image of one place the window reads nothing but its centre.
      let seesBorder = family.readers.contains { reader in
        (network.nodes[reader].operation as? Convolution).map { layer in
          layer.padding != 0 && network.nodes[network.nodes[reader].inputs[0]].outputShape[0] > 1
        } ?? false
      }
      widths[network.nodes[family.products[0]].name] = family.width - (seesBorder ? 3 : 4)
    }
    #expect(!widths.isEmpty)
    let simple = network.simplified()
    for (name, width) in widths {
      let node = simple.network.nodes.first { $0.name == name }
      let found = node?.outputShape.innermost ?? 0
      // Depthwise filters without positive weights switch their rectifiers off by themselves.
      #expect(architecture == .mobileNetV2 ? found <= width : found == width, "\(name)")
    }
    #expect(OutputDifference(network, simple.network, sampleCount: 8).relative <= 1e-5)
    for entry in simple.report.kept {
      #expect(entry.reason.contains("zeros around the image"), "\(entry)")
    }
  }

  private func plantUnread(_ group: UnitGroup, in network: inout Network) {
    for reader in group.readers {
      let name = "\(network.nodes[reader.product].name).weight"
      guard var weight = network[parameter: name] else { continue }
      let (rows, columns) = (weight.shape[0], weight.shape[1])
      let taps = weight.count / rows / columns
      for row in 0..<rows {
        for tap in 0..<taps { weight[(row * columns + reader.place.unit) * taps + tap] = 0 }
      }
      network[parameter: name] = weight
    }
  }

  /// Gives the rows of a group no weights, and a value to what follows them.
  private func plantConstant(
    _ group: UnitGroup, _ value: Float, in network: inout Network, isZero: Bool = false
  ) {
    for place in group.products {
      let node = network.nodes[place.node]
      guard var weight = network[parameter: "\(node.name).weight"] else { continue }
      let width = weight.count / weight.shape[0]
      for index in 0..<width { weight[place.unit * width + index] = 0 }
      network[parameter: "\(node.name).weight"] = weight
    }
    let functions = group.members.contains { network.nodes[$0.node].operation is any UnitFunction }
    for place in group.members {
      let node = network.nodes[place.node]
      let hasBias = node.operation is BatchNorm || node.operation is any UnitProduct
      guard hasBias, var bias = network[parameter: "\(node.name).bias"] else { continue }
      let isOff = isZero && functions && group.members.contains { isRectifier(network, $0) }
      bias[place.unit] = isZero && !isOff ? 0 : value
      network[parameter: "\(node.name).bias"] = bias
    }
  }

  private func isRectifier(_ network: Network, _ place: UnitPlace) -> Bool {
    let operation = network.nodes[place.node].operation
    return operation is ReLU || operation is ReLU6
  }
}
