import Networks
import Training

/// Told how NEPENTHE goes on.
public protocol NepentheObserver: TrainingObserver {
  /// Takes note of an iteration; where a run goes on, of those before as well.
  ///
  /// - Parameters:
  ///   - iteration: What it came to.
  ///   - original: The validation score of the original network.
  func report(_ iteration: NepentheIteration, original: Double)
}

/// What an iteration of NEPENTHE came to.
public struct NepentheIteration: Hashable, Sendable {
  /// A layer after the iteration.
  public struct Layer: Hashable, Sendable {
    /// The entropy.
    public var entropy: Double
    /// The units that are always OFF, silent or clipped.
    public var offCount: Int
    /// The units that are on both sides.
    public var mixedCount: Int
    /// The units that are always ON.
    public var onCount: Int
    /// The weights in front that are left.
    public var weightCount: Int
    /// Whether no unit is mixed, or the layer has become linear before.
    public var isLinear: Bool
    /// By how much its units are wrong at most as straight lines, see ``LayerEntropy/lineError``; of a
    /// layer that has become linear, by how much they were on the training rows when it did.
    public var lineError: Double

    /// Whether mixed units were made straight lines, as a tolerance allows.
    public var isForced: Bool { isLinear && mixedCount > 0 }
  }

  /// The number; 0 for the original network.
  public var number: Int
  /// The validation score.
  public var score: Double
  /// Whether the score is good enough.
  public var isAccepted: Bool
  /// The layers, in the order of ``Network/rectifierLayers`` of the original network.
  public var layers: [Layer]

  /// The weights in front of activations that are left.
  public var weightCount: Int { layers.reduce(0) { $0 + $1.weightCount } }
  /// The number of layers that are linear.
  public var linearCount: Int { layers.count(where: \.isLinear) }
  /// The number of those among them that were made so.
  public var forcedCount: Int { layers.count(where: \.isForced) }
}

/// What NEPENTHE found.
public struct NepentheOutcome: Sendable {
  /// The last network that is good enough, the original one if none was; pruned weights are 0.
  public var trained: TrainedNetwork
  /// The iteration that it comes from; 0 for the original network.
  public var best: Int
  /// All iterations, the original network first.
  public var path: [NepentheIteration]
  /// The layers of the original network.
  public var layers: [RectifierLayer]
  /// Whether the run was ended early from outside.
  public var isInterrupted: Bool
  /// What a reader of the result should know, a sentence each.
  public var notes: [String]
}
