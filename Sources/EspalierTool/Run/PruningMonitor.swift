import Espalier

/// Watches the search for narrower layers: shows and records its progress, and ends it in time.
struct PruningMonitor: UnitPruningObserver {
  let timeLimit: Double?
  let session: Session

  func report(_ candidate: UnitPruningSearch.Candidate, original: Double) {
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
