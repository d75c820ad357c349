import Espalier
import Foundation

/// The program as a child of itself that does a share of a study.
///
/// The child ends with this process, however that ends: it waits for the end of its standard input,
/// which nobody else has the other end of. Its standard output comes here, line by line.
struct WorkerProcess {
  let process: pid_t
  private let lifeline: Int32
  private let output: Int32

  /// Starts a worker in a process group of its own: Ctrl-C comes here alone, and is passed on once.
  init(_ arguments: [String]) throws(ToolError) {
    func failure(_ code: Int32) -> ToolError {
      ToolError(.ownFault, "no worker: \(String(cString: strerror(code)))")
    }
    guard let program = Bundle.main.executablePath else { throw failure(ENOENT) }
    var (input, output): ([Int32], [Int32]) = ([0, 0], [0, 0])
    guard pipe(&input) == 0 else { throw failure(errno) }
    guard pipe(&output) == 0 else { throw failure(errno) }
    // No other child may hold an end open.
    for end in input + output { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    #if canImport(Glibc) || canImport(Musl)
      var actions = posix_spawn_file_actions_t()
      var attributes = posix_spawnattr_t()
    #else
      var actions: posix_spawn_file_actions_t?
      var attributes: posix_spawnattr_t?
    #endif
    posix_spawn_file_actions_init(&actions)
    posix_spawnattr_init(&attributes)
    defer {
      posix_spawn_file_actions_destroy(&actions)
      posix_spawnattr_destroy(&attributes)
    }
    posix_spawn_file_actions_adddup2(&actions, input[0], 0)
    posix_spawn_file_actions_adddup2(&actions, output[1], 1)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETPGROUP))
    posix_spawnattr_setpgroup(&attributes, 0)
    var texts: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    defer { for text in texts { free(text) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, program, &actions, &attributes, &texts, environ)
    close(input[0])
    close(output[1])
    guard code == 0 else {
      close(input[1])
      close(output[0])
      throw failure(code)
    }
    (process, lifeline, self.output) = (child, input[1], output[0])
  }

  /// How a worker ended.
  enum End: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  /// Hands over the worker's lines until it ends.
  func wait(_ tell: (String) -> Void) -> End {
    var pending: [UInt8] = []
    var bytes = [UInt8](repeating: 0, count: 1 << 16)
    while true {
      let count = read(output, &bytes, bytes.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { break }
      pending += bytes[..<count]
      while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
        tell(String(decoding: pending[..<end], as: UTF8.self))
        pending.removeSubrange(...end)
      }
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) < 0, errno == EINTR {}
    close(lifeline)
    close(output)
    let signal = status & 0x7f
    return signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
  }

  /// Ends this process as soon as the one that started it is gone.
  static func endWithParent() {
    let thread = Thread {
      var byte: UInt8 = 0
      while true {
        let count = read(STDIN_FILENO, &byte, 1)
        if count < 0 && errno == EINTR { continue }
        if count <= 0 { _exit(ExitStatus.stoppedEarly.rawValue) }
      }
    }
    thread.start()
  }
}
