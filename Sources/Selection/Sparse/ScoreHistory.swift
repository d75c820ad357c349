import Tensors

/// Importances that are summed over the steps of a training, under one rule of aggregation.
final class ScoreHistory {
  /// The sums, to be added to in every step that counts.
  let sums: UnsafeMutableBufferPointer<Double>
  private let aggregation: ImportanceAggregation
  private var atEpochStart: [Double] = []
  private var best: [Double]?

  /// - Parameters:
  ///   - count: The number of scores.
  ///   - aggregation: Which part of the training counts.
  init(count: Int, _ aggregation: ImportanceAggregation) {
    self.aggregation = aggregation
    sums = .allocate(capacity: count)
    sums.initialize(repeating: 0)
  }

  deinit {
    sums.deallocate()
  }

  /// Begins an epoch.
  func beginEpoch() {
    switch aggregation {
    case .bestEpoch: sums.update(repeating: 0)
    case .beforeBest: atEpochStart = Array(sums)
    case .allEpochs, .throughBest, .lastIteration: break
    }
  }

  /// Begins a step that counts.
  func beginStep() {
    if aggregation == .lastIteration { sums.update(repeating: 0) }
  }

  /// Ends an epoch.
  ///
  /// - Parameter isBest: Whether it is the best so far.
  func endEpoch(isBest: Bool) {
    guard isBest, aggregation != .allEpochs else { return }
    let isEmpty = atEpochStart.allSatisfy { $0 == 0 }
    best = aggregation == .beforeBest && !isEmpty ? atEpochStart : Array(sums)
  }

  /// The sums between two epochs.
  var state: Snapshot {
    var state = Snapshot()
    state.save("sums", .double(Array(sums)))
    if let best { state.save("best", .double(best)) }
    return state
  }

  /// Goes on from a state.
  ///
  /// - Parameter state: What ``state`` was, of as many scores.
  /// - Throws: `SnapshotError` if it is that of others.
  func restore(from state: Snapshot) throws(SnapshotError) {
    _ = sums.update(fromContentsOf: try state.doubles("sums", count: sums.count))
    best = state.has("best") ? try state.doubles("best", count: sums.count) : nil
  }

  /// The scores of the best epoch so far; those of now before any.
  var scores: [Double] { best ?? Array(sums) }
}
