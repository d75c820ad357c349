import Networks
import Tensors

/// Computes the scores of groups of units.
struct UnitScorer {
  private let network: Network
  private let groups: UnitGroups
  private let statistics: ActivationStatistics
  private let score: UnitScore
  private let saliencies: [Int: [Double]]
  private let random: RandomSource
  /// By product: the norm of each row, and of each column.
  private let norms: [Int: (rows: [Double], columns: [Double])]
  private let borders: BorderReadings

  init(
    _ network: Network, _ groups: UnitGroups, _ statistics: ActivationStatistics,
    _ score: UnitScore, saliencies: [Int: [Double]], random: RandomSource
  ) {
    (self.network, self.groups, self.statistics) = (network, groups, statistics)
    (self.score, self.saliencies, self.random) = (score, saliencies, random)
    var norms: [Int: (rows: [Double], columns: [Double])] = [:]
    if score == .outgoing || score == .weightNorm {
      for (position, node) in network.nodes.enumerated() {
        guard let product = node.operation as? any UnitProduct else { continue }
        norms[position] = product.weights(at: UnitSite(network, position)).norms
      }
    }
    self.norms = norms
    borders = BorderReadings(network, groups, statistics)
  }

  /// The score of each group of a family.
  func scores(of family: UnitFamily) throws(UnitPruningError) -> [Double] {
    var scores: [Double] = []
    for id in family.groups { scores.append(try score(of: groups.groups[id], in: family)) }
    return scores
  }

  private func score(
    of group: UnitGroup, in family: UnitFamily
  ) throws(UnitPruningError) -> Double {
    func largest(_ values: [Double]) -> Double { values.max() ?? 0 }
    func deviation(_ reader: UnitGroup.Reader) -> Double {
      let own = statistics[reader.place.node].deviations[reader.place.unit]
      return own > 0 ? own : borders.deviation(reader)
    }
    switch score {
    case .deviation:
      return largest(group.readers.map(deviation))
    case .preactivation:
      return max(
        largest(group.products.map { statistics[$0.node].deviations[$0.unit] }),
        largest(group.readers.map(borders.deviation)))
    case .variation:
      return largest(
        group.readers.map { reader in
          let mean = statistics[reader.place.node].means[reader.place.unit]
          return deviation(reader) / (mean.magnitude + 1e-12)
        })
    case .outgoing:
      var squares: [Int: Double] = [:]  // by the product that reads: its columns add up
      for reader in group.readers {
        let norm = norms[reader.product]?.columns[reader.place.unit] ?? 0
        let effect = deviation(reader) * norm
        squares[reader.product, default: 0] += effect * effect
      }
      return largest(squares.values.map { $0.squareRoot() })
    case .weightNorm:
      return largest(group.products.map { norms[$0.node]?.rows[$0.unit] ?? 0 })
    case .normScale:
      let scales = group.members.compactMap { place -> Double? in
        let node = network.nodes[place.node]
        guard node.operation is BatchNorm else { return nil }
        return Double(node.parameters[0][place.unit].magnitude)
      }
      guard !scales.isEmpty else { throw .noNormalization(layer: family.name) }
      return largest(scales)
    case .taylor:
      return largest(group.products.map { saliencies[$0.node]?[$0.unit] ?? 0 })
    case .random:
      // By name and unit, so that the score of one does not depend on the others.
      let place = group.members[0]
      var source = random.substream("unit score \(network.nodes[place.node].name)", place.unit)
      return source.uniform()
    }
  }
}

extension ProductWeights {
  /// The Euclidean norm of the weights of each row and of each column.
  fileprivate var norms: (rows: [Double], columns: [Double]) {
    var rows = [Double](repeating: 0, count: rowCount)
    var columns = [Double](repeating: 0, count: columnCount)
    for row in 0..<rowCount {
      forEachWeight(ofRow: row) { column, _, weight in
        let square = Double(weight) * Double(weight)
        rows[row] += square
        columns[column] += square
      }
    }
    return (rows.map { $0.squareRoot() }, columns.map { $0.squareRoot() })
  }
}
