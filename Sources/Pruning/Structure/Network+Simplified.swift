import Networks

extension Network {
  /// The network that computes the same with less: every transformation that changes nothing in
  /// inference, until none finds anything.
  ///
  ///     repeat: fold batch normalisation; drop operations without effect;
  ///             remove constant, unread and copied units; merge layers
  ///
  /// - Parameter tolerance: By how much the weights of units may differ that count as multiples of
  ///   each other, as a share of the largest weight of each, at least 0; with 0 the result is exact
  ///   for every input, up to rounding.
  /// - Returns: The network, and what went and what stays.
  public func simplified(tolerance: Double = 0) -> Simplification {
    var network = self
    var report = TransformationReport()
    let steps: [(Network) -> Simplification] = [
      { $0.foldingNormalizations() }, { $0.droppingIdleOperations() },
      { $0.removingRedundantUnits(tolerance: tolerance) }, { $0.mergingLayers() },
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

  /// ``foldingBatchNormalization()``, and what was folded.
  private func foldingNormalizations() -> Simplification {
    let network = foldingBatchNormalization()
    let names = Set(network.nodes.map(\.name))
    var report = TransformationReport()
    for node in nodes where !names.contains(node.name) {
      report.removed.append(.init(.foldedNormalization, node.name))
    }
    return Simplification(network: network, report: report)
  }
}
