import Datasets
import Foundation
import Networks
import Tensors
import Training

extension ONNXModel {
  /// Reads a file.
  ///
  /// - Parameter path: The file. Data outside of it are looked for in its folder only.
  /// - Throws: ``ONNXError`` that says what of it cannot be read; unsupported operators are all
  ///   named.
  public init(path: String) throws(ONNXError) {
    let memory: StoreMemory
    do {
      memory = try ColumnStore.mapped(path: path)
    } catch {
      throw .file(error)
    }
    guard let start = UnsafeMutableRawPointer(mutating: memory.bytes.baseAddress) else {
      throw .file(.emptyFile(path: path))
    }
    let data = Data(bytesNoCopy: start, count: memory.bytes.count, deallocator: .none)
    let graph = try ONNXGraph(data, path: path, external: ExternalData(besides: path))
    withExtendedLifetime(memory) {}
    try self.init(graph, path: path)
  }

  /// Reads a file that lies in memory.
  ///
  /// - Parameters:
  ///   - bytes: All bytes of the file.
  ///   - path: What errors call it.
  /// - Throws: ``ONNXError`` that says what of it cannot be read.
  public init(bytes: [UInt8], path: String) throws(ONNXError) {
    let graph = try ONNXGraph(Data(bytes), path: path, external: ExternalData(besides: nil))
    try self.init(graph, path: path)
  }

  private init(_ graph: ONNXGraph, path: String) throws(ONNXError) {
    var graph = graph
    var folder = ConstantFolder(elementCount: graph.constants.values.reduce(0) { $0 + $1.count })
    do throws(UnsupportedOperator) {
      try graph.foldConstants(&folder)
    } catch {
      throw .unsupported(path: path, operators: [error])
    }
    guard graph.nodes.count <= Self.nodeLimit else {
      throw .unsuitable(
        path: path, reason: "it has \(graph.nodes.count) nodes; \(Self.nodeLimit) are the most")
    }
    graph.readNotes()
    let entrance = graph.takeEntrance()
    graph.recogniseLayers()
    let ending = try graph.takeEnding(path: path)
    let unsupported = graph.nodes.filter {
      OperatorTable.reader(of: $0.kind) == nil && !ConstantFolder.folds($0.kind)
    }
    guard unsupported.isEmpty else {
      throw .unsupported(
        path: path,
        operators: unsupported.map { UnsupportedOperator(kind: $0.kind, node: $0.label) })
    }
    self.init(try graph.network(computing: ending.score, path: path, &folder))
    (columns, scaler) = (entrance?.columns, entrance?.scaler)
    let width = columns?.tableWidth ?? network.inputShape.elementCount
    columnNames = Self.names(graph.metadata["columns"], count: width)
    if network.inputShape.rank == 3, graph.hasChannelsFirst { imageLayout = .channelsFirst }
    meaning = try Self.meaning(ending, graph.metadata, of: network, path: path)
  }

  /// The largest number of nodes.
  private static let nodeLimit = 1 << 15

  /// Names in JSON; nil if they are missing or more or fewer.
  private static func names(_ text: String?, count: Int) -> [String]? {
    guard let text,
      let names = try? JSONDecoder().decode([String].self, from: Data(text.utf8)),
      names.count == count
    else { return nil }
    return names
  }

  /// What the outputs mean, by the end of the graph or by what this package writes about it.
  private static func meaning(
    _ ending: GraphEnding, _ metadata: [String: String], of network: Network, path: String
  ) throws(ONNXError) -> OutputMeaning? {
    let count = network.outputShape.elementCount
    let written = names(metadata["outputs"], count: count)
    if let names = ending.names, names.count != count {
      throw .unsuitable(path: path, reason: "it has \(names.count) labels for \(count) outputs")
    }
    let names = ending.names ?? written
    guard ending.task == nil || names != nil || count <= 1 << 16 else {
      throw .unsuitable(path: path, reason: "it has \(count) outputs without names")
    }
    switch (ending.task, metadata["task"]) {
    case (.classes, _): return .classes(names: names ?? (0..<count).map(String.init))
    case (.labels, _): return .labels(names: names ?? (0..<count).map(String.init))
    case (nil, "classes"): return names.map { .classes(names: $0) }
    case (nil, "labels"): return names.map { .labels(names: $0) }
    case (nil, "value") where count == 1: return .value(.identity)
    case (nil, "values"):
      return names.map { .outputs(names: $0, scales: $0.map { _ in .identity }) }
    default: return nil
    }
  }
}

