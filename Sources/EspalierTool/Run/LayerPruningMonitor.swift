import Espalier

/// Watches NEPENTHE: shows and records its progress, and ends it in time.
struct LayerPruningMonitor: NepentheObserver {
  private let training: TrainingMonitor
  private let session: Session
  private let known: Int

  /// - Parameters:
  ///   - timeLimit: After how many seconds it ends; nil for never.
  ///   - session: Where progress goes.
  init(timeLimit: Double?, session: Session) {
    training = TrainingMonitor(WorkUnit(phase: .training), timeLimit: timeLimit, session: session)
    self.session = session
    // The events of iterations that ended before are known.
    known = (try? training.savedState?.doubles("scores"))?.count ?? 0
  }

  func report(_ progress: TrainingProgress) { training.report(progress) }

  func report(_ iteration: NepentheIteration, original: Double) {
    guard iteration.number >= known else { return }
    session.folder?.events.append(
      "iteration", in: WorkUnit(phase: .training), iteration.members)
    session.display.show(
      "iteration \(iteration.number) · \(Wording.count(iteration.weightCount, "weight")) left ·"
        + " \(iteration.linearCount) of \(iteration.layers.count) layers linear · score"
        + " \(Wording.decimal(iteration.score, 4)) of \(Wording.decimal(original, 4))")
  }

  var shouldStop: Bool { training.shouldStop }
  var savedState: Snapshot? { training.savedState }
  func keep(state: () -> Snapshot) { training.keep(state: state) }
}

extension NepentheIteration {
  /// The iteration as members of an object.
  var members: [(String, JSON)] {
    [
      ("iteration", .integer(number)), ("score", .number(score)),
      ("isAccepted", .bool(isAccepted)), ("weights", .integer(weightCount)),
      ("linearLayers", .integer(linearCount)),
      ("entropies", .array(layers.map { .number($0.entropy) })),
      ("mixed", .integers(layers.map(\.mixedCount))),
      ("on", .integers(layers.map(\.onCount))),
      ("off", .integers(layers.map(\.offCount))),
      ("layerWeights", .integers(layers.map(\.weightCount))),
    ]
  }
}
