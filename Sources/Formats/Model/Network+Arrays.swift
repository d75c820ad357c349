import Networks
import Tensors

extension Network {
  /// The parameters as arrays under their full names, node by node.
  ///
  /// A sparse layer has the values of its connections and, under `.row_starts` and `.columns`
  /// behind that name, where they are.
  public var arrays: [SafetensorsArray] {
    nodes.flatMap { node in
      zip(node.declarations, node.parameters).flatMap { declaration, value in
        let name = "\(node.name).\(declaration.name)"
        guard let pattern = declaration.pattern else { return [SafetensorsArray(name, value)] }
        return [
          SafetensorsArray(name, value),
          SafetensorsArray(name + ParameterName.rowStarts, pattern.rowStarts),
          SafetensorsArray(name + ParameterName.columns, pattern.columns),
        ]
      }
    }
  }

  /// Takes all parameters from a file, which are found by name and must have the right shape.
  ///
  /// Of a file of PyTorch's `num_batches_tracked` and `relative_position_index` are passed over,
  /// which are no parameters; numbers of other types become 32-bit ones. The layers of a perceptron
  /// may be numbered in another way (`0.weight`, `2.weight`), if none has its name.
  ///
  /// - Parameter file: The file.
  /// - Throws: ``ModelError/misfits(path:_:)`` with all that does not meet, or
  ///   ``ModelError/notFinite(path:parameter:position:)``.
  public mutating func takeParameters(from file: Safetensors) throws(ModelError) {
    var misfits = ModelError.Misfits()
    var isTaken: Set<String> = []
    var found: [(name: String, value: SafetensorsArray)] = []
    let order = LayerOrder(self, in: file)
    for node in nodes {
      for declaration in node.declarations {
        let name = "\(node.name).\(declaration.name)"
        let nameInFile = order?.names[name] ?? name
        isTaken.insert(nameInFile)
        guard let array = file[nameInFile] else {
          misfits.missing.append(name)
          continue
        }
        if array.shape == declaration.shape {
          found.append((name, array))
        } else {
          misfits.wrongShapes.append(
            .init(name: nameInFile, found: array.shape, expected: declaration.shape))
        }
      }
    }
    misfits.unexpected = file.arrays.map(\.name).filter {
      !isTaken.contains($0) && !ParameterName.isNoParameter($0)
    }
    guard misfits.isEmpty else { throw .misfits(path: file.path, misfits) }
    for (name, array) in found { self[parameter: name] = try array.finite(path: file.path) }
  }
}

/// What the names of arrays tell.
enum ParameterName {
  /// Behind the name of a sparse parameter: the number of the first entry of each row.
  static let rowStarts = ".row_starts"
  /// Behind the name of a sparse parameter: the column of each entry.
  static let columns = ".columns"

  /// Whether a name is that of something that PyTorch keeps beside its parameters.
  static func isNoParameter(_ name: String) -> Bool {
    ["num_batches_tracked", "relative_position_index"].contains {
      name == $0 || name.hasSuffix("." + $0)
    }
  }
}

extension SafetensorsArray {
  /// The elements as 32-bit numbers.
  ///
  /// - Parameter path: The file, for errors.
  /// - Returns: The elements.
  /// - Throws: ``ModelError/notFinite(path:parameter:position:)``.
  func finite(path: String) throws(ModelError) -> Tensor {
    let tensor = tensor
    if let position = tensor.withElements({ $0.firstIndex { !$0.isFinite } }) {
      throw .notFinite(path: path, parameter: name, position: position)
    }
    return tensor
  }
}
