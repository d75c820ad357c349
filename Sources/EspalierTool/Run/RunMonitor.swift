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

  fileprivate let seeds: [UInt64]
  private let threadCount: Int
  private let roundName: String
  private let timeLimit: Duration?
  private let start = ContinuousClock.now
  private let interruption: Interruption
  private let display: ProgressDisplay
  private let events: EventLog?
  private let session: Session
  private let state = Mutex(State())

  /// Begins to watch; the time limit is that of the session, less what the path took of it.
  init(_ options: ChoiceOptions, session: Session) {
    seeds = options.allSeeds
    threadCount = min(options.threads, options.seeds)
    roundName = options.method.roundName
    let passed = start - session.start
    timeLimit = options.timeLimit.map { max(.zero, .seconds($0) - passed) }
    interruption = session.interruption
    display = session.display
    events = session.folder?.events
    self.session = session
  }

  /// Begins to watch a run.
  func observer(of position: Int) -> any SelectionObserver {
    let isLate = interruption.isRequested
    state.withLock { state in
      state.starts[position] = .now
      if isLate { state.lateRuns.insert(position) }
    }
    let keeper = session.keeper(WorkUnit(phase: .run, number: position))
    if !keeper.isKnown {
      events?.append("run begins", in: keeper.unit, [("seed", .unsigned(seeds[position]))])
    }
    return Observer(monitor: self, position: position, keeper: keeper)
  }

  /// Takes note of the end of a run.
  func end(of seed: UInt64) {
    events?.append(
      "run ends", in: WorkUnit(phase: .run, number: seeds.firstIndex(of: seed) ?? 0),
      [("seed", .unsigned(seed))])
  }

  /// The runs worth keeping: not those that were only begun to be ended.
  func kept(_ runs: [SeededRun]) -> [SeededRun] {
    let late = state.withLock { $0.lateRuns }
    return runs.enumerated().filter { !late.contains($0.offset) }.map(\.element)
  }

  fileprivate func report(_ progress: SelectionProgress, of position: Int) {
    events?.append(
      "rotation", in: WorkUnit(phase: .run, number: position),
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
    parts += [progress.phase, "\(roundName) \(progress.rotation + 1)\(last)"]
    parts += ["loss \(Wording.score(progress.loss))", "\(progress.changes) changed"]
    let left = Self.timeLeft(
      rotation: progress.rotation, lastRotation: progress.lastRotation, phaseTime: phaseTime,
      untilDeadline: deadline(position).map { $0 - .now })
    return (parts + [left].compactMap(\.self)).joined(separator: " · ")
  }

  /// How long a run goes on, as far as anybody knows: later phases have a length of their own.
  static func timeLeft(
    rotation: Int, lastRotation: Int?, phaseTime: Duration, untilDeadline: Duration?
  ) -> String? {
    if let lastRotation, rotation > 0 {
      let left = phaseTime / .seconds(1) / Double(rotation) * Double(lastRotation - rotation)
      return "\(Wording.duration(left)) left of this phase"
    }
    return untilDeadline.map {
      "at most \(Wording.duration(max(0, $0 / .seconds(1)))) left of this run"
    }
  }

  /// The observer of one run.
  private struct Observer: SelectionObserver {
    let monitor: RunMonitor
    let position: Int
    let keeper: UnitKeeper

    func report(_ progress: SelectionProgress) { monitor.report(progress, of: position) }

    var shouldStop: Bool { monitor.shouldStop(position) }

    var savedState: Snapshot? { keeper.savedState }
    var savedResult: Snapshot? { keeper.savedResult }

    func keep(state: () -> Snapshot) { keeper.keep(state: state) }

    func finish(with result: () -> Snapshot) {
      monitor.end(of: monitor.seeds[position])
      keeper.finish(with: result)
    }
  }
}
