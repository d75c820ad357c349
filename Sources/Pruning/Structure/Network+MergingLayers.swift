import Networks
import Tensors

extension Network {
  /// The network with layers multiplied into one where nothing lies between them and the product
  /// costs less.
  ///
  ///     W = W2 W1,  b = b2 + W2 b1
  ///
  /// Of two linear layers, which pays where the width between them is above
  /// inputs x outputs / (inputs + outputs); and of two convolutions one of which has a 1x1 kernel:
  ///
  ///     1x1, then k x k:  W[o, c, tap] = sum over m of W2[o, m, tap] W1[m, c]
  ///     k x k, then 1x1:  W[o, c, tap] = sum over m of W2[o, m] W1[m, c, tap]
  ///
  /// Exact in inference for every input, up to rounding (sums in `Double`). A bias before a padded
  /// convolution is none at the border: such layers stay, and are named.
  ///
  /// - Returns: The network, each merged layer under the name of the second, and what was done.
  public func mergingLayers() -> Simplification {
    let consumers = consumers
    var changes: [Int: NodeChange] = [:]
    var report = TransformationReport()
    for (position, node) in nodes.enumerated().dropFirst() {
      let first = node.inputs[0]
      guard consumers[first].count == 1, changes[first] == nil,
        let pair = MergedLayers(self, first, position)
      else { continue }
      let place = "\(nodes[first].name) into \(node.name)"
      guard pair.isExact else {
        report.kept.append(
          .init(
            .mergedLayer, place,
            reason: "\(node.name) sees zeros around the image instead of the bias"))
        continue
      }
      changes[first] = .dropped
      changes[position] = .node(
        pair.operation, inputs: nodes[first].inputs, parameters: pair.parameters)
      report.removed.append(.init(.mergedLayer, place))
    }
    return Simplification(network: changes.isEmpty ? self : rebuilt(changes), report: report)
  }
}

/// Two products as one.
private struct MergedLayers {
  let operation: any NetworkOperation
  let parameters: [Tensor]
  /// Whether the second reads what the first adds to its products everywhere.
  let isExact: Bool

  /// Merges two layers; nil if they do not merge, or if the result costs more.
  init?(_ network: Network, _ first: Int, _ second: Int) {
    let (site, next) = (UnitSite(network, first), UnitSite(network, second))
    guard let operation = Self.operation(site, next),
      let inner = (site.node.operation as? any UnitProduct)?.weights(at: site),
      let outer = (next.node.operation as? any UnitProduct)?.weights(at: next),
      let output = try? operation.outputShape(of: site.inputShapes),
      output == next.node.outputShape
    else { return nil }
    let before = network.multiplyAdds(of: site.node) + network.multiplyAdds(of: next.node)
    let weightCount = inner.columnCount * outer.rowCount * inner.shares.count * outer.shares.count
    guard operation.multiplyAdds(of: site.inputShapes) < before,
      weightCount <= inner.values.count + outer.values.count
    else { return nil }
    self.operation = operation
    let bias = inner.bias ?? [Float](repeating: 0, count: inner.rowCount)
    isExact = outer.readings(byRows: [Bool](repeating: true, count: outer.rowCount))
      .enumerated().allSatisfy { !$1.contains(.acrossBorder) || bias[$0] == 0 }
    let weight = Self.product(outer, inner)
    var parameters = [Tensor(operation.parameters(of: site.inputShapes)[0].shape, weight)]
    if inner.bias != nil || outer.bias != nil {
      let sums = outer.sums(carrying: bias.map(Double.init))
      parameters.append(
        Tensor([sums.count], sums.indices.map { Float(Double(outer.bias?[$0] ?? 0) + sums[$0]) }))
    }
    self.parameters = parameters
  }

  /// The operation that does both steps.
  private static func operation(_ first: UnitSite, _ second: UnitSite) -> (any NetworkOperation)? {
    switch (first.node.operation, second.node.operation) {
    case (let inner as Linear, let outer as Linear):
      return Linear(outer.outputCount, hasBias: inner.hasBias || outer.hasBias)
    case (let inner as Convolution, let outer as Convolution):
      guard inner.groupCount == 1, outer.groupCount == 1, inner.isPointwise || outer.isPointwise
      else { return nil }
      // The places that the second reads lie as far apart as the first steps.
      let (step, reach) = (inner.stride, outer.dilation)
      var merged = outer.isPointwise ? inner : outer
      merged.outputCount = outer.outputCount
      merged.hasBias = inner.hasBias || outer.hasBias
      merged.stride = Extent(
        step.height * outer.stride.height, step.width * outer.stride.width)
      if !outer.isPointwise {
        merged.dilation = Extent(step.height * reach.height, step.width * reach.width)
        merged.padding = Padding(
          top: outer.padding.top * step.height, left: outer.padding.left * step.width,
          bottom: outer.padding.bottom * step.height, right: outer.padding.right * step.width)
      }
      return merged
    default: return nil
    }
  }

  /// W2 W1 for each pair of taps, of which one is the only one: [rows, columns, taps].
  private static func product(_ outer: ProductWeights, _ inner: ProductWeights) -> [Float] {
    let (outerTaps, innerTaps) = (outer.shares.count, inner.shares.count)
    let width = inner.columnCount * innerTaps
    var result: [Float] = []
    result.reserveCapacity(outer.rowCount * width * outerTaps)
    outer.values.withElements { outerValues in
      inner.values.withElements { innerValues in
        for row in 0..<outer.rowCount {
          var sums = [Double](repeating: 0, count: width * outerTaps)
          for middle in 0..<inner.rowCount {
            for tap in 0..<outerTaps {
              let factor = Double(outerValues[(row * inner.rowCount + middle) * outerTaps + tap])
              if factor == 0 { continue }
              for column in 0..<width {
                sums[column * outerTaps + tap] +=
                  factor * Double(innerValues[middle * width + column])
              }
            }
          }
          result.append(contentsOf: sums.map(Float.init))
        }
      }
    }
    return result
  }
}

extension Convolution {
  /// Whether it is a linear layer at each place that it reads.
  fileprivate var isPointwise: Bool { kernel == 1 && padding == 0 }
}
