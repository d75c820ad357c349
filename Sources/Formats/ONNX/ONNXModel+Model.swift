import Datasets
import Foundation
import Networks
import Training

extension ONNXModel {
  /// Creates what an ONNX file can hold of a model: its input is the columns as they are encoded, or
  /// an image.
  ///
  /// - Parameter model: The model.
  public init(_ model: Model) { self.init(model.trained) }

  /// Whether a file begins like one of ONNX: the version of the format, then some other field.
  ///
  /// - Parameter path: The file.
  /// - Returns: Whether it does; false where it cannot be read.
  public static func isLikely(path: String) -> Bool {
    guard let file = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? file.close() }
    guard let head = try? file.read(upToCount: 3), head.count == 3 else { return false }
    let bytes = [UInt8](head)
    return bytes[0] == 0x08 && (1...64).contains(bytes[1]) && fields.contains(bytes[2])
  }

  /// The first bytes of the fields that may follow the version of the format.
  private static let fields: [UInt8] = [0x12, 0x1a, 0x22, 0x28, 0x32, 0x3a, 0x42]
}

extension Model {
  /// Reads a model file of either format, which its content tells.
  ///
  /// - Parameter path: A file of this package, or an ONNX file.
  /// - Throws: ``ModelError`` that says what of it cannot be read.
  public init(anyAt path: String) throws(ModelError) {
    guard path.hasSuffix(".onnx") || ONNXModel.isLikely(path: path) else {
      try self.init(path: path)
      return
    }
    do throws(ONNXError) {
      try self.init(ONNXModel(path: path), path: path)
    } catch {
      throw .onnx(error)
    }
  }

  /// Takes over what an ONNX file holds.
  ///
  /// Columns without names are called x0, x1 and so on, as readers of tables do, and are the planes
  /// of an image where one is read; outputs whose meaning is not known are numbers.
  ///
  /// - Parameters:
  ///   - file: What the file holds.
  ///   - path: What errors call it.
  /// - Throws: ``ONNXError/unsuitable(path:reason:)`` if its output is no row.
  public init(_ file: ONNXModel, path: String) throws(ONNXError) {
    let isPlain = file.columns == nil && file.columnNames == nil && file.scaler == nil
    let network = isPlain ? file.network.readingRows() : file.network
    let outputShape = network.outputShape
    guard outputShape.rank == 1 else {
      throw .unsuitable(path: path, reason: "its output is \(outputShape), not a row of numbers")
    }
    let inputCount = network.inputShape.elementCount
    guard inputCount <= 1 << 24, outputShape[0] <= 1 << 20 else {
      throw .unsuitable(
        path: path, reason: "a table has no \(inputCount) columns for \(outputShape[0]) outputs")
    }
    let width = file.columns?.tableWidth ?? inputCount
    let known = file.columnNames ?? (0..<width).map { "x\($0)" }
    let names = file.columns.map { $0.indices.map { known[$0] } } ?? known
    let outputNames = (0..<outputShape[0]).map { "y\($0)" }
    let meaning =
      file.meaning
      ?? .outputs(names: outputNames, scales: outputNames.map { _ in .identity })
    let trained = TrainedNetwork(
      network: network, scaler: file.scaler ?? .identity(columnCount: inputCount),
      columnNames: names, meaning: meaning, epochs: [], bestEpoch: 0,
      cost: TrainingCost(network, rowCount: 0), isInterrupted: false, notes: [])
    let targets: [String] =
      switch meaning {
      case .classes, .value: ["prediction"]
      case .labels(let names), .outputs(let names, _): names
      }
    self.init(trained: trained, encoding: Encoding(plain: names), targetNames: targets)
    namesColumns = file.columnNames != nil
  }
}
