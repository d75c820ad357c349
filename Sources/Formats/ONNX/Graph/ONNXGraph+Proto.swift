import Foundation
import SwiftProtobuf

extension ONNXGraph {
  /// Reads the graph of a file.
  ///
  /// - Parameters:
  ///   - data: The bytes of the file.
  ///   - path: What errors call it.
  ///   - external: Reads what lies in other files.
  /// - Throws: ``ONNXError`` if the file contradicts its format.
  init(_ data: Data, path: String, external: ExternalData) throws(ONNXError) {
    func malformed(_ reason: String) -> ONNXError { .malformed(path: path, reason: reason) }
    var options = BinaryDecodingOptions()
    options.discardUnknownFields = true
    var model: ONNXModelProto
    do {
      model = try ONNXModelProto(serializedBytes: data, options: options)
    } catch {
      throw malformed("it is no protocol buffer of a model")
    }
    guard model.hasGraph, model.irVersion > 0 else { throw malformed("it holds no graph") }
    guard let version = model.opsetImport.first(where: { Self.isStandard($0.domain) })?.version
    else {
      throw malformed("it does not say which version of the operators it uses")
    }
    for (what, found, known) in [
      ("format", model.irVersion, Self.formatVersions), ("operators", version, Self.versions),
    ] where !known.contains(found) {
      throw .unsuitable(
        path: path,
        reason: "it has version \(found) of the \(what); versions \(known.lowerBound) to"
          + " \(known.upperBound) are read: export it with one of these")
    }
    guard model.graph.sparseInitializer.isEmpty else {
      throw .unsuitable(path: path, reason: "it has sparse tensors; export it with dense ones")
    }
    self.version = Int(version)
    metadata = [:]
    for entry in model.metadataProps { metadata[entry.key] = entry.value }
    constants = [:]
    for index in model.graph.initializer.indices {
      let proto = model.graph.initializer[index]
      model.graph.initializer[index] = ONNXTensorProto()  // its bytes are not needed twice
      guard !proto.name.isEmpty, constants[proto.name] == nil else {
        throw malformed("two tensors are named '\(proto.name)'")
      }
      constants[proto.name] = try Self.tensor(proto, proto.name, path: path, external: external)
    }
    let names = constants
    inputs = model.graph.input.filter { names[$0.name] == nil }.map(Port.init)
    outputs = model.graph.output.map(Port.init)
    nodes = []
    nodes.reserveCapacity(model.graph.node.count)
    for proto in model.graph.node {
      nodes.append(try ONNXNode(proto, path: path, external: external))
    }
    try checkOrder(path: path)
  }

  /// The versions of the format (IR) that are read: those that name the version of the operators,
  /// up to that of ONNX 1.23.
  static let formatVersions: ClosedRange<Int64> = 3...14
  /// The versions of ONNX's own operators that are read: since 7 shapes meet as they do now, and
  /// what is read has meant the same up to that of ONNX 1.23.
  static let versions: ClosedRange<Int64> = 7...28

  /// Whether a domain is that of ONNX's own operators.
  static func isStandard(_ domain: String) -> Bool { domain.isEmpty || domain == "ai.onnx" }

  fileprivate static func tensor(
    _ proto: ONNXTensorProto, _ name: String, path: String, external: ExternalData
  ) throws(ONNXError) -> ONNXTensor {
    do throws(Refusal) {
      return try ONNXTensor(proto) { (proto, byteCount) throws(Refusal) in
        try external.bytes(of: proto, byteCount)
      }
    } catch {
      throw proto.dataLocation == 1
        ? .externalData(path: path, tensor: name, reason: error.reason)
        : .malformed(path: path, reason: "tensor '\(name)' \(error.reason)")
    }
  }

  /// Every value is made once, and before it is read.
  private func checkOrder(path: String) throws(ONNXError) {
    var known = Set(constants.keys)
    for input in inputs {
      guard !input.name.isEmpty, known.insert(input.name).inserted else {
        throw .malformed(path: path, reason: "two inputs are named '\(input.name)'")
      }
    }
    for node in nodes {
      for input in node.inputs where !input.isEmpty && !known.contains(input) {
        throw .malformed(
          path: path,
          reason: "node '\(node.label)' reads '\(input)', which nothing before it makes")
      }
      for output in node.outputs where !output.isEmpty && !known.insert(output).inserted {
        throw .malformed(path: path, reason: "two nodes make '\(output)'")
      }
    }
    for output in outputs where !known.contains(output.name) {
      throw .malformed(path: path, reason: "nothing makes the output '\(output.name)'")
    }
  }
}

extension ONNXGraph.Port {
  fileprivate init(_ proto: ONNXValueInfoProto) {
    name = proto.name
    isTensor = true
    guard case .tensorType(let type) = proto.type.value else {
      isTensor = proto.type.value == nil
      return
    }
    guard type.hasShape else { return }
    extents = type.shape.dim.map { dimension in
      if case .dimValue(let extent) = dimension.value { Int(extent) } else { nil }
    }
  }
}

extension ONNXNode {
  fileprivate init(
    _ proto: ONNXNodeProto, path: String, external: ExternalData
  ) throws(ONNXError) {
    name = proto.name
    kind = ONNXGraph.isStandard(proto.domain) ? proto.opType : "\(proto.domain).\(proto.opType)"
    inputs = proto.input
    outputs = proto.output
    let label = self.label
    for attribute in proto.attribute {
      guard attributes[attribute.name] == nil else {
        throw .malformed(
          path: path, reason: "node '\(label)' has two attributes '\(attribute.name)'")
      }
      attributes[attribute.name] =
        switch attribute.type {
        case 1: .float(attribute.f)
        case 2: .integer(Int(attribute.i))
        case 3: .text(String(decoding: attribute.s, as: UTF8.self))
        case 4:
          .tensor(
            try ONNXGraph.tensor(
              attribute.t, "\(label).\(attribute.name)", path: path, external: external))
        case 6: .floats(attribute.floats)
        case 7: .integers(attribute.ints.map { Int($0) })
        case 8: .texts(attribute.strings.map { String(decoding: $0, as: UTF8.self) })
        default: .other(Int(attribute.type))
        }
    }
  }
}
