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
  /// What errors call the file.
  private let path: String
  /// Everything around the network; nil where the file does not tell.
  private(set) var model: Model?

  /// The network.
  var network: Network {
    get { onnx.network }
    set {
      onnx.network = newValue
      if let model {
        // The rows of a table are planes.
        let readsRows = model.trained.network.inputShape.rank == 1
        self.model?.trained.network = readsRows ? newValue.readingRows() : newValue
      }
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
    self.path = file
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
  ///   - output: The file.
  ///   - format: Its format.
  ///   - channelsFirst: Whether images have their channels first in any case, and not only where
  ///     those of the ONNX file had that was read.
  /// - Throws: Why it cannot be written.
  func write(to output: String, as format: ModelFormat, channelsFirst: Bool) throws {
    switch format {
    case .onnx:
      if channelsFirst, onnx.network.inputShape.rank != 3 || onnx.columns != nil {
        throw ToolError.usage(
          "\(path): reads rows of columns (\(onnx.network.inputShape)), not images; leave"
            + " --channels-first out")
      }
      var options = ONNXOptions()
      if channelsFirst { options.imageLayout = .channelsFirst }
      try onnx.write(to: output, options: options)
    case .safetensors: try (model ?? Model(onnx, path: path)).write(to: output)
    }
  }
}
