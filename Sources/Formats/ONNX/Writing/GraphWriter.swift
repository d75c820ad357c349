import Foundation
import Networks
import Tensors

/// A graph of ONNX that grows node by node while a network is walked through.
struct GraphWriter {
  /// Where the channels of an image [height, width, channels] stand in the file.
  enum Layout {
    case channelsFirst
    case channelsLast
  }

  let network: Network
  private(set) var proto = ONNXGraphProto()
  /// The nodes that are to be read as they were, although they are many operators.
  var notes: [OperationNote] = []
  private var values: [Int: [(layout: Layout, name: String)]] = [:]
  private var names: Set<String> = ["input", "output", "logits", "probabilities"]

  /// Begins a graph.
  ///
  /// - Parameter network: The network that is written.
  init(_ network: Network) {
    self.network = network
  }

  /// Says which value the first node of the network stands for.
  ///
  /// - Parameters:
  ///   - value: The name of the value.
  ///   - layout: Where its channels stand, if it is an image.
  mutating func begin(_ value: String, _ layout: Layout) {
    values[0] = [(layout, value)]
  }

  // MARK: - What a node reads

  /// The value that an input of a node reads; a transposition is added where it lies otherwise.
  ///
  /// - Parameters:
  ///   - index: Which input.
  ///   - position: The node of the network.
  ///   - wanted: Where the channels of an image are to stand; nil for where they do.
  /// - Returns: The name of the value, and where the channels stand.
  mutating func input(
    _ index: Int, of position: Int, as wanted: Layout? = nil
  ) -> (name: String, layout: Layout) {
    value(of: network.nodes[position].inputs[index], as: wanted)
  }

  /// The value of a node's output.
  mutating func value(
    of source: Int, as wanted: Layout? = nil
  ) -> (name: String, layout: Layout) {
    let known = values[source] ?? []
    require(!known.isEmpty, "GraphWriter: node \(source) is read before it is written")
    let isImage = network.nodes[source].outputShape.rank == 3
    guard isImage else { return (known[0].name, .channelsLast) }
    guard let wanted else { return (known[0].name, known[0].layout) }
    if let value = known.first(where: { $0.layout == wanted }) { return (value.name, wanted) }
    let order = wanted == .channelsFirst ? [0, 3, 1, 2] : [0, 2, 3, 1]
    let suffix = wanted == .channelsFirst ? "channels_first" : "channels_last"
    let name = newName("\(network.nodes[source].name)/\(suffix)")
    add("Transpose", [known[0].name], name, ["perm": .integers(order)])
    values[source, default: []].append((wanted, name))
    return (name, wanted)
  }

  // MARK: - What a node writes

  /// Adds an operator that helps to compute a node.
  ///
  /// - Parameters:
  ///   - kind: The operator.
  ///   - inputs: The values that it reads.
  ///   - position: The node of the network.
  ///   - attributes: Its attributes.
  /// - Returns: The name of its output.
  mutating func emit(
    _ kind: String, _ inputs: [String], at position: Int,
    _ attributes: KeyValuePairs<String, ONNXAttribute> = [:]
  ) -> String {
    let name = newName("\(network.nodes[position].name)/\(kind)")
    add(kind, inputs, name, attributes)
    return name
  }

  /// Adds the operator that computes the output of a node.
  ///
  /// - Parameters:
  ///   - kind: The operator.
  ///   - inputs: The values that it reads.
  ///   - position: The node of the network.
  ///   - layout: Where the channels of the output stand, if it is an image.
  ///   - attributes: Its attributes.
  mutating func finish(
    _ kind: String, _ inputs: [String], at position: Int, _ layout: Layout,
    _ attributes: KeyValuePairs<String, ONNXAttribute> = [:]
  ) {
    let name = newName(network.nodes[position].name)
    add(kind, inputs, name, attributes)
    values[position] = [(layout, name)]
  }

  /// Lets the output of a node be its input.
  mutating func pass(at position: Int) {
    let (name, layout) = input(0, of: position)
    values[position] = [(layout, name)]
  }

  /// Adds the operator of a node that takes each element alone.
  ///
  /// - Parameters:
  ///   - kind: The operator.
  ///   - position: The node of the network.
  ///   - attributes: Its attributes.
  mutating func elementwise(
    _ kind: String, at position: Int, _ attributes: KeyValuePairs<String, ONNXAttribute> = [:]
  ) {
    let (x, layout) = input(0, of: position)
    finish(kind, [x], at: position, layout, attributes)
  }

