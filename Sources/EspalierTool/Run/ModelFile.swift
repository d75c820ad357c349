import Espalier

/// The formats of networks.
enum ModelFormat {
  case onnx, safetensors

  /// The format that the name of a file tells; nil for none.
  init?(path: String) {
    if path.hasSuffix(".onnx") {
      self = .onnx
    } else if path.hasSuffix(".safetensors") {
      self = .safetensors
    } else {
      return nil
    }
  }
}

/// A network of a file of either format, to be written again with another in its place.
struct ModelFile {
  /// What an ONNX file holds of it.
  private var onnx: ONNXModel
  /// Everything around the network; nil where the file does not tell.
  private(set) var model: Model?

  /// The network.
  var network: Network {
    get { onnx.network }
    set {
      onnx.network = newValue
      model?.trained.network = newValue
    }
  }

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: A model file, or the folder of a run.
  ///   - architecture: The network of a file that holds parameters only.
  /// - Throws: ``ToolError``, or why the file cannot be read.
  init(path: String, _ architecture: ArchitectureOptions) throws {
    let file = try NamedNetwork.file(path)
    if NamedNetwork.isONNX(file) {
      if architecture.network != nil {
        throw ToolError.usage("\(file): describes its network itself; leave --network out")
      }
      onnx = try ONNXModel(path: file)
      model = try? Model(onnx, path: file)
    } else {
      let named = try NamedNetwork(path: path, architecture)
      model = named.model
      onnx = model.map { ONNXModel($0) } ?? ONNXModel(named.network)
    }
  }

  /// Writes the model.
  ///
  /// - Parameters:
  ///   - path: The file.
  ///   - format: Its format.
  /// - Throws: Why it cannot be written.
  func write(to path: String, as format: ModelFormat) throws {
    switch format {
    case .onnx: try onnx.write(to: path, options: ONNXOptions())
    case .safetensors: try (model ?? Model(onnx, path: path)).write(to: path)
    }
  }
}
