import Networks
import Tensors
import Testing

@testable import Pruning

@Suite struct RemovingUnitsTests {
  /// A perceptron whose second hidden unit is always 3.
  private func perceptron() throws -> Network {
    var network = try Network(input: [2]) {
      Linear(3)
      ReLU()
      Linear(2)
    }
    network[parameter: "linear1.weight"] = Tensor([3, 2], [1, 2, 0, 0, -1, 0.5])
    network[parameter: "linear1.bias"] = Tensor([3], [0.5, 3, 0])
    network[parameter: "linear2.weight"] = Tensor([2, 3], [1, 2, 3, 4, 5, 6])
    network[parameter: "linear2.bias"] = Tensor([2], [10, 20])
    return network
  }

  @Test func aConstantIsCarriedIntoTheBias() throws {
    let network = try perceptron()
    let units = UnitGroups(of: network)
    let id = units[UnitPlace(node: 1, unit: 1)].id
    let smaller = try network.removing([id], of: units)
    #expect(smaller[parameter: "linear1.weight"] == Tensor([2, 2], [1, 2, -1, 0.5]))
    #expect(smaller[parameter: "linear1.bias"] == Tensor([2], [0.5, 0]))
    #expect(smaller[parameter: "linear2.weight"] == Tensor([2, 2], [1, 3, 4, 6]))
    #expect(smaller[parameter: "linear2.bias"] == Tensor([2], [16, 35]))
    let dropped = try network.removing([id], of: units, carrying: .none)
    #expect(dropped[parameter: "linear2.bias"] == Tensor([2], [10, 20]))
    let measured = try network.removing([id], of: units, carrying: .measured([2: [0, 1, 0]]))
    #expect(measured[parameter: "linear2.bias"] == Tensor([2], [12, 25]))
  }

