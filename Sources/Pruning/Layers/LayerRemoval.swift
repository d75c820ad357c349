import Datasets
import Networks
import Tensors

/// What is left of a network without the layers and units that do nothing on some rows.
public struct LayerRemoval: Sendable {
  /// A step, and what it changed.
  public struct Step: Sendable, Hashable {
    /// What was done.
    public let kind: Kind
    /// By how much it changed the outputs, up to rounding by nothing.
    public let difference: OutputDifference
    /// Whether it was kept; it is not if it changed the outputs by more than rounding does.
    public let isKept: Bool
  }

  /// What a step does.
  public enum Kind: String, Sendable, Hashable, CaseIterable {
    /// Batch normalisations go into the layers before them.
    case normalisations = "normalisations folded"
    /// Activations without mixed units become straight lines.
    case lines = "activations straightened"
    /// Units go that are the same on all rows.
    case settledUnits = "settled units"
    /// What can go whatever the input is.
    case simplification = "exact passes"
    /// Straight units are led around their activation.
    case directPaths = "direct paths"
  }

  /// The smaller network.
  public internal(set) var network: Network
  /// The layers of which units went, in order.
  public internal(set) var layers: [UnitLoss] = []
  /// The names of the activations that became straight lines.
  public internal(set) var straightened: [String] = []
  /// The units that were led around their activations.
  public internal(set) var paths: [DirectPath] = []
  /// What went whatever the input is, and what stays and why.
  public internal(set) var report = TransformationReport()
  /// All steps, in order.
  public internal(set) var steps: [Step] = []

  /// The number of units that went.
  public var removedCount: Int { layers.reduce(0) { $0 + $1.before - $1.after } }
}

extension Network {
  /// The network without what does nothing on some rows: whole activations, single units, branches.
  ///
  ///     fold batch normalisation
  ///     repeat
  ///         replace activations without mixed units by straight lines, and fold these
  ///         remove units that are the same on all rows or unread (``removingSettledUnits``)
  ///         every exact pass (``simplified(tolerance:sparseBelow:)``)
  ///         lead straight units around their activation where that is cheaper
  ///     until nothing is found
  ///
  /// Only activations are straightened that are then exactly linear, see ``LayerEntropy``. On the rows
  /// the outputs stay what they were, up to rounding; on other rows a unit might have moved. Every
  /// step is checked by running the networks before and behind it on some of the rows; one that
  /// changes more than rounding does is not taken.
  ///
  /// - Parameters:
  ///   - features: A table with the inputs as its columns.
  ///   - rows: The rows, at least one.
  ///   - scaler: How the columns are scaled.
  ///   - density: Of linear layers on plain rows the share of the weights below which only those
  ///     count that are not 0, as they can be stored sparsely; 0 to count all.
  ///   - callCost: What calling two operations more costs, in multiply-adds of a sample; with 64 rows
  ///     about a microsecond, the time of some 400.
  /// - Returns: The smaller network, and what was done.
  public func removingLayers(
    on features: FeatureStore, rows: [Int], scaler: Scaler, sparseBelow density: Double = 0.1,
    callCost: Int = 400
  ) -> LayerRemoval {
    var work = RemovalWork(self, on: features, rows: rows, scaler: scaler, density: density)
    work.callCost = callCost
    work.run()
    return work.result(of: self)
  }
}

/// The removal while it goes on.
private struct RemovalWork {
  private let features: FeatureStore
  private let rows: [Int]
  private let scaler: Scaler
  private let density: Double
  var callCost = 0
  private let samples: Tensor
  private var removal: LayerRemoval

  /// By how much a step may change outputs, as a share of the largest: sums in another order.
  private static let rounding = 1e-4
  /// No step makes room for another for ever.
  private static let largestRoundCount = 20

  init(
    _ network: Network, on features: FeatureStore, rows: [Int], scaler: Scaler, density: Double
  ) {
    (self.features, self.rows, self.scaler) = (features, rows, scaler)
    self.density = density
    let chosen = rows.prefix(max(64, min(1024, (1 << 20) / max(features.columnCount, 1))))
    let width = network.inputShape.elementCount
    var samples = Tensor([chosen.count, width])
    let gatherer = ColumnGatherer(features, columns: Array(0..<width), scaler: scaler)
    samples.withMutableElements { gatherer.gather(rows: Array(chosen), into: $0) }
    self.samples = samples
    removal = LayerRemoval(network: network)
  }

  mutating func run() {
    let (features, rows, scaler) = (features, rows, scaler)
    take(.normalisations) { $0.foldingBatchNormalization() }
    for _ in 0..<Self.largestRoundCount {
      let before = removal.network
      straighten()
      take(.settledUnits) { network in
        (try? network.removingSettledUnits(on: features, rows: rows, scaler: scaler))?.network
          ?? network
      }
      simplify()
      layPaths()
      if removal.network == before { break }
    }
  }

  func result(of original: Network) -> LayerRemoval {
    var result = removal
    result.layers = original.unitLosses(in: removal.network)
    return result
  }

  /// Replaces the network if it stays the same function.
  @discardableResult
  private mutating func take(_ kind: LayerRemoval.Kind, _ change: (Network) -> Network) -> Bool {
    let after = change(removal.network)
    if after == removal.network { return false }
    let difference = OutputDifference(removal.network, after, on: samples)
    let isKept = difference.relative <= Self.rounding
    removal.steps.append(.init(kind: kind, difference: difference, isKept: isKept))
    if isKept { removal.network = after }
    return isKept
  }

  private var lines: [Int: [UnitLine?]] {
    if removal.network.rectifierLayers.isEmpty { return [:] }
    return ActivationStates(of: removal.network, on: features, rows: rows, scaler: scaler)
      .exactLines
  }

  private mutating func straighten() {
    let straight = lines.compactMapValues { lines in
      lines.contains(nil) ? nil : lines.compactMap(\.self)
    }
    let names = straight.keys.sorted().map { removal.network.nodes[$0].name }
    let isTaken = take(.lines) { $0.linearising(straight).foldingLines() }
    if isTaken { removal.straightened += names }
  }

  private mutating func simplify() {
    let simplification = removal.network.simplified(sparseBelow: density)
    if take(.simplification, { _ in simplification.network }) {
      removal.report.append(simplification.report)
    } else {
      removal.report.kept = simplification.report.kept
    }
  }

  private mutating func layPaths() {
    let (network, paths) = removal.network.layingDirectPaths(
      lines, sparseBelow: density, callCost: callCost)
    if take(.directPaths, { _ in network }) { removal.paths += paths }
  }
}
