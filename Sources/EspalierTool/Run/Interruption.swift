@preconcurrency import Dispatch
import Foundation
import Synchronization

/// Ctrl-C: the first asks for an early end, the second ends at once.
final class Interruption: Sendable {
  private struct State {
    var count = 0
    var onSecond: (@Sendable () -> ExitStatus)?
  }

  private let state = Mutex(State())

  /// Whether an early end was asked for.
  var isRequested: Bool { state.withLock { $0.count > 0 } }

  /// Asks for an early end from inside.
  func request() { state.withLock { $0.count = max($0.count, 1) } }

  /// Takes over Ctrl-C and polite requests to terminate; until then they end the program.
  ///
  /// - Parameters:
  ///   - onFirst: Told of the first.
  ///   - onSecond: Takes away what must not stay behind and says how the program ends.
  func begin(
    onFirst: @escaping @Sendable () -> Void, onSecond: @escaping @Sendable () -> ExitStatus
  ) {
    state.withLock { $0.onSecond = onSecond }
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)  // a source sees only what does not end the program
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [self] in
        receive(onFirst)
        withExtendedLifetime(source) {}
      }
      source.resume()
    }
  }

  private func receive(_ onFirst: () -> Void) {
    let (count, onSecond) = state.withLock { state in
      state.count += 1
      return (state.count, state.onSecond)
    }
    if count == 1 {
      onFirst()
    } else {
      _exit((onSecond?() ?? .interrupted).rawValue)
    }
  }
}
