import Evaluation
import Tensors

/// Who takes part in a race, and what that costs.
extension RaceCourse {
  /// Leaves out who cannot do the task, and who would make the race too long.
  mutating func leaveOutWhatCannotRun() {
    for rival in contenders {
      if race.isTooWide(race.rivals[rival], task) {
        leaveOut(rival, "it would hold weights for every one of so many columns")
        continue
      }
      do throws(SelectionError) {
        _ = try race.rivals[rival].settings(for: task)
      } catch {
        leaveOut(rival, error)
      }
    }
    measureWork()
    let first = contenders.first.map { choiceWork($0) } ?? 0
    for rival in contenders {
      let own = choiceWork(rival)
      if own > Self.longWork, own > 4 * first {
        leaveOut(rival, "it alone would take much longer than \(race.rivals[contenders[0]].name)")
      }
    }
    while contenders.count > 1 {
      let whole = contenders.reduce(slowestWork) { $0 + heatWork($1) }
      guard whole > race.workLimit * slowestWork,
        // The last of those that cost something beside being judged.
        let last = contenders.indices.last(where: {
          heatWork(contenders[$0]) - judgingWork > 0.03 * slowestWork
        })
      else { return }
      leaveOut(
        contenders[last], "the race would take more than three times as long as its slowest rival")
    }
  }

  /// Lets the dearest contenders run no further until a round can be paid, but not the first.
  ///
  /// - Parameter budget: What is left for the round and the choice.
  mutating func dropWhatIsTooDear(_ budget: Double) {
    // Who runs no further wins only if it is ahead beyond chance already.
    let ahead = heats.challengers(among: entrants)
    while contenders.count > 1 {
      let choice = (contenders + ahead).map { choiceWork($0) }.max() ?? 0
      guard contenders.reduce(choice, { $0 + heatWork($1) }) > budget,
        let dearest = contenders.dropFirst().max(by: { choiceWork($0) < choiceWork($1) })
      else { return }
      contenders.removeAll { $0 == dearest }
    }
  }

  mutating func leaveOut(_ rival: Int, _ error: SelectionError) {
    leaveOut(rival, error.description)
    failure = failure ?? error
  }

  private mutating func leaveOut(_ rival: Int, _ reason: String) {
    contenders.removeAll { $0 == rival }
    entrants.removeAll { $0 == rival }
    absentees.append(.init(rival: race.rivals[rival].name, reason: reason))
  }

  /// What takes one core a minute or two.
  private static let longWork = 2e12

  /// The work of the slowest contender; an ensemble's is that of its members.
  var slowestWork: Double {
    contenders.filter { !(race.rivals[$0] is RankEnsemble) }
      .map { choiceWork($0) }.max() ?? 0
  }

  private func choiceWork(_ rival: Int) -> Double { works[rival]?.choice ?? 0 }

  /// The work of a heat; an ensemble's members that race have done theirs already.
  func heatWork(_ rival: Int) -> Double {
    let own = works[rival]?.heat ?? 0
    guard let ensemble = race.rivals[rival] as? RankEnsemble else { return own }
    let names = ensemble.members.map(\.name)
    let done = contenders.filter { names.contains(race.rivals[$0].name) }
    return done.reduce(own) { $0 - ((works[$1]?.heat ?? 0) - judgingWork) }
  }

  /// Estimates what every contender will cost.
  private mutating func measureWork() {
    let work = RaceWork(task)
    let heatRows = splits.rowCount - splits.rowCount / splits.foldCount
    let judge = { min($0, RaceSplits.judgeRowLimit) }
    judgingWork = work.expected(of: learner, rowCount: judge(heatRows))
    let lastJudging = work.expected(of: learner, rowCount: judge(task.rows.count))
    for rival in contenders {
      let method = race.rivals[rival]
      works[rival] = (
        heat: judgingWork + work.expected(of: method, rowCount: heatRows),
        choice: lastJudging + work.expected(of: method, rowCount: task.rows.count)
      )
    }
  }
}
