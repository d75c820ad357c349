import Foundation
import Networks
import Tensors
import Testing

@testable import Formats

/// A model of the exporters that are read, and what onnxruntime makes of it; see make_onnx.py.
struct GoldenModel: Decodable, Sendable, CustomTestStringConvertible {
  var file: String
  var shape: [Int]
  var input: [Float]
  var output: [Float]
  /// The function behind the logits, where the output is one of probabilities.
  var then: String
  var classes: [String]?

  var testDescription: String { file }

  /// What make_onnx.py writes.
  private struct Store: Decodable {
    var files: [String: Data]
    var samples: [GoldenModel]
  }

  private static let store: Store = {
    let path = fixture("onnx.json")
    guard let data = try? Data(contentsOf: URL(filePath: path)),
      let store = try? JSONDecoder().decode(Store.self, from: data)
    else { fatalError("\(path) cannot be read") }
    return store
  }()

  static var all: [GoldenModel] { store.samples }

  /// The bytes of a file; none if there is none of this name.
  static func bytes(_ file: String) -> [UInt8] { Array(store.files[file] ?? Data()) }

  static func model(_ file: String) throws(ONNXError) -> ONNXModel {
    try ONNXModel(bytes: bytes(file), path: "\(file).onnx")
  }

  /// The samples as networks take them: channels last.
  var samples: [Float] {
    guard shape.count == 4 else { return input }
    return ONNXTensor(shape, .floats(input)).transposed([0, 2, 3, 1]).floats ?? []
  }
}

/// The outputs of a network for samples.
func outputs(of network: Network, for samples: [Float]) -> [Float] {
  let count = samples.count / network.inputShape.elementCount
  let plan = Plan(network, batchCount: count, for: .inference)
  let batch = Tensor(Shape([count] + network.inputShape.extents), samples)
  return plan.outputs(for: batch).elements
}

/// The softmax of each row.
func softmax(_ values: [Float], columns: Int) -> [Float] {
  stride(from: 0, to: values.count, by: columns).flatMap { start in
    let row = values[start..<start + columns].map { Float(exp(Double($0))) }
    let sum = row.reduce(0, +)
    return row.map { $0 / sum }
  }
}

/// The largest difference of two rows of numbers; infinite if one is longer.
func distance(_ left: [Float], _ right: [Float]) -> Float {
  guard left.count == right.count else { return .infinity }
  return zip(left, right).map { abs($0 - $1) }.max() ?? 0
}

/// A model of nodes and constants, to be broken in tests.
struct HandMadeModel {
  var proto = ONNXModelProto()

  init(input: [Int64], output: String = "y") {
    proto.irVersion = 8
    proto.opsetImport = [.with { $0.version = 17 }]
    proto.graph.name = "test"
    proto.graph.input = [Self.port("x", input)]
    proto.graph.output = [.with { $0.name = output }]
  }

  static func port(_ name: String, _ extents: [Int64]) -> ONNXValueInfoProto {
    .with {
      $0.name = name
      $0.type.tensorType.elemType = 1
      $0.type.tensorType.shape.dim = extents.map { extent in
        .with { if extent > 0 { $0.dimValue = extent } else { $0.dimParam = "n" } }
      }
    }
  }

  mutating func node(
    _ kind: String, _ inputs: [String], _ output: String, named name: String = "",
    _ attributes: [String: [Int64]] = [:]
  ) {
    proto.graph.node.append(
      .with {
        ($0.opType, $0.input, $0.output, $0.name) = (kind, inputs, [output], name)
        $0.attribute = attributes.sorted { $0.key < $1.key }.map { key, values in
          .with {
            $0.name = key
            if values.count == 1, key != "axes" {
              ($0.i, $0.type) = (values[0], 2)
            } else {
              ($0.ints, $0.type) = (values, 7)
            }
          }
        }
      })
  }

  mutating func floats(_ name: String, _ extents: [Int64], _ values: [Float]) {
    proto.graph.initializer.append(
      .with { ($0.name, $0.dims, $0.dataType, $0.floatData) = (name, extents, 1, values) })
  }

  mutating func integers(_ name: String, _ values: [Int64]) {
    proto.graph.initializer.append(
      .with {
        ($0.name, $0.dims, $0.dataType) = (name, [Int64(values.count)], 7)
        $0.int64Data = values
      })
  }

  var bytes: [UInt8] { (try? proto.serializedBytes()) ?? [] }

  func read() throws(ONNXError) -> ONNXModel { try ONNXModel(bytes: bytes, path: "m.onnx") }

  /// The description of the error with which the model is refused; nil if it is read.
  var refusal: String? {
    do throws(ONNXError) {
      _ = try read()
      return nil
    } catch {
      return error.description
    }
  }
}
