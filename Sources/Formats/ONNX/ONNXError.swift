import Datasets

/// Why an ONNX file cannot be read or written.
///
/// Every description is one line: the file, the place in it, and what to do about it.
public enum ONNXError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The system has something against the file.
  case file(DatasetError)
  /// The file contradicts its own format.
  case malformed(path: String, reason: String)
  /// A tensor lies in another file, which is not to be opened or does not fit.
  case externalData(path: String, tensor: String, reason: String)
  /// Operators of the graph have no counterpart here.
  case unsupported(path: String, operators: [UnsupportedOperator])
  /// The graph is not a function from one tensor to one other.
  case unsuitable(path: String, reason: String)

  /// One line: the file, the place, and what to do about it.
  public var description: String {
    switch self {
    case .file(let error): "\(error)"
    case .malformed(let path, let reason):
      "\(path): damaged ONNX file: \(reason); export it again"
    case .externalData(let path, let tensor, let reason):
      "\(path): the data of tensor '\(tensor.shown)' lie in another file: \(reason)"
    case .unsupported(let path, let operators):
      "\(path): cannot be read: " + Self.list(operators)
    case .unsuitable(let path, let reason): "\(path): cannot be read: \(reason)"
    }
  }

  /// The operators, those of one kind and reason together.
  private static func list(_ operators: [UnsupportedOperator]) -> String {
    var groups: [(text: String, nodes: [String])] = []
    for item in operators {
      let text = "operator \(item.kind.shown) " + (item.reason ?? "is not supported")
      if let index = groups.firstIndex(where: { $0.text == text }) {
        groups[index].nodes.append(item.node)
      } else {
        groups.append((text, [item.node]))
      }
    }
    return groups.map { group in
      let names = group.nodes.prefix(8).map { "'\($0.shown)'" }.joined(separator: ", ")
      let rest = group.nodes.count > 8 ? " and \(group.nodes.count - 8) more" : ""
      return "\(group.text) (\(group.nodes.count == 1 ? "node" : "nodes") \(names)\(rest))"
    }.joined(separator: "; ")
  }
}

/// A node of an ONNX graph that has no counterpart here.
public struct UnsupportedOperator: Hashable, Sendable {
  /// The operator, with its domain unless that is ONNX's own.
  public var kind: String
  /// The name of the node; where it has none, that of its first output.
  public var node: String
  /// What is unusual about it, as the end of a sentence; nil where no such operator is read.
  public var reason: String?
}

/// Why a node or a tensor is refused, before anybody has said where it is.
struct Refusal: Error, Hashable {
  /// Words behind the name of what is refused.
  var reason: String

  init(_ reason: String) {
    self.reason = reason
  }
}
