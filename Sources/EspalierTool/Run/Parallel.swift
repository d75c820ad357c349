import Foundation
import Synchronization

/// Does a number of things, some of them side by side; returns when all are done.
func inParallel(_ count: Int, threadCount: Int, _ body: @escaping @Sendable (Int) -> Void) {
  let queue = Countdown(count)
  let finished = DispatchGroup()
  for _ in 1..<max(1, min(threadCount, count)) {
    finished.enter()
    let thread = Thread {
      while let position = queue.next() { body(position) }
      finished.leave()
    }
    thread.start()
  }
  while let position = queue.next() { body(position) }
  finished.wait()
}

/// Hands out each position once.
private final class Countdown: Sendable {
  private let count: Int
  private let started = Mutex(0)

  init(_ count: Int) { self.count = count }

  func next() -> Int? {
    started.withLock { started in
      guard started < count else { return nil }
      started += 1
      return started - 1
    }
  }
}
