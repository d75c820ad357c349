import Networks
import Tensors

extension Network {
  /// The network with layers multiplied into one where nothing lies between them and the product
  /// costs less; see ``MergedProducts``.
  ///
  /// Exact in inference for every input, up to rounding (sums in `Double`). What a padded
  /// convolution sees around the image are zeros, and no longer are with both in one: such layers
  /// stay, and are named, unless nothing would be there anyway.
  ///
  /// - Parameter density: Of linear layers on plain rows the share of the weights below which only
  ///   those count that are not 0, as they can be stored sparsely.
  /// - Returns: The network, each merged layer under the name of the second, and what was done.
  public func mergingLayers(sparseBelow density: Double = 0) -> Simplification {
    let consumers = consumers
    var changes: [Int: NodeChange] = [:]
    var report = TransformationReport()
    for (position, node) in nodes.enumerated().dropFirst() {
      let first = node.inputs[0]
      guard consumers[first].count == 1, changes[first] == nil,
        let inner = ProductLayer(self, first), let outer = ProductLayer(self, position),
        let merged = MergedProducts(inner, outer), merged.outputShape == node.outputShape,
        merged.layer.isCheaper(than: [inner, outer], sparseBelow: density)
      else { continue }
      let place = "\(nodes[first].name) into \(node.name)"
      if let obstacle = merged.obstacle {
        report.kept.append(.init(.mergedLayer, place, reason: "\(node.name) \(obstacle)"))
        continue
      }
      changes[first] = .dropped
      changes[position] = .node(
        merged.layer.operation, inputs: nodes[first].inputs, parameters: merged.layer.parameters)
      report.removed.append(.init(.mergedLayer, place))
    }
    return Simplification(network: rebuilt(changes), report: report)
  }
}
