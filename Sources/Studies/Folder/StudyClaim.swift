import Foundation

/// A process's right to do a run, kept as folders that only one process can make.
///
/// The folder of a run holds `claim-1`, made by `mkdir`, which succeeds for one process only. In it
/// are `owner`, who that is, and `heartbeat`, a file that the owner touches as long as it lives. A
/// claim whose owner has ended, or whose heart has not beaten for long, is stale: another process
/// takes the run over by making the next folder, `claim-2`. So nobody ever takes a claim away that
/// has been renewed meanwhile, and the former owner sees that it has lost the run.
package struct StudyClaim: Sendable {
  /// The folder of the run.
  package let folder: String
  /// Which claim on the run it is, from 1.
  package let number: Int

  /// The folder of the claim.
  package var path: String { "\(folder)/\(Self.prefix)\(number)" }

  static let prefix = "claim-"
  private static let ownerName = "owner"
  private static let heartbeatName = "heartbeat"

  /// Who has a run, as far as another process can tell.
  package enum Holder: Sendable, Equatable {
    case nobody
    /// A process that is alive, or was so a short while ago.
    case other(ProcessMark?)
    /// A process that has ended or fallen silent; the number of its claim.
    case stale(ProcessMark?, number: Int)
  }

  /// Claims a run.
  ///
  /// - Parameters:
  ///   - folder: The folder of the run, which need not exist.
  ///   - patience: How many seconds without a heartbeat make a claim stale.
  ///   - clock: What time the file system has.
  /// - Returns: The claim, or nil if another process has the run.
  /// - Throws: ``StudyError`` if the system refuses.
  package static func take(
    _ folder: String, patience: Double, clock: FileClock
  ) throws(StudyError) -> StudyClaim? {
    // The folder may go between two steps, as a run that is done takes its claims away.
    for _ in 0..<10 {
      let number: Int
      switch holder(of: folder, patience: patience, clock: clock) {
      case .other: return nil
      case .nobody: number = 1
      case .stale(_, let stale): number = stale + 1
      }
      if mkdir(folder, 0o777) != 0 && errno != EEXIST { throw .cannotWrite(folder) }
      let claim = StudyClaim(folder: folder, number: number)
      if mkdir(claim.path, 0o777) == 0 {
        do throws(StudyError) {
          try claim.write(ProcessMark.own)
        } catch {
          claim.release()
          throw error
        }
        return claim
      }
      if errno == EEXIST { return nil }
      guard errno == ENOENT else { throw .cannotWrite(claim.path) }
    }
    return nil
  }

  /// Who has a run.
  package static func holder(
    of folder: String, patience: Double, clock: FileClock
  ) -> Holder {
    guard let number = numbers(in: folder).max() else { return .nobody }
    let claim = StudyClaim(folder: folder, number: number)
    let owner = claim.owner
    if owner?.hasEnded == true { return .stale(owner, number: number) }
    // Before there is a heartbeat, the folder itself tells when the claim was made.
    guard
      let last = FileClock.modified("\(claim.path)/\(heartbeatName)")
        ?? FileClock.modified(claim.path)
    else { return .nobody }
    return clock.now - last > patience ? .stale(owner, number: number) : .other(owner)
  }

  /// Tells other processes that this one is alive.
  package func beat() {
    utimes("\(path)/\(Self.heartbeatName)", nil)
  }

  /// Whether no other process has taken the run over.
  package var isHeld: Bool {
    Self.numbers(in: folder).max() == number
  }

  /// Gives the run back, or ends the claim of a run that is done.
  package func release() {
    for number in Self.numbers(in: folder) where number <= self.number {
      // Whoever is killed on the way leaves no claim without an owner, which would have to grow stale.
      let former = "\(folder)/claim\(FileNames.partialMark)\(number)"
      Self.remove(former)
      if rename("\(folder)/\(Self.prefix)\(number)", former) == 0 { Self.remove(former) }
    }
    // An empty folder says nothing.
    rmdir(folder)
  }

  private static func remove(_ path: String) {
    for name in [ownerName, heartbeatName] { unlink("\(path)/\(name)") }
    rmdir(path)
  }

  /// Who made the claim; nil if that cannot be read.
  private var owner: ProcessMark? {
    FileManager.default.contents(atPath: "\(path)/\(Self.ownerName)")
      .flatMap { try? JSONDecoder().decode(ProcessMark.self, from: $0) }
  }

  private func write(_ owner: ProcessMark) throws(StudyError) {
    let content = (try? JSONEncoder().encode(owner)) ?? Data()
    for (name, data) in [(Self.ownerName, content), (Self.heartbeatName, Data())] {
      guard FileManager.default.createFile(atPath: "\(path)/\(name)", contents: data) else {
        throw .cannotWrite("\(path)/\(name)")
      }
    }
  }

  /// The numbers of the claims in a folder.
  private static func numbers(in folder: String) -> [Int] {
    FileNames.names(in: folder).compactMap {
      $0.hasPrefix(prefix) ? Int($0.dropFirst(prefix.count)) : nil
    }
  }
}

/// The time by which the files of a folder are dated, which another machine may keep.
package struct FileClock: Sendable {
  /// Seconds since 1970.
  package let now: Double

  static let prefix = ".clock-"

  /// Reads the clock.
  ///
  /// - Parameter folder: A folder that can be written; otherwise this machine's clock counts.
  package init(in folder: String) {
    let path = "\(folder)/\(Self.prefix)\(getpid())"
    let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o666)
    if file >= 0 { close(file) }
    let own = Date().timeIntervalSince1970
    now = file >= 0 ? Self.modified(path) ?? own : own
    unlink(path)
  }

  /// When a file was last written or touched, in seconds since 1970.
  static func modified(_ path: String) -> Double? {
    var status = stat()
    guard stat(path, &status) == 0 else { return nil }
    #if canImport(Darwin)
      let time = status.st_mtimespec
    #else
      let time = status.st_mtim
    #endif
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}

/// The names in folders.
enum FileNames {
  /// What is in the names of files and folders that are not whole.
  static let partialMark = ".partial-"

  /// The names in a folder, sorted; none if it cannot be read.
  static func names(in folder: String) -> [String] {
    guard let stream = opendir(folder) else { return [] }
    defer { closedir(stream) }
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) {
        $0.withMemoryRebound(to: CChar.self, capacity: Int(NAME_MAX) + 1) { String(cString: $0) }
      }
      if name != "." && name != ".." { names.append(name) }
    }
    return names.sorted()
  }
}
