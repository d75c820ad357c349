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
    let first = contenders.first.map { work($0, task.rows.count) } ?? 0
    for rival in contenders {
      let own = work(rival, task.rows.count)
      if own > Self.longWork, own > 4 * first {
        leaveOut(rival, "it alone would take much longer than \(race.rivals[contenders[0]].name)")
      }
    }
    while contenders.count > 1 {
      let works = contenders.map { work($0, task.rows.count) }
      let whole = contenders.reduce(works.max() ?? 0) { $0 + heatWork($1) }
      guard whole > race.workLimit * slowestWork,
        // The last of those that cost something.
        let last = contenders.indices.last(where: { works[$0] > 0.05 * slowestWork })
      else { return }
      leaveOut(
        contenders[last], "the race would take more than three times as long as its slowest rival")
    }
  }

  mutating func leaveOut(_ rival: Int, _ error: SelectionError) {
    leaveOut(rival, error.description)
    failure = failure ?? error
  }

  private mutating func leaveOut(_ rival: Int, _ reason: String) {
    contenders.removeAll { $0 == rival }
    absentees.append(.init(rival: race.rivals[rival].name, reason: reason))
  }

  /// What takes one core a minute or two.
  private static let longWork = 2e12

  /// The work of the slowest contender; an ensemble's is that of its members.
  var slowestWork: Double {
    contenders.filter { !(race.rivals[$0] is RankEnsemble) }
      .map { work($0, task.rows.count) }.max() ?? 0
  }

  func work(_ rival: Int, _ rowCount: Int) -> Double {
    expectedWork(of: race.rivals[rival], task, rowCount: rowCount)
  }

  /// The work of a heat; an ensemble's members have done its work already.
  func heatWork(_ rival: Int) -> Double {
    let rowCount = Int((1 - splits.heldOutShare) * Double(splits.rowCount))
    guard let ensemble = race.rivals[rival] as? RankEnsemble else { return work(rival, rowCount) }
    let racing = Set(contenders.map { race.rivals[$0].name })
    return ensemble.members.filter { !racing.contains($0.name) }.reduce(0) {
      $0 + expectedWork(of: $1, task, rowCount: rowCount)
    }
  }
}
