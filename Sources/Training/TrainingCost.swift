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
  /// The optimizer steps.
  public var stepCount = 0
  /// The multiply-adds by the paper's rule: three per connection, row and epoch.
  ///
  /// What it prints as floating-point operations is twice that. Neither importance nor growth is
  /// counted.
  ///
  /// - Source: arXiv:2408.04583, Table 5, whose entries follow this rule.
  public var publishedRuleMultiplyAdds = 0
  /// The multiply-adds of forward and backward passes at the connections that exist.
  public var trainingMultiplyAdds = 0
  /// Those of the gradients at connections that do not exist, which growth by gradient looks at.
  public var growthMultiplyAdds = 0
  /// Those of the importance of the inputs.
  public var importanceMultiplyAdds = 0
  /// The most bytes that weights, gradients, moments, ages, the connections in both directions and
  /// the memory of their updates took; activations, which grow with the batch, are left out.
  public var stateBytes = 0
  /// The wall-clock time of training, validation included.
  public var seconds = 0.0
  /// The part of it that the importance of the inputs took.
  public var importanceSeconds = 0.0
  var firstConnectionCount: Int

  /// The mean wall-clock time of an optimizer step; 0 without any.
  public var secondsPerStep: Double { stepCount == 0 ? 0 : seconds / Double(stepCount) }

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
      } else if node.operation is Linear || node.operation is Convolution {
        counts.append(node.parameters[0].count)
        dense += node.parameters[0].count
      }
    }
    connectionCount = counts.reduce(0, +)
    denseConnectionCount = dense
    firstConnectionCount = counts.first ?? 0
  }

  /// Takes note of an epoch.
  ///
  /// - Parameters:
  ///   - count: The steps.
  ///   - batchCount: The rows of a step.
  ///   - multiplyAddsPerRow: What a row of a step costs.
  ///   - topology: What the growth of connections cost so far.
  package mutating func addSteps(
    _ count: Int, batchCount: Int, multiplyAddsPerRow: Int, topology: TopologyEvolution
  ) {
    epochCount += 1
    stepCount += count
    publishedRuleMultiplyAdds += 3 * connectionCount * rowCount
    trainingMultiplyAdds += count * batchCount * multiplyAddsPerRow
    growthMultiplyAdds = topology.multiplyAdds
  }

  /// Takes note of the memory in use.
  package mutating func measureState(of trainer: Trainer, _ topology: TopologyEvolution) {
    stateBytes = max(stateBytes, trainer.stateByteCount + topology.byteCount)
  }

  /// The cost of a training and of what it went on to spend on a network made from its own.
  ///
  /// - Parameter later: The cost of the later part.
  /// - Returns: The sums; parameters and connections are those of the later part.
  package func adding(_ later: TrainingCost) -> TrainingCost {
    var sum = later
    sum.epochCount += epochCount
    sum.stepCount += stepCount
    sum.publishedRuleMultiplyAdds += publishedRuleMultiplyAdds
    sum.trainingMultiplyAdds += trainingMultiplyAdds
    sum.growthMultiplyAdds += growthMultiplyAdds
    sum.importanceMultiplyAdds += importanceMultiplyAdds
    sum.stateBytes = max(stateBytes, sum.stateBytes)
    sum.seconds += seconds
    sum.importanceSeconds += importanceSeconds
    return sum
  }
}

extension Network {
  /// The multiply-adds of a step for one row: forward, of the weights and of the inputs; nobody asks
  /// for the gradient of the data.
  package var trainingMultiplyAdds: Int {
    let counts = nodes.filter {
      $0.operation is SparseLinear || $0.operation is Linear || $0.operation is Convolution
    }.map { multiplyAdds(of: $0) }
    return 3 * counts.reduce(0, +) - (counts.first ?? 0)
  }
}

extension TrainingCost {
  /// Whether two trainings cost the same; how long they took is not compared, so that equal seeds
  /// give equal results.
  public static func == (left: TrainingCost, right: TrainingCost) -> Bool {
    left.withoutTimes == right.withoutTimes
  }

  /// Hashes what is compared.
  ///
  /// - Parameter hasher: The hasher.
  public func hash(into hasher: inout Hasher) {
    hasher.combine(withoutTimes)
  }

  private var withoutTimes: [Int] {
    [
      stepCount, publishedRuleMultiplyAdds, parameterCount, connectionCount, denseConnectionCount,
      rowCount, epochCount,
      trainingMultiplyAdds, growthMultiplyAdds, importanceMultiplyAdds, stateBytes,
    ]
  }
}
