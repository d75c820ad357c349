import Foundation
import Testing

@Suite("select with folds")
struct FoldTests {
  private let call =
    "select data.csv --target target --count 3 --method f-test --folds 4 --repeats 2"

  @Test("The folds of the JSON object name the rows that each step saw")
  func schema() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run("\(call) --null 25 --json", in: workplace)
    #expect(outcome.status == 0)
    let result = try outcome.json()
    let folds = try #require(result["folds"] as? [String: Any])
    #expect(folds["count"] as? Int == 4 && folds["repeats"] as? Int == 2)
    #expect(folds["learner"] as? String == "svc" && folds["metric"] as? String == "accuracy")
    #expect((folds["interval95"] as? [Double])?.count == 2)
    let runs = try #require(folds["runs"] as? [[String: Any]])
    #expect(runs.count == 8)
    for run in runs {
      let training = stepRows(of: run, "training")
      let test = stepRows(of: run, "test")
      #expect((training + test).sorted() == Array(0..<120))
      #expect((run["features"] as? [Int])?.count == 3)
    }
    for number in 0..<2 {
      let tested = runs[(4 * number)..<(4 * number + 4)].flatMap { stepRows(of: $0, "test") }
      #expect(tested.sorted() == Array(0..<120))
    }
    let values = runs.compactMap { $0["value"] as? Double }
    let overFolds = try #require(folds["overFolds"] as? [String: Any])
    let overRepeats = try #require(folds["overRepeats"] as? [String: Any])
    #expect(overFolds["count"] as? Int == 8 && overRepeats["count"] as? Int == 2)
    #expect(overFolds["lowest"] as? Double == values.min())
    let null = try #require(folds["null"] as? [String: Any])
    let chance = try #require(null["values"] as? [Double])
    let mean = try #require(overFolds["mean"] as? Double)
    #expect(null["permuted"] as? String == "rows" && chance.count == 25)
    #expect(null["asGood"] as? Int == chance.count { $0 >= mean - 1e-9 })
    let p = try #require(null["p"] as? Double)
    #expect(abs(p - Double(1 + chance.count { $0 >= mean - 1e-9 }) / 26) < 1e-12)
    #expect(stepRows(of: result, "training") == Array(0..<120))
  }

  @Test("The same bits for any number of threads")
  func threads() throws {
    let workplace = try Workplace()
    try workplace.generate()
    func folds(_ threads: Int, _ method: String) throws -> [NSDictionary] {
      let text = call.replacing("f-test", with: method)
      let result = try Tool.run("\(text) --null 3 --threads \(threads) --json", in: workplace)
        .json()
      let folds = try #require(result["folds"] as? [String: Any])
      let runs = try #require(folds["runs"] as? [[String: Any]]).map { run in
        var run = run
        run["seconds"] = nil
        return run as NSDictionary
      }
      return runs + [try #require(folds["null"] as? NSDictionary)]
    }
    for method in ["f-test", "entryprune --rotations 3 --hidden 8 --steps-per-rotation 3"] {
      #expect(try folds(1, method) == folds(3, method))
    }
  }

  @Test("The table, the page and the folder say how sure one can be")
  func outputs() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run("\(call) --null 30 --test-fraction 0.25 --output run", in: workplace)
    #expect(outcome.status == 0)
    let words = outcome.output.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for text in ["in folds", "chance ", "p = ", "95 % confidence", "agreement", "4 folds x 2"] {
      #expect(words.contains(text), "\(text)")
    }
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let page = try workplace.text("run/report.html")
    #expect(page.contains("How sure one can be") && page.contains("Every fold"))
    let folds = try #require(try workplace.json("run/result.json")["folds"] as? [String: Any])
    // The rows held out for the judge are in no fold.
    let runs = try #require(folds["runs"] as? [[String: Any]])
    let seen = runs[0..<4].flatMap { stepRows(of: $0, "test") }
    #expect(seen.count == 90)
    #expect(try workplace.text("run/events.jsonl").contains("\"fold\""))
  }

  @Test("Ctrl-C keeps the folds that are complete, and exit code 75 says that some are missing")
  func interruption() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let process = try Tool.start(
      (call + " --null 100000 --output run --json").split(separator: " ").map(String.init),
      in: workplace)
    for _ in 0..<600 {
      if (try? workplace.text("run/events.jsonl"))?.contains("\"repeat\": 1, \"fold\": 3") == true {
        break
      }
      Thread.sleep(forTimeInterval: 0.05)
    }
    let written = try workplace.json("run/result.json")
    #expect((written["notes"] as? [String])?.last?.hasPrefix("no folds yet") == true)
    #expect(written["isInterrupted"] as? Bool == true)
    process.interrupt()
    process.waitUntilExit()
    let outcome = try Tool.outcome(of: process, in: workplace)
    #expect(outcome.status == 75)
    let result = try outcome.json()
    #expect(result["isInterrupted"] as? Bool == true)
    let folds = try #require(result["folds"] as? [String: Any])
    #expect((folds["runs"] as? [Any])?.count == 8)
    let notes = try #require(result["notes"] as? [String])
    #expect(notes.last?.hasPrefix("stopped early: 8 of 8 folds and ") == true)
  }

  @Test(
    "What cannot be is refused in one line",
    arguments: [
      ("--repeats 2", 64, "--repeats needs --folds; give --folds 5"),
      ("--null 9", 64, "--null needs --folds; give --folds 5"),
      ("--folds 1", 64, "--folds is 1, but must be in 2...1000000"),
      ("--folds 2 --null 0", 64, "--null is 0, but must be in 1...1000000"),
      ("--folds 5 --judge none", 64, "--folds needs a judge; remove --judge none"),
      (
        "--folds 5 --time-limit 9", 64,
        "--folds and --time-limit exclude each other; end the folds with Ctrl-C, what is complete is"
          + " kept"
      ),
      ("--folds 200", 65, "test rows: 200 folds for 120 rows; ask for fewer folds"),
    ])
  func refusals(options: String, status: Int, line: String) throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "select data.csv --target target --count 3 --method f-test \(options)", in: workplace)
    #expect(outcome.status == Int32(status))
    #expect(outcome.errors == "espalier: \(line)\n")
  }

  @Test("Folds need a count of their own, and learners of numbers are judged by theirs")
  func others() throws {
    let workplace = try Workplace()
    try Tool.run("generate regression --rows 60 --columns 8 -o data.csv", in: workplace)
    let refused = try Tool.run(
      "select data.csv --target target --path 2,3 --folds 3", in: workplace)
    #expect(refused.status == 64 && refused.errors.contains("--folds needs --count"))
    let outcome = try Tool.run(
      "select data.csv --target target --count 3 --method f-test --folds 3 --judge nearest --json",
      in: workplace)
    let folds = try #require(try outcome.json()["folds"] as? [String: Any])
    #expect(folds["learner"] as? String == "nearest" && folds["metric"] as? String == "rSquared")
    #expect(folds["null"] is NSNull)
  }

  @Test("Classes are balanced for every method that learns")
  func classWeights() throws {
    let workplace = try Workplace()
    try workplace.generate()
    for method in ["f-test", "quickselection --epochs 2 --hidden 9", "set --epochs 2 --hidden 9"] {
      let outcome = try Tool.run(
        "select data.csv --target target --count 3 --class-weight balanced --json --method \(method)",
        in: workplace)
      let settings = try #require(try outcome.json()["settings"] as? [String: Any])
      #expect(settings["classWeight"] as? String == "balanced")
    }
    let refused = try Tool.run(
      "select data.csv --target target --count 3 --class-weight balanced --method random",
      in: workplace)
    #expect(refused.status == 64)
  }
}

/// The rows of a step, which are written as runs such as `0-59,62`.
private func stepRows(of step: [String: Any], _ part: String) -> [Int] {
  let text = (step["rows"] as? [String: String])?[part] ?? ""
  return text.split(separator: ",").flatMap { run -> [Int] in
    let ends = run.split(separator: "-").compactMap { Int($0) }
    return ends.isEmpty ? [] : Array(ends[0]...ends[ends.count - 1])
  }
}
