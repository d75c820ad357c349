import Tensors

extension Network {
  /// The network without the connections of smallest |w|.
  ///
  /// Every ``Linear`` layer on plain rows and every ``SparseLinear`` layer competes; see
  /// ``pruned(to:)`` for what becomes of them. Sparsity is that of the dense layers: a connection
  /// that does not exist counts as removed.
  ///
  /// - Parameter rule: How many connections are removed, and over what they compete.
  /// - Returns: The smaller network; at every input its outputs are those of this network with
  ///   zeros for the removed weights, up to rounding.
  public func pruned(by rule: MagnitudePruning) -> Network {
    pruned(to: rule.survivors(of: prunableLayers.map(denseWeight)))
  }

  /// The network with some of its connections only; their weights and all biases are kept.
  ///
  /// A layer that loses connections becomes (or stays) a ``SparseLinear`` one, which stores and
  /// multiplies only what is left. No layer loses all: of one that would, the largest stays.
  ///
  /// - Parameter survivors: The connections of each layer of ``prunableLayers``, in their order;
  ///   those among them that do not exist are not created.
  /// - Returns: The smaller network, its nodes under the same names.
  public func pruned(to survivors: [SparsePattern]) -> Network {
    let layers = prunableLayers
    require(
      survivors.count == layers.count,
      "Network: connections of \(survivors.count) layers for \(layers.count)")
    var changes: [Int: NodeChange] = [:]
    for (layer, pattern) in zip(layers, survivors) {
      guard let smaller = pruned(layer, to: pattern) else { continue }
      changes[layer] = .node(
        SparseLinear(smaller.pattern, storage: storage(of: layer)), inputs: nodes[layer].inputs,
        parameters: [smaller.values, nodes[layer].parameters[1]])
    }
    return rebuilt(changes)
  }

  /// The positions of the layers that lose connections when the network is pruned.
  public var prunableLayers: [Int] {
    nodes.indices.filter { position in
      let node = nodes[position]
      if node.operation is SparseLinear { return true }
      // A sparse layer reads plain rows only.
      return node.operation is Linear && nodes[node.inputs[0]].outputShape.rank == 1
    }
  }

  /// The weights of a layer as a matrix, zeros where no connection exists.
  private func denseWeight(ofLayer position: Int) -> Tensor {
    let node = nodes[position]
    guard let layer = node.operation as? SparseLinear else { return node.parameters[0] }
    return SparseMatrix(layer.pattern, values: node.parameters[0]).dense
  }

  private func storage(of position: Int) -> SparseLinear.Storage {
    (nodes[position].operation as? SparseLinear)?.storage ?? .automatic
  }

  /// The connections of a layer that are left; nil if that is all of a dense one.
  private func pruned(_ position: Int, to survivors: SparsePattern) -> SparseMatrix? {
    let weight = denseWeight(ofLayer: position)
    let existing = (nodes[position].operation as? SparseLinear)?.pattern
    var pattern = existing.map { $0.intersection(survivors) } ?? survivors
    if pattern.entryCount == 0 {
      pattern = MagnitudePruning(sparsity: 1, scope: .perLayer).survivors(of: [weight])[0]
      // Where all weights are 0 the one that stays may be none that exists.
      if let existing, pattern.intersection(existing).entryCount == 0 {
        pattern = existing.firstEntry
      }
    }
    if existing == nil && pattern.entryCount == weight.count { return nil }
    return SparseMatrix(weight, at: pattern)
  }
}

extension SparsePattern {
  /// The entries that exist in both patterns, which have the same shape.
  func intersection(_ other: SparsePattern) -> SparsePattern {
    require(
      rowCount == other.rowCount && columnCount == other.columnCount,
      "SparsePattern: \(rowCount)x\(columnCount) and \(other.rowCount)x\(other.columnCount)")
    var starts: [Int32] = [0]
    var common: [Int32] = []
    for row in 0..<rowCount {
      var (own, others) = (entries(ofRow: row), other.entries(ofRow: row))
      while let entry = own.first, let candidate = others.first {
        let (column, otherColumn) = (columns[entry], other.columns[candidate])
        if column == otherColumn { common.append(column) }
        if column <= otherColumn { own.removeFirst() }
        if otherColumn <= column { others.removeFirst() }
      }
      starts.append(Int32(common.count))
    }
    return SparsePattern(
      rowCount: rowCount, columnCount: columnCount, rowStarts: starts, columns: common)
  }

  /// The pattern with the first entry alone.
  fileprivate var firstEntry: SparsePattern {
    SparsePattern(
      rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts.map { min($0, 1) },
      columns: Array(columns.prefix(1)))
  }
}
