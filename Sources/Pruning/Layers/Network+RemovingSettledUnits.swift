import Datasets
import Kernels
import Networks
import Tensors

/// What is left of a network without the units that do nothing on some rows.
public struct SettledUnitRemoval: Sendable {
  /// The smaller network.
  public let network: Network
  /// The layers of which units went, in order.
  public let layers: [UnitLoss]

  /// The number of units that went.
  public var removedCount: Int { layers.reduce(0) { $0 + $1.before - $1.after } }
}

extension Network {
  /// The network without the units that put out the same number on all of some rows, or that nobody
  /// reads.
  ///
  ///     repeat
  ///         c = the number that a unit puts out wherever it is read, if it is one for all rows
  ///         units with a c, and units that are read with weights of 0 only, go
  ///         c goes into the bias of what read them
  ///     until none is left
  ///
  /// A rectified unit that is always OFF is one (c = 0); so is a unit all of whose weights were
  /// pruned. On these rows the outputs stay what they were, up to rounding; on other rows a unit
  /// might have moved. A unit stays whose number is not 0 where a padded convolution reads it, which
  /// sees zeros around the image; and one unit of each layer stays. What reads nothing else than units
  /// with a c has no weights left.
  ///
  /// - Parameters:
  ///   - features: A table with the inputs as its columns.
  ///   - rows: The rows, at least one.
  ///   - scaler: How the columns are scaled.
  /// - Returns: The smaller network, its nodes under the same names and positions.
  /// - Throws: ``UnitRemovalError`` if units cannot be removed.
  public func removingSettledUnits(
    on features: FeatureStore, rows: [Int], scaler: Scaler
  ) throws(UnitRemovalError) -> SettledUnitRemoval {
    var network = self
    while true {
      let units = UnitGroups(of: network)
      let values = network.settledValues(
        of: units.readNodes, on: features, rows: rows, scaler: scaler)
      let settled = network.settledGroups(of: units, values)
      if settled.isEmpty {
        network = network.clearingSettledReads(values)
        break
      }
      network = try network.removing(
        settled, of: units,
        carrying: .measured(values.mapValues { $0.map { value in value ?? 0 } }))
    }
    return SettledUnitRemoval(network: network, layers: unitLosses(in: network))
  }

  /// The number that each unit of some nodes puts out on all rows; nil for a unit that varies.
  private func settledValues(
    of nodes: Set<Int>, on features: FeatureStore, rows: [Int], scaler: Scaler
  ) -> [Int: [Double?]] {
    var ranges: [Int: StateCounts] = [:]
    forEachBatch(
      observing: nodes, on: features, rows: rows, scaler: scaler,
      batchCount: observedBatch(ofRows: rows.count)
    ) { view, sampleCount, batchCount in
      ranges[view.node, default: StateCounts(columns: view.shape.innermost)].add(
        view, sampleCount, batchCount, StateLimits(low: 0, high: 0))
    }
    return ranges.mapValues { range in
      zip(range.lowest, range.highest).map { $0 == $1 ? Double($0) : nil }
    }
  }

  /// The network in which products that read nothing but settled units have no weights, only a bias.
  private func clearingSettledReads(_ values: [Int: [Double?]]) -> Network {
    var changes: [Int: NodeChange] = [:]
    for position in nodes.indices {
      guard let layer = ProductLayer(self, position), let operation = layer.operation.withBias,
        let constants = values[nodes[position].inputs[0]], !constants.contains(nil)
      else { continue }
      var weights = layer.weights
      let readings = weights.readings(
        byRows: [Bool](repeating: true, count: weights.rowCount))
      let isRead = readings.contains { $0.contains(.read) }
      let isInside = zip(readings, constants).allSatisfy {
        $1 == 0 || !$0.contains(.acrossBorder)
      }
      guard isRead, isInside else { continue }
      let sums = weights.sums(carrying: constants)
      weights.bias = sums.indices.map { Float(Double(weights.bias?[$0] ?? 0) + sums[$0]) }
      weights.values = Tensor(weights.values.shape)
      let cleared = ProductLayer(operation, weights, reading: layer.inputShape)
      changes[position] = .node(
        operation, inputs: nodes[position].inputs, parameters: cleared.parameters)
    }
    return rebuilt(changes)
  }

  /// The groups of units that can go, one of each layer being left.
  private func settledGroups(of units: UnitGroups, _ values: [Int: [Double?]]) -> Set<Int> {
    var readings: [Int: [ProductWeights.Reading]] = [:]
    for (position, node) in nodes.enumerated() {
      guard let product = node.operation as? any UnitProduct else { continue }
      let weights = product.weights(at: UnitSite(self, position))
      readings[position] = weights.readings(
        byRows: [Bool](repeating: true, count: weights.rowCount))
    }
    func isSettled(_ group: UnitGroup) -> Bool {
      group.readers.allSatisfy { reader in
        let reading = readings[reader.product]?[reader.place.unit] ?? .read
        guard reading.contains(.read) else { return true }
        guard let value = values[reader.place.node]?[reader.place.unit] else { return false }
        return value == 0 || !reading.contains(.acrossBorder)
      }
    }
    var settled = Set(
      units.groups.filter { $0.refusal == nil && !$0.products.isEmpty && isSettled($0) }.map(\.id))
    for position in nodes.indices {
      let own = units.groupOfUnit[position]
      if let first = own.first, own.allSatisfy(settled.contains) { settled.remove(first) }
    }
    return settled
  }
}

/// How many units of a layer went.
public struct UnitLoss: Sendable, Hashable {
  /// The name of the layer.
  public let name: String
  /// The units before.
  public let before: Int
  /// The units that are left; 0 where the layer is gone.
  public let after: Int
}

extension Network {
  /// The layers that have fewer units in another network, which has its nodes from this one.
  func unitLosses(in smaller: Network) -> [UnitLoss] {
    let widths = Dictionary(
      uniqueKeysWithValues: smaller.nodes.map { ($0.name, $0.outputShape.innermost) })
    return nodes.compactMap { node in
      let (before, after) = (node.outputShape.innermost, widths[node.name] ?? 0)
      guard node.operation is any UnitProduct, after < before else { return nil }
      return UnitLoss(name: node.name, before: before, after: after)
    }
  }
}
