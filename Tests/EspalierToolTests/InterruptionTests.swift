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
    #expect(try workplace.text("run/result.json") == outcome.output)
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
