import Foundation
import Synchronization

/// A process's share of a study: it claims runs one after the other and does them, until all are done.
package struct StudyWorker {
  /// How a run ended.
  package enum Ending: Sendable {
    case done(StudyRecord.Outcome)
    /// It came to nothing, and would again.
    case failed(String)
    /// An early end was asked for; the run can go on later.
    case stopped
    /// Nothing can be written any more, and why.
    case cannotWrite(String)
  }

  /// What is told on the way.
  package enum Event: Sendable, Equatable {
    case began(String)
    case done(String, seconds: Double)
    case failed(String, reason: String)
    /// Only runs of other processes are left, so many of them.
    case waits(Int)
  }

  /// What came of the share.
  package struct Summary: Sendable, Equatable {
    /// The runs that this process did.
    package var doneCount = 0
    /// The runs that came to nothing, here or elsewhere.
    package var failedCount = 0
    /// The runs that were left.
    package var leftCount = 0
    /// Whether an early end was asked for.
    package var isStopped = false
  }

  let folder: StudyFolder
  let runs: [StudyRun]
  /// Whether an early end was asked for.
  let isStopped: @Sendable () -> Bool
  let tell: (Event) -> Void

  /// Prepares a share.
  ///
  /// - Parameters:
  ///   - folder: The folder of the study.
  ///   - runs: The runs to do, those that others need before them.
  ///   - isStopped: Whether an early end was asked for.
  ///   - tell: Told what happens.
  package init(
    _ folder: StudyFolder, runs: [StudyRun],
    isStopped: @escaping @Sendable () -> Bool = { false },
    tell: @escaping (Event) -> Void = { _ in }
  ) {
    self.folder = folder
    self.runs = runs
    self.isStopped = isStopped
    self.tell = tell
  }

  /// Does runs until none is left.
  ///
  /// Runs that other processes have claimed are waited for: such a process may end, and its run be
  /// taken over.
  ///
  /// - Parameter perform: Does a run; it writes the folder of the run's output.
  /// - Returns: What came of it.
  /// - Throws: ``StudyError`` if the folder cannot be written.
  package func work(_ perform: (StudyRun) -> Ending) throws(StudyError) -> Summary {
    let heart = Heart(interval: max(0.05, min(10, folder.patience / 6)))
    defer { heart.stop() }
    var summary = Summary()
    var pending = runs.filter { !folder.isSettled($0) }
    var pause = 0.05
    while !pending.isEmpty {
      var left: [StudyRun] = []
      var hasWorked = false
      var clock = FileClock(in: folder.path)
      var clockAge = ContinuousClock.now
      for run in pending {
        if isStopped() {
          summary.isStopped = true
          summary.leftCount = runs.count { !folder.isSettled($0) }
          return summary
        }
        if folder.isSettled(run) { continue }
        if let former = run.former, !folder.isRecorded(former) {
          if StudyFailure(folder: folder.folder(of: former)) == nil {
            left.append(run)
          } else {
            try folder.failOrphan(run, former: former)
          }
          continue
        }
        if ContinuousClock.now - clockAge > .seconds(1) {
          (clock, clockAge) = (FileClock(in: folder.path), ContinuousClock.now)
        }
        guard
          let claim = try StudyClaim.take(
            folder.folder(of: run.name), patience: folder.patience, clock: clock)
        else {
          left.append(run)
          continue
        }
        // It may have been done between the look and the claim.
        guard !folder.isSettled(run) else {
          claim.release()
          continue
        }
        hasWorked = true
        heart.beat(for: claim)
        tell(.began(run.name))
        let ending = perform(run)
        heart.beat(for: nil)
        if try settle(run, ending, claim, &summary) { return summary }
      }
      pending = left
      guard !pending.isEmpty else { break }
      if hasWorked {
        pause = 0.05
      } else {
        if pause == 0.05 { tell(.waits(pending.count)) }
        sleep(seconds: pause)
        pause = min(2, pause * 2)
      }
    }
    summary.failedCount = runs.count { !folder.isRecorded($0.name) }
    return summary
  }

  /// Writes down how a run ended.
  ///
  /// - Returns: Whether the work ends here.
  private func settle(
    _ run: StudyRun, _ ending: Ending, _ claim: StudyClaim, _ summary: inout Summary
  ) throws(StudyError) -> Bool {
    switch ending {
    case .done(let outcome):
      if try folder.finish(run, outcome, claim: claim) {
        summary.doneCount += 1
        tell(.done(run.name, seconds: outcome.seconds))
      }
      return false
    case .failed(let reason):
      try folder.fail(run, reason: reason, claim: claim)
      tell(.failed(run.name, reason: reason))
      return false
    case .stopped:
      claim.release()
      summary.isStopped = true
      summary.leftCount = runs.count { !folder.isSettled($0) }
      return true
    case .cannotWrite(let reason):
      claim.release()
      throw .cannotWrite(path: folder.folder(of: run.name), reason: reason)
    }
  }

  private func sleep(seconds: Double) {
    usleep(UInt32(seconds * 1e6))
  }
}

extension StudyFolder {
  /// Writes that a run came to nothing because the training before it did.
  func failOrphan(_ run: StudyRun, former: String) throws(StudyError) {
    let folder = folder(of: run.name)
    if mkdir(folder, 0o777) != 0 && errno != EEXIST { throw .cannotWrite(folder) }
    try fail(run, reason: "the training before it, '\(former)', failed", claim: nil)
  }
}

/// Touches the heartbeat of the claim that a process holds, on a thread of its own.
private final class Heart: Sendable {
  private struct State {
    var claim: StudyClaim?
    var isStopped = false
  }

  private let state = Mutex(State())

  init(interval: Double) {
    let thread = Thread { [self] in
      while !state.withLock({ $0.isStopped }) {
        state.withLock { $0.claim?.beat() }
        usleep(UInt32(interval * 1e6))
      }
    }
    thread.start()
  }

  /// Begins or ends to beat.
  func beat(for claim: StudyClaim?) { state.withLock { $0.claim = claim } }

  func stop() { state.withLock { $0.isStopped = true } }
}
