import Networks

/// The layers of a perceptron in a file whose names number them in another way.
///
/// PyTorch's `Sequential` calls its layers `0`, `2`, `4`, where here they are `linear1`, `linear2`,
/// `linear3`: what is numbered can be told by the order of its numbers. A network of more than linear
/// layers has no such order, and its parameters are found by their names alone.
struct LayerOrder {
  /// The name in the file of each parameter of the network.
  private(set) var names: [String: String] = [:]

  /// Compares a network with a file; nil where the network is no perceptron, the file has a name of
  /// it, or the layers of the file are not numbered, not as many, or of other parameters.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - file: The file.
  init?(_ network: Network, in file: Safetensors) {
    let nodes = network.nodes.filter { !$0.declarations.isEmpty }
    var layers: [String: Set<String>] = [:]
    for name in file.arrays.map(\.name) where !ParameterName.isNoParameter(name) {
      let parts = name.split(separator: ".", omittingEmptySubsequences: false)
      layers[parts.dropLast().joined(separator: "."), default: []].insert(String(parts.last ?? ""))
    }
    let ordered = layers.keys.sorted {
      Self.numbers($0).lexicographicallyPrecedes(Self.numbers($1))
    }
    guard nodes.allSatisfy({ $0.operation is Linear }), ordered.count == nodes.count,
      Set(ordered.map(Self.text)).count == 1, Set(ordered.map(Self.numbers)).count == nodes.count
    else { return nil }
    for (node, layer) in zip(nodes, ordered) {
      guard layers[layer] == Set(node.declarations.map(\.name)) else { return nil }
      for declaration in node.declarations {
        let name = "\(node.name).\(declaration.name)"
        guard file[name] == nil else { return nil }
        names[name] = "\(layer).\(declaration.name)"
      }
    }
  }

  /// The numbers in a name, from left to right.
  private static func numbers(_ name: String) -> [Int] {
    name.split { !$0.isASCII || !$0.isNumber }.map { Int($0) ?? 0 }
  }

  /// What a name is but for its numbers.
  private static func text(_ name: String) -> [Substring] {
    name.split { $0.isASCII && $0.isNumber }
  }
}
