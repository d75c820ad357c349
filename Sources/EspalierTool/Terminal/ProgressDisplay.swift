import Foundation
import Synchronization

/// The progress line: rewritten in place on a terminal, else a new line every 30 seconds.
final class ProgressDisplay: Sendable {
  /// How progress is shown.
  enum Style {
    case hidden, rewritten, occasional
  }

  private struct State {
    var lastShown: ContinuousClock.Instant
    var isLineOpen = false
  }

  private let style: Style
  private let state: Mutex<State>

  init(isQuiet: Bool) {
    style = isQuiet ? .hidden : Terminal.canRewrite ? .rewritten : .occasional
    let now = ContinuousClock.now
    // The first line of a terminal comes at once.
    state = Mutex(State(lastShown: style == .rewritten ? now - .seconds(1) : now))
  }

  /// Shows the line if the last one is old enough.
  func show(_ line: @autoclosure () -> String) {
    guard style != .hidden else { return }
    state.withLock { state in
      let now = ContinuousClock.now
      let pause: Duration = style == .rewritten ? .milliseconds(100) : .seconds(30)
      guard now - state.lastShown >= pause else { return }
      state.lastShown = now
      if style == .rewritten {
        Terminal.tell("\r\u{1B}[K" + line().clipped(to: Terminal.width - 1))
        state.isLineOpen = true
      } else {
        Terminal.tell(line() + "\n")
      }
    }
  }

  /// Says something that stays, unless all is to be quiet.
  func tell(_ line: String) {
    clear()
    if style != .hidden { Terminal.tell(line + "\n") }
  }

  /// Takes the line away before something else is written.
  func clear() {
    state.withLock { state in
      if state.isLineOpen { Terminal.tell("\r\u{1B}[K") }
      state.isLineOpen = false
    }
  }
}
