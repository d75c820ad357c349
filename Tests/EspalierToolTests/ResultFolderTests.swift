import Foundation
import Testing

@testable import EspalierTool

@Suite("The folder of a run")
struct ResultFolderTests {
  private let call = "select data.csv --target target --count 3 \(quickEntryPrune)"

  @Test("It holds configuration, result, report and events, and nothing else is left behind")
  func content() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run("\(call) --json --output runs/a", in: workplace)
    #expect(outcome.status == 0)
    #expect(try workplace.files(in: "runs") == ["a"])
    #expect(
      try workplace.files(in: "runs/a")
        == [
          "config.json", "events.jsonl", "measured.json", "report.html", "report.json",
          "result.json",
        ])
    #expect(try workplace.hasResult(outcome.output, in: "runs/a"))
    #expect(try workplace.json("runs/a/config.json")["arguments"] as? [String] != nil)
    #expect(try workplace.text("runs/a/report.html").contains("3 of 12 columns of data.csv"))
    let events = try workplace.text("runs/a/events.jsonl").split(separator: "\n").map {
      try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any]
    }
    #expect(events.count { $0?["event"] as? String == "rotation" } == 4)
  }

  @Test("An earlier run is replaced only with --force")
  func force() throws {
    let workplace = try Workplace()
    try workplace.generate()
    #expect(try Tool.run("\(call) --output a", in: workplace).status == 0)
    let before = try workplace.text("a/result.json")
    #expect(try Tool.run("\(call) --output a", in: workplace).status == 73)
    #expect(try workplace.text("a/result.json") == before)
    #expect(try Tool.run("\(call) --output a --force --seed 5", in: workplace).status == 0)
    #expect(try workplace.text("a/result.json") != before)
    #expect(try workplace.files() == ["a", "data.csv", "data.truth.json"])
  }

  @Test("A folder that cannot get its name leaves the earlier one as it was")
  func rollBack() throws {
    let workplace = try Workplace()
    let path = try earlierRun(in: workplace)
    let folder = try ResultFolder(path, force: true)
    try FileManager.default.removeItem(atPath: StaleFolders.temporaryPath(for: path))
    #expect(throws: ToolError.self) { try folder.commit() }
    #expect(try workplace.text("a/config.json") == "earlier")
    #expect(!folder.isCommitted)
    #expect(try workplace.files() == ["a"])
  }

  @Test("What killed runs left behind goes away, what others are writing does not")
  func stale() throws {
    let workplace = try Workplace()
    let path = workplace.url.appending(path: "a").path
    let killed = try Process.run(URL(filePath: "/bin/sh"), arguments: ["-c", "exit 0"])
    killed.waitUntilExit()
    let dead = killed.processIdentifier
    let kept = [
      StaleFolders.temporaryPath(for: path, process: 1),
      "\(path).partial-elsewhere-\(dead)", "\(path).partial-mine",
      StaleFolders.temporaryPath(for: "\(path)b", process: dead),
    ]
    let gone = [StaleFolders.temporaryPath(for: path, process: dead)]
    for folder in kept + gone + [StaleFolders.retiredPath(for: path, process: dead)] {
      try FileManager.default.createDirectory(
        atPath: folder, withIntermediateDirectories: false)
    }
    StaleFolders.tidy(besides: path)
    // The folder that was being replaced has its name again.
    #expect(
      try workplace.files()
        == (kept + [path]).map { ($0 as NSString).lastPathComponent }
        .sorted())
  }

  private func earlierRun(in workplace: Workplace) throws -> String {
    let url = workplace.url.appending(path: "a")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: false)
    try workplace.write("earlier", to: "a/config.json")
    return url.path
  }

  @Test("Without --output nothing is written")
  func nothing() throws {
    let workplace = try Workplace()
    try workplace.generate()
    try Tool.run(call, in: workplace)
    #expect(try workplace.files() == ["data.csv", "data.truth.json"])
  }

  @Test("A run that fails leaves no folder")
  func failure() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "\(call) --output a --learning-rate 1e38 --test-fraction 0.2", in: workplace)
    #expect(outcome.status == 65)
    #expect(try workplace.files() == ["data.csv", "data.truth.json"])
  }
}
