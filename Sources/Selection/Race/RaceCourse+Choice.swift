import Datasets
import Evaluation

/// What comes of a race: the winner, its choice, and how all did.
extension RaceCourse {
  /// The winner, and how the race went.
  func result() throws(SelectionError) -> (method: any SelectionMethod, record: RaceRecord) {
    guard let winner else { throw failure ?? .tooFewRows(task.rows.count) }
    return (race.rivals[winner], record(winner))
  }

  /// Lets the winner choose from all rows.
  func choice() throws(SelectionError) -> FeatureSelection {
    guard let winner else { throw failure ?? .tooFewRows(task.rows.count) }
    if observer.shouldStop, savedPart?.place != placeOfChoice { return try choiceSoFar(winner) }
    let method = race.rivals[winner]
    var selection = try method.select(
      task, random: random,
      observer: watcher(placeOfChoice, title: nil, deadline: nil))
    if heats.list.isEmpty {
      let reason =
        isCutShort ? "there was no time for a race" : "there was nothing to race for"
      selection.notes.append("\(reason): \(method.name) chose")
    } else {
      selection.race = record(winner)
    }
    return selection
  }

  private var placeOfChoice: PartPlace { PartPlace(rival: race.rivals.count, round: 0) }

  /// What there is to choose where an end was asked for before the race had one.
  private func choiceSoFar(_ winner: Int) throws(SelectionError) -> FeatureSelection {
    var selection: FeatureSelection
    if let heat = heats.heat(of: winner, round: 0) {
      selection = FeatureSelection(
        features: heat.features.enumerated().map {
          .init(index: $1, score: Double(heat.features.count - $0))
        },
        notes: ["the race was ended early: these features were chosen from a part of the rows"])
      selection.race = record(winner)
    } else {
      selection = try FTestSelection().select(task, random: random, observer: SilentObserver())
      selection.notes.append("the race was ended early: these features are the F-test's")
    }
    selection.isInterrupted = true
    return selection
  }

  /// The first, or who is so far ahead of it as chance makes hardly any.
  private var winner: Int? {
    let counted = brokenRound.map { heats.before(round: $0) } ?? heats
    let complete = entrants.filter { counted.heat(of: $0, round: 0) != nil }
    return counted.challengers(among: complete).first ?? complete.first ?? entrants.first
  }

  private func record(_ winner: Int) -> RaceRecord {
    let measure =
      switch task.data.target {
      case .classes, .labels: "accuracy"
      case .values, .outputs: "rSquared"
      }
    var record = RaceRecord(
      judge: learner.name, measure: measure, trainingRowCount: rowCounts.training,
      validationRowCount: rowCounts.validation)
    record.incumbent = entrants.first.map { race.rivals[$0].name } ?? ""
    record.isCutShort = isCutShort
    record.absentees = absentees
    record.heats = heats.list.map {
      .init(
        rival: race.rivals[$0.rival].name, round: $0.round, value: $0.scores.mean, time: $0.time)
    }
    let standings = race.rivals.indices.compactMap { rival -> RaceRecord.Standing? in
      let own = heats.list.filter { $0.rival == rival }
      guard !own.isEmpty else { return nil }
      let difference = rival == winner ? nil : heats.difference(winner, rival)
      return .init(
        rival: race.rivals[rival].name, value: RowScores.mean(heats.scores(of: rival)),
        heatCount: own.count, lastRound: lastRounds[rival] ?? 0,
        difference: difference?.mean ?? 0,
        standardError: difference?.standardError(ofChoices: heats.heatCount(winner, rival)) ?? 0,
        time: Elapsed(own.reduce(0) { $0 + $1.time.seconds }))
    }
    let name = race.rivals[winner].name
    let others = standings.filter { $0.rival != name }
    record.standings =
      standings.filter { $0.rival == name }
      + others.indices.sorted {
        let (left, right) = (others[$0], others[$1])
        if left.lastRound != right.lastRound { return left.lastRound > right.lastRound }
        if left.difference != right.difference { return left.difference < right.difference }
        return $0 < $1
      }.map { others[$0] }
    return record
  }
}
