import Kernels

/// How the samples of a batch lie in a buffer.
public enum BatchLayout: Hashable, Sendable {
  /// One sample after another, [batch x elements].
  case sampleMajor
  /// One element after another, [elements x batch]; the batch is padded to a multiple of 16.
  case featureMajor

  /// How many samples a buffer has room for.
  func sampleCount(_ batchCount: Int) -> Int {
    self == .featureMajor ? paddedBatch(batchCount) : batchCount
  }
}

/// What an operation asks of the layout of its buffers.
public enum LayoutRole: Hashable, Sendable {
  /// Samples lie one after another, in the inputs and in the output.
  case sampleMajor
  /// Any layout, the same for the inputs and the output.
  case elementwise
  /// Any layout of the input; where it is feature by feature, any layout of the output too.
  case flexible
  /// Any layout, but feature by feature spares a transposition.
  case featureMajor
}

/// The layout of each node's output in a plan.
///
/// Between two operations that want it, samples lie feature by feature; everywhere else, and at
/// the output of the network, they lie one after another. An operation at the border transposes.
///
/// - Parameter network: The network.
/// - Returns: A layout per node.
func batchLayouts(of network: Network) -> [BatchLayout] {
  let nodes = network.nodes
  let roles = nodes.map(\.operation.layoutRole)
  let consumers = network.consumers
  // First as many as may be, then those are taken back that do not fit their neighbours.
  var isFeatureMajor = [Bool](repeating: false, count: nodes.count)
  func inputsAre(_ position: Int) -> Bool {
    nodes[position].inputs.allSatisfy { isFeatureMajor[$0] }
  }
  for position in nodes.indices {
    isFeatureMajor[position] =
      switch roles[position] {
      case .sampleMajor:
        position == 0 && consumers[0].allSatisfy { roles[$0] == .featureMajor }
      case .elementwise, .flexible: inputsAre(position)
      case .featureMajor: true
      }
  }
  func fits(_ position: Int) -> Bool {
    let isPassedOn = consumers[position].allSatisfy {
      roles[$0] != .sampleMajor && (roles[$0] != .elementwise || isFeatureMajor[$0])
    }
    let follows = roles[position] == .elementwise || roles[position] == .flexible
    return position != nodes.count - 1 && isPassedOn && (!follows || inputsAre(position))
  }
  while let misfit = nodes.indices.last(where: { isFeatureMajor[$0] && !fits($0) }) {
    isFeatureMajor[misfit] = false
  }
  return isFeatureMajor.map { $0 ? .featureMajor : .sampleMajor }
}
