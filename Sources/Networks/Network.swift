import Tensors

/// A neural network as a value: nodes in topological order, their connections and parameters.
///
///     let network = try Network(input: [784]) {
///       Linear(100)
///       ReLU()
///       Linear(10)
///     }
///
/// A copy is independent of the original, two networks can be compared with `==`, and a change of
/// structure is a function from one network to another. To run a network, compile it: ``Plan``.
public struct Network: Sendable {
  /// One node: an operation, where its inputs come from, and its parameters.
  public struct Node: Sendable {
    /// A name that no other node of the network has, such as `linear1`.
    public let name: String
    /// What the node computes.
    public fileprivate(set) var operation: any NetworkOperation
    /// The positions of the nodes that feed this one; each comes before it.
    public let inputs: [Int]
    /// The shape of one sample of the output.
    public let outputShape: Shape
    /// The declarations of the parameters.
    public fileprivate(set) var declarations: [ParameterDeclaration]
    /// The parameters, in the order of their declarations.
    public fileprivate(set) var parameters: [Tensor]
  }

  /// The nodes; the first is the input, the last the output.
  public private(set) var nodes: [Node]
  private let random: RandomSource

  /// Creates a network that returns its input.
  ///
  /// - Parameters:
  ///   - input: The shape of one sample.
  ///   - random: The source of the initial parameters; each node draws from a substream of its own.
  public init(input: Shape, random: RandomSource = RandomSource(seed: 0)) {
    self.random = random.substream("parameters")
    nodes = [
      Node(
        name: "input", operation: Input(input), inputs: [], outputShape: input, declarations: [],
        parameters: [])
    ]
  }

  /// The shape of one sample of the input.
  public var inputShape: Shape { nodes[0].outputShape }

  /// The shape of one sample of the output.
  public var outputShape: Shape { nodes[nodes.count - 1].outputShape }

  /// Adds a node at the end.
  ///
  /// - Parameters:
  ///   - operation: What the node computes.
  ///   - inputs: The positions of the nodes that feed it; by default the last node.
  ///   - name: A new name; by default the kind with a running number.
  ///   - starts: The initial values of parameters by name, where they are not the operation's own.
  /// - Returns: The position of the new node.
  /// - Throws: ``NetworkError`` if the inputs do not fit or the name is taken.
  @discardableResult
  public mutating func append(
    _ operation: some NetworkOperation, to inputs: [Int]? = nil, named name: String? = nil,
    starting starts: [String: InitialValues] = [:]
  ) throws(NetworkError) -> Int {
    let inputs = inputs ?? [nodes.count - 1]
    let name = name ?? nextName(for: operation)
    let outputShape = try outputShape(of: operation, at: inputs, named: name)
    let declarations = operation.parameters(of: inputs.map { nodes[$0].outputShape })
    var generator = random.substream(name)
    nodes.append(
      Node(
        name: name, operation: operation, inputs: inputs, outputShape: outputShape,
        declarations: declarations,
        parameters: declarations.map {
          Tensor($0.shape, drawing: starts[$0.name] ?? $0.start, using: &generator)
        }))
    return nodes.count - 1
  }

  /// Finds out what a node at the end would put out.
  ///
  /// - Parameters:
  ///   - operation: What the node would compute.
  ///   - inputs: The positions of the nodes that would feed it.
  ///   - name: Its name.
  /// - Returns: The shape of one sample.
  /// - Throws: ``NetworkError`` if the inputs do not fit or the name is taken.
  package func outputShape(
    of operation: some NetworkOperation, at inputs: [Int], named name: String
  ) throws(NetworkError) -> Shape {
    guard !nodes.contains(where: { $0.name == name }) else {
      throw .nameTaken(name)
    }
    guard inputs.count == operation.inputCount,
      inputs.allSatisfy({ nodes.indices.contains($0) })
    else {
      throw .wrongInputs(node: name, given: inputs, needed: operation.inputCount)
    }
    let shapes = inputs.map { nodes[$0].outputShape }
    do {
      return try operation.outputShape(of: shapes)
    } catch {
      throw .shapesDoNotMeet(
        node: name, inputs: inputs.map { nodes[$0].name }, shapes: shapes, needed: error.needed)
    }
  }

