import Espalier
import Foundation
import Synchronization

/// Watches the runs of a selection: shows and records their progress, and ends them in time.
final class RunMonitor: Sendable {
  private struct State {
    /// When each run began, by position.
    var starts: [Int: ContinuousClock.Instant] = [:]
    /// When the current phase of each run began, and which it is.
    var phases: [Int: (name: String, start: ContinuousClock.Instant)] = [:]
    /// The runs that began after an early end was asked for: nothing is to be made of them.
    var lateRuns: Set<Int> = []
  }

  private let seeds: [UInt64]
  private let threadCount: Int
  private let timeLimit: Duration?
  private let start = ContinuousClock.now
  private let interruption: Interruption
  private let display: ProgressDisplay
  private let events: EventLog?
  private let state = Mutex(State())

  init(
    _ options: ChoiceOptions, interruption: Interruption, display: ProgressDisplay,
    events: EventLog?
  ) {
    seeds = options.allSeeds
    threadCount = min(options.threads, options.seeds)
    timeLimit = options.timeLimit.map { .seconds($0) }
    self.interruption = interruption
    self.display = display
    self.events = events
  }

  /// Begins to watch a run.
  func observer(of position: Int) -> any SelectionObserver {
    let isLate = interruption.isRequested
    state.withLock { state in
      state.starts[position] = .now
      if isLate { state.lateRuns.insert(position) }
    }
    events?.append("run begins", [("seed", .unsigned(seeds[position]))])
    return Observer(monitor: self, position: position)
  }

  /// The runs worth keeping: not those that were only begun to be ended.
  func kept(_ runs: [SeededRun]) -> [SeededRun] {
    let late = state.withLock { $0.lateRuns }
    return runs.enumerated().filter { !late.contains($0.offset) }.map(\.element)
  }

  fileprivate func report(_ progress: SelectionProgress, of position: Int) {
    events?.append(
      "rotation",
      [
        ("seed", .unsigned(seeds[position])), ("phase", .string(progress.phase)),
        ("rotation", .integer(progress.rotation)), ("loss", .number(progress.loss)),
        ("changes", .integer(progress.changes)),
      ])
    let now = ContinuousClock.now
    let phaseStart = state.withLock { state in
      if state.phases[position]?.name != progress.phase {
        state.phases[position] = (progress.phase, now)
      }
      return state.phases[position]?.start ?? now
    }
    display.show(line(progress, of: position, phaseTime: now - phaseStart))
  }

  fileprivate func shouldStop(_ position: Int) -> Bool {
    if interruption.isRequested { return true }
    guard let deadline = deadline(position) else { return false }
    return ContinuousClock.now >= deadline
  }

  /// The end of a run's share of the time limit; what an earlier run leaves over is inherited.
  private func deadline(_ position: Int) -> ContinuousClock.Instant? {
    guard let timeLimit else { return nil }
    let roundCount = (seeds.count + threadCount - 1) / threadCount
    return start + timeLimit * Double(position / threadCount + 1) / Double(roundCount)
  }

  private func line(
    _ progress: SelectionProgress, of position: Int, phaseTime: Duration
  ) -> String {
    var parts = seeds.count > 1 ? ["run \(position + 1)/\(seeds.count)"] : []
    let last = progress.lastRotation.map { "/\($0 + 1)" } ?? ""
    parts += [progress.phase, "rotation \(progress.rotation + 1)\(last)"]
    parts += ["loss \(Wording.score(progress.loss))", "\(progress.changes) changed"]
    if let last = progress.lastRotation, progress.rotation > 0 {
      let perRotation = phaseTime / .seconds(1) / Double(progress.rotation)
      parts.append("\(Wording.duration(perRotation * Double(last - progress.rotation))) left")
    } else if let deadline = deadline(position) {
      let left = max(0, (deadline - .now) / .seconds(1))
      parts.append("< \(Wording.duration(left)) left")
    }
    return parts.joined(separator: " · ")
  }

  /// The observer of one run.
  private struct Observer: SelectionObserver {
    let monitor: RunMonitor
    let position: Int

    func report(_ progress: SelectionProgress) { monitor.report(progress, of: position) }

    var shouldStop: Bool { monitor.shouldStop(position) }
  }
}
