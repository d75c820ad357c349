import Datasets
import Networks
import Tensors

/// A network that grows node by node while a graph is walked through.
struct NetworkAssembly {
  /// What a name of the graph stands for.
  enum Value {
    case constant(ONNXTensor)
    /// The output of a node of the network, and how its memory is to be read.
    case activation(node: Int, view: AxisView)
  }

  /// What stands for the batch where the file leaves it open: a prime number that no other extent
  /// has as a factor, so that the arithmetic of shapes goes through it unharmed.
  static let openBatch = 2_147_483_647

  /// The largest number of elements of one sample of a tensor.
  static let sampleLimit = 1 << 28

  private(set) var network: Network
  private var values: [String: Value] = [:]
  private var nameCounts = ["input": 1]
  /// How many numbers may still be made that are not in the file.
  private var budget: Int
  let batch: Int
  /// The version of ONNX's own operators.
  let version: Int

  /// Begins a network.
  ///
  /// - Parameters:
  ///   - input: The name of the input.
  ///   - extents: Its extents, the batch first.
  ///   - order: Its axes behind the first in the order in which samples hold them.
  ///   - version: The version of ONNX's own operators.
  ///   - constantCount: The number of elements of the constants in the file.
  init(input: String, extents: [Int], order: [Int], version: Int, constantCount: Int) {
    self.version = version
    budget = 4 * constantCount + 1 << 22
    batch = extents[0]
    let arrangement = Arrangement(extents: extents, order: order, lead: 1, batch: extents[0])
    network = Network(input: Shape(arrangement.sampleExtents))
    values[input] = .activation(node: 0, view: arrangement.view)
  }

  /// What a name stands for; nil for nothing that is known.
  ///
  /// - Parameter name: A name of the graph.
  subscript(name: String) -> Value? {
    get { values[name] }
    set { values[name] = newValue }
  }

  // MARK: - What a node reads

  /// A constant input; nil where it is left out.
  ///
  /// - Parameters:
  ///   - position: The position of the input.
  ///   - node: The node.
  /// - Returns: The tensor.
  /// - Throws: ``Refusal`` if the input is computed.
  func constant(_ position: Int, of node: ONNXNode) throws(Refusal) -> ONNXTensor? {
    guard let name = node.input(position) else { return nil }
    guard case .constant(let tensor)? = values[name] else {
      throw Refusal("has no constant for input \(position)")
    }
    return tensor
  }

  /// Whether an input has no elements.
  ///
  /// - Parameters:
  ///   - position: The position of the input.
  ///   - node: The node.
  /// - Returns: Whether it is a constant without elements.
  func isEmpty(_ position: Int, of node: ONNXNode) -> Bool {
    guard let name = node.input(position), case .constant(let tensor)? = values[name] else {
      return false
    }
    return tensor.count == 0
  }

  /// Whether an input is computed.
  ///
  /// - Parameters:
  ///   - position: The position of the input.
  ///   - node: The node.
  /// - Returns: Whether it is; false for a constant, and where it is left out.
  func isActivation(_ position: Int, of node: ONNXNode) -> Bool {
    guard let name = node.input(position), case .activation? = values[name] else { return false }
    return true
  }

  /// The view of a computed input.
  ///
  /// - Parameters:
  ///   - position: The position of the input.
  ///   - node: The node.
  /// - Returns: The node of the network and the view.
  /// - Throws: ``Refusal`` if the input is a constant or left out.
  func activation(
    _ position: Int, of node: ONNXNode
  ) throws(Refusal) -> (node: Int, view: AxisView) {
    guard let name = node.input(position), case .activation(let place, let view)? = values[name]
    else { throw Refusal("has a constant where an activation is needed") }
    return (place, view)
  }

  /// Puts an input into memory in an order, one dimension for each axis.
  ///
  /// - Parameters:
  ///   - position: The position of the input.
  ///   - node: The node.
  ///   - order: The axes behind the first; nil for the order of memory with one axis innermost.
  ///   - innermost: That axis; nil for any.
  /// - Returns: The node of the network and how its memory is arranged.
  /// - Throws: ``Refusal`` if the input cannot be so arranged.
  mutating func arranged(
    _ position: Int, of node: ONNXNode, order: [Int]? = nil, innermost: Int? = nil
  ) throws(Refusal) -> (node: Int, arrangement: Arrangement) {
    let (place, view) = try activation(position, of: node)
    let order = order ?? view.memoryOrder(innermost: innermost)
    let (target, arrangement) = try rearranged(place, view, order, for: node)
    if let name = node.input(position), target != place {
      values[name] = .activation(node: target, view: arrangement.view)
    }
    return (target, arrangement)
  }

  /// Two computed inputs with what makes them and their shapes, for a refusal.
  ///
  /// - Parameter node: The node.
  /// - Returns: "conv1 (8x8x4) and conv2 (8x8x3)", extents as the file has them.
  func described(_ node: ONNXNode) -> String {
    node.inputs.prefix(2).compactMap { name in
      guard case .activation(let place, let view)? = values[name] else { return nil }
      let extents = view.extents.dropFirst().map(String.init).joined(separator: "x")
      return "\(network.nodes[place].name.shown) (\(extents))"
    }.joined(separator: " and ")
  }

