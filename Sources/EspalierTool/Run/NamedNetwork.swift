import Espalier
import Foundation

/// A network to look at: one of a file, or one by name.
struct NamedNetwork {
  /// What it is called.
  let title: String
  let network: Network
  /// What else the file holds; nil for a network by name.
  let model: Model?
  /// The size of the file; nil without one.
  let fileBytes: Int?

  /// The bytes of the parameters, and of the places of those of sparse layers.
  var parameterBytes: Int { network.arrays.reduce(0) { $0 + $1.byteCount } }

  /// Reads a network, or makes the one that is named.
  ///
  /// - Parameters:
  ///   - path: A model file, or the folder of a run; nil for none.
  ///   - architecture: The network by name.
  /// - Throws: ``ToolError``, or why the file cannot be read.
  init(path: String?, _ architecture: ArchitectureOptions) throws {
    let named = try architecture.named()
    guard let path else {
      guard let named else { throw ToolError.usage("no network; name a model file or --network") }
      (title, network, model, fileBytes) = (architecture.network ?? "", named, nil, nil)
      return
    }
    let file = try Self.file(path)
    title = path
    if Self.isONNX(file) {
      guard named == nil else {
        throw ToolError.usage("\(file): describes its network itself; leave --network out")
      }
      let content = try ONNXModel(path: file)
      network = content.network
      model = try? Model(content, path: file)
      let attributes = try? FileManager.default.attributesOfItem(atPath: file)
      fileBytes = attributes?[.size] as? Int
      return
    }
    let content = try Safetensors(path: file)
    fileBytes = content.fileByteCount
    if var named {
      guard !Model.isDescribed(in: content) else {
        throw ToolError.usage("\(file): describes its network itself; leave --network out")
      }
      try named.takeParameters(from: content)
      (network, model) = (named, nil)
    } else {
      let model = try Model(content)
      (network, self.model) = (model.trained.network, model)
    }
  }

  /// The model file that a path leads to.
  ///
  /// - Parameter path: The file, or the folder of a run.
  /// - Returns: The file.
  /// - Throws: ``ToolError`` for a folder that holds none.
  static func file(_ path: String) throws(ToolError) -> String {
    guard isDirectory(path) else { return path }
    let file = (path.hasSuffix("/") ? path : path + "/") + Model.fileName
    guard FileManager.default.fileExists(atPath: file) else {
      throw ToolError(
        .missingInput, "\(path): holds no \(Model.fileName); name the folder of a training")
    }
    return file
  }

  /// Whether a path leads to a model rather than to data, by what is there.
  static func isModel(_ path: String) -> Bool {
    if isDirectory(path) {
      return FileManager.default.fileExists(atPath: "\(path)/\(Model.fileName)")
    }
    return path.hasSuffix(".safetensors") || Safetensors.isLikely(path: path) || isONNX(path)
  }

  /// Whether a file is one of ONNX.
  static func isONNX(_ path: String) -> Bool {
    path.hasSuffix(".onnx") || ONNXModel.isLikely(path: path)
  }

  private static func isDirectory(_ path: String) -> Bool {
    var isDirectory: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isDirectory)
      && isDirectory.boolValue
  }
}

extension NamedNetwork {
  /// The network as text for people.
  var text: String {
    var lines = [Terminal.strong(Terminal.printable(title))]
    lines += "\(network)".split(separator: "\n").map { Terminal.printable(String($0)) } + [""]
    let size = fileBytes.map { ", \(Wording.bytes($0)) with the file around them" } ?? ""
    lines += Wording.fact("parameters", Wording.bytes(parameterBytes) + size)
    if let model {
      lines += Wording.fact("predicts", Terminal.printable(model.prediction))
      lines += Wording.fact(
        "reads",
        Wording.count(model.encoding.columns.count, "column")
          + (model.encoding.isIdentity
            ? "" : " as \(Wording.count(model.trained.columnNames.count, "input"))"))
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The network as one JSON object, schema 1.
  var json: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("verb", .string("inspect")),
      ("title", .string(title)),
      ("parameters", .integer(network.parameterCount)),
      ("multiplyAdds", .integer(network.multiplyAdds)),
      ("bytes", .integer(parameterBytes)),
      ("fileBytes", .optional(fileBytes, JSON.integer)),
      (
        "nodes",
        .array(
          network.nodes.map { node in
            .object([
              ("name", .string(node.name)),
              ("kind", .string(type(of: node.operation).kind)),
              ("inputs", .strings(node.inputs.map { network.nodes[$0].name })),
              ("output", .integers(node.outputShape.extents)),
              ("parameters", .integer(node.parameterCount)),
              ("multiplyAdds", .integer(network.multiplyAdds(of: node))),
            ])
          })
      ),
      ("targets", .strings(model?.targetNames ?? [])),
      ("classes", .optional(model?.trained.classNames, JSON.strings)),
      ("columns", .optional(model?.encoding.columns.map(\.name), JSON.strings)),
    ])
  }
}

extension Model {
  /// What is predicted, for people.
  fileprivate var prediction: String {
    let names = targetNames.map { "'\($0)'" }.joined(separator: ", ")
    return switch trained.meaning {
    case .classes(let classes):
      "\(names): one of \(Wording.count(classes.count, "class", plural: "classes"))"
    case .value: "\(names): a number"
    case .labels(let labels): "\(Wording.count(labels.count, "label")), 0 or 1 each"
    case .outputs(let outputs, _): Wording.count(outputs.count, "number")
    }
  }
}

extension Model {
  /// Reads a model; what only has parameters does not say what goes in and what comes out.
  ///
  /// - Parameter file: The file.
  /// - Returns: The model.
  /// - Throws: ``ToolError``, or why the file cannot be read.
  static func described(at file: String) throws -> Model {
    do {
      return try Model(anyAt: file)
    } catch ModelError.noArchitecture {
      throw ToolError(
        .badData,
        "\(file): holds parameters, but neither a network nor its columns; name a model of espalier"
          + " train or an ONNX file")
    }
  }
}
