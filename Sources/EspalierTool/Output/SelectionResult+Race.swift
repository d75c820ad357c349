import Espalier

extension SelectionResult {
  /// The races of the runs; empty where the method was given.
  private var races: [RaceRecord] { runs.compactMap(\.selection.race) }

  /// The method, with the winners of its races.
  var chosenMethod: String {
    let winners = races.compactMap(\.winner)
    guard let first = winners.first else { return method }
    var counts: [(name: String, count: Int)] = []
    for winner in winners {
      if let place = counts.firstIndex(where: { $0.name == winner }) {
        counts[place].count += 1
      } else {
        counts.append((winner, 1))
      }
    }
    if counts.count == 1 { return "\(method) (\(first) won)" }
    return "\(method) ("
      + counts.map { "\($0.name) won \($0.count) of \(winners.count)" }.joined(separator: ", ")
      + ")"
  }

  /// The first race as a table; empty where there was none.
  var raceLines: [String] {
    guard let race = races.first else { return [] }
    var table = TextTable([
      ("race", .left), (race.measure == "accuracy" ? "accuracy" : "R2", .right),
      ("heats", .right), ("behind", .right), ("seconds", .right),
    ])
    for standing in race.standings {
      let isWinner = standing.rival == race.winner
      table.append([
        standing.rival, Wording.decimal(standing.value, 4), "\(standing.heatCount)",
        isWinner
          ? "-"
          : "\(Wording.decimal(standing.difference, 4)) ± "
            + Wording.decimal(standing.standardError, 4), Wording.decimal(standing.time.seconds, 1),
      ])
    }
    return table.lines() + race.facts(runCount: runs.count).flatMap { Wording.fact("", $0) } + [""]
  }
}

extension RaceRecord {
  /// What the table of a race does not say.
  fileprivate func facts(runCount: Int) -> [String] {
    var facts = [
      "\(judge) on \(Wording.count(validationRowCount, "training row")) that the rivals did not see"
        + (runCount > 1 ? "; the race of the first run" : "")
    ]
    if let winner {
      facts.append(
        winner == incumbent
          ? "\(incumbent) chooses unless another is ahead of it by more than chance gives among so"
            + " many, and none is"
          : "\(winner) is ahead of \(incumbent), which would choose otherwise, by more than chance"
            + " gives among so many")
      facts.append(
        "behind: the winner less the rival in the heats of both, ± for the rows and for what other"
          + " choices by the same methods would be worth")
    }
    if isCutShort { facts.append("the time limit ended the race") }
    facts += absentees.map { "\($0.rival) did not race: \($0.reason)" }
    return facts
  }

  /// The race as one JSON object.
  var json: JSON {
    .object([
      ("winner", .optional(winner, JSON.string)), ("incumbent", .string(incumbent)),
      ("judge", .string(judge)),
      ("measure", .string(measure)), ("trainingRows", .integer(trainingRowCount)),
      ("validationRows", .integer(validationRowCount)), ("isCutShort", .bool(isCutShort)),
      (
        "standings",
        .array(
          standings.map {
            .object([
              ("rival", .string($0.rival)), ("value", .number($0.value)),
              ("heats", .integer($0.heatCount)), ("lastRound", .integer($0.lastRound)),
              ("difference", .number($0.difference)),
              ("standardError", .number($0.standardError)),
              ("seconds", .measured(.number($0.time.seconds))),
            ])
          })
      ),
      (
        "heats",
        .array(
          heats.map {
            .object([
              ("rival", .string($0.rival)), ("round", .integer($0.round)),
              ("value", .number($0.value)),
              ("seconds", .measured(.number($0.time.seconds))),
            ])
          })
      ),
      (
        "absentees",
        .array(
          absentees.map {
            .object([("rival", .string($0.rival)), ("reason", .string($0.reason))])
          })
      ),
    ])
  }

  /// The race as a page shows it.
  var report: SelectionReport.Race {
    .init(
      facts: facts(runCount: 1),
      measure: measure == "accuracy" ? "accuracy" : "R squared",
      rivals: standings.map {
        .init(
          name: $0.rival, value: $0.value, heatCount: $0.heatCount, difference: $0.difference,
          standardError: $0.standardError, isWinner: $0.rival == winner)
      })
  }
}
