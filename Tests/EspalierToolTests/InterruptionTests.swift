import Foundation
import Testing

@Suite("An early end")
struct InterruptionTests {
  private let endless =
    "select data.csv --target target --count 3 --test-fraction 0.2 --method entryprune"
    + " --rotations 1000000 --hidden 8 --batch 32 --output run"

  @Test("Ctrl-C ends a run with the best so far and exit code 75")
  func once() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let process = try start("\(endless) --steps-per-rotation 3 --json --seeds 3", in: workplace)
    try wait { try log(in: workplace).contains("\"rotation\"") }
    process.interrupt()
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    #expect(outcome.status == 75)
    #expect(try outcome.json()["isInterrupted"] as? Bool == true)
    #expect((try outcome.json()["features"] as? [Any])?.count == 3)
    #expect((try outcome.json()["runs"] as? [Any])?.count == 1)
    #expect(try workplace.hasResult(outcome.output, in: "run"))
    #expect(
      try Tool.run("transform run data.csv --output small.csv", in: workplace).status == 0)
  }

  @Test("A second Ctrl-C ends it at once, with nothing left behind")
  func twice() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let process = try start("\(endless) --steps-per-rotation 1000000", in: workplace)
    try wait { try log(in: workplace).contains("run begins") }
    process.interrupt()
    try wait { try workplace.text(".errors").contains("once more") }
    process.interrupt()
    process.waitUntilExit()
    #expect(try Tool.outcome(of: process, in: workplace).status == 130)
    #expect(try workplace.files() == ["data.csv", "data.truth.json"])
  }

  @Test("What was chosen is kept before it is judged, and stays when the judging is ended")
  func judging() throws {
    let workplace = try Workplace()
    try Tool.run("generate interaction --rows 12000 --columns 40 -o data.csv", in: workplace)
    let process = try start(
      "select data.csv --target target --count 20 --test-fraction 0.2 --method f-test --baselines"
        + " --seeds 2 --output run", in: workplace)
    try wait { try workplace.files().contains("run") }
    let written = try workplace.json("run/result.json")
    #expect((written["features"] as? [Any])?.count == 20)
    #expect(written["judge"] is NSNull && written["isInterrupted"] as? Bool == true)
    #expect((written["notes"] as? [String])?.last?.hasPrefix("not judged yet") == true)
    #expect(try workplace.text("run/report.html").contains("not judged yet"))
    process.interrupt()
    try wait { try workplace.text(".errors").contains("quit without the judging") }
    process.interrupt()
    process.waitUntilExit()
    #expect(try Tool.outcome(of: process, in: workplace).status == 75)
    #expect(try workplace.files() == ["data.csv", "data.truth.json", "run"])
    #expect(
      try workplace.files(in: "run")
        == [
          "checkpoint", "config.json", "events.jsonl", "measured.json", "report.html",
          "report.json", "result.json",
        ])
    #expect(try Tool.run("transform run data.csv -o small.csv", in: workplace).status == 0)
  }

  @Test("Ctrl-C in a path leaves what was measured and exit code 75")
  func path() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let process = try start(
      "select data.csv --target target --path 1,2,3,4,5,6,7,8,9,10,11,12 --method f-test"
        + " --output run --json", in: workplace)
    try wait { try log(in: workplace).contains("\"count\": 3") }
    process.interrupt()
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    #expect(outcome.status == 75)
    #expect(try workplace.hasResult(outcome.output, in: "run"))
    let result = try outcome.json()
    let points = try #require((result["path"] as? [String: Any])?["points"] as? [Any])
    #expect((2...11).contains(points.count))
    #expect((result["features"] as? [Any])?.isEmpty == true)
    #expect(
      result["notes"] as? [String] == [
        "stopped early: \(points.count) of 12 counts were measured",
        "stopped early: no columns were chosen; choose some with --count K",
      ])
    let used = try Tool.run("transform run data.csv -o small.csv", in: workplace)
    #expect(
      used.errors == "espalier: run/result.json: that run ended before any column was chosen\n")
  }

  @Test("Ctrl-C before the first count of a path leaves what it can go on from")
  func pathWithoutPoint() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let process = try start(
      "\(endless) --steps-per-rotation 3 --path 2,3", in: workplace)
    try wait { try log(in: workplace).contains("\"path\"") }
    process.interrupt()
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    #expect(outcome.status == 75)
    #expect(
      outcome.errors.contains(
        "interrupted before the first count of --path was measured; run it again with --resume"))
    #expect(try workplace.files() == ["data.csv", "data.truth.json", "run"])
    #expect(try workplace.files(in: "run") == ["checkpoint"])
  }

  @Test("A path takes half of the time limit, and the choice the rest")
  func pathTimeLimit() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let call = "\(endless) --steps-per-rotation 3 --json --path 2,3 --time-limit 2"
    let result = try Tool.run(call, in: workplace).json()
    #expect(
      result["notes"] as? [String] == [
        "the time limit ended the path early: 0 of 2 counts were measured",
        "the time limit ended 1 of 1 runs early",
      ])
    #expect((result["features"] as? [Any])?.count == 3)
    // Two seconds are tens of thousands of rotations; writing them is linear in their number.
    #expect(try #require(result["seconds"] as? Double) < 20)
    let run = try #require((result["runs"] as? [[String: Any]])?.first)
    #expect(try #require(run["rotations"] as? Int) > 3)
    let without = try Tool.run(
      call.replacing("--count 3 ", with: "").replacing("output run", with: "output other"),
      in: workplace)
    #expect(without.status == 75)
    #expect(without.errors.contains("raise --time-limit or give --count"))
    #expect(try workplace.files() == ["data.csv", "data.truth.json", "run"])
  }

  @Test("A time limit ends every run with its best so far, and is no failure")
  func timeLimit() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "\(endless) --steps-per-rotation 3 --json --seeds 2 --time-limit 0.3", in: workplace)
    #expect(outcome.status == 0)
    let result = try outcome.json()
    #expect(result["isInterrupted"] as? Bool == true)
    #expect(result["notes"] as? [String] == ["the time limit ended 2 of 2 runs early"])
    #expect((result["runs"] as? [Any])?.count == 2)
    #expect(result["judge"] is [String: Any])
  }

  private func start(_ line: String, in workplace: Workplace) throws -> Process {
    try Tool.start(line.split(separator: " ").map(String.init), in: workplace)
  }

  /// The events of a run that has not ended.
  private func log(in workplace: Workplace) throws -> String {
    let folder = try workplace.files().first { $0.hasPrefix("run.partial") }
    return try folder.map { try workplace.text("\($0)/events.jsonl") } ?? ""
  }

  private func wait(until isTrue: () throws -> Bool) throws {
    for _ in 0..<600 {
      if try isTrue() { return }
      Thread.sleep(forTimeInterval: 0.05)
    }
    Issue.record("waited in vain")
  }
}
