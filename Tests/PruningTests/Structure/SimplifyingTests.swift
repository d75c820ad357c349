import Networks
import Tensors
import Testing

@testable import Pruning

@Suite struct SimplifyingTests {
  @Test func aConstantIsCarriedThroughSeveralLayers() throws {
    var network = try Network(input: [2]) {
      Linear(3)
      ReLU()
      Linear(3)
      ReLU()
      Linear(1)
    }
    // Unit 0 of the first layer is 2; unit 0 of the second reads only it, and is 5.
    network[parameter: "linear1.weight"] = Tensor([3, 2], [0, 0, 1, 2, 3, -1])
    network[parameter: "linear1.bias"] = Tensor([3], [2, 0, 0])
    network[parameter: "linear2.weight"] = Tensor([3, 3], [2, 0, 0, 1, 1, 1, 1, 2, -1])
    network[parameter: "linear2.bias"] = Tensor([3], [1, 0, 0])
    network[parameter: "linear3.weight"] = Tensor([1, 3], [10, 1, 1])
    network[parameter: "linear3.bias"] = Tensor([1], [0])
    let simple = network.simplified()
    #expect(simple.network.nodes.map(\.outputShape) == [[2], [2], [2], [2], [2], [1]])
    #expect(simple.network[parameter: "linear2.bias"] == Tensor([2], [2, 2]))
    #expect(simple.network[parameter: "linear3.bias"] == Tensor([1], [50]))
    #expect(simple.report.count(of: .constantUnits) == 2)
  }

  @Test func aNormalisationGoesIntoTheLayersBehindIt() throws {
    var network = try Network(input: [2]) {
      BatchNorm(epsilon: 0)
      Linear(2, hasBias: false)
      ReLU()
      BatchNorm(epsilon: 0)
      Linear(1)
    }
    network[parameter: "batchnorm1.running_var"] = Tensor([2], [4, 0.25])
    network[parameter: "batchnorm1.running_mean"] = Tensor([2], [1, -2])
    network[parameter: "linear1.weight"] = Tensor([2, 2], [2, 1, 0, 3])
    network[parameter: "batchnorm2.bias"] = Tensor([2], [5, -1])
    let simple = network.simplified()
    #expect(simple.network.nodes.map(\.name) == ["input", "linear1", "relu1", "linear2"])
    // W g, and W (shift - mean g).
    #expect(simple.network[parameter: "linear1.weight"] == Tensor([2, 2], [1, 2, 0, 6]))
    #expect(simple.network[parameter: "linear1.bias"] == Tensor([2], [3, 12]))
    #expect(simple.report.count(of: .foldedNormalization) == 2)
    #expect(OutputDifference(network, simple.network).relative < 1e-6)
  }

  @Test func aNormalisationThatStaysIsNamed() throws {
    var network = try Network(input: [5, 5, 2], random: RandomSource(seed: 8)) {
      BatchNorm()
      Convolution(2, kernel: 3, padding: 1)
      MaxPool(2)
      BatchNorm()
      Convolution(4, kernel: 2, groupCount: 2)
      ReLU()
      BatchNorm()
    }
    network[parameter: "batchnorm1.bias"] = Tensor([2], [0, 1])
    network[parameter: "batchnorm2.weight"] = Tensor([2], [3, -2])
    network[parameter: "batchnorm2.bias"] = Tensor([2], [2, 1])
    let simple = network.simplified()
    let expected = [
      "batchnorm1: convolution1 sees zeros around the image instead of its shift",
      "batchnorm3: it is the output",
    ]
    #expect(simple.report.kept.map { "\($0.place): \($0.reason)" } == expected)
    #expect(simple.report.removed.map(\.place) == ["batchnorm2"])
    #expect(OutputDifference(network, simple.network).relative < 1e-6)
    // A shift of 0 is a zero around the image as well.
    network[parameter: "batchnorm1.bias"] = Tensor([2], [0, 0])
    #expect(network.simplified().report.removed.map(\.place).contains("batchnorm1"))
  }

  @Test func aRectifierThatIsAlwaysOffIsAConstant() throws {
    var network = try Network(input: [2]) {
      Linear(2)
      ReLU()
      Linear(2)
      ReLU()
      Linear(1)
    }
    // Rectified values are never negative, so the second unit of the second layer is off.
    network[parameter: "linear2.weight"] = Tensor([2, 2], [1, 1, -1, -2])
    network[parameter: "linear2.bias"] = Tensor([2], [-1, -0.5])
    let simple = network.simplified().network
    #expect(simple[parameter: "linear2.weight"]?.shape == [1, 2])
  }

  @Test func multiplesAreMerged() throws {
    var network = try Network(input: [2]) {
      Linear(3)
      ReLU()
      Linear(1)
    }
    network[parameter: "linear1.weight"] = Tensor([3, 2], [1, -2, 2, -4, -1, 2])
    network[parameter: "linear1.bias"] = Tensor([3], [0.5, 1, -0.5])
    network[parameter: "linear2.weight"] = Tensor([1, 3], [3, 5, 7])
    let simple = network.simplified()
    // Twice the first is a copy of it behind a rectifier; its negative is not.
    #expect(simple.network[parameter: "linear2.weight"] == Tensor([1, 2], [13, 7]))
    #expect(simple.report.count(of: .copiedUnits) == 1)
    #expect(OutputDifference(network, simple.network).relative < 1e-6)
  }

