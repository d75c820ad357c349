import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Formats

@Suite("Model files")
struct ModelTests {
  @Test("What is read is what was written", arguments: ModelSample.allCases)
  func returns(_ sample: ModelSample) throws {
    let scratch = try Scratch()
    let (model, data) = try sample.model()
    try model.write(to: scratch.path("model.safetensors"))
    let read = try Model(path: scratch.path("model.safetensors"))
    #expect(read == model)
    #expect(read.trained.predict(data.features) == model.trained.predict(data.features))
    #expect(read.safetensors.bytes == (try scratch.bytes("model.safetensors")))
  }

  @Test("Every operation that there is comes back", arguments: networks)
  func operations(_ network: Network) throws {
    let (model, _) = try ModelSample.value.model()
    var changed = model
    changed.trained.network = network
    let inputCount = network.inputShape.elementCount
    changed.encoding = .fitted(
      to: Table(
        features: FeatureStore(
          values: [Float](repeating: 0, count: inputCount), rowCount: 1,
          columnNames: (0..<inputCount).map { "x\($0)" })), columns: Array(0..<inputCount),
      rows: [0])
    changed.trained.columnNames = (0..<inputCount).map { "x\($0)" }
    changed.trained.scaler = Scaler(
      offsets: (0..<inputCount).map { 0.1 + Float($0).squareRoot() },
      scales: (0..<inputCount).map { 1e-38 / Float($0 + 1) })
    #expect(try Model(changed.safetensors) == changed)
  }

  static let networks: [Network] = {
    func network(_ parts: any NetworkOperation...) -> Network {
      var network = Network(input: [6])
      do {
        for part in parts { try network.append(part) }
        try network.append(Linear(1))
      } catch {
        fatalError("\(error)")
      }
      return network
    }
    return [
      network(ReLU(), LeakyReLU(slope: -0.25), Sigmoid(), Tanh(), GELU(), GELU(.tanh), Softmax()),
      network(Linear(4, hasBias: false)),
      network(
        SparseLinear(
          SparsePattern(
            rowCount: 3, columnCount: 6, rowStarts: [0, 2, 2, 3], columns: [1, 5, 0]),
          storage: .sparse)),
    ]
  }()

  @Test("A file of PyTorch's gives its parameters to a network of the same names and shapes")
  func foreign() throws {
    var network = try Network(input: [3]) {
      Linear(2)
      Linear(1)
    }
    var file = Safetensors()
    file.append(.init("linear1.weight", [1, 2, 3, 4, 5, 6] as [Double], shape: [2, 3]))
    file.append(.init("linear1.bias", .bfloat16, shape: [2], bytes: [0x80, 0x3f, 0, 0]))
    file.append(.init("linear2.weight", Tensor([1, 2], [7, 8])))
    file.append(.init("linear2.bias", Tensor([1], [9])))
    file.append(.init("bn1.num_batches_tracked", [3] as [Int64], shape: []))
    file.append(.init("relative_position_index", [3] as [Int64]))
    try network.takeParameters(from: file)
    #expect(network[parameter: "linear1.weight"]?.elements == [1, 2, 3, 4, 5, 6])
    #expect(network[parameter: "linear1.bias"]?.elements == [1, 0])
    #expect(network[parameter: "linear2.bias"]?.elements == [9])
    #expect(throws: ModelError.noArchitecture(path: "")) { try Model(file) }
  }

  @Test(
    "The layers of a perceptron may be numbered in another way, and are taken in that order",
    arguments: [["0", "2", "10"], ["net.1", "net.3", "net.4"], ["fc1", "fc2", "fc3"]])
  func numberedLayers(layers: [String]) throws {
    let empty = try Network(input: [2]) {
      Linear(2)
      Linear(2)
      Linear(2)
    }
    var file = Safetensors()
    for (position, layer) in layers.enumerated().reversed() {
      let value = Float(position)
      file.append(.init("\(layer).bias", Tensor([2], [value, value])))
      file.append(.init("\(layer).weight", Tensor([2, 2], [value, value, value, value])))
    }
    var network = empty
    try network.takeParameters(from: file)
    for position in 0..<3 {
      #expect(network[parameter: "linear\(position + 1).bias"]?.elements[0] == Float(position))
    }
  }

  @Test(
    "Layers whose order is not told by numbers are refused",
    arguments: [["in", "hidden", "out"], ["a0", "a1", "b0"], ["0", "1", "01"], ["0", "2"]])
  func unnumberedLayers(layers: [String]) throws {
    var network = try Network(input: [2]) {
      Linear(2)
      Linear(2)
      Linear(2)
    }
    var file = Safetensors()
    for layer in layers {
      file.append(.init("\(layer).bias", Tensor([2], [0, 0])))
      file.append(.init("\(layer).weight", Tensor([2, 2], [0, 0, 0, 0])))
    }
    #expect(throws: ModelError.self) { try network.takeParameters(from: file) }
  }

  @Test("Parameters that do not meet are listed")
  func misfits() throws {
    var network = try Network(input: [3]) {
      Linear(2)
      Linear(1)
    }
    let before = network
    var file = Safetensors()
    file.append(.init("linear1.weight", Tensor([3, 2])))
    file.append(.init("linear1.bias", Tensor([2])))
    file.append(.init("linear3.bias", Tensor([2])))
    file.append(.init("linear2.bias", Tensor([1])))
    let misfits = ModelError.Misfits(
      missing: ["linear2.weight"], unexpected: ["linear3.bias"],
      wrongShapes: [.init(name: "linear1.weight", found: [3, 2], expected: [2, 3])])
    #expect(throws: ModelError.misfits(path: "", misfits)) {
      try network.takeParameters(from: file)
    }
    #expect(
      "\(ModelError.misfits(path: "f", misfits))"
        == "f: its parameters are not those of the network; missing: linear2.weight;"
        + " unexpected: linear3.bias; of another shape: linear1.weight (3x2 for 2x3)")
    #expect(network == before)
  }
}
