import Datasets
import Training

/// A trained network and what rows of a table must go through before and after it: the content of
/// a file `model.safetensors`.
///
/// The parameters are tensors under PyTorch's names. The metadata hold, under `espalier`, a JSON
/// object with everything else, and under `espalier.sha256` a checksum of that text and the
/// tensors. How long the training took is not kept, so that equal trainings give equal files.
public struct Model: Sendable, Equatable {
  /// The network, the scaler and the meaning of the outputs.
  public var trained: TrainedNetwork
  /// How the columns of a table become the inputs.
  public var encoding: Encoding
  /// The columns that are predicted; none where the labels were in a file of their own.
  public var targetNames: [String]
  /// Whether the columns have names of their own; false of an ONNX file that names none, whose
  /// columns are called x0, x1 and so on.
  public var namesColumns = true

  /// Creates a model.
  ///
  /// - Parameters:
  ///   - trained: The network, the scaler and the meaning of the outputs.
  ///   - encoding: How the columns of a table become the inputs.
  ///   - targetNames: The columns that are predicted.
  public init(trained: TrainedNetwork, encoding: Encoding, targetNames: [String]) {
    (self.trained, self.encoding, self.targetNames) = (trained, encoding, targetNames)
    // It tells how the training went, not what the network is.
    self.trained.strongestInputs = []
  }

  /// The customary name of the file.
  public static let fileName = "model.safetensors"

  /// Where in the metadata the description is.
  static let key = "espalier"
  /// Where in the metadata the checksum is.
  static let digestKey = "espalier.sha256"

  /// Reads a model.
  ///
  /// - Parameter path: The file.
  /// - Throws: ``ModelError`` if it is no model, or damaged.
  public init(path: String) throws(ModelError) {
    do {
      try self.init(Safetensors(path: path))
    } catch let error as SafetensorsError {
      throw .container(error)
    } catch let error as ModelError {
      throw error
    } catch {
      throw .damaged(path: path, reason: "\(error)")
    }
  }

  /// Writes a model; it appears under its name only when it is complete.
  ///
  /// - Parameter path: The file; one of this name is replaced.
  /// - Throws: ``ModelError/container(_:)`` if the system refuses.
  public func write(to path: String) throws(ModelError) {
    do {
      try safetensors.write(to: path)
    } catch {
      throw .container(error)
    }
  }

  /// The file as a value.
  public var safetensors: Safetensors {
    var file = Safetensors(metadata: ["format": "pt"])
    for array in trained.network.arrays { file.append(array) }
    let text = ModelDocument(self).text
    file.metadata[Self.key] = text
    file.metadata[Self.digestKey] = file.digest(after: text)
    return file
  }

  /// Whether a file says that it is a model of this package.
  ///
  /// - Parameter file: The file.
  /// - Returns: Whether it describes its network.
  public static func isDescribed(in file: Safetensors) -> Bool { file.metadata[key] != nil }
}
