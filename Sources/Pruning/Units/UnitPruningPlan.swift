import Networks
import Tensors

/// Which units of a network stay and which go: a value to be printed, and then applied.
public struct UnitPruningPlan: Sendable {
  /// A layer.
  public struct Layer: Sendable {
    /// The name.
    public let name: String
    /// The groups of units that stay, ascending.
    public let kept: [Int]
    /// Those that go, ascending.
    public let removed: [Int]
    /// The number of groups, those that have to stay included.
    public let width: Int
    /// The score that a unit had to be above; nil where widths were given.
    public let threshold: Double?
    /// Whether the whole layer is left out.
    public let isSkipped: Bool

    init(_ layer: UnitSurvey.Layer, keeping count: Int, threshold: Double?) {
      name = layer.name
      let best = layer.unitsByScore
      isSkipped = count == 0 && layer.fixedCount == 0
      // Of a layer that is left out all units count until there is a stand-in for them.
      kept = (isSkipped ? [] : best.prefix(count).map { layer.groups[$0] }).sorted()
      removed = (isSkipped ? [] : best.dropFirst(count).map { layer.groups[$0] }).sorted()
      width = layer.groups.count + layer.fixedCount
      self.threshold = threshold
    }

    /// How many groups are left.
    public var keptCount: Int { isSkipped ? 0 : width - removed.count }
  }

  /// The layers of which units can go, in order.
  public let layers: [Layer]
  /// What becomes of the part that removed units had in the next layer.
  public let bias: ODF2NNA.BiasTransfer
  /// What a reader should know, a sentence each.
  public let notes: [String]
  private let survey: UnitSurvey

  init(
    _ survey: UnitSurvey, layers: [Layer], bias: ODF2NNA.BiasTransfer, notes: [String]
  ) throws(UnitPruningError) {
    (self.survey, self.layers, self.bias, self.notes) = (survey, layers, bias, notes)
  }

  /// Creates a plan for given widths: of each layer the units of the highest scores stay.
  ///
  /// - Parameters:
  ///   - survey: The network and the scores of its units.
  ///   - widths: How many groups of each layer stay, those that have to included.
  ///   - bias: What becomes of the part that removed units had in the next layer.
  /// - Throws: ``UnitPruningError`` if there are other numbers of widths and layers, or a width is
  ///   not in 1 to that of the layer.
  public init(
    _ survey: UnitSurvey, widths: [Int], bias: ODF2NNA.BiasTransfer = .meanFold
  ) throws(UnitPruningError) {
    guard widths.count == survey.layers.count else {
      throw .wrongWidths(given: widths.count, layers: survey.layers.map(\.name))
    }
    var layers: [Layer] = []
    for (layer, width) in zip(survey.layers, widths) {
      let count = width - layer.fixedCount
      guard width > 0, (0...layer.groups.count).contains(count) else {
        throw .badWidth(
          layer: layer.name, asked: width, width: layer.groups.count + layer.fixedCount)
      }
      layers.append(Layer(layer, keeping: count, threshold: nil))
    }
    try self.init(survey, layers: layers, bias: bias, notes: [])
  }

  /// The number of groups of units that go, those of layers that are left out included.
  public var removedCount: Int { layers.reduce(0) { $0 + $1.width - $1.keptCount } }

  /// The units that go of the first product of each layer, ascending: rows of its weights.
  public var removedUnits: [[Int]] {
    zip(layers, survey.layers).map { layer, scored in
      let numbers = survey.groups.groupOfUnit[scored.products[0]]
      let removed = Set(layer.removed)
      return numbers.indices.filter { layer.isSkipped || removed.contains(numbers[$0]) }
    }
  }

  /// The network without the units.
  ///
  ///     mean-fold:      b[l + 1] += Σ over removed i of W[l + 1][:, i] mean[l, i]
  ///     least-squares:  a[i] ≈ c[i] + Σ over kept k of q[i, k] a[k] for each removed i,
  ///                     W[l + 1][:, k] += Σ over removed i of W[l + 1][:, i] q[i, k],
  ///                     b[l + 1] += Σ over removed i of W[l + 1][:, i] c[i]
  ///     published-sum:  b[l][kept] += Σ over removed i of b[l][i]
  ///
  /// - Returns: The narrower network, its nodes under the same names.
  /// - Throws: ``UnitPruningError`` if a layer cannot be left out.
  public func prunedNetwork() throws(UnitPruningError) -> Network {
    let removed = Set(layers.flatMap(\.removed))
    var network = survey.network
    var values = UnitValues.none
    switch bias {
    case .meanFold: values = .measured(survey.statistics.nodes.mapValues(\.means))
    case .leastSquares:
      (network, values) = network.foldingLeastSquares(of: removed, survey)
    case .publishedSum: network = summingBiases()
    case .none: break
    }
    var pruned: Network
    do throws(UnitRemovalError) {
      pruned = try network.removing(removed, of: survey.groups, carrying: values)
    } catch {
      throw .removal(error)
    }
    for (layer, scored) in zip(layers, survey.layers) where layer.isSkipped {
      pruned = try pruned.leavingOut(scored, survey, removed: removed)
    }
    return pruned
  }

  /// The network with the biases of units that go added to those of their layer that stay.
  private func summingBiases() -> Network {
    var network = survey.network
    for (layer, scored) in zip(layers, survey.layers) where !layer.removed.isEmpty {
      let removed = Set(layer.removed)
      for product in scored.products {
        let name = "\(network.nodes[product].name).bias"
        guard var bias = network[parameter: name] else { continue }
        let numbers = survey.groups.groupOfUnit[product]
        let goes = numbers.map(removed.contains)
        let sum = numbers.indices.reduce(0.0) { goes[$1] ? $0 + Double(bias[$1]) : $0 }
        for unit in numbers.indices where !goes[unit] {
          bias[unit] = Float(Double(bias[unit]) + sum)
        }
        network[parameter: name] = bias
      }
    }
    return network
  }
}
