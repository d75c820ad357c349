/// The graph of an ONNX file as a value: nodes in the order in which they run, and constants.
struct ONNXGraph: Sendable {
  /// An input or output of the graph.
  struct Port: Hashable, Sendable {
    var name: String
    /// The extents, nil for each that is not fixed, and nil altogether where nothing is said.
    var extents: [Int?]?
    /// Whether it is a tensor of numbers, and not a sequence or a map.
    var isTensor: Bool
  }

  var nodes: [ONNXNode]
  var constants: [String: ONNXTensor]
  /// The inputs that are no constants.
  var inputs: [Port]
  var outputs: [Port]
  /// Texts about the model.
  var metadata: [String: String]
  /// The version of ONNX's own operators.
  var version: Int

  /// The position of the node that makes each value.
  var makers: [String: Int] {
    var makers: [String: Int] = [:]
    for (position, node) in nodes.enumerated() {
      for output in node.outputs where !output.isEmpty { makers[output] = position }
    }
    return makers
  }

  /// Drops the nodes on which a value does not depend.
  ///
  /// - Parameter value: The name of the value.
  mutating func prune(to value: String) {
    var needed: Set = [value]
    var kept: [ONNXNode] = []
    for node in nodes.reversed() where node.outputs.contains(where: { needed.contains($0) }) {
      needed.formUnion(node.inputs)
      kept.append(node)
    }
    nodes = kept.reversed()
  }
}

/// One node of an ONNX graph.
struct ONNXNode: Hashable, Sendable {
  var name: String
  /// The operator; those of other domains than ONNX's own with the domain and a dot before it.
  var kind: String
  /// The names of the values it reads; empty for one left out.
  var inputs: [String]
  /// The names of the values it makes; empty for one that nobody wants.
  var outputs: [String]
  var attributes: [String: ONNXAttribute] = [:]

  /// What errors call it.
  var label: String {
    name.isEmpty ? outputs.first ?? "" : name
  }

  /// The name of its first output; empty if it has none.
  var output: String { outputs.first ?? "" }

  /// The name of an input.
  ///
  /// - Parameter position: Its position.
  /// - Returns: The name; nil where it is left out.
  func input(_ position: Int) -> String? {
    inputs.indices.contains(position) && !inputs[position].isEmpty ? inputs[position] : nil
  }
}

/// A value that belongs to a node itself.
enum ONNXAttribute: Hashable, Sendable {
  case float(Float)
  case integer(Int)
  case text(String)
  case floats([Float])
  case integers([Int])
  case texts([String])
  case tensor(ONNXTensor)
  /// Another kind, of which only the number is known.
  case other(Int)
}

extension ONNXNode {
  /// An integer.
  ///
  /// - Parameters:
  ///   - name: The name of the attribute.
  ///   - default: What counts where it is missing.
  /// - Returns: Its value.
  /// - Throws: ``Refusal`` if it is something else.
  func integer(_ name: String, default: Int) throws(Refusal) -> Int {
    switch attributes[name] {
    case nil: `default`
    case .integer(let value): value
    default: throw Refusal("has no integer for \(name)")
    }
  }

  /// Some integers; nil where they are missing.
  ///
  /// - Parameter name: The name of the attribute.
  /// - Returns: Its value.
  /// - Throws: ``Refusal`` if it is something else.
  func integers(_ name: String) throws(Refusal) -> [Int]? {
    switch attributes[name] {
    case nil: nil
    case .integers(let values): values
    default: throw Refusal("has no integers for \(name)")
    }
  }

  /// A number.
  ///
  /// - Parameters:
  ///   - name: The name of the attribute.
  ///   - default: What counts where it is missing.
  /// - Returns: Its value.
  /// - Throws: ``Refusal`` if it is something else.
  func float(_ name: String, default: Float) throws(Refusal) -> Float {
    switch attributes[name] {
    case nil: `default`
    case .float(let value): value
    default: throw Refusal("has no number for \(name)")
    }
  }

  /// A text.
  ///
  /// - Parameters:
  ///   - name: The name of the attribute.
  ///   - default: What counts where it is missing.
  /// - Returns: Its value.
  /// - Throws: ``Refusal`` if it is something else.
  func text(_ name: String, default: String) throws(Refusal) -> String {
    switch attributes[name] {
    case nil: `default`
    case .text(let value): value
    default: throw Refusal("has no text for \(name)")
    }
  }
}
