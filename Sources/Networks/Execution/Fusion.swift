import Kernels

/// Nodes that one step of a plan computes: a product or convolution, and what follows it.
struct Fusion {
  /// The nodes whose outputs are never written: the product itself, and the sum if a function
  /// follows it.
  var inner: [Int]
  /// The node whose output is written.
  var last: Int
  /// What happens on the way.
  var followUp: FollowUp
  /// The other input of the sum, if there is one.
  var addend: Int?
}

/// Finds the sums and functions that the products and convolutions before them can compute.
///
/// Operations that change nothing unless the network is trained do not stand in between.
///
/// - Parameters:
///   - network: The network, for inference.
///   - layouts: How each node's output lies.
///   - observed: Nodes whose outputs somebody looks at: each is written.
/// - Returns: The fusions, by the node that computes.
func fusions(
  in network: Network, layouts: [BatchLayout], observed: Set<Int> = []
) -> [Int: Fusion] {
  let nodes = network.nodes
  let consumers = network.consumers
  func onlyConsumer(of position: Int) -> Int? {
    guard consumers[position].count == 1, !observed.contains(position),
      layouts[position] == .sampleMajor,
      layouts[consumers[position][0]] == .sampleMajor
    else { return nil }
    return consumers[position][0]
  }
  var found: [Int: Fusion] = [:]
  for (base, node) in nodes.enumerated()
  where node.operation.takesFollowUp && node.inputs.allSatisfy({ layouts[$0] == .sampleMajor }) {
    var path = [base]
    var followUp = FollowUp()
    var addend: Int?
    /// What does nothing where the network predicts is passed over.
    func passOver() {
      while let next = onlyConsumer(of: path[path.count - 1]),
        nodes[next].operation.isTrainingOnly
      { path.append(next) }
    }
    passOver()
    let term = path[path.count - 1]
    if let next = onlyConsumer(of: term), nodes[next].operation is Add,
      // The other term is there already when the base is computed.
      let other = nodes[next].inputs.first(where: { $0 != term }), other < base
    {
      followUp.adds = true
      addend = other
      path.append(next)
    }
    if let next = onlyConsumer(of: path[path.count - 1]),
      let form = nodes[next].operation.elementwise
    {
      followUp.activation = form.function
      path.append(next)
    }
    passOver()
    guard path.count > 1 else { continue }
    found[base] = Fusion(
      inner: Array(path.dropLast()), last: path[path.count - 1], followUp: followUp,
      addend: addend)
  }
  return found
}

/// The step of a node that an earlier step has computed.
final class ComputedBefore: CompiledOperation {
  func forward() {}
  func backward() {}
}