  /// An input as an image: height, width, channels.
  ///
  /// - Parameters:
  ///   - position: The position of the input.
  ///   - node: The node.
  /// - Returns: The node of the network and how its memory is arranged.
  /// - Throws: ``Refusal`` if the input is no image.
  mutating func image(
    _ position: Int, of node: ONNXNode
  ) throws(Refusal) -> (node: Int, arrangement: Arrangement) {
    let rank = try activation(position, of: node).view.axes.count
    guard rank == 4 else { throw Refusal("has \(rank) axes where an image has 4") }
    let (target, arrangement) = try arranged(position, of: node, order: [2, 3, 1])
    guard arrangement.lead == 1 else { throw Refusal("has images that are parts of samples") }
    return (target, arrangement)
  }

  // MARK: - What a node makes

  /// Takes numbers from what a file may ask for beyond those that it holds.
  ///
  /// - Parameter count: How many numbers are to be made.
  /// - Throws: ``Refusal`` if they are too many for the size of the file.
  mutating func reserve(_ count: Int) throws(Refusal) {
    guard count <= budget else { throw Refusal("asks for \(count) numbers") }
    budget -= count
  }

  /// Sets what the first output of a node stands for.
  ///
  /// - Parameters:
  ///   - node: The node of the graph.
  ///   - place: A node of the network.
  ///   - view: How its memory is to be read.
  mutating func finish(_ node: ONNXNode, at place: Int, _ view: AxisView) {
    if !node.output.isEmpty { values[node.output] = .activation(node: place, view: view) }
  }

  /// Adds an operation.
  ///
  /// - Parameters:
  ///   - operation: The operation.
  ///   - inputs: The nodes of the network that it reads.
  ///   - parameters: Its parameters by name; all that it declares.
  ///   - node: The node of the graph for which it stands.
  ///   - suffix: What is put behind the name; for helpers of an operation.
  /// - Returns: The position of the new node.
  /// - Throws: ``Refusal`` if the shapes do not fit.
  mutating func append(
    _ operation: some NetworkOperation, to inputs: [Int], _ parameters: [String: Tensor] = [:],
    for node: ONNXNode, suffix: String = ""
  ) throws(Refusal) -> Int {
    let shapes = inputs.map { network.nodes[$0].outputShape }
    let shape: Shape
    do {
      shape = try operation.outputShape(of: shapes)
    } catch {
      throw Refusal("needs \(error.needed), but gets \(described(inputs))")
    }
    guard let count = elementCount(shape.extents, limit: Self.sampleLimit), count > 0 else {
      throw Refusal("makes a tensor of impossible shape \(shape)")
    }
    let declarations = operation.parameters(of: shapes)
    for declaration in declarations {
      guard let found = parameters[declaration.name]?.shape, found == declaration.shape else {
        let own = parameters[declaration.name].map { "is of \($0.shape)" } ?? "is missing"
        throw Refusal(
          "needs a \(declaration.name) of shape \(declaration.shape) for \(described(inputs)),"
            + " but its own \(own)")
      }
      guard parameters[declaration.name]?.withElements({ $0.allSatisfy(\.isFinite) }) == true else {
        throw Refusal("has a parameter \(declaration.name) that is NaN or infinite")
      }
    }
    let name = newName(for: node, kind: type(of: operation).kind) + suffix
    do {
      let position = try network.append(
        operation, to: inputs, named: name,
        starting: Dictionary(uniqueKeysWithValues: declarations.map { ($0.name, .constant(0)) }))
      for declaration in declarations {
        network[parameter: "\(name).\(declaration.name)"] = parameters[declaration.name]
      }
      return position
    } catch {
      throw Refusal("does not fit: \(error)")
    }
  }

  /// Nodes of the network with the shapes that they make, for a refusal.
  private func described(_ places: [Int]) -> String {
    places.map { "\(network.nodes[$0].name.shown) (\(network.nodes[$0].outputShape))" }
      .joined(separator: " and ")
  }

  /// A name that no node has: that of the file's module or node, with a number where it is taken.
  private mutating func newName(for node: ONNXNode, kind: String) -> String {
    let name = node.moduleName ?? kind
    var candidate = name
    while nameCounts[candidate] != nil {
      nameCounts[name, default: 1] += 1
      candidate = "\(name)_\(nameCounts[name, default: 1])"
    }
    nameCounts[candidate] = 1
    return candidate
  }
}

extension ONNXNode {
  /// The name of the module that the node is: before the last dot of a parameter's name, or the
  /// path in the node's own name; nil where there is none.
  var moduleName: String? {
    for input in inputs.dropFirst() where !input.contains("::") && !input.contains("/") {
      if let dot = input.lastIndex(of: "."), dot > input.startIndex {
        return String(input[..<dot])
      }
    }
    guard name.hasPrefix("/") else { return name.isEmpty ? nil : name }
    // "/layer1/layer1.0/conv1/Conv" is the module layer1.0.conv1.
    var parts: [String] = []
    for part in name.split(separator: "/").dropLast().map(String.init) {
      if let last = parts.last, part.hasPrefix(last + ".") { parts.removeLast() }
      parts.append(part)
    }
    return parts.isEmpty ? String(name.dropFirst()) : parts.joined(separator: ".")
  }
}

extension Tensor {
  /// The numbers of a constant, as a parameter of a shape; nil if there are more or fewer, or texts.
  init?(_ constant: ONNXTensor, _ shape: Shape) {
    guard constant.count == shape.elementCount, let floats = constant.floats else { return nil }
    self.init(shape, floats)
  }
}
