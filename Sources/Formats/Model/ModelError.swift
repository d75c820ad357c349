import Datasets
import Networks
import Tensors

/// Why a model cannot be read, or cannot be applied.
///
/// Every description is one line: what is wrong, where, and what to do.
public enum ModelError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is no safetensors file, or cannot be read or written.
  case container(SafetensorsError)
  /// The file is one of ONNX that cannot be read or written.
  case onnx(ONNXError)
  /// The file says nothing about the network whose parameters it holds.
  case noArchitecture(path: String)
  /// The file is of another version of this package.
  case schema(path: String, found: String, known: Int)
  /// What the file says about the network contradicts itself.
  case damaged(path: String, reason: String)
  /// A node cannot be.
  case node(path: String, name: String, reason: String)
  /// The parameters of the file are not those of the network.
  case misfits(path: String, Misfits)
  /// A parameter is not a number.
  case notFinite(path: String, parameter: String, position: Int)

  /// Parameters that do not meet.
  public struct Misfits: Equatable, Sendable {
    /// A parameter of another shape.
    public struct Shapes: Equatable, Sendable {
      /// The name.
      public var name: String
      /// The shape in the file.
      public var found: Shape
      /// The shape in the network.
      public var expected: Shape
    }
    /// The parameters that the file has not.
    public var missing: [String] = []
    /// The parameters that the network has not.
    public var unexpected: [String] = []
    /// The parameters of other shapes.
    public var wrongShapes: [Shapes] = []

    var isEmpty: Bool { missing.isEmpty && unexpected.isEmpty && wrongShapes.isEmpty }

    fileprivate var text: String {
      let parts = [
        list("missing", missing), list("unexpected", unexpected),
        list(
          "of another shape", wrongShapes.map { "\($0.name) (\($0.found) for \($0.expected))" }),
      ]
      return parts.compactMap(\.self).joined(separator: "; ")
    }

    private func list(_ title: String, _ names: [String]) -> String? {
      guard !names.isEmpty else { return nil }
      let rest = names.count - 5
      return "\(title): " + names.prefix(5).map(\.shown).joined(separator: ", ")
        + (rest > 0 ? " and \(rest) more" : "")
    }
  }

  /// One line: what is wrong, where, and what to do.
  public var description: String {
    switch self {
    case .container(let error): "\(error)"
    case .onnx(let error): "\(error)"
    case .noArchitecture(let path):
      "\(path): holds parameters, but not the network they belong to; name it with --network"
    case .schema(let path, let found, let known):
      "\(path): has schema \(found.shown), this program reads schema \(known)"
    case .damaged(let path, let reason): "\(path): damaged file: \(reason)"
    case .node(let path, let name, let reason):
      "\(path): damaged file: node '\(name.shown)' has \(reason)"
    case .misfits(let path, let misfits):
      "\(path): its parameters are not those of the network; \(misfits.text)"
    case .notFinite(let path, let parameter, let position):
      "\(path): '\(parameter.shown)' has no finite number at position \(position); train it anew"
    }
  }
}
