import Espalier

/// Watches a training: shows and records its progress, and ends it in time.
struct TrainingMonitor: TrainingObserver {
  private let timeLimit: Duration?
  private let session: Session
  private let keeper: UnitKeeper
  private let label: String?

  /// - Parameters:
  ///   - unit: The unit of work that the training is.
  ///   - timeLimit: After how many seconds it ends; nil for never.
  ///   - session: Where progress goes.
  ///   - label: What stands before every line of progress.
  init(_ unit: WorkUnit, timeLimit: Double?, session: Session, label: String? = nil) {
    self.timeLimit = timeLimit.map { .seconds($0) }
    self.session = session
    self.label = label
    keeper = session.keeper(unit)
  }

  func report(_ progress: TrainingProgress) {
    session.folder?.events.append(
      "epoch", in: keeper.unit,
      [
        ("round", .integer(progress.round)), ("epoch", .integer(progress.epoch)),
      ] + progress.result.members + [("isBest", .bool(progress.isBest))])
    session.display.show(line(progress))
  }

  var shouldStop: Bool {
    session.interruption.isRequested
      || timeLimit.map { ContinuousClock.now - session.start >= $0 } ?? false
  }

  var savedState: Snapshot? { keeper.savedState }

  var savedResult: Snapshot? { keeper.savedResult }

  func finish(with result: () -> Snapshot) { keeper.finish(with: result) }

  func keep(state: () -> Snapshot) { keeper.keep(state: state) }

  private func line(_ progress: TrainingProgress) -> String {
    let result = progress.result
    var parts = label.map { [$0] } ?? []
    if progress.round > 0 { parts.append("round \(progress.round)/\(progress.roundCount)") }
    parts.append("epoch \(progress.epoch + 1)/\(progress.lastEpoch + 1)")
    parts += result.sentences
    return parts.joined(separator: " · ")
  }
}
