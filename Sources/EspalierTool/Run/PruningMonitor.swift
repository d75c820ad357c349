import Espalier
import Synchronization

/// Watches the search for narrower layers: shows and records its progress, takes the time of what was
/// tried, and ends it in time.
final class PruningMonitor: UnitPruningObserver {
  /// How many rows are computed together when the time is taken.
  static let batchCount = 64

  private let timeLimit: Double?
  private let session: Session
  private let seconds = Mutex<[UnitPruningSearch.Candidate: Double]>([:])

  init(timeLimit: Double?, session: Session) {
    (self.timeLimit, self.session) = (timeLimit, session)
  }

  /// The time of a batch with a network that was tried, in seconds.
  func seconds(of candidate: UnitPruningSearch.Candidate) -> Double? {
    seconds.withLock { $0[candidate] }
  }

  func report(
    _ candidate: UnitPruningSearch.Candidate, of network: Network, original: Double
  ) {
    let measured = InferenceMeasurement.measure(
      network, batchCount: Self.batchCount, seconds: 0.03)
    seconds.withLock { $0[candidate] = measured.median }
    session.folder?.events.append(
      "candidate", in: Self.unit(candidate.step, candidate.round), candidate.members)
    session.display.show(
      "\(Wording.count(candidate.removedCount, "unit")) less · score"
        + " \(Wording.decimal(candidate.score, 4)) of \(Wording.decimal(original, 4))")
  }

  func observer(ofCandidate step: Int, round: Int) -> any TrainingObserver {
    TrainingMonitor(
      Self.unit(step, round), timeLimit: timeLimit, session: session,
      label: "threshold \(step)")
  }

  private static func unit(_ step: Int, _ round: Int) -> WorkUnit {
    WorkUnit(phase: .candidate, number: round << 32 + step)
  }

  var shouldStop: Bool {
    session.interruption.isRequested
      || timeLimit.map { ContinuousClock.now - session.start >= .seconds($0) } ?? false
  }
}

extension UnitPruningSearch.Candidate {
  /// The candidate as members of an object.
  var members: [(String, JSON)] {
    [
      ("round", .integer(round)), ("step", .integer(step)), ("epsilon", .number(epsilon)),
      ("removedUnits", .integer(removedCount)), ("parameters", .integer(parameterCount)),
      ("prunedScore", .number(prunedScore)), ("score", .number(score)),
      ("isAccepted", .bool(isAccepted)),
    ]
  }
}
