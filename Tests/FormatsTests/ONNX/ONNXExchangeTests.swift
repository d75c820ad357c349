import Foundation
import Networks
import Tensors
import Testing

@testable import Formats

/// Networks of every operation, written and read again.
///
/// With a folder in ESPALIER_ONNX_FOLDER the files stay there, with inputs and outputs beside them,
/// for Fixtures/check_onnx.py to look at with ONNX's own checker and onnxruntime.
@Suite struct ONNXExchangeTests {
  private struct Sample: Encodable {
    var shape: [Int]
    var input: [Float]
    var output: [Float]
  }

  private static func networks() throws -> [(name: String, network: Network)] {
    func random(_ seed: UInt64) -> RandomSource { RandomSource(seed: seed) }
    let activations = try Network(input: [5], random: random(1)) {
      Linear(6, hasBias: false)
      ReLU()
      Linear(6)
      LeakyReLU(slope: 0.2)
      Linear(6)
      Sigmoid()
      Linear(6)
      Tanh()
      Linear(6)
      GELU(.exact)
      Linear(6)
      GELU(.tanh)
      LayerNorm()
      Linear(6)
      ReLU6()
      Linear(6)
      PReLU()
      BatchNorm()
      Linear(6)
      SiLU()
      Linear(6)
      HardSwish()
      Linear(6)
      ELU(alpha: 0.5)
      Dropout(rate: 0.5)
      ScaleAndShift()
      GatherColumns(indices: [3, 0, 3, 5])
      Softmax()
    }
    let lenet = try Network(input: [10, 8, 3], random: random(2)) {
      Convolution(4, kernel: 3, padding: Padding(top: 1, left: 0, bottom: 0, right: 1))
      BatchNorm()
      ReLU6()
      MaxPool(2)
      Convolution(8, kernel: 3, stride: Extent(2, 1), padding: 1, groupCount: 4, hasBias: false)
      PReLU()
      Softmax()
      AveragePool(2, stride: 1, padding: 1, countsPadding: false)
      Flatten()
      Linear(3)
    }
    let tokens = try Network(input: [6, 4, 3], random: random(3)) {
      Convolution(4, kernel: 2, stride: 2)
      Reshape(to: [6, 4])
      LayerNorm()
      BatchNorm()
      Permute(axes: [1, 0])
      Linear(5)
      GELU()
      Permute(axes: [1, 0])
      Reshape(to: [5, 2, 2])
      GlobalAveragePool()
      Linear(3)
    }
    var residual = Network(input: [7, 5, 4], random: random(4))
    try residual.append(Convolution(4, kernel: 3, padding: 2, dilation: 2), named: "conv1")
    let sum = try residual.append(Add(), to: [0, 1])
    try residual.append(GlobalAveragePool())
    let gate = try residual.append(Sigmoid())
    let gated = try residual.append(Multiply(), to: [sum, gate])
    let square = try residual.append(Multiply(), to: [gated, gated])
    try residual.append(Concatenate(inputCount: 3), to: [gated, square, 0])
    try residual.append(LayerNorm())
    try residual.append(StochasticDepth(rate: 0.1))
    try residual.append(GlobalAveragePool())
    try residual.append(Linear(2), named: "fc")
    let windows = try Network(input: [9, 7, 6], random: random(5)) {
      WindowPartition(size: 3, shift: 1)
      Linear(18)
      WindowAttention(headCount: 2, size: 3, shift: 1, height: 9, width: 7)
      WindowReverse(size: 3, shift: 1, height: 9, width: 7)
      LayerNorm()
      PatchMerging()
      GlobalAveragePool()
      Linear(3)
    }
    let padded = try Network(input: [5, 7, 6], random: random(8)) {
      LayerNorm()
      AppendZeroToken()
      Linear(18)
      WindowPartition(size: 3, shift: 1, image: Extent(5, 7))
      WindowAttention(headCount: 3, size: 3, shift: 1, height: 5, width: 7)
      WindowReverse(size: 3, shift: 1, height: 5, width: 7)
      GlobalAveragePool()
      Linear(3)
    }
    var products = Network(input: [4, 6], random: random(12))
    try products.append(Linear(6), named: "other")
    let scores = try products.append(MatrixProduct(transposesSecond: true), to: [0, 1])
    try products.append(Softmax())
    try products.append(MatrixProduct(), to: [scores + 1, 0])
    try products.append(Reshape(to: [24]))
    try products.append(Linear(3), named: "fc")
    let mlp = Network.multilayerPerceptron(
      inputCount: 7, hidden: [9, 8], outputCount: 4, random: random(6))
    let sparse = Network.sparseMultilayerPerceptron(
      inputCount: 7, hidden: [20, 10], outputCount: 4, density: 0.3, random: random(7))
    return [
      ("activations", activations), ("lenet", lenet), ("tokens", tokens),
      ("residual", residual), ("windows", windows), ("padded", padded),
      ("products", products), ("mlp", mlp), ("sparse", sparse),
    ]
  }

