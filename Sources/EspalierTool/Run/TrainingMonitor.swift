import Espalier

/// Watches a training: shows and records its progress, and ends it in time.
struct TrainingMonitor: TrainingObserver {
  private let timeLimit: Duration?
  private let session: Session
  private let keeper: UnitKeeper

  init(_ options: Train, session: Session) {
    timeLimit = options.limits.timeLimit.map { .seconds($0) }
    self.session = session
    keeper = session.keeper(WorkUnit(phase: .training))
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

  func keep(state: () -> Snapshot) { keeper.keep(state: state) }

  private func line(_ progress: TrainingProgress) -> String {
    let result = progress.result
    var parts = progress.round > 0 ? ["round \(progress.round)/\(progress.roundCount)"] : []
    parts.append("epoch \(progress.epoch + 1)/\(progress.lastEpoch + 1)")
    parts += result.sentences
    return parts.joined(separator: " · ")
  }
}
