import Tensors

/// Stops a search after a number of rounds without progress.
///
/// The best value must be beaten strictly; equal is no progress. A NaN never is.
public struct Patience: Hashable, Sendable, Codable {
  /// After how many rounds without progress to stop; nil for never.
  public let limit: Int?
  /// The lowest value so far and its round; nil before the first.
  public private(set) var best: Best?
  /// The rounds since the best one.
  public private(set) var waited = 0

  /// The lowest value so far.
  public struct Best: Hashable, Sendable, Codable {
    /// When it was reached.
    public let round: Int
    /// The value.
    public let value: Double
  }

  /// Creates the counter.
  ///
  /// - Parameter limit: After how many rounds without progress to stop; nil for never.
  public init(limit: Int?) {
    self.limit = limit
  }

  /// What was recorded so far.
  package var state: Snapshot {
    var state = Snapshot()
    state.save("bestRound", best?.round)
    state.save("bestValue", best?.value)
    state.save("waited", waited)
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was.
  /// - Throws: ``SnapshotError`` if there is none.
  package mutating func restore(from state: Snapshot) throws(SnapshotError) {
    best =
      state.has("bestRound")
      ? Best(round: try state.integer("bestRound"), value: try state.double("bestValue")) : nil
    waited = try state.integer("waited")
  }

  /// Whether the limit is reached.
  public var isExhausted: Bool {
    limit.map { waited >= $0 } ?? false
  }

  /// Takes the value of a round.
  ///
  /// - Parameters:
  ///   - value: What should become small.
  ///   - round: The round, for the record.
  /// - Returns: Whether it is the best so far.
  @discardableResult
  public mutating func record(_ value: Double, round: Int) -> Bool {
    if value < (best?.value ?? .infinity) {
      best = Best(round: round, value: value)
      waited = 0
      return true
    }
    waited += 1
    return false
  }
}
