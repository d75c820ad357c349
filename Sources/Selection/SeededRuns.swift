import Foundation
import Tensors

/// One run of a method under one seed.
public struct SeededRun: Sendable, Equatable, Codable {
  /// The seed of every random number of the run.
  public var seed: UInt64
  /// What was chosen.
  public var selection: FeatureSelection
  /// The wall-clock time of the selection, in seconds.
  public var seconds: Double
}

extension SelectionMethod {
  /// Runs the method once per seed, some of them side by side.
  ///
  /// Every run computes on one thread, so that its bits depend neither on the number of threads
  /// nor on the machine's cores.
  ///
  /// - Parameters:
  ///   - task: What is to be chosen.
  ///   - seeds: The seeds.
  ///   - threadCount: How many runs go side by side, at least 1.
  ///   - observer: The observer of each run, by its position among the seeds.
  /// - Returns: The runs in the order of the seeds.
  /// - Throws: ``SelectionError`` of the first run, in the order of the seeds, that failed.
  public func run(
    _ task: SelectionTask, seeds: [UInt64], threadCount: Int = 1,
    observer: @escaping @Sendable (Int) -> any SelectionObserver = { _ in SilentObserver() }
  ) throws(SelectionError) -> [SeededRun] {
    require(threadCount >= 1, "SelectionMethod: \(threadCount) threads")
    let queue = RunQueue(count: seeds.count)
    let work: @Sendable () -> Void = {
      while let position = queue.next() {
        let result = Result { () throws(SelectionError) in
          try run(task, seed: seeds[position], observer: observer(position))
        }
        queue.finish(position, result)
      }
    }
    let finished = DispatchGroup()
    for _ in 1..<max(1, min(threadCount, seeds.count)) {
      finished.enter()
      let thread = Thread {
        work()
        finished.leave()
      }
      thread.start()
    }
    work()
    finished.wait()
    return try queue.results()
  }

  /// One run, unless it was done before.
  private func run(
    _ task: SelectionTask, seed: UInt64, observer: any SelectionObserver
  ) throws(SelectionError) -> SeededRun {
    if let saved = observer.savedResult {
      do throws(SnapshotError) {
        return SeededRun(
          seed: seed,
          selection: try FeatureSelection(
            restoredFrom: try saved.part("selection"), featureCount: task.data.featureCount),
          seconds: try saved.double("seconds"))
      } catch {
        throw .unusableState(error)
      }
    }
    let clock = ContinuousClock()
    let start = clock.now
    let selection = try select(task, random: RandomSource(seed: seed), observer: observer)
    let run = SeededRun(
      seed: seed, selection: selection, seconds: (clock.now - start) / .seconds(1))
    if !selection.isInterrupted {
      observer.finish(with: {
        var result = Snapshot()
        result.save("selection", selection.state)
        result.save("seconds", run.seconds)
        return result
      })
    }
    return run
  }
}

/// Hands out runs and collects their results.
///
/// `@unchecked Sendable`: the lock guards every access.
private final class RunQueue: @unchecked Sendable {
  private let lock = NSLock()
  private var started = 0
  private var collected: [Result<SeededRun, SelectionError>?]

  init(count: Int) {
    collected = [Result<SeededRun, SelectionError>?](repeating: nil, count: count)
  }

  func next() -> Int? {
    lock.withLock {
      guard started < collected.count else { return nil }
      started += 1
      return started - 1
    }
  }

  func finish(_ position: Int, _ result: Result<SeededRun, SelectionError>) {
    lock.withLock { collected[position] = result }
  }

  func results() throws(SelectionError) -> [SeededRun] {
    var runs: [SeededRun] = []
    for result in lock.withLock({ collected }) {
      if let result { runs.append(try result.get()) }
    }
    return runs
  }
}