  /// Adds an operator with a name of its own choice for its output.
  ///
  /// - Parameters:
  ///   - kind: The operator.
  ///   - inputs: The values that it reads.
  ///   - output: The name of its output, which no value has.
  ///   - attributes: Its attributes.
  mutating func add(
    _ kind: String, _ inputs: [String], _ output: String,
    _ attributes: KeyValuePairs<String, ONNXAttribute> = [:]
  ) {
    names.insert(output)
    proto.node.append(
      .with {
        $0.name = output
        $0.opType = kind
        $0.input = inputs
        $0.output = [output]
        $0.attribute = attributes.map { ONNXAttributeProto($0.key, $0.value) }
      })
  }

  // MARK: - Constants

  /// Adds a constant.
  ///
  /// - Parameters:
  ///   - name: Its name; one is made of it that no value has.
  ///   - tensor: Its elements.
  /// - Returns: Its name.
  mutating func constant(_ name: String, _ tensor: Tensor) -> String {
    tensor.withElements { constant(name, tensor.shape.extents, .init(buffer: $0), type: .float) }
  }

  /// Adds a constant.
  ///
  /// - Parameters:
  ///   - name: Its name; one is made of it that no value has.
  ///   - tensor: Numbers.
  /// - Returns: Its name.
  mutating func constant(_ name: String, _ tensor: ONNXTensor) -> String {
    if let integers = tensor.integers {
      let bytes = integers.map { Int64($0).littleEndian }.withUnsafeBytes { Data($0) }
      return constant(name, tensor.extents, bytes, type: .int64)
    }
    let bytes = (tensor.floats ?? []).withUnsafeBytes { Data($0) }
    return constant(name, tensor.extents, bytes, type: .float)
  }

  /// A constant of one number; the same for all that need it.
  ///
  /// - Parameter number: The number.
  /// - Returns: Its name.
  mutating func scalar(_ number: Float) -> String {
    let name = "constant/\(number)"
    if names.contains(name) { return name }
    return constant(name, ONNXTensor([], .floats([number])))
  }

  private mutating func constant(
    _ name: String, _ extents: [Int], _ bytes: Data, type: ONNXTensor.ElementType
  ) -> String {
    let name = newName(name)
    proto.initializer.append(
      .with {
        $0.name = name
        $0.dims = extents.map { Int64($0) }
        $0.dataType = type.rawValue
        $0.rawData = bytes
      })
    return name
  }

  /// A name that no value has.
  private mutating func newName(_ name: String) -> String {
    var (candidate, number) = (name, 1)
    while !names.insert(candidate).inserted {
      number += 1
      candidate = "\(name)_\(number)"
    }
    return candidate
  }

  // MARK: - The ends

  /// Names the graph.
  mutating func name(_ name: String) { proto.name = name }

  /// Adds an input of the graph.
  mutating func addInput(_ name: String, _ extents: [Int]) {
    proto.input.append(.port(name, extents))
    names.insert(name)
  }

  /// Adds an output of the graph.
  mutating func addOutput(_ name: String, _ extents: [Int]) {
    proto.output.append(.port(name, extents))
  }
}

extension ONNXValueInfoProto {
  /// An input or output of `Float`, its batch left open.
  fileprivate static func port(_ name: String, _ extents: [Int]) -> Self {
    .with {
      $0.name = name
      $0.type.tensorType.elemType = ONNXTensor.ElementType.float.rawValue
      $0.type.tensorType.shape.dim =
        [.with { $0.dimParam = "batch" }]
        + extents.map { extent in .with { $0.dimValue = Int64(extent) } }
    }
  }
}

extension ONNXAttributeProto {
  fileprivate init(_ name: String, _ value: ONNXAttribute) {
    self.init()
    self.name = name
    switch value {
    case .float(let number): (f, type) = (number, 1)
    case .integer(let number): (i, type) = (Int64(number), 2)
    case .text(let text): (s, type) = (Data(text.utf8), 3)
    case .floats(let numbers): (floats, type) = (numbers, 6)
    case .integers(let numbers): (ints, type) = (numbers.map { Int64($0) }, 7)
    case .texts(let texts): (strings, type) = (texts.map { Data($0.utf8) }, 8)
    case .tensor, .other: require(false, "ONNXAttribute: only numbers and texts are written")
    }
  }
}
