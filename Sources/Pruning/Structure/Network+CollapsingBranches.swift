import Networks
import Tensors

extension Network {
  /// The network with fewer additions: of a branch that is constant the constant is left, and linear
  /// branches that read the same become one layer.
  ///
  ///     x + 0           x
  ///     x + c           a shift of each unit
  ///     W x + x         (W + 1) x
  ///     V x + W x       (V + W) x
  ///
  /// The windows of convolutions are laid on top of each other: 1 is the tap that reads the place
  /// itself, and a narrower window lies inside a wider one of the same step.
  ///
  /// Exact in inference for every input, up to rounding. There are never more multiply-adds.
  ///
  /// - Returns: The network and what was done; what a branch computed may be left, unread.
  public func collapsingBranches() -> Simplification {
    let ranges = unitRanges
    let consumers = consumers
    var changes: [Int: NodeChange] = [:]
    var report = TransformationReport()
    for (position, node) in nodes.enumerated() where node.operation is Add {
      let constants = node.inputs.map { input in ranges[input].map(\.constant) }
      if let dead = constants.firstIndex(where: { !$0.contains(nil) }) {
        let shift = constants[dead].map { Float($0 ?? 0) }
        let other = node.inputs[1 - dead]
        // The output of the network stays a node of its own.
        let isDropped = shift.allSatisfy { $0 == 0 } && position < nodes.count - 1
        changes[position] =
          isDropped
          ? .alias(of: other)
          : .node(
            ScaleAndShift(), inputs: [other],
            parameters: [
              Tensor([shift.count], shift.map { _ in 1 }), Tensor([shift.count], shift),
            ])
        report.removed.append(.init(.constantBranch, node.name))
      } else if let sum = BranchSum(self, position, consumers),
        sum.products.allSatisfy({ changes[$0] == nil })
      {
        for product in sum.products { changes[product] = .dropped }
        changes[position] = .nodes([
          NewNode(
            nodes[sum.products[0]].name, sum.layer.operation, reading: [.former(sum.source)],
            parameters: sum.layer.parameters)
        ])
        report.removed.append(.init(.linearBranch, node.name))
      }
    }
    return Simplification(network: rebuilt(changes), report: report)
  }
}

/// An addition of linear functions of the same node, as one layer.
private struct BranchSum {
  let layer: ProductLayer
  let products: [Int]
  let source: Int

  /// The layer that does what an addition and the products in front of it do; nil if there is none.
  init?(_ network: Network, _ position: Int, _ consumers: [[Int]]) {
    let inputs = network.nodes[position].inputs
    guard inputs[0] != inputs[1] else { return nil }
    let layers = inputs.map { consumers[$0].count == 1 ? ProductLayer(network, $0) : nil }
    let sources = inputs.map { network.nodes[$0].inputs.first }
    switch (layers[0], layers[1]) {
    case (let first?, let second?) where sources[0] == sources[1]:
      guard let sum = first.adding(second) ?? second.adding(first) else { return nil }
      (layer, products) = (sum, inputs)
    case (let branch?, _) where sources[0] == inputs[1]:
      guard let sum = branch.adding(branch.identity) else { return nil }
      (layer, products) = (sum, [inputs[0]])
    case (_, let branch?) where sources[1] == inputs[0]:
      guard let sum = branch.adding(branch.identity) else { return nil }
      (layer, products) = (sum, [inputs[1]])
    default: return nil
    }
    guard let source = network.nodes[products[0]].inputs.first else { return nil }
    self.source = source
  }
}

extension ProductLayer {
  /// A layer that passes on what it reads.
  fileprivate var identity: ProductLayer {
    let width = inputShape.innermost
    var values = [Float](repeating: 0, count: width * width)
    for unit in 0..<width { values[unit * width + unit] = 1 }
    if operation is Linear {
      let weights = ProductWeights(dense: Tensor([width, width], values), bias: nil)
      return ProductLayer(Linear(width, hasBias: false), weights, reading: inputShape)
    }
    let weights = ProductWeights(
      convolution: Tensor([width, width, 1, 1], values), groupCount: 1, shares: [1], bias: nil)
    return ProductLayer(
      Convolution(width, kernel: 1, hasBias: false), weights, reading: inputShape)
  }

  /// The layer with what another one adds to its output taken in; nil if its window has no place for
  /// that.
  fileprivate func adding(_ other: ProductLayer) -> ProductLayer? {
    guard weights.groupCount == 1, other.weights.groupCount == 1,
      weights.rowCount == other.weights.rowCount,
      let places = places(of: other)
    else { return nil }
    var result = weights
    let (tapCount, otherCount) = (weights.shares.count, other.weights.shares.count)
    let added = other.weights.values.elements
    result.values.withMutableElements { elements in
      for index in added.indices {
        let place = index / otherCount * tapCount + places[index % otherCount]
        elements[place] = Float(Double(elements[place]) + Double(added[index]))
      }
    }
    if let bias = other.weights.bias {
      result.bias = weights.bias.map { own in zip(own, bias).map { $0 + $1 } } ?? bias
    }
    return with(result)
  }

  /// The tap that reads what each tap of another layer reads.
  private func places(of other: ProductLayer) -> [Int]? {
    if operation is Linear && other.operation is Linear { return [0] }
    guard let own = operation as? Convolution, let narrow = other.operation as? Convolution,
      own.stride == narrow.stride
    else { return nil }
    func taps(_ axis: KeyPath<Extent, Int>, _ padding: (Int, Int)) -> [Int]? {
      var taps: [Int] = []
      for tap in 0..<narrow.kernel[keyPath: axis] {
        let reach = tap * narrow.dilation[keyPath: axis] - padding.1 + padding.0
        let step = own.dilation[keyPath: axis]
        guard reach >= 0, reach % step == 0, reach / step < own.kernel[keyPath: axis] else {
          return nil
        }
        taps.append(reach / step)
      }
      return taps
    }
    guard let rows = taps(\.height, (own.padding.top, narrow.padding.top)),
      let columns = taps(\.width, (own.padding.left, narrow.padding.left))
    else { return nil }
    return rows.flatMap { row in columns.map { row * own.kernel.width + $0 } }
  }
}
