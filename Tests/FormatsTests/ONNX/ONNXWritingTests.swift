import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Formats

@Suite struct ONNXWritingTests {
  private let network = Network.multilayerPerceptron(
    inputCount: 3, hidden: [4], outputCount: 2, random: RandomSource(seed: 3))
  private let rows: [Float] = [1, 2, 3, 4, 5, 6, 0.5, 0, 1]

  private func proto(_ model: ONNXModel) throws -> ONNXModelProto {
    try ONNXModelProto(serializedBytes: model.bytes())
  }

  @Test func theVersionsAreThoseThatArePromised() throws {
    let proto = try proto(ONNXModel(network))
    #expect(proto.irVersion == 8)
    #expect(proto.opsetImport.map(\.version) == [17])
    #expect(proto.graph.input[0].type.tensorType.shape.dim[0].dimParam == "batch")
    #expect(proto.graph.output.map(\.name) == ["output"])
    #expect(proto.graph.initializer.map(\.name).contains("linear1.weight"))
  }

  @Test func scalingAndChoiceOfColumnsAreInside() throws {
    var model = ONNXModel(network)
    model.columns = .init([4, 0, 2], of: 5)
    model.scaler = Scaler(
      logarithms: [false, true, false], offsets: [1, 0.5, 2], scales: [2, 3, 0])
    let table: [Float] = [7, -1, 2, 90, 3, 0, 5, 6, 1, 2]
    let logarithmic = try ONNXModel(bytes: model.bytes(), path: "m")
    #expect(logarithmic.scaler == model.scaler)
    #expect(logarithmic.columns == model.columns)
    #expect(outputs(of: logarithmic.network, for: rows) == outputs(of: network, for: rows))

    model.scaler?.logarithms = []
    let read = try ONNXModel(bytes: model.bytes(), path: "m")
    #expect(read.network.inputShape == [5])
    var scaled: [Float] = []
    for start in [0, 5] {
      scaled += [(table[start + 4] - 1) * 2, (table[start] - 0.5) * 3, 0]
    }
    #expect(
      distance(outputs(of: read.network, for: table), outputs(of: network, for: scaled)) < 1e-6)
  }

  @Test func namesAndMeaningComeBack() throws {
    let names = ["a \"quoted\" one", "b\\c"]
    let meanings: [OutputMeaning] = [
      .classes(names: names), .labels(names: names),
      .outputs(names: names, scales: [.identity, .identity]),
    ]
    for meaning in meanings {
      let model = ONNXModel(network, columnNames: ["x", "y", "z"], meaning: meaning)
      let read = try ONNXModel(bytes: model.bytes(), path: "m")
      #expect(read.meaning == meaning)
      #expect(read.columnNames == ["x", "y", "z"])
      // Numbers go through their scale, which is the identity here.
      #expect(outputs(of: read.network, for: rows) == outputs(of: network, for: rows))
    }
    let classes = ONNXModel(network, meaning: .classes(names: names))
    #expect(try proto(classes).graph.output.map(\.name) == ["logits", "probabilities"])
    var options = ONNXOptions()
    options.hasProbabilities = false
    let small = try ONNXModelProto(serializedBytes: classes.bytes(options: options))
    #expect(small.graph.output.map(\.name) == ["logits"])
  }

  @Test func predictionsAreInTheUnitsOfTheTarget() throws {
    let scale = TargetScale([10, 14, 18])
    let single = Network.multilayerPerceptron(
      inputCount: 3, hidden: [], outputCount: 1, random: RandomSource(seed: 1))
    let model = ONNXModel(single, meaning: .value(scale))
    let read = try ONNXModel(bytes: model.bytes(), path: "m")
    #expect(read.meaning == .value(.identity))
    let expected = outputs(of: single, for: rows).map { scale.value(of: $0) }
    #expect(distance(outputs(of: read.network, for: rows), expected) < 1e-5)
  }

  @Test func aSparseLayerIsWrittenAsADenseOne() throws {
    let sparse = Network.sparseMultilayerPerceptron(
      inputCount: 3, hidden: [8], outputCount: 2, density: 0.5, random: RandomSource(seed: 2))
    let read = try ONNXModel(bytes: ONNXModel(sparse).bytes(), path: "m")
    #expect(read.network.nodes.contains { $0.operation is Linear })
    #expect(
      distance(outputs(of: read.network, for: rows), outputs(of: sparse, for: rows)) < 1e-6)
  }

  @Test func imagesMayHaveTheirChannelsFirst() throws {
    let network = try Network(input: [6, 4, 3], random: RandomSource(seed: 1)) {
      Convolution(4, kernel: 3, stride: 2, padding: 1)
      ReLU()
      Flatten()
      Linear(2)
    }
    var options = ONNXOptions()
    for (layout, count) in [(ONNXOptions.ImageLayout.channelsLast, 1), (.channelsFirst, 0)] {
      options.imageLayout = layout
      let bytes = try ONNXModel(network).bytes(options: options)
      let proto = try ONNXModelProto(serializedBytes: bytes)
      #expect(proto.graph.node.count { $0.opType == "Transpose" } == count)
      let model = try ONNXModel(bytes: bytes, path: "m")
      let read = model.network
      #expect(read.inputShape == [6, 4, 3] && model.imageLayout == layout)
      let samples = (0..<144).map { Float($0 % 11) / 11 }
      #expect(outputs(of: read, for: samples) == outputs(of: network, for: samples))
      // A table of images has planes, whatever the file has.
      let image = try Model(model, path: "m").trained
      #expect(image.network.inputShape == [72])
      let planes = (0..<2).flatMap { sample in
        (0..<72).map { (place: Int) -> Float in
          samples[sample * 72 + place % 24 * 3 + place / 24]
        }
      }
      let rows = FeatureStore(
        values: planes, rowCount: 2, columnNames: (0..<72).map { "x\($0)" })
      #expect(
        image.outputs(for: rows, rows: [0, 1]).elements == outputs(of: network, for: samples))
    }
  }

  @Test(arguments: [true, false])
  func whatWasTrainedOnImagesReadsImages(isScaledByChannel: Bool) throws {
    let network = try Network(input: [4, 2, 3], random: RandomSource(seed: 2)) {
      Convolution(4, kernel: 2)
      Flatten()
      Linear(2)
    }
    let places = 0..<24
    let scaler = Scaler(
      offsets: places.map { Float(isScaledByChannel ? $0 / 8 : $0 % 5) },
      scales: places.map { Float(isScaledByChannel ? 1 + $0 / 8 : 1 + $0 % 7) })
    let trained = TrainedNetwork(
      network: network.readingPlanes(), scaler: scaler, columnNames: places.map { "p\($0)" },
      meaning: .classes(names: ["a", "b"]), epochs: [], bestEpoch: 0,
      cost: TrainingCost(network, rowCount: 0), isInterrupted: false, notes: [])
    #expect(trained.network.readingImages() == network)
    let bytes = try ONNXModel(trained).bytes()
    let proto = try ONNXModelProto(serializedBytes: bytes)
    let extents = proto.graph.input[0].type.tensorType.shape.dim.dropFirst().map(\.dimValue)
    #expect(extents == [3, 4, 2])
    let offsets = try #require(proto.graph.initializer.first { $0.name == "input/offsets" })
    #expect(offsets.dims == (isScaledByChannel ? [3, 1, 1] : [3, 4, 2]))
    let read = try Model(ONNXModel(bytes: bytes, path: "m"), path: "m").trained
    #expect(read.meaning == trained.meaning)
    let rows = FeatureStore(
      values: (0..<72).map { Float($0 % 11) }, rowCount: 3, columnNames: places.map { "x\($0)" })
    let (before, after) = (
      trained.outputs(for: rows, rows: [0, 1, 2]), read.outputs(for: rows, rows: [0, 1, 2])
    )
    #expect(zip(before.elements, after.elements).allSatisfy { abs($0 - $1) <= 1e-5 * abs($0) })
  }

  @Test func imagesThatComeOutHaveTheirChannelsWhereThoseHaveThatGoIn() throws {
    let network = try Network(input: [6, 4, 3], random: RandomSource(seed: 1)) {
      Convolution(2, kernel: 3)
    }
    var options = ONNXOptions()
    options.imageLayout = .channelsFirst
    let bytes = try ONNXModel(network).bytes(options: options)
    let proto = try ONNXModelProto(serializedBytes: bytes)
    #expect(proto.graph.node.allSatisfy { $0.opType != "Transpose" })
    let extents = proto.graph.output[0].type.tensorType.shape.dim.dropFirst().map(\.dimValue)
    #expect(extents == [2, 4, 2])
    let read = try ONNXModel(bytes: bytes, path: "m").network
    let samples = (0..<72).map { Float($0 % 11) / 11 }
    #expect(outputs(of: read, for: samples) == outputs(of: network, for: samples))
  }

  @Test func aFileAppearsAsAWhole() throws {
    let scratch = try Scratch()
    let path = scratch.path("m.onnx")
    try ONNXModel(network).write(to: path)
    #expect(try ONNXModel(path: path) == ONNXModel(bytes: ONNXModel(network).bytes(), path: ""))
    #expect(scratch.names == ["m.onnx"])
    #expect(throws: ONNXError.self) { try ONNXModel(network).write(to: "\(path)/m.onnx") }
  }
}
