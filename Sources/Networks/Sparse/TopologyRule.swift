#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Which connections of a sparse network are replaced during training, when, and by which.
///
/// An update drops a fraction of every sparse layer's connections and grows as many elsewhere, so
/// the number of connections of a layer never changes.
public struct TopologyRule: Hashable, Sendable, Codable {
  /// Which connections are dropped.
  public enum Drop: String, Hashable, Sendable, Codable {
    /// Those of smallest |w|.
    case magnitude
    /// The same fraction of the negative and of the positive ones, in each case those nearest 0.
    case magnitudeBySign
  }

  /// Where connections are grown.
  public enum Growth: String, Hashable, Sendable, Codable {
    /// Nowhere, and nothing is dropped: the connections stay as they were drawn.
    case none
    /// At positions drawn uniformly among those that do not survive; a dropped one may come back.
    case random
    /// Where the loss of the last batch has the largest |gradient|, among the same positions.
    case gradient
  }

  /// How the dropped fraction changes over training.
  public enum DropSchedule: Hashable, Sendable, Codable {
    /// It stays as it is.
    case constant
    /// It falls to `final` along half a cosine of that many optimizer steps; nil: until the
    /// topology rests.
    case cosine(final: Double, steps: Int?)
  }

  /// How often the topology is updated.
  public enum Interval: Hashable, Sendable, Codable {
    /// After every so many optimizer steps.
    case steps(Int)
    /// After every so many epochs.
    case epochs(Int)
  }

  /// The weight of a grown connection.
  public enum GrownWeight: Hashable, Sendable, Codable {
    /// 0.
    case zero
    /// Drawn from the normal distribution around 0.
    case normal(deviation: Double)
  }

  /// Which connections are dropped.
  public var drop: Drop
  /// Where connections are grown.
  public var growth: Growth
  /// The fraction dropped at an update at the start of training, in 0...1 (zeta in SET, alpha in
  /// RigL).
  public var dropFraction: Double
  /// How that fraction changes.
  public var dropSchedule: DropSchedule
  /// How often the topology is updated.
  public var interval: Interval
  /// The share of the training after which the topology rests, in 0...1; 1 for never.
  public var stopFraction: Double
  /// The weight of a grown connection.
  public var grownWeight: GrownWeight
  /// Whether the weights stand still in a step that updates the topology.
  public var skipsWeightUpdate: Bool
  /// Whether a connection that is dropped and grown in the same update keeps its weight and the
  /// optimizer's moments instead of starting anew.
  public var keepsWeightOfRegrown: Bool

  /// Creates a rule.
  ///
  /// - Parameters:
  ///   - drop: Which connections are dropped.
  ///   - growth: Where connections are grown.
  ///   - dropFraction: The fraction dropped at the start of training, in 0...1.
  ///   - dropSchedule: How that fraction changes.
  ///   - interval: How often the topology is updated.
  ///   - stopFraction: The share of the training after which the topology rests; 1 for never.
  ///   - grownWeight: The weight of a grown connection.
  ///   - skipsWeightUpdate: Whether the weights stand still in a step that updates the topology.
  ///   - keepsWeightOfRegrown: Whether a connection that comes back at once keeps its weight.
  public init(
    drop: Drop = .magnitude, growth: Growth, dropFraction: Double = 0.3,
    dropSchedule: DropSchedule = .constant, interval: Interval, stopFraction: Double = 1,
    grownWeight: GrownWeight = .zero, skipsWeightUpdate: Bool = false,
    keepsWeightOfRegrown: Bool = false
  ) {
    self.drop = drop
    self.growth = growth
    self.dropFraction = dropFraction
    self.dropSchedule = dropSchedule
    self.interval = interval
    self.stopFraction = stopFraction
    self.grownWeight = grownWeight
    self.skipsWeightUpdate = skipsWeightUpdate
    self.keepsWeightOfRegrown = keepsWeightOfRegrown
  }

  /// The fraction of the connections that an update drops.
  ///
  ///     zeta_t = final + (zeta_0 - final) (1 + cos(pi t / T)) / 2
  ///
  /// - Parameters:
  ///   - step: The optimizer steps done, t.
  ///   - stepCount: Those of the whole training if it is not stopped early.
  /// - Returns: The fraction, in 0...1.
  public func fraction(step: Int, of stepCount: Int) -> Double {
    let fraction: Double
    switch dropSchedule {
    case .constant:
      fraction = dropFraction
    case .cosine(let final, let steps):
      let length = steps.map(Double.init) ?? stopFraction * Double(stepCount)
      let progress = min(1, Double(step) / max(length, 1))
      fraction = final + (dropFraction - final) * 0.5 * (1 + cos(.pi * progress))
    }
    return fraction > 0 ? min(1, fraction) : 0  // 0 for a NaN
  }

  /// The number of connections that an update drops in one layer, rounded up.
  ///
  /// - Parameters:
  ///   - count: The connections of the layer.
  ///   - step: The optimizer steps done.
  ///   - stepCount: Those of the whole training.
  /// - Returns: The number, in `0...count`.
  public func dropCount(among count: Int, step: Int, of stepCount: Int) -> Int {
    // The factor keeps a product such as 7.000000000000001 from becoming 8.
    let exact = fraction(step: step, of: stepCount) * Double(count) * (1 - 1e-12)
    return min(count, Int(exact.rounded(.up)))
  }

  /// Whether the topology is updated after an optimizer step.
  ///
  /// It is not after the last one: what would be grown there could learn nothing any more.
  ///
  /// - Parameters:
  ///   - step: The optimizer steps done, from 1.
  ///   - stepCount: Those of the whole training.
  ///   - stepsPerEpoch: Those of one epoch.
  /// - Returns: Whether it is.
  public func isDue(step: Int, of stepCount: Int, stepsPerEpoch: Int) -> Bool {
    let distance =
      switch interval {
      case .steps(let steps): max(steps, 1)
      case .epochs(let epochs): max(epochs, 1) * max(stepsPerEpoch, 1)
      }
    return growth != .none && step > 0 && step % distance == 0 && step < stepCount
      && Double(step) < stopFraction * Double(stepCount)
  }
}
