import Networks

/// What a training cost, by the rule of arXiv:2408.04583 and as counted.
public struct TrainingCost: Hashable, Sendable, Codable {
  /// The weights and biases that exist.
  public var parameterCount: Int
  /// The weights that exist.
  public var connectionCount: Int
  /// The weights of a dense network of the same widths.
  public var denseConnectionCount: Int
  /// The rows of the training part, held-out ones included, as the paper counts them.
  public var rowCount: Int
  /// The epochs.
  public var epochCount = 0
  /// The multiply-adds of forward and backward passes at the connections that exist.
  public var trainingMultiplyAdds = 0
  /// Those of the gradients at connections that do not exist, which growth by gradient looks at.
  public var growthMultiplyAdds = 0
  /// Those of the importance of the inputs.
  public var importanceMultiplyAdds = 0
  /// The bytes of weights, gradients, moments and indices.
  public var stateBytes = 0
  /// The wall-clock time of training, validation included.
  public var seconds = 0.0
  /// The part of it that the importance of the inputs took.
  public var importanceSeconds = 0.0
  private var firstConnectionCount: Int

  /// The multiply-adds by the paper's rule, three per connection, row and epoch: what it prints as
  /// floating-point operations is twice that. Neither importance nor growth is counted.
  ///
  /// - Source: arXiv:2408.04583, Table 5, whose entries follow this rule.
  public var publishedRuleMultiplyAdds: Int { 3 * connectionCount * rowCount * epochCount }

  /// All multiply-adds that were counted.
  public var multiplyAdds: Int {
    trainingMultiplyAdds + growthMultiplyAdds + importanceMultiplyAdds
  }

  /// Counts the parameters of a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - rowCount: The rows of the training part, held-out ones included.
  package init(_ network: Network, rowCount: Int) {
    parameterCount = network.parameterCount
    self.rowCount = rowCount
    var counts: [Int] = []
    var dense = 0
    for node in network.nodes {
      if let layer = node.operation as? SparseLinear {
        counts.append(layer.pattern.entryCount)
        dense += layer.pattern.rowCount * layer.pattern.columnCount
      } else if node.operation is Linear {
        counts.append(node.parameters[0].count)
        dense += node.parameters[0].count
      }
    }
    connectionCount = counts.reduce(0, +)
    denseConnectionCount = dense
    firstConnectionCount = counts.first ?? 0
  }

  /// Takes note of an epoch.
  package mutating func addSteps(_ count: Int, batchCount: Int, topology: TopologyEvolution) {
    epochCount += 1
    // Forward, weights and inputs; nobody asks for the gradient of the data.
    let perRow = 3 * connectionCount - firstConnectionCount
    trainingMultiplyAdds += count * batchCount * perRow
    growthMultiplyAdds = topology.multiplyAdds
  }
}
