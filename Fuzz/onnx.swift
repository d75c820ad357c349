import Foundation
import Networks

@testable import Formats

/// An ONNX file: a file as it is if the first byte is 255, otherwise the recipe of a graph.
///
/// Changes of a file mostly break its outermost lengths, and nothing behind them would be looked
/// at; a recipe is always a file, of nodes and constants that mostly do not fit.
@_cdecl("LLVMFuzzerTestOneInput")
public func fuzz(_ data: UnsafePointer<UInt8>?, _ size: Int) -> CInt {
  let input = array(data, size)
  guard let first = input.first else { return 0 }
  var recipe = Recipe(bytes: input[1...])
  let bytes = first == 255 ? Array(input[1...]) : (try? recipe.model().serializedBytes()) ?? []
  guard let model = try? ONNXModel(bytes: bytes, path: "fuzz") else { return 0 }
  precondition(model.network.multiplyAdds >= 0 && model.network.outputShape.elementCount > 0)
  _ = model.network.description
  _ = try? model.bytes()
  return 0
}

/// Bytes that say what a graph holds; zeros follow them.
private struct Recipe {
  var bytes: ArraySlice<UInt8>

  mutating func next() -> Int { Int(bytes.popFirst() ?? 0) }

  /// A number as files hold them: small, rarely extreme.
  mutating func number() -> Int64 {
    let byte = next()
    switch byte {
    case 250...: return [.max, .min, 1 << 40, 1 << 20, -1, 1 << 31][byte - 250]
    case 200...: return Int64(200 - byte)
    default: return Int64(byte % 12)
    }
  }

  mutating func numbers() -> [Int64] {
    let count = next() % 6
    return (0..<count).map { _ in number() }
  }

  mutating func model() -> ONNXModelProto {
    var model = ONNXModelProto()
    model.irVersion = 8
    model.opsetImport = [.with { $0.version = Int64(next() % 22) }]
    var values = ["x"]
    model.graph.input = [
      .with {
        $0.name = "x"
        $0.type.tensorType.elemType = 1
        $0.type.tensorType.shape.dim =
          [next() % 4 == 0 ? .with { $0.dimValue = number() } : .init()]
          + numbers().map { extent in .with { $0.dimValue = extent } }
      }
    ]
    while !bytes.isEmpty, values.count < 40 {
      let name = "v\(values.count)"
      if next() % 3 == 0 {
        model.graph.initializer.append(tensor(name))
      } else {
        model.graph.node.append(node(name, values))
        if next() % 8 == 0 {
          model.graph.node[model.graph.node.count - 1].output.append(name + "b")
          values.append(name + "b")
        }
      }
      values.append(name)
    }
    if next() % 4 == 0 { model.metadataProps = [note(values)] }
    let second = next() % 6 == 0 ? [values[next() % values.count]] : []
    let outputs = [values[values.count - 1]] + second
    model.graph.output = outputs.map { name in .with { $0.name = name } }
    return model
  }

  /// A note that some nodes are one operation.
  mutating func note(_ values: [String]) -> ONNXStringStringEntryProto {
    let kinds = [
      "appendzerotoken", "windowpartition", "windowreverse", "windowattention", "patchmerging",
    ]
    let members = ["size", "shift", "headCount", "height", "width"].map { "\"\($0)\":\(number())" }
    let note = OperationNote(
      kind: kinds[next() % kinds.count], operation: "{\(members.joined(separator: ","))}",
      input: values[next() % values.count],
      parameters: next() % 2 == 0 ? [] : [values[next() % values.count]],
      output: values[values.count - 1])
    let data = (try? JSONEncoder().encode([note])) ?? Data()
    return .with { ($0.key, $0.value) = (OperationNote.key, String(decoding: data, as: UTF8.self)) }
  }

  mutating func tensor(_ name: String) -> ONNXTensorProto {
    var tensor = ONNXTensorProto()
    tensor.name = name
    tensor.dims = numbers()
    let fitting = tensor.dims.reduce(Int64(1)) {
      $0.multipliedReportingOverflow(by: $1).partialValue
    }
    let count = next() % 16 == 0 ? next() : Int(min(max(fitting, 0), 4096))
    switch next() % 5 {
    case 0:
      tensor.dataType = 7
      tensor.int64Data = (0..<count).map { _ in number() }
    case 1:
      tensor.dataType = Int32(next() % 18)
      tensor.rawData = Data((0..<count).map { _ in UInt8(next()) })
    default:
      tensor.dataType = 1
      tensor.floatData = (0..<count).map { _ in Float(number()) }
    }
    return tensor
  }

  mutating func node(_ output: String, _ values: [String]) -> ONNXNodeProto {
    var node = ONNXNodeProto()
    node.opType = Self.operators[next() % Self.operators.count]
    if next() % 16 == 0 { node.domain = "ai.onnx.ml" }
    node.output = [output]
    let count = next() % 6
    for _ in 0..<count {
      // Mostly one of the last values, so that long chains arise.
      let back = next()
      let isEmpty = back == 255
      node.input.append(isEmpty ? "" : values[max(values.count - 1 - back % 8, 0)])
    }
    for _ in 0..<next() % 4 {
      var attribute = ONNXAttributeProto()
      attribute.name = Self.attributes[next() % Self.attributes.count]
      switch next() % 6 {
      case 0: (attribute.type, attribute.f) = (1, Float(number()))
      case 1: (attribute.type, attribute.s) = (3, Data("SAME_UPPER".utf8))
      case 2: (attribute.type, attribute.t) = (4, tensor(""))
      case 3: (attribute.type, attribute.ints) = (7, numbers())
      default: (attribute.type, attribute.i) = (2, number())
      }
      node.attribute.append(attribute)
    }
    return node
  }

  private static let operators = [
    "Add", "ArgMax", "AveragePool", "BatchNormalization", "Binarizer", "Cast", "Clip", "Concat",
    "Constant", "ConstantOfShape", "Conv", "Div", "Dropout", "Equal", "Erf", "Expand", "Flatten",
    "Gather", "Gelu", "Gemm", "GlobalAveragePool", "GlobalMaxPool", "HardSigmoid", "HardSwish",
    "Identity", "LayerNormalization", "LeakyRelu", "Log", "MatMul", "MaxPool", "Mul", "Neg",
    "PRelu", "Pow", "Range", "ReduceMean", "ReduceProd", "Relu", "Reshape", "Scaler", "Shape",
    "Sigmoid", "Size", "Slice", "Softmax", "Split", "Sqrt", "Squeeze", "Sub", "Tanh", "Transpose",
    "Unsqueeze", "Where", "ZipMap", "Pad", "Mod",
  ]

  private static let attributes = [
    "alpha", "allowzero", "auto_pad", "axes", "axis", "beta", "ceil_mode", "count_include_pad",
    "dilations", "ends", "epsilon", "group", "keepdims", "kernel_shape", "max", "min", "offset",
    "pads", "perm", "scale", "shape", "split", "starts", "strides", "to", "transB", "value",
  ]
}
