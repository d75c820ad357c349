import Datasets
import Foundation
import Networks
import Training

/// What a model file says in its metadata, as JSON.
struct ModelDocument: Codable {
  /// How the training went.
  struct Course: Codable {
    var epochs: [TrainingEpoch]
    var bestEpoch: Int
    var cost: TrainingCost
    var isInterrupted: Bool
    var notes: [String]
  }

  /// The version of what is said and how.
  static let knownSchema = 1

  var schema = Self.knownSchema
  var nodes: [NodeRecord]
  var scaler: Scaler
  var columnNames: [String]
  var encoding: Encoding
  var targetNames: [String]
  var meaning: OutputMeaning
  var training: Course

  init(_ model: Model) {
    let trained = model.trained
    nodes = trained.network.nodes.map { NodeRecord($0, in: trained.network) }
    (scaler, columnNames) = (trained.scaler, trained.columnNames)
    (encoding, targetNames) = (model.encoding, model.targetNames)
    meaning = trained.meaning
    var cost = trained.cost
    (cost.seconds, cost.importanceSeconds) = (0, 0)
    training = Course(
      epochs: trained.epochs, bestEpoch: trained.bestEpoch, cost: cost,
      isInterrupted: trained.isInterrupted, notes: trained.notes)
  }

  /// The JSON text.
  var text: String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    guard let data = try? encoder.encode(self) else {
      fatalError("ModelDocument: a value that JSON cannot hold")
    }
    return String(decoding: data, as: UTF8.self)
  }

  /// Reads a text; a member that would not be written is refused, too.
  ///
  /// - Parameters:
  ///   - text: The text.
  ///   - path: The file, for errors.
  /// - Throws: ``ModelError``.
  init(_ text: String, path: String) throws(ModelError) {
    let tree: JSONTree
    do {
      tree = try JSONTree(text)
    } catch {
      throw .damaged(
        path: path,
        reason: "byte \(error.offset) of its description: expected \(error.expected)")
    }
    guard case .object(let members) = tree, case .number(let schema)? = members["schema"] else {
      throw .damaged(path: path, reason: "its description has no schema")
    }
    guard schema == "\(Self.knownSchema)" else {
      throw .schema(path: path, found: schema, known: Self.knownSchema)
    }
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    do {
      self = try decoder.decode(ModelDocument.self, from: Data(text.utf8))
    } catch {
      throw .damaged(path: path, reason: "its description: " + Self.reason(error))
    }
    if let written = try? JSONTree(self.text), let place = tree.difference(from: written) {
      throw .damaged(
        path: path, reason: "its description: '\(place.shown)' is not what can be there")
    }
  }

  private static func reason(_ error: any Error) -> String {
    func place(_ context: DecodingError.Context) -> String {
      context.codingPath.map { $0.intValue.map(String.init) ?? $0.stringValue }
        .joined(separator: ".")
    }
    return switch error {
    case DecodingError.keyNotFound(let key, let context):
      "'\(place(context))' has no '\(key.stringValue)'".shown
    case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
      "'\(place(context))' is of another type".shown
    case DecodingError.dataCorrupted(let context):
      context.debugDescription.shown
    default: "\(error)".shown
    }
  }
}
