import Foundation
import Testing

/// The built program, run as its users run it.
enum Tool {
  /// What a call left behind.
  struct Outcome {
    var status: Int32
    var output: String
    var errors: String

    /// The JSON object on standard output.
    func json() throws -> [String: Any] {
      let value = try JSONSerialization.jsonObject(with: Data(output.utf8))
      return try #require(value as? [String: Any])
    }
  }

  /// The folder of this file.
  static let folder = URL(filePath: #filePath).deletingLastPathComponent()

  /// The program beside the test bundle, in debug or in release.
  static func executable() throws -> URL {
    let bundle = Bundle.main.executableURL ?? URL(filePath: CommandLine.arguments[0])
    let root = folder.deletingLastPathComponent().deletingLastPathComponent()
    let candidates =
      [Bundle.main.bundleURL, bundle.deletingLastPathComponent()]
      + Bundle.allBundles.map { $0.bundleURL.deletingLastPathComponent() }
      + ["release", "debug"].map { root.appending(path: ".build/\($0)") }
    let found = candidates.lazy.map { $0.appending(path: "espalier") }
      .first { FileManager.default.isExecutableFile(atPath: $0.path) }
    return try #require(found, "the program must be built beside its tests")
  }

  /// Starts the program; its streams go to files, which no full pipe can block.
  static func start(_ arguments: [String], in workplace: Workplace) throws -> Process {
    let process = Process()
    process.executableURL = try executable()
    process.arguments = arguments
    process.currentDirectoryURL = workplace.url
    var environment = ProcessInfo.processInfo.environment
    environment["TERM"] = "dumb"
    environment["COLUMNS"] = "80"
    process.environment = environment
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = try workplace.newFile(".output")
    process.standardError = try workplace.newFile(".errors")
    try process.run()
    return process
  }

  /// Runs the program to its end.
  @discardableResult
  static func run(_ arguments: [String], in workplace: Workplace) throws -> Outcome {
    let process = try start(arguments, in: workplace)
    process.waitUntilExit()
    return try outcome(of: process, in: workplace)
  }

  /// Runs the program with arguments that have no blanks.
  @discardableResult
  static func run(_ line: String, in workplace: Workplace) throws -> Outcome {
    try run(line.split(separator: " ").map(String.init), in: workplace)
  }

  /// What a finished process left behind; a death by a signal has its negative number.
  static func outcome(of process: Process, in workplace: Workplace) throws -> Outcome {
    let isExit = process.terminationReason == .exit
    return Outcome(
      status: isExit ? process.terminationStatus : -process.terminationStatus,
      output: try workplace.text(".output"), errors: try workplace.text(".errors"))
  }
}

/// A folder of its own for one test.
final class Workplace {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "espalier-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func text(_ name: String) throws -> String {
    try String(contentsOf: url.appending(path: name), encoding: .utf8)
  }

  func write(_ text: String, to name: String) throws {
    try write(Data(text.utf8), to: name)
  }

  func write(_ data: Data, to name: String) throws {
    try data.write(to: url.appending(path: name))
  }

  func json(_ name: String) throws -> [String: Any] {
    let value = try JSONSerialization.jsonObject(with: Data(text(name).utf8))
    return try #require(value as? [String: Any])
  }

  /// Whether a folder holds a result that was printed, without what was measured.
  func hasResult(_ output: String, in folder: String) throws -> Bool {
    func merged(_ kept: Any, _ measured: Any?) -> Any {
      switch (kept, measured) {
      case (let kept as [String: Any], let measured as [String: Any]):
        var all = measured
        for (key, value) in kept { all[key] = merged(value, measured[key]) }
        return all
      case (let kept as [Any], let measured as [Any]):
        return zip(kept, measured).map { merged($0, $1) }
      default: return kept
      }
    }
    let all = try merged(json("\(folder)/result.json"), json("\(folder)/measured.json"))
    let printed = try JSONSerialization.jsonObject(with: Data(output.utf8)) as? NSDictionary
    return try #require(all as? NSDictionary) == #require(printed)
  }

  func files(in folder: String = "") throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: url.appending(path: folder).path)
      .filter { !$0.hasPrefix(".") }.sorted()
  }

  func newFile(_ name: String) throws -> FileHandle {
    let file = url.appending(path: name)
    try Data().write(to: file)
    return try FileHandle(forWritingTo: file)
  }

  /// Small data with planted truth: `data.csv` and `data.truth.json`.
  func generate(_ name: String = "correlated", _ options: String = "") throws {
    let size = "--rows 120 --columns 12 --seed 3 --output data.csv"
    let informative = name == "correlated" ? " --informative 3" : ""
    let outcome = try Tool.run("generate \(name) \(size)\(informative) \(options)", in: self)
    #expect(outcome.status == 0, "\(outcome.errors)")
  }
}

/// EntryPrune, small enough for a test.
let quickEntryPrune =
  "--method entryprune --rotations 4 --steps-per-rotation 3 --hidden 8"
  + " --batch 32 --no-elimination"
