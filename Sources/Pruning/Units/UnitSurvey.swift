import Datasets
import Networks
import Tensors
import Training

/// The units of a network with their scores: all that a threshold needs, found in one pass.
public struct UnitSurvey: Sendable {
  /// The units that one layer makes, or several whose units can only go together.
  public struct Layer: Sendable {
    /// The name.
    public let name: String
    /// The positions of the products that make the units.
    public let products: [Int]
    /// The groups that can go, see ``UnitGroups``.
    public let groups: [Int]
    /// The score of each of these groups.
    public let scores: [Double]
    /// The number of groups that have to stay.
    public let fixedCount: Int
    /// What no deviation behind the layer's activation can be above; nil where nothing limits it.
    public let largestDeviation: Double?

    /// The places of the groups that can go, the highest score first; of equal ones the first.
    public var unitsByScore: [Int] {
      scores.indices.sorted { (-scores[$0], $0) < (-scores[$1], $1) }
    }
  }

  /// The network.
  public let network: Network
  /// Which of its units can only go together.
  public let groups: UnitGroups
  /// The layers of which units can go, in order.
  public let layers: [Layer]
  /// What makes a unit worth keeping.
  public let score: UnitScore
  /// How the units vary, at the nodes where they are read.
  public let statistics: ActivationStatistics
  /// How they vary together, where that was asked for.
  let covariances: [Int: ActivationCovariance]

  /// Scores the units of a network.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - score: What makes a unit worth keeping.
  ///   - refinement: The rows: training and validation rows are looked at.
  ///   - covariances: Whether it is also found out how units vary together, as
  ///     ``ODF2NNA/BiasTransfer/leastSquares`` needs.
  ///   - random: The source of random scores.
  /// - Throws: ``UnitPruningError/nothingToRemove(_:)``, ``UnitPruningError/constantLayer(name:rowCount:)``
  ///   if the output is the same for all rows, or ``UnitPruningError/noNormalization(layer:)``.
  public init(
    _ network: Network, score: UnitScore, _ refinement: Refinement,
    withCovariances covariances: Bool = false, random: RandomSource
  ) throws(UnitPruningError) {
    let groups = UnitGroups(of: network)
    let families = groups.families.filter { $0.refusal == nil && !$0.products.isEmpty }
    guard !families.isEmpty else { throw .nothingToRemove(Self.reasons(groups)) }
    let last = network.nodes.count - 1
    var observed = groups.readNodes.union([last])
    if score == .preactivation { observed.formUnion(families.flatMap(\.products)) }
    // What stands in for a layer that is left out needs the means in front of it.
    observed.formUnion(families.flatMap { $0.products.flatMap { network.nodes[$0].inputs } })
    let rows = (refinement.trainingRows + refinement.validationRows).sorted()
    let statistics = ActivationStatistics(
      of: observed, in: network, on: refinement.features, rows: rows,
      scaler: refinement.model.scaler, countsPositives: true)
    let scorer = UnitScorer(
      network, groups, statistics, score,
      saliencies: score == .taylor
        ? refinement.saliencies(of: network) : [:], random: random)
    var layers: [Layer] = []
    for family in families {
      let fixed = groups.families.filter { $0.refusal != nil && $0.products == family.products }
      layers.append(
        Layer(
          name: family.name, products: family.products, groups: family.groups,
          scores: try scorer.scores(of: family), fixedCount: fixed.reduce(0) { $0 + $1.width },
          largestDeviation: score == .deviation
            ? groups.groups[family.groups[0]].readers.first.flatMap {
              network.largestDeviation(behind: $0.place.node)
            } : nil))
    }
    if statistics[last].deviations.allSatisfy({ $0 == 0 }) {
      throw .constantLayer(
        name: network.nodes.indices.first { position in
          observed.contains(position) && position > 0
            && statistics[position].deviations.allSatisfy { $0 == 0 }
        }.map { network.nodes[$0].name } ?? network.nodes[last].name, rowCount: rows.count)
    }
    (self.network, self.groups, self.layers) = (network, groups, layers)
    (self.score, self.statistics) = (score, statistics)
    let joint = groups.readNodes.filter { position in
      let shape = network.nodes[position].outputShape
      return shape.innermost <= ActivationCovariance.mostUnits && shape.rank != 2
        && network.nodes.allSatisfy {
          !$0.inputs.contains(position) || $0.operation.readsEveryUnit
        }
    }
    self.covariances =
      covariances
      ? ActivationCovariance.measure(
        joint, of: network, on: refinement.features, rows: rows, scaler: refinement.model.scaler,
        means: { statistics[$0].means }) : [:]
  }

  /// Why units stay, a sentence for each layer of which none can go but the last, which makes the
  /// network's outputs.
  public var refusals: [String] { Self.reasons(groups, but: groups.nodeNames.last) }

  private static func reasons(_ groups: UnitGroups, but output: String? = nil) -> [String] {
    groups.families.compactMap { family in
      guard let refusal = family.refusal, !family.products.isEmpty, family.name != output else {
        return nil
      }
      let verb = family.products.count > 1 ? "keep their" : "keeps its"
      return "\(family.name) \(verb) units: \(refusal)"
    }
  }

  /// The position of a node by its name.
  func position(of name: String) -> Int? { network.nodes.firstIndex { $0.name == name } }
}

extension Network {
  /// What the deviation behind a bounded activation cannot be above: half of its range.
  fileprivate func largestDeviation(behind position: Int) -> Double? {
    switch nodes[position].operation {
    case is Sigmoid: 0.5
    case is Tanh: 1
    case is ReLU6: 3
    default: nil
    }
  }
}

extension NetworkOperation {
  /// Whether each output of a product may have a weight for each unit; true of what is no product.
  fileprivate var readsEveryUnit: Bool {
    !(self is SparseLinear) && (self as? Convolution)?.groupCount ?? 1 == 1
  }
}
