import Foundation
import Networks
import Tensors

/// A note in the metadata that some operators of the file are one operation of a network.
///
/// Windows and attention take a dozen operators each, which could be read as many things. What this
/// package writes it can so read again.
struct OperationNote: Codable {
  /// The kind of the operation.
  var kind: String
  /// The operation in JSON.
  var operation: String
  /// The value that it reads.
  var input: String
  /// The values of its parameters.
  var parameters: [String]
  /// The value that it makes.
  var output: String

  /// Where in the metadata the notes are.
  static let key = "espalier.operations"
}

extension ONNXGraph {
  /// Replaces the operators that notes are about by the operations that they name.
  mutating func readNotes() {
    guard let text = metadata[OperationNote.key],
      let notes = try? JSONDecoder().decode([OperationNote].self, from: Data(text.utf8))
    else { return }
    let makers = makers
    for note in notes {
      guard let position = makers[note.output], nodes[position].outputs == [note.output],
        note.parameters.allSatisfy({ constants[$0] != nil }),
        makers[note.input].map({ $0 < position }) ?? (inputs.first?.name == note.input)
      else { continue }
      nodes[position] = ONNXNode(
        name: note.output, kind: "espalier.\(note.kind)", inputs: [note.input] + note.parameters,
        outputs: [note.output], attributes: ["operation": .text(note.operation)])
    }
  }
}

/// The operations that are read by their notes.
enum NotedOperationReader: OperatorReader {
  private static let kinds: [any NetworkOperation.Type] = [
    AppendZeroToken.self, WindowPartition.self, WindowReverse.self,
    WindowAttention.self, PatchMerging.self,
  ]

  static var operators: [String] { kinds.map { "espalier.\($0.kind)" } }

  static func read(_ node: ONNXNode, into assembly: inout NetworkAssembly) throws(Refusal) {
    guard let kind = kinds.first(where: { "espalier.\($0.kind)" == node.kind }) else {
      throw Refusal("is not known")
    }
    try read(kind, node, into: &assembly)
  }

  private static func read<Operation: NetworkOperation>(
    _ kind: Operation.Type, _ node: ONNXNode, into assembly: inout NetworkAssembly
  ) throws(Refusal) {
    let text = try node.text("operation", default: "")
    guard let operation = try? JSONDecoder().decode(kind, from: Data(text.utf8)) else {
      throw Refusal("has a note that is not understood")
    }
    let rank = try assembly.activation(0, of: node).view.axes.count
    let (place, arrangement) = try assembly.arranged(0, of: node, order: Array(1..<max(rank, 1)))
    guard arrangement.lead == 1 else { throw Refusal("works on parts of samples") }
    var parameters: [String: Tensor] = [:]
    let shapes = [assembly.network.nodes[place].outputShape]
    let isFitting = (try? operation.outputShape(of: shapes)) != nil
    for (index, declaration) in (isFitting ? operation.parameters(of: shapes) : []).enumerated() {
      guard let constant = try assembly.constant(index + 1, of: node) else { continue }
      parameters[declaration.name] = Tensor(constant, declaration.shape)
    }
    let result = try assembly.append(operation, to: [place], parameters, for: node)
    let extents = assembly.network.nodes[result].outputShape.extents
    let made = Arrangement(
      extents: [assembly.batch] + extents, order: extents.indices.map { $0 + 1 }, lead: 1,
      batch: assembly.batch)
    assembly.finish(node, at: result, made.view)
  }
}

extension GraphWriter {
  /// Notes that the operators of a node are one operation.
  ///
  /// - Parameters:
  ///   - position: The node of the network, which is written.
  ///   - input: The value that it reads.
  ///   - parameters: The constants that are its parameters.
  mutating func note(_ position: Int, reading input: String, _ parameters: String...) {
    let operation = network.nodes[position].operation
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    guard let data = try? encoder.encode(operation) else { return }
    notes.append(
      OperationNote(
        kind: type(of: operation).kind, operation: String(decoding: data, as: UTF8.self),
        input: input, parameters: parameters, output: value(of: position).name))
  }
}
