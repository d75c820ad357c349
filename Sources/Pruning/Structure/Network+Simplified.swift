import Networks

extension Network {
  /// The network that computes the same with less: every transformation that changes nothing in
  /// inference, until none finds anything.
  ///
  ///     repeat: fold batch normalisation; drop operations without effect;
  ///             remove constant, unread and copied units; collapse branches; merge layers
  ///
  /// - Parameters:
  ///   - tolerance: By how much the weights of units may differ that count as multiples of
  ///     each other, as a share of the largest weight of each, at least 0; with 0 the result is exact
  ///     for every input, up to rounding.
  ///   - density: Of linear layers on plain rows the share of the weights below which only those
  ///     count that are not 0, as they can be stored sparsely; 0 to count all.
  /// - Returns: The network, and what went and what stays.
  public func simplified(tolerance: Double = 0, sparseBelow density: Double = 0) -> Simplification {
    var network = self
    var report = TransformationReport()
    let steps: [(Network) -> Simplification] = [
      { $0.foldingNormalizations() }, { $0.droppingIdleOperations() },
      { $0.removingRedundantUnits(tolerance: tolerance) }, { $0.collapsingBranches() },
      { $0.mergingLayers(sparseBelow: density) },
    ]
    while true {
      var found = TransformationReport()
      for step in steps {
        let result = step(network)
        network = result.network
        found.removed += result.report.removed
        found.kept += result.report.kept
      }
      report.append(found)
      // Folding comes first: the other steps have seen what it leaves.
      if found.removed.allSatisfy({ $0.change == .foldedNormalization }) { break }
    }
    return Simplification(network: network, report: report)
  }

  /// The network with normalisations folded into the layers before them, or else behind them.
  private func foldingNormalizations() -> Simplification {
    var network = foldingBatchNormalization()
    while case let next = network.foldingBatchNormalization(),
      next.nodes.count < network.nodes.count
    {
      network = next
    }
    let names = Set(network.nodes.map(\.name))
    var report = TransformationReport()
    for node in nodes where !names.contains(node.name) {
      report.removed.append(.init(.foldedNormalization, node.name))
    }
    let forward = network.foldingNormalizationsForward()
    report.removed += forward.report.removed
    report.kept = forward.report.kept
    return Simplification(network: forward.network, report: report)
  }
}
