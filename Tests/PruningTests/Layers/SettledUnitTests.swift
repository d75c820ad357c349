import Datasets
import Networks
import Tensors
import Testing

@testable import Pruning

@Suite("Removal of units that do nothing on the data", .serialized)
struct SettledUnitTests {
  private let rows = Array(0..<50)

  private func table(_ columns: Int) -> FeatureStore {
    var random = RandomSource(seed: 5)
    return FeatureStore(
      values: (0..<50 * columns).map { _ in Float(random.normal()) }, rowCount: 50,
      columnNames: (0..<columns).map { "x\($0)" })
  }

  private func removal(_ network: Network, _ store: FeatureStore) throws -> SettledUnitRemoval {
    try network.removingSettledUnits(
      on: store, rows: rows, scaler: .identity(columnCount: store.columnCount))
  }

  /// The largest difference of the outputs on all rows.
  private func difference(_ left: Network, _ right: Network, _ store: FeatureStore) -> Float {
    var inputs = Tensor([rows.count, store.columnCount])
    let gatherer = ColumnGatherer(store, columns: Array(0..<store.columnCount), scaler: nil)
    inputs.withMutableElements { gatherer.gather(rows: rows, into: $0) }
    let outputs = [left, right].map {
      Plan($0, batchCount: rows.count, for: .inference)
        .outputs(for: Tensor(Shape([rows.count] + $0.inputShape.extents), inputs.elements)).elements
    }
    return zip(outputs[0], outputs[1]).map { abs($0 - $1) }.max() ?? 0
  }

  @Test("units that are off, constant or read by nobody go, layer after layer")
  func perceptron() throws {
    var network = Network.multilayerPerceptron(
      inputCount: 6, hidden: [12, 10], outputCount: 3, random: RandomSource(seed: 1))
    let names = network.nodes.map(\.name)
    #expect(names.contains("linear1") && names.contains("linear2"))
    let weight = try #require(network[parameter: "linear1.weight"])
    var (weights, biases) = (weight.elements, [Float](repeating: 0, count: 12))
    biases[2] = -100  // always off
    for column in 0..<6 { weights[5 * 6 + column] = 0 }
    biases[5] = 0.75  // without weights: a constant
    network[parameter: "linear1.weight"] = Tensor([12, 6], weights)
    network[parameter: "linear1.bias"] = Tensor([12], biases)
    var second = try #require(network[parameter: "linear2.weight"]).elements
    for row in 0..<10 { second[row * 12 + 7] = 0 }  // read with zeros only
    network[parameter: "linear2.weight"] = Tensor([10, 12], second)
    var third = try #require(network[parameter: "linear3.weight"]).elements
    for row in 0..<3 { third[row * 10 + 4] = 0 }
    network[parameter: "linear3.weight"] = Tensor([3, 10], third)
    let store = table(6)
    let found = try removal(network, store)
    #expect(found.layers.map(\.name) == ["linear1", "linear2"])
    #expect(found.layers.map(\.after) == [9, 9] && found.removedCount == 4)
    #expect(difference(network, found.network, store) < 1e-5)
    #expect(try removal(found.network, store).removedCount == 0)
  }

  @Test("what fed a unit that is gone goes after it")
  func chain() throws {
    var network = try Network(input: [2]) {
      Linear(3)
      ReLU()
      Linear(2)
      ReLU()
      Linear(1)
    }
    network[parameter: "linear1.weight"] = Tensor([3, 2], [1, 0, 0, 1, 1, 1])
    // The first unit of the second layer is always off, and alone reads the last of the first.
    network[parameter: "linear2.weight"] = Tensor([2, 3], [1, 1, 1, 1, -1, 0])
    network[parameter: "linear2.bias"] = Tensor([2], [-1000, 0])
    let store = table(2)
    let found = try removal(network, store)
    #expect(found.layers.map(\.after) == [2, 1])
    #expect(difference(network, found.network, store) < 1e-6)
  }

  @Test("a constant that is not 0 stays in front of a padded convolution, a 0 does not")
  func border() throws {
    func network(padding: Padding) throws -> Network {
      var network = Network(input: [4, 4, 1])
      try network.append(Convolution(3, kernel: Extent(1, 1), hasBias: true), named: "a")
      network[parameter: "a.weight"] = Tensor([3, 1, 1, 1], [1, 0, 0])
      network[parameter: "a.bias"] = Tensor([3], [0, 2, -1])
      try network.append(ReLU())
      try network.append(
        Convolution(2, kernel: Extent(3, 3), padding: padding, hasBias: true), named: "b")
      return network
    }
    let store = table(16)
    for (padding, left) in [(Padding(integerLiteral: 1), 2), (Padding(integerLiteral: 0), 1)] {
      let network = try network(padding: padding)
      let found = try removal(network, store)
      #expect(found.network.nodes[1].outputShape.extents.last == left)
      #expect(difference(network, found.network, store) < 1e-5)
    }
  }

  @Test("a residual network keeps its outputs, and one unit of each layer")
  func residual() throws {
    var network = try Network.resNet18(
      classCount: 3, imageShape: [8, 8, 1], stem: .cifar, width: 0.125,
      random: RandomSource(seed: 3)
    ).readingPlanes()
    for name in ["layer1.0.conv1", "layer3.1.conv1"] {
      let weight = try #require(network[parameter: "\(name).weight"])
      network[parameter: "\(name).weight"] = Tensor(weight.shape)
    }
    let store = table(64)
    let found = try removal(network, store)
    #expect(found.network.nodes.allSatisfy { ($0.outputShape.extents.last ?? 0) > 0 })
    let ends = ["layer1.0.conv1", "layer3.1.conv1"].map { name in
      found.layers.first { $0.name == name }?.after
    }
    #expect(ends == [1, 1])
    #expect(difference(network, found.network, store) < 1e-4)
  }
}
