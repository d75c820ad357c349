/// How far a study is.
package struct StudyStatus: Sendable {
  /// A run and how far it is.
  package struct Entry: Sendable, Equatable {
    /// The run.
    package var run: StudyRun
    /// How far it is.
    package var state: StudyFolder.RunState
  }

  /// The runs of the plan, in its order.
  package let entries: [Entry]
  /// The folders of runs that are not in the plan.
  package let strangers: [String]

  /// Looks at a study.
  ///
  /// - Parameters:
  ///   - folder: Its folder.
  ///   - runs: The runs of the plan.
  package init(_ folder: StudyFolder, runs: [StudyRun]) {
    let clock = FileClock(in: folder.path)
    entries = Self.withoutOtherData(
      runs.map { Entry(run: $0, state: folder.state(of: $0, clock: clock)) })
    let known = Set(runs.map(\.name))
    strangers = FileNames.names(in: "\(folder.path)/runs").filter { !known.contains($0) }
  }

  /// Counts no run whose data were not those of most runs of the same data set.
  private static func withoutOtherData(_ entries: [Entry]) -> [Entry] {
    var counts: [String: [String: Int]] = [:]
    func digest(_ entry: Entry) -> String? {
      if case .done(let record) = entry.state { record.dataDigest } else { nil }
    }
    for entry in entries {
      guard let digest = digest(entry) else { continue }
      counts[entry.run.data, default: [:]][digest, default: 0] += 1
    }
    return entries.map { entry in
      guard let own = digest(entry), let all = counts[entry.run.data], all.count > 1,
        // Of two as frequent ones the first in the alphabet, so that every look finds the same.
        let usual = all.max(by: { ($0.value, $1.key) < ($1.value, $0.key) })?.key, own != usual
      else { return entry }
      var other = entry
      other.state = .changed(
        "its data were not those of most runs of '\(entry.run.data)'; remove its folder to do it"
          + " anew")
      return other
    }
  }

  /// The runs that are done, with what came of them.
  package var done: [(run: StudyRun, record: StudyRecord)] {
    entries.compactMap { entry in
      if case .done(let record) = entry.state { (entry.run, record) } else { nil }
    }
  }

  /// The runs that wait.
  package var waitingCount: Int { entries.count { $0.state == .waiting } }

  /// The runs that are being done, and by whom.
  package var running: [(run: StudyRun, owner: ProcessMark?)] {
    entries.compactMap { entry in
      if case .running(let owner) = entry.state { (entry.run, owner) } else { nil }
    }
  }

  /// The runs that came to nothing, and why.
  package var failed: [(run: StudyRun, reason: String)] {
    entries.compactMap { entry in
      if case .failed(let reason) = entry.state { (entry.run, reason) } else { nil }
    }
  }

  /// The runs whose folders were changed by hand, or that belong to another plan, and how.
  package var uncounted: [(run: StudyRun, reason: String)] {
    entries.compactMap { entry in
      switch entry.state {
      case .damaged(let reason): (entry.run, "damaged: \(reason)")
      case .changed(let reason): (entry.run, "run otherwise: \(reason)")
      default: nil
      }
    }
  }

  /// The seconds left, if the runs to come take as long as those alike so far; nil before any is done.
  ///
  /// Alike are those of the same data set and method, else those of the same data set, else all.
  package var secondsLeft: Double? {
    var exact: [String: Mean] = [:]
    var ofData: [String: Mean] = [:]
    var all = Mean()
    for (run, record) in done {
      exact["\(run.data) \(run.candidate)", default: Mean()].add(record.seconds)
      ofData[run.data, default: Mean()].add(record.seconds)
      all.add(record.seconds)
    }
    guard let typical = all.value else { return nil }
    var seconds = 0.0
    for entry in entries {
      let share: Double
      switch entry.state {
      case .waiting: share = 1
      case .running: share = 0.5
      case .done, .failed, .damaged, .changed: continue
      }
      let run = entry.run
      seconds +=
        share
        * (exact["\(run.data) \(run.candidate)"]?.value ?? ofData[run.data]?.value ?? typical)
    }
    return seconds / Double(max(running.count, 1))
  }

  private struct Mean {
    var sum = 0.0
    var count = 0

    var value: Double? { count > 0 ? sum / Double(count) : nil }

    mutating func add(_ value: Double) {
      sum += value
      count += 1
    }
  }
}
