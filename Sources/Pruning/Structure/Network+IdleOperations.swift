import Networks

extension Network {
  /// The network without what has no effect in inference: dropout and stochastic depth, nodes that
  /// the output does not depend on, rectifiers that pass on whatever reaches them, and changes of
  /// shape that change none.
  ///
  /// Exact in inference. In training, dropout was an effect.
  ///
  /// - Returns: The network and what was dropped.
  public func droppingIdleOperations() -> Simplification {
    let ranges = unitRanges
    var isNeeded = [Bool](repeating: false, count: nodes.count)
    isNeeded[nodes.count - 1] = true
    for position in nodes.indices.reversed() where isNeeded[position] {
      for input in nodes[position].inputs { isNeeded[input] = true }
    }
    var changes: [Int: NodeChange] = [:]
    var report = TransformationReport()
    for (position, node) in nodes.enumerated().dropFirst() {
      if !isNeeded[position] {
        changes[position] = .dropped
      } else if node.inputs.count == 1, node.inputs[0] > 0 || position < nodes.count - 1,
        isIdle(node, reading: ranges[node.inputs[0]])
      {
        changes[position] = .alias(of: node.inputs[0])
      } else {
        continue
      }
      report.removed.append(.init(.droppedOperation, node.name))
    }
    return Simplification(network: changes.isEmpty ? self : rebuilt(changes), report: report)
  }

  /// Whether a node passes on what reaches it.
  private func isIdle(_ node: Node, reading ranges: [UnitRange]) -> Bool {
    if node.operation.isTrainingOnly { return true }
    let isSameShape = node.outputShape == nodes[node.inputs[0]].outputShape
    switch node.operation {
    case is Reshape: return isSameShape
    case is Flatten: return isSameShape
    case is ScaleAndShift:
      return node.parameters[0].elements.allSatisfy { $0 == 1 }
        && node.parameters[1].elements.allSatisfy { $0 == 0 }
    case is ReLU, is LeakyReLU, is PReLU: return ranges.allSatisfy { $0.lower >= 0 }
    case is ReLU6: return ranges.allSatisfy { $0.lower >= 0 && $0.upper <= 6 }
    default: return false
    }
  }
}
