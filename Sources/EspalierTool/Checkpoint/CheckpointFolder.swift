import Espalier
import Foundation

/// The folder `checkpoint` of a run: its two last generations, each a file of its own.
///
/// A generation is written beside its place, synced and renamed over the older of the two, and the
/// folder is synced after it: at every moment one of them is whole.
final class CheckpointFolder {
  static let name = "checkpoint"
  private static let fileNames = ["0.state", "1.state"]

  let path: String
  private var lastNumber: UInt64 = 0
  /// Keeps others from writing into the folder, as long as the file is open.
  private var lock: Int32 = -1

  /// - Parameter folder: The folder of the run.
  init(in folder: String) {
    path = "\(folder)/\(Self.name)"
  }

  deinit {
    if lock >= 0 { close(lock) }
  }

  /// Whether a folder of a run has a checkpoint, be it damaged.
  static func exists(in folder: String) -> Bool {
    fileNames.contains { FileManager.default.fileExists(atPath: "\(folder)/\(name)/\($0)") }
  }

  /// What the folder holds.
  struct Content {
    var snapshot: Snapshot
    /// What is to be told of a generation that was passed over; nil if there is none.
    var note: String?
  }

  /// Reads the newest generation that is whole, and keeps others from going on from it, too.
  ///
  /// - Returns: The state; nil without a checkpoint.
  /// - Throws: ``ToolError`` if there is none that is whole, or another process is at work.
  func read() throws(ToolError) -> Content? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    try takeLock()
    var newest: CheckpointFile?
    var faults: [String] = []
    for name in Self.fileNames {
      let file = "\(path)/\(name)"
      guard let data = FileManager.default.contents(atPath: file) else { continue }
      do {
        let read = try CheckpointFile(bytes: Array(data))
        if read.number > newest?.number ?? 0 { newest = read }
      } catch {
        faults.append("\(file): \(error)")
      }
    }
    guard let newest else {
      guard let fault = faults.first else { return nil }
      throw ToolError(
        .badData, "\(fault); there is no other generation, begin anew with --force instead")
    }
    lastNumber = newest.number
    return Content(
      snapshot: newest.snapshot,
      note: faults.first.map { "\($0); going on from the generation before it" })
  }

  /// Writes a generation over the older of the two.
  ///
  /// - Parameter snapshot: The state.
  /// - Throws: ``ToolError`` if the system refuses; the generations there are stay as they were.
  func write(_ snapshot: Snapshot) throws(ToolError) {
    if let reason = Folder.make(path) {
      throw ToolError(.cannotWrite, "\(path): cannot be written: \(reason)")
    }
    if lock < 0 { try takeLock() }
    let number = lastNumber + 1
    try write(CheckpointFile(number: number, snapshot: snapshot), to: path)
    lastNumber = number
  }

  /// Writes the same state once more, into a folder that is to take the place of the run's, and
  /// takes the generation before it along.
  func write(_ snapshot: Snapshot, inNew folder: String) throws(ToolError) {
    let copy = "\(folder)/\(Self.name)"
    if let reason = Folder.make(copy) {
      throw ToolError(.cannotWrite, "\(path): cannot be written: \(reason)")
    }
    let number = max(lastNumber, 1)
    try write(CheckpointFile(number: number, snapshot: snapshot), to: copy)
    guard number > 1 else { return }
    let before = Self.fileNames[Int((number - 1) % 2)]
    // Without links it stays behind, as after a first writing.
    _ = link("\(path)/\(before)", "\(copy)/\(before)")
  }

  private func write(_ file: CheckpointFile, to folder: String) throws(ToolError) {
    let name = Self.fileNames[Int(file.number % 2)]
    do {
      var target = try AtomicFile(path: "\(folder)/\(name)")
      for part in file.parts { try part.withUnsafeBytes { try write($0, to: &target) } }
      try target.commit()
    } catch DatasetError.cannotWrite(_, let reason) {
      throw ToolError(.cannotWrite, "\(path)/\(name): cannot be written: \(reason)")
    } catch {
      throw ToolError(.cannotWrite, "\(path)/\(name): cannot be written: \(error)")
    }
    try sync(folder)
  }

  /// Keeps the folder that has taken the place of the one kept so far.
  func lockAgain() {
    try? takeLock()
  }

  /// Writes in pieces, so that a large part is not copied as a whole.
  private func write(_ bytes: UnsafeRawBufferPointer, to file: inout AtomicFile) throws {
    for start in stride(from: 0, to: bytes.count, by: 1 << 20) {
      let piece = bytes[start..<min(start + 1 << 20, bytes.count)]
      try file.write(UnsafeRawBufferPointer(rebasing: piece))
    }
  }

  /// Takes the checkpoint away, once there is a result.
  func remove() {
    try? FileManager.default.removeItem(atPath: path)
  }

  /// Has the names in a folder written to the disk.
  private func sync(_ folder: String) throws(ToolError) {
    let file = open(folder, O_RDONLY)
    defer { if file >= 0 { close(file) } }
    // Some file systems cannot sync a folder, and say so.
    guard file >= 0, fsync(file) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw ToolError(
        .cannotWrite, "\(path): cannot be written: \(String(cString: strerror(errno)))")
    }
  }

  /// Keeps the folder for this process, where the file system can.
  private func takeLock() throws(ToolError) {
    let file = open(path, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return }
    if flock(file, LOCK_EX | LOCK_NB) != 0, errno == EWOULDBLOCK {
      close(file)
      throw ToolError(
        .cannotWrite, "\(path): another process is writing this run; wait for it, or end it")
    }
    if lock >= 0 { close(lock) }
    lock = file
    let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
    for name in names where !Self.fileNames.contains(name) && name.contains(".partial-") {
      unlink("\(path)/\(name)")  // of a process that was killed while it wrote
    }
  }
}
