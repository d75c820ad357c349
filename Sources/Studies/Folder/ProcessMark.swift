import Foundation

/// What tells a process from all others: its machine, its number and when it began.
package struct ProcessMark: Sendable, Codable, Equatable {
  /// The machine since it was last started, and which numbers its processes have.
  package var machine: String
  /// The machine's name, for people.
  package var host: String
  /// The number of the process.
  package var process: Int32
  /// When it began, in the machine's own measure; empty where the system does not tell.
  package var start: String

  /// The process that this is.
  package static let own: ProcessMark = {
    let process = getpid()
    return ProcessMark(
      machine: machineName(), host: hostName(), process: process,
      start: startOf(process) ?? "")
  }()

  /// Whether the process has certainly ended; of another machine nobody can tell from here.
  package var hasEnded: Bool {
    guard machine == Self.own.machine else { return false }
    if kill(process, 0) != 0 && errno == ESRCH { return true }
    // The number may have been given to another process since.
    guard !start.isEmpty, let now = Self.startOf(process) else { return false }
    return now != start
  }

  private static func hostName() -> String {
    var name = [CChar](repeating: 0, count: 256)
    guard gethostname(&name, name.count - 1) == 0 else { return "host" }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// Containers may share a name and still count their processes each on their own.
  private static func machineName() -> String {
    let boot = try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8)
    let space = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/ns/pid")
    return [hostName(), boot?.trimmingCharacters(in: .whitespacesAndNewlines), space]
      .compactMap(\.self).joined(separator: " ")
  }

  /// When a process began; nil if there is none, it has ended and nobody asked for its end, or the
  /// system does not tell.
  private static func startOf(_ process: Int32) -> String? {
    guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
      // The name in parentheses may hold anything.
      let name = text.lastIndex(of: ")")
    else { return nil }
    let fields = text[text.index(after: name)...].split(separator: " ")
    guard fields.count > 19 else { return nil }
    return fields[0] == "Z" ? "ended" : String(fields[19])
  }
}
