import Espalier
import Foundation
import Studies
import Synchronization

/// Starts the workers of a study, shows how far they are, and sees to it that a run that kills its
/// process does so a few times at most.
final class StudySupervisor: Sendable {
  private struct State {
    var workers: [Int: WorkerProcess] = [:]
    /// The run that each worker is at.
    var current: [Int: String] = [:]
    var deaths: [String: Int] = [:]
    var doneCount = 0
    var failedCount = 0
    var seconds = 0.0
    var isStopped = false
    var status = ExitStatus.done
  }

  private let folder: StudyFolder
  private let runs: [StudyRun]
  private let openCount: Int
  private let arguments: [String]
  private let jobCount: Int
  private let display: ProgressDisplay
  private let start = ContinuousClock.now
  private let state = Mutex(State())

  /// How often a run may end its process before it counts as failed.
  private static let deathLimit = 3

  /// - Parameters:
  ///   - folder: The folder of the study.
  ///   - runs: The runs to do.
  ///   - openCount: How many of them are not done yet.
  ///   - arguments: What the workers are started with.
  ///   - jobCount: How many workers there are.
  ///   - display: Shows how far they are.
  init(
    _ folder: StudyFolder, runs: [StudyRun], openCount: Int, arguments: [String], jobCount: Int,
    display: ProgressDisplay
  ) {
    self.folder = folder
    self.runs = runs
    self.openCount = openCount
    self.arguments = arguments
    self.jobCount = jobCount
    self.display = display
  }

  /// Has the runs done.
  ///
  /// - Returns: How the study ended.
  func run() -> ExitStatus {
    let interruption = Interruption()
    interruption.begin(
      onFirst: { [self] in
        display.tell("Stopping the runs; once more to quit at once.")
        stop()
      }, onSecond: { .stoppedEarly })
    let finished = DispatchGroup()
    for slot in 0..<jobCount {
      finished.enter()
      let thread = Thread { [self] in
        serve(slot)
        finished.leave()
      }
      thread.start()
    }
    finished.wait()
    display.clear()
    return state.withLock { $0.isStopped && $0.status == .done ? .stoppedEarly : $0.status }
  }

  private func stop() {
    state.withLock { state in
      state.isStopped = true
      for worker in state.workers.values { kill(worker.process, SIGTERM) }
    }
  }

  /// Keeps a worker going until its share is done.
  private func serve(_ slot: Int) {
    while true {
      let worker: WorkerProcess
      do throws(ToolError) {
        // Under the lock, so that a request to stop finds every worker.
        let started = try state.withLock { state throws(ToolError) -> WorkerProcess? in
          if state.isStopped { return nil }
          let worker = try WorkerProcess(arguments)
          state.workers[slot] = worker
          return worker
        }
        guard let started else { return }
        worker = started
      } catch {
        display.clear()
        Terminal.complain(error.message)
        state.withLock { $0.status = error.status }
        return
      }
      let end = worker.wait { receive($0, from: slot) }
      let run = state.withLock { state in
        state.workers[slot] = nil
        return state.current.removeValue(forKey: slot)
      }
      switch end {
      case .exit(let code):
        guard let status = ExitStatus(rawValue: code), status != .ownFault || run == nil else {
          if let run, blame(run, "ended with exit code \(code)", atOnce: true) { continue }
          return
        }
        if status != .done {
          state.withLock { $0.status = $0.status == .done ? status : $0.status }
          if status == .cannotWrite { stop() }
        }
        return
      case .signal(let signal):
        let isStopped = state.withLock { $0.isStopped }
        if isStopped { return }
        let words = String(cString: strsignal(signal))
        let isOwn = [SIGILL, SIGTRAP, SIGABRT, SIGSEGV, SIGBUS, SIGFPE].contains(signal)
        guard let run else {
          display.clear()
          Terminal.complain("a worker was ended by signal \(signal) (\(words))")
          state.withLock { $0.status = .ownFault }
          return
        }
        guard blame(run, "ended by signal \(signal) (\(words))", atOnce: isOwn) else { return }
      }
    }
  }

  /// Notes that a run ended its process; one that does so again and again has failed.
  ///
  /// - Returns: Whether the work can go on.
  private func blame(_ name: String, _ how: String, atOnce: Bool) -> Bool {
    let count = state.withLock { state in
      state.deaths[name, default: 0] += 1
      return state.deaths[name, default: 0]
    }
    display.tell("\(name): the process was \(how)")
    guard atOnce || count >= Self.deathLimit, let run = runs.first(where: { $0.name == name })
    else { return true }
    do throws(StudyError) {
      try folder.fail(run, reason: "the process was \(how)", claim: nil)
      receive("failed \(name)", from: -1)
      return true
    } catch {
      display.clear()
      Terminal.complain(error.description)
      state.withLock { $0.status = .cannotWrite }
      return false
    }
  }

  /// Takes in what a worker says.
  private func receive(_ line: String, from slot: Int) {
    let words = line.split(separator: " ", maxSplits: 2).map(String.init)
    guard words.count > 1 else { return }
    let text = state.withLock { state -> String in
      switch words[0] {
      case "began": state.current[slot] = words[1]
      case "done":
        state.current[slot] = nil
        state.doneCount += 1
        state.seconds += words.count > 2 ? Double(words[2]) ?? 0 : 0
      case "failed":
        state.current[slot] = nil
        state.failedCount += 1
      default: break
      }
      return progress(state)
    }
    if words[0] == "failed", words.count > 2 { display.tell("\(words[1]): \(words[2])") }
    display.show(text)
  }

  private func progress(_ state: State) -> String {
    let count = state.doneCount + state.failedCount
    var text = "\(Wording.count(count)) of \(Wording.count(openCount, "run")) done"
    if state.failedCount > 0 { text += ", \(Wording.count(state.failedCount)) of them failed" }
    if count > 0 {
      let elapsed = (ContinuousClock.now - start) / .seconds(1)
      let left = elapsed / Double(count) * Double(max(0, openCount - count))
      text += "; about \(Wording.duration(left)) left"
    }
    return text
  }
}