  @Test func roundedMultiplesNeedATolerance() throws {
    var network = try Network(input: [3]) {
      Linear(2)
      ReLU()
      Linear(1)
    }
    let row: [Float] = [0.3, -0.7, 0.11]
    network[parameter: "linear1.weight"] = Tensor([2, 3], row + row.map { $0 * 1.7 })
    network[parameter: "linear1.bias"] = Tensor([2], [0.2, 0.2 * 1.7])
    #expect(network.simplified().network.nodes[1].outputShape == [2])
    let simple = network.simplified(tolerance: 1e-6).network
    #expect(simple.nodes[1].outputShape == [1])
    #expect(OutputDifference(network, simple).relative < 1e-6)
  }

  @Test func oneConstantChannelStaysBeforeAPaddedConvolution() throws {
    var network = try Network(input: [4, 4, 2], random: RandomSource(seed: 5)) {
      Convolution(4, kernel: 1)
      ReLU()
      Convolution(3, kernel: 3, padding: 1)
    }
    network[parameter: "convolution1.weight"] = Tensor([4, 2, 1, 1], [0, 0, 1, 2, 0, 0, 0, 0])
    network[parameter: "convolution1.bias"] = Tensor([4], [2, 0, 4, -1])
    let simple = network.simplified()
    // The last is off; of the two constants the first stays, read with the other's weights twice.
    #expect(simple.network.nodes[1].outputShape == [4, 4, 2])
    #expect(
      simple.report.kept.map(\.reason)
        == ["convolution2 sees zeros around the image instead of the constant"])
    #expect(OutputDifference(network, simple.network).relative < 1e-6)
  }

  @Test func linearLayersAreMergedWhereThatIsCheaper() throws {
    let wide = try Network(input: [3], random: RandomSource(seed: 6)) {
      Linear(8)
      Dropout(rate: 0.5)
      Linear(3)
    }
    let simple = wide.simplified()
    #expect(simple.network.nodes.map(\.name) == ["input", "linear2"])
    #expect(OutputDifference(wide, simple.network).relative < 1e-6)
    let narrow = try Network(input: [3]) {
      Linear(1)
      Linear(3)
    }
    #expect(narrow.simplified().network == narrow)
  }

  @Test(arguments: [0, 1]) func pointwiseConvolutionsAreMerged(padding: Int) throws {
    var network = try Network(input: [7, 6, 2], random: RandomSource(seed: 7)) {
      Convolution(9, kernel: 1, stride: 2)
      Convolution(2, kernel: 3, padding: Padding(integerLiteral: padding))
      Convolution(9, kernel: 2, padding: 1)
      Convolution(1, kernel: 1, stride: 2)
    }
    network[parameter: "convolution3.bias"] = Tensor([9], [1, 2, 3, 4, 5, 6, 7, 8, 9])
    let simple = network.simplified().network
    #expect(simple.nodes.map(\.name) == ["input", "convolution2", "convolution4"])
    #expect(OutputDifference(network, simple).relative < 1e-6)
    // A bias before the padded convolution would be seen at the border.
    network[parameter: "convolution1.bias"] = Tensor([9], repeating: 1)
    let biased = network.simplified()
    #expect(biased.network.nodes.count == 3 + padding)
    let isNamed = biased.report.kept.contains {
      $0.change == .mergedLayer && $0.place == "convolution1 into convolution2"
    }
    #expect(isNamed == (padding == 1))
    #expect(OutputDifference(network, biased.network).relative < 1e-6)
  }

  @Test func whatHasNoEffectIsDropped() throws {
    var network = try Network(input: [4, 4, 1]) {
      Convolution(2, kernel: 3)
      ReLU()
      MaxPool(2)
      ReLU()
      GlobalAveragePool()
      Flatten()
      Linear(2)
      Dropout(rate: 0.1)
    }
    let last = network.nodes.count - 1
    let other = try network.append(Tanh(), to: [1])
    try network.append(Sigmoid(), to: [last])
    #expect(network.nodes[other].name == "tanh1")
    let simple = network.droppingIdleOperations()
    #expect(
      simple.report.removed.map(\.place) == ["relu2", "flatten1", "dropout1", "tanh1"])
    #expect(OutputDifference(network, simple.network).largestDifference == 0)
  }

  @Test func alayerOfConstantsKeepsAUnit() throws {
    var network = try Network(input: [2]) {
      Linear(3)
      Linear(1)
    }
    network[parameter: "linear1.weight"] = Tensor([3, 2])
    let simple = network.removingRedundantUnits()
    #expect(simple.network.nodes[1].outputShape == [1])
    #expect(simple.report.kept.map(\.reason).contains("the layer would be empty"))
    #expect(OutputDifference(network, simple.network).relative < 1e-6)
  }

  @Test func differencesAreFound() throws {
    let network = try Network(input: [2]) { Linear(2) }
    var other = network
    other[parameter: "linear1.bias"] = Tensor([2], [100, -100])
    let inputs = Tensor([3, 2], [1, 2, 3, 4, 5, 6])
    #expect(OutputDifference(network, network, on: inputs).largestDifference == 0)
    let found = OutputDifference(network, other, on: inputs)
    #expect(found.sampleCount == 3 && found.largestDifference > 90)
    other[parameter: "linear1.bias"] = Tensor([2], [.nan, 0])
    #expect(OutputDifference(network, other, on: inputs).relative == .infinity)
  }
}
