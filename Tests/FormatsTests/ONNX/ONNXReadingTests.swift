import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Formats

@Suite struct ONNXReadingTests {
  @Test(arguments: GoldenModel.all)
  func outputsAreThoseOfOnnxruntime(_ golden: GoldenModel) throws {
    let model = try GoldenModel.model(golden.file)
    var found = outputs(of: model.network, for: golden.samples)
    if golden.then == "softmax" {
      found = softmax(found, columns: model.network.outputShape.elementCount)
    }
    #expect(distance(found, golden.output) < 1e-5)
    #expect(model.meaning == golden.classes.map { .classes(names: $0) })
  }

  @Test(arguments: GoldenModel.all)
  func whatIsWrittenReadsAsTheSame(_ golden: GoldenModel) throws {
    let model = try GoldenModel.model(golden.file)
    let bytes = try model.bytes()
    let again = try ONNXModel(bytes: bytes, path: "again")
    #expect(again.meaning == model.meaning)
    #expect(again.network.parameterCount == model.network.parameterCount)
    let samples = golden.samples
    #expect(
      outputs(of: again.network, for: samples) == outputs(of: model.network, for: samples))
    #expect(try model.bytes() == bytes)
  }

  @Test func nodesAreNamedAsModules() throws {
    for file in ["convolutions-script11", "convolutions-unfolded", "convolutions-export"] {
      let network = try GoldenModel.model(file).network
      let names = Set(network.nodes.map(\.name))
      #expect(names.isSuperset(of: ["stem", "fc"]), "\(file): \(names.sorted())")
    }
    let network = try GoldenModel.model("convolutions-unfolded").network
    #expect(network[parameter: "layer1.1.conv2.weight"]?.shape == [4, 2, 3, 3])
    #expect(network[parameter: "layer1.1.bn2.running_var"]?.shape == [4])
    // Folded by the exporter: its parameters are numbered, and the node has the path.
    let folded = try GoldenModel.model("convolutions-script11").network
    #expect(folded[parameter: "layer1.1.conv2.weight"]?.shape == [4, 2, 3, 3])
  }

  @Test func nothingIsTransposedBetweenImages() throws {
    for file in ["convolutions-script11", "convolutions-export", "tokens-script11"] {
      let network = try GoldenModel.model(file).network
      #expect(!network.nodes.contains { $0.operation is Permute }, "\(file)\n\(network)")
    }
  }

  @Test func formulasBecomeOneOperation() throws {
    let network = try GoldenModel.model("dense-script11").network
    let kinds = network.nodes.map { type(of: $0.operation).kind }
    for kind in ["gelu", "layernorm", "silu", "hardswish", "prelu", "relu6"] {
      #expect(kinds.contains(kind), "\(kind) among \(kinds)")
    }
    #expect(network.nodes.contains { ($0.operation as? GELU) == GELU(.tanh) })
    #expect(network.nodes.contains { ($0.operation as? GELU) == GELU(.exact) })
  }

  @Test func labelsOfScikitLearnAreUnderstood() throws {
    let zipped = try GoldenModel.model("sklearn-zipmap")
    #expect(zipped.meaning == .classes(names: ["high", "low", "mid"]))
    #expect(zipped.network == (try GoldenModel.model("sklearn-classes")).network)
    let labels = try GoldenModel.model("sklearn-labels")
    #expect(labels.meaning == .labels(names: ["0", "1"]))
    #expect(labels.network.outputShape == [2])
  }

  @Test func numbersOfEveryTypeAreRead() throws {
    // 1.5 and -2 as half, double and brain floats, raw and in typed fields.
    func raw(_ type: Int32, _ bytes: [UInt8]) -> ONNXTensorProto {
      .with { ($0.dataType, $0.rawData) = (type, Data(bytes)) }
    }
    func typed(_ type: Int32, _ set: (inout ONNXTensorProto) -> Void) -> ONNXTensorProto {
      var tensor = ONNXTensorProto()
      tensor.dataType = type
      set(&tensor)
      return tensor
    }
    let tensors = [
      raw(11, [0, 0, 0, 0, 0, 0, 0xf8, 0x3f, 0, 0, 0, 0, 0, 0, 0, 0xc0]),
      typed(11) { $0.doubleData = [1.5, -2] },
      raw(10, [0x00, 0x3e, 0x00, 0xc0]),
      typed(10) { $0.int32Data = [0x3e00, 0xc000] },
      raw(16, [0xc0, 0x3f, 0x00, 0xc0]),
      typed(16) { $0.int32Data = [0x3fc0, 0xc000] },
    ]
    let external = ExternalData(besides: nil)
    for var tensor in tensors {
      tensor.dims = [2]
      let read = try ONNXTensor(tensor, external: external.bytes)
      #expect(read == ONNXTensor([2], .floats([1.5, -2])), "type \(tensor.dataType)")
    }
  }

  @Test func tablesGiveTheirImagesPlaneByPlane() throws {
    var model = HandMadeModel(input: [0, 2, 2, 3])
    model.floats("w", [1, 2, 2, 3], (0..<12).map { Float($0 * $0) })
    model.integers("shape", [-1, 1])
    // Names that the steps before it would have had.
    model.node("Conv", ["x", "w"], "a", named: "image")
    model.node("Reshape", ["a", "shape"], "y", named: "planes")
    let read = try Model(model.read(), path: "m.onnx")
    #expect(read.trained.columnNames.count == 12)
    let image = try #require(read.trained.network.planes)
    #expect(image.height == 2 && image.width == 3 && image.channels == 2)
    let values = (0..<24).map { Float($0 % 7) }
    let table = FeatureStore(
      values: values, rowCount: 2, columnNames: read.trained.columnNames)
    let expected = [0, 12].map { row in
      (0..<12).reduce(Float(0)) { $0 + values[row + $1] * Float($1 * $1) }
    }
    #expect(read.trained.outputs(for: table, rows: [0, 1]).elements == expected)
    // Tokens lie as they do in the file.
    var tokens = HandMadeModel(input: [0, 2, 3])
    tokens.node("Relu", ["x"], "a")
    tokens.node("Flatten", ["a"], "y", ["axis": [1]])
    let rows = try Model(tokens.read(), path: "m.onnx").trained
    let row = FeatureStore(
      values: [1, -2, 3, 4, -5, 6], rowCount: 1, columnNames: rows.columnNames)
    #expect(rows.outputs(for: row, rows: [0]).elements == [1, 0, 3, 4, 0, 6])
  }

  @Test func flatteningBehindAPoolIsThatOfPyTorch() throws {
    var model = HandMadeModel(input: [0, 2, 4, 4])
    model.node("MaxPool", ["x"], "a", ["kernel_shape": [2, 2], "strides": [2, 2]])
    model.node("Flatten", ["a"], "y", ["axis": [1]])
    let network = try model.read().network
    #expect(network.nodes.contains { $0.operation is Flatten })
    #expect(!network.nodes.contains { $0.operation is Permute })
    // Height, width, channels: of both channels the numbers rise.
    let image = (0..<32).map { Float($0) }
    #expect(outputs(of: network, for: image) == [10, 14, 26, 30, 11, 15, 27, 31])
  }

  @Test func columnsAreChosenInTheWayOfScikitLearn() throws {
    var model = HandMadeModel(input: [0, 4])
    model.integers("columns", [2, 0])
    model.node("ArrayFeatureExtractor", ["x", "columns"], "y")
    model.proto.graph.node[0].domain = "ai.onnx.ml"
    let network = try model.read().network
    #expect(outputs(of: network, for: [1, 2, 3, 4, 5, 6, 7, 8]) == [3, 1, 7, 5])
  }

  @Test(arguments: [-1, 1, 0]) func logarithmsOfProbabilitiesAreClasses(axis: Int) throws {
    var model = HandMadeModel(input: [0, 2])
    model.floats("w", [2, 3], [1, 2, 3, 4, 5, 6])
    model.node("MatMul", ["x", "w"], "a")
    model.node("LogSoftmax", ["a"], "y", ["axis": [Int64(axis)]])
    guard axis != 0 else {
      #expect(throws: ONNXError.self) { try model.read() }
      return
    }
    let read = try model.read()
    #expect(read.network.nodes.map(\.outputShape) == [[2], [3]])
    #expect(read.meaning == .classes(names: ["0", "1", "2"]))
  }

  @Test func noListIsMadeOfMoreColumnsThanThereCanBe() throws {
    var model = HandMadeModel(input: [1 << 31, 2])
    model.node("Split", ["x"], "y", ["axis": [0]])
    #expect(throws: ONNXError.self) { try model.read() }
  }

  @Test func theLargestOfEachPlaneIsAMaximumPool() throws {
    for keeps: Int64 in [0, 1] {
      var model = HandMadeModel(input: [0, 2, 2, 2])
      model.node("ReduceMax", ["x"], "a", ["axes": [-1, 2], "keepdims": [keeps]])
      model.node("Flatten", ["a"], "y", ["axis": [1]])
      let network = try model.read().network
      // Height, width, channels.
      #expect(outputs(of: network, for: [1, -1, 5, -8, 2, -9, 3, -4]) == [5, -1])
    }
    var model = HandMadeModel(input: [0, 2, 2, 2])
    model.node("ReduceMax", ["x"], "y", named: "top", ["axes": [1, 2]])
    #expect(model.refusal?.contains("ReduceMax takes the maximum of other axes") == true)
  }

  @Test func relativesOfRectifiersAreMadeOfOthers() throws {
    let x: [Float] = [-8, -1.5, -0.5, 0, 0.25, 1, 9]
    /// What is made of the numbers above; constants are inputs, the others attributes.
    func found(
      _ kind: String, _ attributes: [String: Float] = [:], _ constants: [Float?] = []
    ) throws -> [Float] {
      var model = HandMadeModel(input: [0, 7])
      for (place, value) in constants.enumerated() {
        if let value { model.floats("c\(place)", [], [value]) }
      }
      model.node(
        kind, ["x"] + constants.enumerated().map { $1 == nil ? "" : "c\($0)" }, "y")
      model.proto.graph.node[0].attribute = attributes.sorted { $0.key < $1.key }.map { entry in
        .with { ($0.name, $0.f, $0.type) = (entry.key, entry.value, 1) }
      }
      return outputs(of: try model.read().network, for: x)
    }
    func exact(_ function: (Double) -> Double) -> [Float] { x.map { Float(function(Double($0))) } }
    func elu(_ z: Double, _ alpha: Double = 1) -> Double { z > 0 ? z : alpha * expm1(z) }
    let cases: [(found: [Float], exact: [Float])] = [
      (try found("Elu"), exact { elu($0) }),
      (try found("Elu", ["alpha": 0.5]), exact { elu($0, 0.5) }),
      (try found("Selu"), exact { 1.0507010 * elu($0, 1.6732632) }),
      (try found("Celu", ["alpha": 2]), exact { 2 * elu($0 / 2) }),
      (try found("Clip", [:], [-1, 1]), exact { min(max($0, -1), 1) }),
      (try found("Clip", [:], [0.5, nil]), exact { max($0, 0.5) }),
      (try found("Clip", [:], [nil, -0.5]), exact { min($0, -0.5) }),
      (try found("HardSigmoid", ["alpha": 0.25]), exact { min(max(0.25 * $0 + 0.5, 0), 1) }),
    ]
    for (place, numbers) in cases.enumerated() {
      #expect(distance(numbers.found, numbers.exact) < 2e-6, "\(place): \(numbers.found)")
    }
    #expect(throws: ONNXError.self) { try found("Clip", [:], [1, -1]) }
    #expect(throws: ONNXError.self) { try found("Celu", ["alpha": -1]) }
  }

  @Test func channelsAreNormalisedByThemselves() throws {
    var model = HandMadeModel(input: [0, 2, 2, 3])
    model.floats("scale", [2], [2, -1])
    model.floats("shift", [2], [0.5, 1])
    model.node("InstanceNormalization", ["x", "scale", "shift"], "a")
    model.node("Flatten", ["a"], "y", ["axis": [1]])
    // Height, width, channels.
    let image = (0..<24).map { Float(($0 * $0 * 7) % 19) }
    let found = outputs(of: try model.read().network, for: image)
    var exact: [Float] = []
    for (sample, channel) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
      let pixels = (0..<6).map { Double(image[sample * 12 + $0 * 2 + channel]) }
      let mean = pixels.reduce(0, +) / 6
      let variance = pixels.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 6
      exact += pixels.map {
        Float(($0 - mean) / (variance + 1e-5).squareRoot() * (channel == 0 ? 2 : -1))
          + (channel == 0 ? 0.5 : 1)
      }
    }
    #expect(distance(found, exact) < 1e-5)
    model.proto.graph.initializer[0].dims = [1]
    model.proto.graph.initializer[0].floatData = [1]
    #expect(model.refusal?.contains("has no number for each of 2 channels") == true)
  }
}
