import Datasets
import Foundation

/// Reads mutated files, in children that are started anew after a crash.
///
///     Decoders COUNT CRASHES SEED...            as typed
///     Decoders child SEED NUMBER COUNT FOLDER   as a child
///
/// For each seed it prints how many mutated files were read, how many were refused, and the
/// crashes and hangs; their files are kept in the folder CRASHES.
@main
enum Decoders {
  static func main() throws {
    let arguments = CommandLine.arguments
    if arguments.count == 6, arguments[1] == "child" {
      try child(
        seed: arguments[2], from: Int(arguments[3]) ?? 0, to: Int(arguments[4]) ?? 0,
        folder: arguments[5])
      return
    }
    guard arguments.count > 3, let count = Int(arguments[1]) else {
      print("usage: Decoders COUNT CRASHES SEED...")
      exit(64)
    }
    try FileManager.default.createDirectory(
      atPath: arguments[2], withIntermediateDirectories: true)
    for seed in arguments.dropFirst(3) { try run(seed, count: count, crashes: arguments[2]) }
  }

  /// Where the damaged file lies: an image lies in a folder of classes.
  private static func place(_ seed: String, _ folder: String) -> (file: String, data: String) {
    let name = (seed as NSString).lastPathComponent
    let isImage = name.hasSuffix(".png") || name.hasSuffix(".jpg")
    return isImage ? ("\(folder)/a/\(name)", folder) : ("\(folder)/\(name)", "\(folder)/\(name)")
  }

  private static func run(_ seed: String, count: Int, crashes: String) throws {
    let shared = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : "/tmp"
    let folder = "\(shared)/espalier-fuzz-\(getpid())"
    try FileManager.default.createDirectory(
      atPath: folder + "/a", withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(atPath: folder) }
    defer { try? FileManager.default.removeItem(atPath: progress(folder)) }
    var (next, readCount, signals) = (0, 0, [Int: Int]())
    while next < count {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath()
      process.arguments = ["child", seed, "\(next)", "\(count)", folder]
      process.environment = ["SWIFT_BACKTRACE": "enable=no"]
      process.standardError = FileHandle.nullDevice
      try process.run()
      process.waitUntilExit()
      let words = try String(contentsOfFile: progress(folder), encoding: .utf8)
        .split(separator: " ").compactMap { Int($0) }
      readCount += words[1]
      guard process.terminationReason == .uncaughtSignal else { break }
      let signal = Int(process.terminationStatus)
      signals[signal, default: 0] += 1
      let kept = "\(crashes)/\((seed as NSString).lastPathComponent)-\(words[0])-signal\(signal)"
      try? FileManager.default.copyItem(atPath: place(seed, folder).file, toPath: kept)
      next = words[0] + 1
    }
    let ends = signals.sorted { $0.key < $1.key }.map { "signal \($0.key): \($0.value)" }
    print(
      "\((seed as NSString).lastPathComponent): \(count) files, \(readCount) read,",
      ends.isEmpty ? "no crash" : ends.joined(separator: ", "))
  }

  private static func progress(_ folder: String) -> String { folder + ".progress" }

  /// Reads one damaged file after the other; a file that takes ten seconds is a hang (SIGALRM).
  private static func child(seed: String, from first: Int, to end: Int, folder: String) throws {
    var memory = rlimit(rlim_cur: 4 << 30, rlim_max: 4 << 30)
    #if canImport(Glibc)
      setrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &memory)
    #else
      setrlimit(RLIMIT_AS, &memory)
    #endif
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: seed)))
    let (file, data) = place(seed, folder)
    let log = open(progress(folder), O_WRONLY | O_CREAT | O_TRUNC, 0o600)
    var readCount = 0
    for number in first..<end {
      var mutation = Mutation(seed: 1, number: number)
      let damaged = mutation.damaged(bytes)
      let target = open(file, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
      _ = damaged.withUnsafeBytes { write(target, $0.baseAddress, $0.count) }
      close(target)
      let line = "\(number) \(readCount)        "
      _ = line.withCString { pwrite(log, $0, strlen($0), 0) }
      alarm(10)
      if (try? TableSource(paths: [data]).readTable()) != nil { readCount += 1 }
      alarm(0)
    }
    let line = "\(end) \(readCount)        "
    _ = line.withCString { pwrite(log, $0, strlen($0), 0) }
  }
}
