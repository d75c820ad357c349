/// What a node may be a part of: the makers and uses of the values of a graph.
struct PatternSearch {
  let graph: ONNXGraph
  private let makers: [String: Int]
  private let useCounts: [String: Int]

  init(_ graph: ONNXGraph) {
    self.graph = graph
    makers = graph.makers
    var counts: [String: Int] = [:]
    for node in graph.nodes {
      for input in node.inputs { counts[input, default: 0] += 1 }
    }
    for output in graph.outputs { counts[output.name, default: 0] += 1 }
    useCounts = counts
  }

  /// The node that makes a value, if it is of a kind.
  ///
  /// - Parameters:
  ///   - value: The name of the value.
  ///   - kind: The operator; nil for any.
  /// - Returns: The node; nil if another kind makes it, or none.
  func maker(of value: String, _ kind: String? = nil) -> ONNXNode? {
    guard let position = makers[value] else { return nil }
    let node = graph.nodes[position]
    return kind == nil || node.kind == kind ? node : nil
  }

  /// Whether only one node reads a value.
  func isUsedOnce(_ value: String) -> Bool { useCounts[value] == 1 }

  /// The only element of a constant; nil for anything else.
  func scalar(_ value: String) -> Float? { graph.constants[value]?.scalar }

  /// The two inputs of a node, in both orders; none if it has more or fewer.
  func pairs(_ node: ONNXNode) -> [(String, String)] {
    guard node.inputs.count == 2 else { return [] }
    return [(node.inputs[0], node.inputs[1]), (node.inputs[1], node.inputs[0])]
  }

  /// The values from which a value is computed, the nearest first, a few steps far.
  ///
  /// - Parameter value: The name of the value.
  /// - Returns: At most 64 names.
  func sources(of value: String) -> [String] {
    var found: [String] = []
    var front = [value]
    for _ in 0..<8 where found.count < 32 {
      var next: [String] = []
      for name in front {
        for input in maker(of: name)?.inputs ?? []
        where graph.constants[input] == nil && !input.isEmpty && !found.contains(input) {
          if found.count == 64 { return found }
          found.append(input)
          next.append(input)
        }
      }
      front = next
    }
    return found
  }
}
