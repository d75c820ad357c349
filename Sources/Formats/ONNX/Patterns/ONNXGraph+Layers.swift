extension ONNXGraph {
  /// Replaces what exporters write as several nodes by the one node that it means.
  mutating func recogniseLayers() {
    dropAliases()
    // Each rule may make what a later one looks for.
    let rules: [(ONNXNode, PatternSearch) -> ONNXNode?] = [
      LayerPatterns.linear, LayerPatterns.normalization, LayerPatterns.scaledNormalization,
      ActivationPatterns.replacement, StridedPattern.reshape,
    ]
    for rule in rules {
      let search = PatternSearch(self)
      nodes = nodes.map { rule($0, search) ?? $0 }
    }
  }

  /// Leaves out nodes that hand their input on.
  private mutating func dropAliases() {
    var aliases: [String: String] = [:]
    var kept: [ONNXNode] = []
    let ends = Set(outputs.map(\.name))
    for var node in nodes {
      node.inputs = node.inputs.map { aliases[$0] ?? $0 }
      if isAlias(node), let source = node.input(0), let output = node.outputs.first,
        !ends.contains(output)
      {
        aliases[output] = source
      } else {
        kept.append(node)
      }
    }
    nodes = kept
  }

  /// Whether a node hands its input on: dropout when it predicts, and changes of the number type.
  private func isAlias(_ node: ONNXNode) -> Bool {
    switch node.kind {
    case "Identity", "Dropout", "CastLike":
      return true
    case "Cast":
      guard case .integer(let number)? = node.attributes["to"] else { return false }
      return Int32(exactly: number).flatMap(ONNXTensor.ElementType.init(rawValue:))?.isFloat
        ?? false
    default:
      return false
    }
  }
}
