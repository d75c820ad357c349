import Tensors

/// Told how a training goes on, and asked whether it should stop.
///
/// After every epoch it takes note, is offered the state, and says whether to go on, in this order.
public protocol TrainingObserver: StateKeeper {
  /// Takes note of a finished epoch.
  ///
  /// - Parameter progress: What was reached.
  func report(_ progress: TrainingProgress)

  /// Whether the training should end early with the best it has; asked after every epoch.
  var shouldStop: Bool { get }
}

/// What a training has reached.
public struct TrainingProgress: Hashable, Sendable {
  /// The round of pruning, from 1; 0 for the training before it.
  public var round: Int
  /// The rounds there will be.
  public var roundCount: Int
  /// The epoch of the round that ended, from 0.
  public var epoch: Int
  /// The last epoch of the round unless it ends early.
  public var lastEpoch: Int
  /// What the epoch reached.
  public var result: TrainingEpoch
  /// Whether it is the best of the round so far.
  public var isBest: Bool
}
