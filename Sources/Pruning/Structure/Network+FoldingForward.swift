import Networks
import Tensors

extension Network {
  /// The network with each batch normalisation folded into the layers that read it, where all its
  /// readers are linear layers or convolutions.
  ///
  ///     W (g x + t) + b = (W g) x + (b + W t),  with g = scale / sqrt(variance + epsilon)
  ///                                             and  t = shift - mean g
  ///
  /// Exact in inference for every input, up to rounding (sums in `Double`). A padded convolution sees
  /// zeros around the image where the normalisation would have put t: there a normalisation stays
  /// unless its t is 0 wherever that is read. One whose t is above ``largestFoldedShift`` stays too.
  ///
  /// - Returns: The network, what was folded, and every normalisation that stays.
  func foldingNormalizationsForward() -> Simplification {
    let consumers = consumers
    var changes: [Int: NodeChange] = [:]
    var report = TransformationReport()
    for (position, node) in nodes.enumerated() {
      guard let norm = node.operation as? BatchNorm else { continue }
      let site = UnitSite(self, position)
      let scalings = (0..<site.width).map { norm.scaling(ofUnit: $0, at: site) }
      let readers = consumers[position]
      if let obstacle = obstacle(toFolding: scalings, into: readers) {
        report.kept.append(.init(.foldedNormalization, node.name, reason: obstacle))
        continue
      }
      // Of two normalisations in front of one layer the second waits for the next time.
      guard readers.allSatisfy({ changes[$0] == nil }) else { continue }
      for reader in readers {
        changes[reader] = foldedReader(reader, scalings)
      }
      changes[position] = .alias(of: node.inputs[0])
      report.removed.append(.init(.foldedNormalization, node.name))
    }
    return Simplification(network: rebuilt(changes), report: report)
  }

  /// Why readers cannot take in a normalisation, as a clause; nil if they can.
  private func obstacle(
    toFolding scalings: [(scale: Double, shift: Double)], into readers: [Int]
  ) -> String? {
    if readers.isEmpty { return "it is the output" }
    if scalings.contains(where: { abs($0.shift) > largestFoldedShift }) {
      return "its means are so far from 0 that rounding would show"
    }
    for reader in readers {
      let name = nodes[reader].name
      guard let product = nodes[reader].operation as? any UnitProduct else {
        return "\(name) reads it and has no weights"
      }
      let weights = product.weights(at: UnitSite(self, reader))
      let readings = weights.readings(byRows: [Bool](repeating: true, count: weights.rowCount))
      let isExact = zip(readings, scalings).allSatisfy {
        !$0.contains(.acrossBorder) || $1.shift == 0
      }
      guard isExact else { return "\(name) sees zeros around the image instead of its shift" }
    }
    return nil
  }

  /// A layer that reads what stood in front of a normalisation.
  private func foldedReader(
    _ reader: Int, _ scalings: [(scale: Double, shift: Double)]
  ) -> NodeChange? {
    let site = UnitSite(self, reader)
    guard let product = site.node.operation as? any UnitProduct else { return nil }
    var weights = product.weights(at: site)
    let sums = weights.sums(carrying: scalings.map(\.shift))
    weights.bias = sums.indices.map { Float(Double(weights.bias?[$0] ?? 0) + sums[$0]) }
    weights.scaleColumns(by: scalings.map(\.scale))
    let cut = product.cut(weights)
    return .node(cut.operation, inputs: site.node.inputs, parameters: cut.parameters)
  }
}

/// Up to which multiple of the normalised deviation a shift is folded: beyond, the sum of the shifted
/// weights cancels more digits than `Float` can spare.
private let largestFoldedShift = 100.0