  /// Adds a node at the end whose parameters exist already.
  ///
  /// - Parameters:
  ///   - operation: What the node computes.
  ///   - inputs: The positions of the nodes that feed it.
  ///   - name: A new name.
  ///   - parameters: The parameters in the order of their declarations, and of their shapes.
  /// - Throws: ``NetworkError`` if the inputs do not fit or the name is taken.
  package mutating func append(
    _ operation: some NetworkOperation, to inputs: [Int], named name: String,
    parameters: [Tensor]
  ) throws(NetworkError) {
    let outputShape = try outputShape(of: operation, at: inputs, named: name)
    let declarations = operation.parameters(of: inputs.map { nodes[$0].outputShape })
    require(
      parameters.map(\.shape) == declarations.map(\.shape),
      "\(name): parameters of shapes \(parameters.map(\.shape))")
    nodes.append(
      Node(
        name: name, operation: operation, inputs: inputs, outputShape: outputShape,
        declarations: declarations, parameters: parameters))
  }

  private func nextName(for operation: some NetworkOperation) -> String {
    let kind = type(of: operation).kind
    return "\(kind)\(nodes.count { type(of: $0.operation).kind == kind } + 1)"
  }

  /// A parameter by its full name, such as `linear1.weight`.
  ///
  /// Reading an unknown name gives nil; a new value must have the shape of the old one.
  ///
  /// - Parameter name: The names of the node and of the parameter, joined by a dot.
  public subscript(parameter name: String) -> Tensor? {
    get {
      locate(name).map { nodes[$0.node].parameters[$0.parameter] }
    }
    set {
      guard let place = locate(name), let newValue else {
        fatalError("Network: no parameter \(name)")
      }
      replaceParameter(place.parameter, ofNode: place.node, by: newValue)
    }
  }

  private func locate(_ name: String) -> (node: Int, parameter: Int)? {
    for (position, node) in nodes.enumerated() {
      for (index, declaration) in node.declarations.enumerated()
      where "\(node.name).\(declaration.name)" == name {
        return (position, index)
      }
    }
    return nil
  }

  mutating func replaceParameter(_ index: Int, ofNode position: Int, by value: Tensor) {
    let expected = nodes[position].declarations[index].shape
    require(
      value.shape == expected,
      "\(nodes[position].name): parameter of shape \(value.shape) where \(expected) is needed")
    nodes[position].parameters[index] = value
  }

  /// Gives a sparse layer other connections, as many as before; the values stay in their order.
  mutating func replaceConnections(ofNode position: Int, by pattern: SparsePattern) {
    guard var layer = nodes[position].operation as? SparseLinear else {
      fatalError("Network: \(nodes[position].name) is not sparse")
    }
    require(
      pattern.entryCount == layer.pattern.entryCount,
      "\(nodes[position].name): \(pattern.entryCount) connections for \(layer.pattern.entryCount)")
    layer.pattern = pattern
    nodes[position].operation = layer
    nodes[position].declarations = layer.parameters(of: [[pattern.columnCount]])
  }
}

extension Tensor {
  fileprivate init(
    _ shape: Shape, drawing values: InitialValues, using generator: inout RandomSource
  ) {
    self.init(shape)
    withMutableElements { elements in
      for index in elements.indices {
        elements[index] =
          switch values {
          case .uniform(let bound): generator.uniform(-bound, bound)
          case .normal(let deviation): deviation * Float(generator.normal())
          case .constant(let value): value
          }
      }
    }
  }
}

extension Network: Equatable {
  /// Whether two networks have equal nodes, connections and parameters.
  public static func == (left: Network, right: Network) -> Bool {
    left.nodes == right.nodes
  }
}

extension Network.Node: Equatable {
  /// Whether two nodes have equal names, operations, inputs and parameters.
  public static func == (left: Network.Node, right: Network.Node) -> Bool {
    left.name == right.name && left.operation.isEqual(to: right.operation)
      && left.inputs == right.inputs && left.parameters == right.parameters
  }
}

/// Why a network cannot be built.
public enum NetworkError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A node with this name exists.
  case nameTaken(String)
  /// A node was given too many or too few inputs, or positions that do not exist.
  case wrongInputs(node: String, given: [Int], needed: Int)
  /// An operation cannot take the shapes of its inputs.
  case shapesDoNotMeet(node: String, inputs: [String], shapes: [Shape], needed: String)

  /// One sentence with the names and shapes.
  public var description: String {
    switch self {
    case .nameTaken(let name):
      "the network has two nodes named \(name); give one of them another name"
    case .wrongInputs(let node, let given, let needed):
      "\(node) takes \(needed) earlier node(s) as inputs, but got positions \(given)"
    case .shapesDoNotMeet(let node, let inputs, let shapes, let needed):
      "\(node) needs \(needed), but gets "
        + zip(inputs, shapes).map { "\($0) (\($1))" }.joined(separator: " and ")
    }
  }
}