extension ONNXGraph {
  /// The network that computes a value.
  ///
  /// - Parameters:
  ///   - output: The name of the value.
  ///   - path: What errors call the file.
  ///   - folder: What computes constants.
  /// - Returns: The network.
  /// - Throws: ``ONNXError`` if a node has no counterpart.
  fileprivate func network(
    computing output: String, path: String, _ folder: inout ConstantFolder
  ) throws(ONNXError) -> Network {
    let (extents, order) = try inputExtents(path: path)
    var assembly = NetworkAssembly(
      input: inputs[0].name, extents: extents, order: order, version: version,
      constantCount: constants.values.reduce(0) { $0 + $1.count })
    var refused: [UnsupportedOperator] = []
    for node in nodes {
      for input in node.inputs where assembly[input] == nil {
        if let constant = constants[input] { assembly[input] = .constant(constant) }
      }
      // What a refused node would have made is unknown; only others are worth naming.
      guard node.inputs.allSatisfy({ $0.isEmpty || assembly[$0] != nil }) else { continue }
      do throws(Refusal) {
        try assembly.add(node, &folder)
      } catch {
        refused.append(
          UnsupportedOperator(kind: node.shownKind, node: node.label, reason: error.reason))
      }
    }
    guard refused.isEmpty else { throw .unsupported(path: path, operators: refused) }
    do throws(Refusal) {
      return try assembly.finished(output)
    } catch {
      throw .unsuitable(path: path, reason: "its output '\(output)' \(error.reason)")
    }
  }

  /// Whether images have their channels first: unless the first thing done is to put them there, or
  /// the file says otherwise.
  fileprivate var hasChannelsFirst: Bool {
    if let layout = metadata["layout"] { return layout != "channels-last" }
    return !nodes.contains {
      $0.kind == "Transpose" && $0.inputs == [inputs[0].name]
        && $0.attributes["perm"] == .integers([0, 3, 1, 2])
    }
  }

  /// The extents of the input, and its axes behind the batch in the order of a sample.
  private func inputExtents(
    path: String
  ) throws(ONNXError) -> (extents: [Int], order: [Int]) {
    guard inputs.count == 1 else {
      let known = inputs.map { "'\($0.name)'" }.joined(separator: ", ")
      throw .unsuitable(path: path, reason: "it has \(inputs.count) inputs (\(known)); not one")
    }
    let name = inputs[0].name
    guard let given = inputs[0].extents, given.count >= 2, given.count <= 8 else {
      throw .unsuitable(
        path: path, reason: "its input '\(name)' is no tensor of a batch of rows or images")
    }
    let sample = given.dropFirst().compactMap(\.self)
    guard sample.count == given.count - 1 else {
      throw .unsuitable(
        path: path,
        reason: "its input '\(name)' has no fixed size; export it with all but the batch fixed")
    }
    let batch = given[0] ?? NetworkAssembly.openBatch
    let count = elementCount(sample, limit: NetworkAssembly.sampleLimit) ?? 0
    guard count > 0, batch > 0, batch <= NetworkAssembly.openBatch else {
      throw .unsuitable(path: path, reason: "its input '\(name)' has impossible extents")
    }
    let order = given.count == 4 && hasChannelsFirst ? [2, 3, 1] : Array(1..<given.count)
    return ([batch] + sample, order)
  }
}

extension NetworkAssembly {
  /// Adds what stands for a node.
  fileprivate mutating func add(
    _ node: ONNXNode, _ folder: inout ConstantFolder
  ) throws(Refusal) {
    if node.kind == "Shape" || node.kind == "Size", let name = node.input(0),
      case .activation(_, let view)? = self[name], let output = node.outputs.first
    {
      let extents = view.extents
      self[output] = .constant(
        node.kind == "Size"
          ? ONNXTensor([], .integers([extents.reduce(1, *)]))
          : ONNXTensor(try ConstantNode.part(of: extents, node)))
      return
    }
    var constants: [ONNXTensor?] = []
    for name in node.inputs {
      if case .constant(let tensor)? = self[name] {
        constants.append(tensor)
      } else if name.isEmpty {
        constants.append(nil)
      }
    }
    if constants.count == node.inputs.count, let output = node.outputs.first {
      guard let result = try folder.fold(node, constants) else {
        throw Refusal("has only constants as inputs")
      }
      self[output] = .constant(result)
      return
    }
    guard let reader = OperatorTable.reader(of: node.kind) else {
      throw Refusal("is not supported on activations")
    }
    try reader.read(node, into: &self)
  }

  /// The network that ends with a value.
  fileprivate mutating func finished(_ output: String) throws(Refusal) -> Network {
    guard case .activation(let place, let view)? = self[output] else {
      throw Refusal("does not depend on the input")
    }
    let node = ONNXNode(name: "output", kind: "", inputs: [output], outputs: [])
    let isImage = view.axes.count == 4 && view.memoryOrder() == [2, 3, 1]
    let order = isImage ? [2, 3, 1] : Array(1..<max(view.axes.count, 1))
    var (target, arrangement) = try rearranged(place, view, order, for: node)
    guard target > 0 else { throw Refusal("is the input itself") }
    if arrangement.sampleExtents.isEmpty {
      target = try append(Reshape(to: [1]), to: [target], for: node)
    } else if target != network.nodes.count - 1 {
      target = try append(Reshape(to: network.nodes[target].outputShape), to: [target], for: node)
    }
    return network
  }
}
