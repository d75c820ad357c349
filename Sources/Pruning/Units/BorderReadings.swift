import Networks

/// Units that are the same number everywhere, and yet no constant to whoever reads them.
///
/// A convolution with padding reads zeros beyond the border. Of a channel that is c everywhere else,
/// a part 1 - f of what its taps read is 0: a deviation of |c| √(f (1 - f)), which no bias can carry.
struct BorderReadings {
  private let statistics: ActivationStatistics
  /// By product, for each column that a weight reads across the border, else 0: √(f (1 - f)).
  private var factors: [Int: [Double]] = [:]

  init(_ network: Network, _ groups: UnitGroups, _ statistics: ActivationStatistics) {
    self.statistics = statistics
    let constants = groups.groups.lazy.filter { $0.refusal == nil }.flatMap(\.readers).filter {
      let node = statistics[$0.place.node]
      return node.deviations[$0.place.unit] == 0 && node.means[$0.place.unit] != 0
    }
    for product in Set(constants.map(\.product)) {
      guard let operation = network.nodes[product].operation as? any UnitProduct else { continue }
      let weights = operation.weights(at: UnitSite(network, product))
      guard weights.shares.contains(where: { $0 < 1 }) else { continue }
      let inside = weights.shares.reduce(0, +) / Double(weights.shares.count)
      let all = [Bool](repeating: true, count: weights.rowCount)
      factors[product] = weights.readings(byRows: all).map {
        $0.contains(.acrossBorder) ? (inside * (1 - inside)).squareRoot() : 0
      }
    }
  }

  /// The deviation of what is read of a unit that puts out one number; 0 for any other unit.
  func deviation(_ reader: UnitGroup.Reader) -> Double {
    let (node, unit) = (statistics[reader.place.node], reader.place.unit)
    guard node.deviations[unit] == 0, let factors = factors[reader.product] else { return 0 }
    return node.means[unit].magnitude * factors[unit]
  }
}
