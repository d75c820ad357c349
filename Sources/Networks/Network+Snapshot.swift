import Tensors

extension Network {
  /// The parameters, and the connections of sparse layers; the layers themselves are known to who
  /// restores them.
  package var state: Snapshot {
    var state = Snapshot()
    for (position, node) in nodes.enumerated() where !node.parameters.isEmpty {
      var own = Snapshot()
      if let layer = node.operation as? SparseLinear { own.save("pattern", layer.pattern.state) }
      for (index, parameter) in node.parameters.enumerated() {
        own.save("parameter\(index)", .float(parameter.elements))
      }
      state.save("node\(position)", own)
    }
    return state
  }

  /// This network with the parameters and connections that were saved.
  ///
  /// - Parameter state: The ``state`` of a network of the same layers. A linear one on plain rows
  ///   may have become sparse.
  /// - Returns: The network.
  /// - Throws: ``SnapshotError`` if it is that of another network.
  package func restored(from state: Snapshot) throws(SnapshotError) -> Network {
    var result = Network(input: inputShape)
    let prunable = Set(prunableLayers)
    for position in nodes.indices.dropFirst() {
      let node = nodes[position]
      let own = node.parameters.isEmpty ? Snapshot() : try state.part("node\(position)")
      if prunable.contains(position), own.has("pattern") {
        try result.append(sparse: node, own, inputCount: nodes[node.inputs[0]].outputShape[0])
      } else {
        result.append(again: node.operation, node)
      }
      let declarations = result.nodes[position].declarations
      for (index, declaration) in declarations.enumerated() {
        let values = try own.floats("parameter\(index)", count: declaration.shape.elementCount)
        result.replaceParameter(index, ofNode: position, by: Tensor(declaration.shape, values))
      }
    }
    return result
  }

  private mutating func append(
    sparse node: Node, _ state: Snapshot, inputCount: Int
  ) throws(SnapshotError) {
    let pattern = try SparsePattern(
      restoredFrom: try state.part("pattern"), rowCount: node.outputShape[0],
      columnCount: inputCount)
    let storage = (node.operation as? SparseLinear)?.storage ?? .automatic
    append(again: SparseLinear(pattern, storage: storage), node)
  }

  private mutating func append(again operation: some NetworkOperation, _ node: Node) {
    do {
      try append(operation, to: node.inputs, named: node.name)
    } catch {
      fatalError("Network: restoring changed a shape: \(error)")  // shapes stay as they are
    }
  }
}
