import Foundation

/// The folders beside that of a run which bear its name with a suffix, while it is being written.
///
/// The suffix names the machine and the process: on a shared file system the process of another
/// machine may be alive though none of this machine has its number.
enum StaleFolders {
  /// Where a folder is written until it is complete.
  static func temporaryPath(for path: String, process: Int32 = getpid()) -> String {
    path + suffix + "\(process)"
  }

  /// Where the folder it replaces is meanwhile.
  static func retiredPath(for path: String, process: Int32 = getpid()) -> String {
    temporaryPath(for: path, process: process) + retiredMark
  }

  /// Takes away what killed processes of this machine left beside a folder.
  ///
  /// A folder that such a process was just replacing gets its name back.
  static func tidy(besides path: String) {
    let url = URL(fileURLWithPath: path)
    let (parent, start) = (url.deletingLastPathComponent(), url.lastPathComponent + suffix)
    let names = (try? FileManager.default.contentsOfDirectory(atPath: parent.path)) ?? []
    for name in names.sorted() where name.hasPrefix(start) {
      let isRetired = name.hasSuffix(retiredMark)
      let digits = name.dropFirst(start.count).dropLast(isRetired ? retiredMark.count : 0)
      guard let process = Int32(digits), process > 0, isDead(process) else { continue }
      let stale = parent.appending(path: name).path
      if isRetired && rename(stale, path) == 0 { continue }
      try? FileManager.default.removeItem(atPath: stale)
    }
  }

  private static let retiredMark = "-old"

  private static let suffix: String = {
    var name = [CChar](repeating: 0, count: 256)
    let isKnown = gethostname(&name, name.count - 1) == 0
    let bytes = name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }
    return ".partial-\(isKnown ? String(decoding: bytes, as: UTF8.self) : "host")-"
  }()

  private static func isDead(_ process: Int32) -> Bool {
    process != getpid() && kill(process, 0) != 0 && errno == ESRCH
  }
}