  /// The network with its parameters drawn anew, so that none is the identity.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - range: Where the numbers lie, around what they start from where that is one number.
  ///   - ranks: The numbers of axes of the parameters that are drawn, the others stay.
  /// - Returns: The network.
  private static func drawn(
    _ network: Network, in range: ClosedRange<Float>, ofRanks ranks: ClosedRange<Int>
  ) -> Network {
    var network = network
    var random = RandomSource(seed: 9)
    for node in network.nodes {
      for (declaration, tensor) in zip(node.declarations, node.parameters)
      where ranks.contains(tensor.shape.rank) {
        var middle: Float = 0
        if case .constant(let value) = declaration.start { middle = value }
        let values = (0..<tensor.count).map { _ in
          middle + random.uniform(range.lowerBound, range.upperBound)
        }
        network[parameter: "\(node.name).\(declaration.name)"] = Tensor(tensor.shape, values)
      }
    }
    return network
  }

  /// Writes a network and reads it again.
  private static func exchange(_ network: Network, _ name: String) throws {
    let scratch = try Scratch()
    let lasting = ProcessInfo.processInfo.environment["ESPALIER_ONNX_FOLDER"]
    let folder = lasting ?? scratch.url.path
    var random = RandomSource(seed: 11)
    let samples = (0..<3 * network.inputShape.elementCount).map { _ in random.uniform(-1, 1) }
    let expected = outputs(of: network, for: samples)
    #expect(distance(expected, [Float](repeating: 0, count: expected.count)) > 1e-3)
    let path = "\(folder)/\(name).onnx"
    try ONNXModel(network).write(to: path)
    let read = try ONNXModel(path: path).network
    #expect(distance(outputs(of: read, for: samples), expected) < 1e-6, "\(name)\n\(read)")
    #expect(read.outputShape == network.outputShape)
    if lasting != nil {
      let sample = Sample(
        shape: [3] + network.inputShape.extents, input: samples, output: expected)
      try JSONEncoder().encode(sample).write(to: URL(filePath: "\(folder)/\(name).json"))
    }
  }

  @Test func everyOperationHasAForm() {
    for operation in OperationRegistry.all where operation.kind != "input" {
      #expect(OperatorTable.form(of: operation.kind) != nil, "\(operation.kind)")
    }
  }

  @Test func everyOperationIsExchanged() throws {
    let exchanged = Set(
      try Self.networks().flatMap { $0.network.nodes.map { type(of: $0.operation).kind } })
    for operation in OperationRegistry.all {
      #expect(exchanged.contains(operation.kind), "\(operation.kind)")
    }
  }

  @Test func networksComeBackAsTheyWere() throws {
    for (name, network) in try Self.networks() {
      try Self.exchange(Self.drawn(network, in: -0.5...0.5, ofRanks: 1...4), name)
    }
  }

  @Test(arguments: ImageArchitecture.allCases)
  func architecturesComeBackAsTheyWere(_ architecture: ImageArchitecture) throws {
    // No multiple of what the windows are moved by, and higher than wide.
    let imageShape: Shape? =
      switch architecture {
      case .leNet5: nil
      case .vgg16BatchNorm, .resNet18Small, .resNet18SmallPooled: [40, 32, 3]
      case .resNet18, .mobileNetV2, .swinTiny: [96, 64, 3]
      }
    let network = try architecture.network(
      classCount: 5, imageShape: imageShape, width: 0.125, random: RandomSource(seed: 10))
    try Self.exchange(
      Self.drawn(network, in: -0.1...0.1, ofRanks: 1...1), architecture.rawValue)
  }
}