  @Test func whatCannotBeRemovedIsRefused() throws {
    let network = try perceptron()
    let units = UnitGroups(of: network)
    func id(_ node: Int, _ unit: Int) -> Int { units[UnitPlace(node: node, unit: unit)].id }
    #expect(throws: UnitRemovalError.notConstant(unit: "relu1[0]", reader: "linear2")) {
      try network.removing([id(1, 0)], of: units)
    }
    #expect(
      throws: UnitRemovalError.held(unit: "linear2[0]", reason: "linear2 is the network's output")
    ) { try network.removing([id(3, 0)], of: units) }
    #expect(throws: UnitRemovalError.emptiesLayer(node: "linear1")) {
      try network.removing([id(1, 0), id(1, 1), id(1, 2)], of: units, carrying: .none)
    }
    #expect(throws: UnitRemovalError.noSuchGroup(-1, count: units.groups.count)) {
      try network.removing([-1], of: units)
    }
    #expect(throws: UnitRemovalError.noValue(unit: "relu1[0]", reader: "linear2")) {
      try network.removing([id(1, 0)], of: units, carrying: .measured([:]))
    }
    #expect(throws: UnitRemovalError.wrongValues(node: "relu1", given: 1, needed: 3)) {
      try network.removing([id(1, 0)], of: units, carrying: .measured([2: [1, .nan]]))
    }
    let other = try Network(input: [2]) { Linear(2) }
    #expect(throws: UnitRemovalError.otherNetwork(node: "linear1")) {
      try other.removing([], of: units)
    }
  }

  @Test func aPaddedConvolutionDoesNotReadAConstantAtTheBorder() throws {
    func network(constant: Float) throws -> Network {
      var network = try Network(input: [4, 4, 1]) {
        Convolution(2, kernel: 1)
        Convolution(1, kernel: 3, padding: 1)
      }
      network[parameter: "convolution1.weight"] = Tensor([2, 1, 1, 1], [1, 0])
      network[parameter: "convolution1.bias"] = Tensor([2], [0, constant])
      network[parameter: "convolution2.weight"] = Tensor([1, 2, 3, 3], repeating: 1)
      return network
    }
    let bordered = try network(constant: 2)
    let units = UnitGroups(of: bordered)
    let id = units[UnitPlace(node: 1, unit: 1)].id
    #expect(
      throws: UnitRemovalError.feedsBorder(unit: "convolution1[1]", reader: "convolution2")
    ) { try bordered.removing([id], of: units) }
    // The mean over the places: corner taps lie inside at 9 of 16, edges at 12, the centre at 16.
    let mean = try bordered.removing([id], of: units, carrying: .measured([1: [0, 2]]))
    #expect(mean[parameter: "convolution2.bias"] == Tensor([1], [2 * (4 * 9 + 4 * 12 + 16) / 16]))

    let zero = try network(constant: 0)
    let smaller = try zero.removing([id], of: units)
    #expect(difference(zero, smaller, samples: randomSamples(3, of: zero, seed: 1)) == 0)
  }

  @Test func aProductBeforeANormalisationMovesItsMean() throws {
    var network = try Network(input: [2]) {
      Linear(2)
      Linear(2, hasBias: false)
      BatchNorm(epsilon: 0)
      Linear(1)
    }
    network[parameter: "linear1.weight"] = Tensor([2, 2], [1, 2, 0, 0])
    network[parameter: "linear1.bias"] = Tensor([2], [1, 4])
    network[parameter: "linear2.weight"] = Tensor([2, 2], [1, 2, 3, 0.5])
    let units = UnitGroups(of: network)
    let smaller = try network.removing([units[UnitPlace(node: 1, unit: 1)].id], of: units)
    #expect(smaller[parameter: "batchnorm1.running_mean"] == Tensor([2], [-8, -2]))
    #expect(smaller[parameter: "linear2.bias"] == nil)
    #expect(difference(network, smaller, samples: randomSamples(3, of: network, seed: 1)) < 1e-15)
  }

  @Test func sparseLayersLoseConnections() throws {
    var network = Network(input: [3])
    try network.append(
      SparseLinear(
        SparsePattern(rowCount: 3, columnCount: 3, rowStarts: [0, 2, 2, 3], columns: [0, 2, 1])))
    try network.append(ReLU())
    try network.append(
      SparseLinear(
        SparsePattern(rowCount: 2, columnCount: 3, rowStarts: [0, 2, 3], columns: [0, 1, 1])))
    network[parameter: "sparselinear1.weight"] = Tensor([3], [1, 2, 3])
    network[parameter: "sparselinear1.bias"] = Tensor([3], [0.5, 0.25, 1])
    network[parameter: "sparselinear2.weight"] = Tensor([3], [4, 8, 16])
    network[parameter: "sparselinear2.bias"] = Tensor([2], [0, 1])
    let units = UnitGroups(of: network)
    func id(_ unit: Int) -> Int { units[UnitPlace(node: 1, unit: unit)].id }
    // The second unit is 0.25, the third is read by nobody.
    let smaller = try network.removing([id(1), id(2)], of: units)
    #expect(smaller.nodes[1].outputShape == [1])
    #expect(smaller[parameter: "sparselinear2.weight"] == Tensor([1], [4]))
    #expect(smaller[parameter: "sparselinear2.bias"] == Tensor([2], [2, 5]))
    #expect(difference(network, smaller, samples: randomSamples(3, of: network, seed: 1)) == 0)
  }

  @Test func gatesAndDepthwiseChannelsGoTogether() throws {
    var network = Network(input: [4, 4, 2], random: RandomSource(seed: 3))
    try network.append(Convolution(4, kernel: 1))
    let image = try network.append(Convolution(4, kernel: 3, padding: 1, groupCount: 4))
    try network.append(GlobalAveragePool())
    try network.append(Linear(3))
    try network.append(ReLU())
    try network.append(Linear(4))
    let gate = try network.append(Sigmoid())
    let gated = try network.append(Multiply(), to: [image, gate])
    try network.append(GlobalAveragePool())
    try network.append(Linear(2))
    let units = UnitGroups(of: network)
    let group = units[UnitPlace(node: gated, unit: 2)]
    #expect(Set(group.members.map(\.node)) == [1, 2, 3, 6, 7, 8, 9])
    let sample = randomSamples(1, of: network, seed: 1)
    // Measured on this one sample, the means that are read are right for it.
    let values = DoubleEvaluator(network).values(of: sample[0])
    let smaller = try network.removing(
      [group.id], of: units, carrying: .measured([3: values[3], 9: values[9]]))
    #expect(smaller.nodes[1].outputShape == [4, 4, 3])
    #expect(smaller.nodes[6].outputShape == [3])
    #expect(difference(network, smaller, samples: sample) < 1e-6)
  }
}
