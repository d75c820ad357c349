import Foundation
import Testing

@Suite("select")
struct SelectTests {
  @Test("The keys and types of the JSON object are those of schema 1")
  func schema() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "select data.csv --target target --count 4 --test-fraction 0.25 --seeds 2 --baselines --json"
        + " --quiet --truth data.truth.json \(quickEntryPrune)", in: workplace)
    #expect(outcome.status == 0)
    #expect(outcome.errors.isEmpty)
    let result = try outcome.json()
    #expect(result["schema"] as? Int == 1)
    #expect(result["version"] is String)
    #expect(result["method"] as? String == "entryprune")
    let settings = try #require(result["settings"] as? [String: Any])
    #expect(settings["hiddenCount"] as? Int == 8)
    #expect(settings["seed"] as? Int == 0 && settings["threads"] as? Int == 1)
    #expect(result["seeds"] as? [Int] == [0, 1])
    let data = try #require(result["data"] as? [String: Any])
    #expect(data["rows"] as? Int == 120 && data["features"] as? Int == 12)
    #expect(data["trainingRows"] as? Int == 90 && data["testRows"] as? Int == 30)
    #expect(data["classes"] as? Int == 2 && (data["hash"] as? String)?.count == 16)

    let features = try #require(result["features"] as? [[String: Any]])
    #expect(features.map { $0["rank"] as? Int } == [1, 2, 3, 4])
    for feature in features {
      let index = try #require(feature["index"] as? Int)
      #expect(feature["name"] as? String == "x\(index)")
      #expect(feature["score"] is Double)
      #expect([0.5, 1].contains(feature["frequency"] as? Double))
    }
    for (seed, run) in try #require(result["runs"] as? [[String: Any]]).enumerated() {
      #expect(run["seed"] as? Int == seed)
      #expect((run["features"] as? [Int])?.count == 4)
      #expect(run["rotations"] as? Int == 4)
      #expect(run["bestRotation"] is NSNull)
      #expect(run["seconds"] is Double)
      let judge = try #require(run["judge"] as? [String: Any])
      #expect(judge["learner"] as? String == "svc" && judge["metric"] as? String == "accuracy")
      #expect(judge["value"] is Double && judge["higherIsBetter"] as? Bool == true)
    }
    let judge = try #require(result["judge"] as? [String: Any])
    for key in ["mean", "sd", "allFeatures", "random"] { #expect(judge[key] is Double, "\(key)") }
    let stability = try #require(result["stability"] as? [String: Any])
    #expect(stability["index"] is Double)
    // Two runs tell nothing about the interval.
    #expect(stability["low"] is NSNull && stability["high"] is NSNull)
    let truth = try #require(result["truth"] as? [String: Any])
    #expect(truth["planted"] as? Int == 3)
    #expect(result["seconds"] is Double)
    let peak = try #require(result["peakBytes"] as? [String: Any])
    #expect((peak["selection"] as? Int ?? 0) > 1_000_000)
    #expect((peak["judging"] as? Int ?? 0) > 1_000_000)
    #expect(result["isInterrupted"] as? Bool == false)
  }

  @Test("What was not asked for is null")
  func nulls() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let result = try Tool.run(
      "select data.csv --target target --count 2 --method f-test --json", in: workplace
    ).json()
    for key in ["judge", "stability", "truth"] { #expect(result[key] is NSNull, "\(key)") }
    let judged = try Tool.run(
      "select data.csv --target target --count 2 --method f-test --test-fraction 0.2 --json",
      in: workplace
    ).json()
    let judge = try #require(judged["judge"] as? [String: Any])
    for key in ["sd", "allFeatures", "random"] { #expect(judge[key] is NSNull, "\(key)") }
  }

  @Test("The stability has an interval from ten runs on")
  func stability() throws {
    let workplace = try Workplace()
    try workplace.generate()
    func run(_ seeds: Int, _ options: String) throws -> Tool.Outcome {
      try Tool.run(
        "select data.csv --target target --count 2 --method random --seeds \(seeds) \(options)",
        in: workplace)
    }
    #expect(try run(9, "").output.contains(/stability +-?\d\.\d\d; 1 = always the same/))
    #expect(try run(10, "").output.contains(/stability +-?\d\.\d\d, 95 % interval -?\d/))
    let stability = try #require(try run(10, "--json").json()["stability"] as? [String: Any])
    for key in ["index", "low", "high"] { #expect(stability[key] is Double, "\(key)") }
  }

  @Test(
    "A target that may have been misunderstood is pointed out",
    arguments: [
      ("few", "", "the target was understood as a number, with 10 different values in 40 rows"),
      ("few", "--task classification", "the target was understood as 10 classes, on average 4.0"),
      ("real", "--task classification", "the target was understood as 40 classes, on average 1.0"),
      ("word", "", "the target was understood as 20 classes, on average 2.0 rows each; is it"),
      ("real", "", nil), ("few", "--task regression", nil), ("two", "", nil),
    ])
  func target(name: String, options: String, note: String?) throws {
    let workplace = try Workplace()
    let rows = (0..<40).map {
      "\($0 * 7 % 11),\($0 * $0 % 13),\($0 % 10),\(Double($0) + 0.5),w\($0 % 20),\($0 % 2)\n"
    }
    try workplace.write("a,b,few,real,word,two\n" + rows.joined(), to: "data.csv")
    let others = ["word", "real", "few", "two"].filter { $0 != name }.joined(separator: ",")
    let result = try Tool.run(
      "select data.csv --target \(name) --drop \(others) --count 1 --method f-test --json \(options)",
      in: workplace
    ).json()
    let notes = try #require(result["notes"] as? [String])
    #expect(notes.count == (note == nil ? 0 : 1))
    #expect(notes.first?.hasPrefix(note ?? "") ?? (note == nil), "\(notes)")
  }

  @Test("The report shows the path, the count that was chosen among its counts")
  func path() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "select data.csv --target target --path 2,4 --count 4 --method f-test --output run",
      in: workplace)
    #expect(outcome.status == 0)
    let page = try workplace.text("run/report.html")
    #expect(page.contains("How many columns to choose"))
    #expect(page.contains("<tr class=\"chosen\"><th scope=\"row\" class=\"number\">4</th>"))
  }

  @Test("The table shows rank, column, score and frequency, and fits 80 columns")
  func table() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "select data.csv --target target --count 3 --test-fraction 0.25 --seeds 2 --baselines"
        + " --truth data.truth.json --method f-test", in: workplace)
    #expect(outcome.status == 0)
    let lines = outcome.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    #expect(outcome.output.contains(/rank +column +score +frequency\n +1 +x\d+ +[\d.]+ +1\.00\n/))
    #expect(outcome.output.contains(/0\.\d{4} ± 0\.0000 +the 3 chosen columns\n/))
    #expect(outcome.output.contains(/0\.\d{4} +all 12 columns\n/))
    #expect(outcome.output.contains(/0\.\d{4} ± 0\.\d{4} +3 random columns\n/))
    #expect(outcome.output.contains(/planted +found [0-3] of 3 planted columns/))
    #expect(outcome.output.contains("none; --output DIR writes one"))
  }

  @Test("Regression is judged by ridge, and --task decides what the target is")
  func regression() throws {
    let workplace = try Workplace()
    try workplace.generate("regression")
    let result = try Tool.run(
      "select data.csv --target target --count 5 --test-fraction 0.25 --json \(quickEntryPrune)",
      in: workplace
    ).json()
    let judge = try #require(result["judge"] as? [String: Any])
    #expect(judge["learner"] as? String == "ridge" && judge["metric"] as? String == "rSquared")
    let data = try #require(result["data"] as? [String: Any])
    #expect(data["classes"] is NSNull)
    let refused = try Tool.run(
      "select data.csv --target target --count 5 --test-fraction 0.25 --judge svc", in: workplace)
    #expect(refused.status == 64)
  }

  @Test("Kept columns are chosen; dropped ones are not, and may hold anything")
  func keepAndDrop() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let rows = try workplace.text("data.csv").split(separator: "\n")
    let named = rows.enumerated().map { ($0 == 0 ? "id," : "row \($0),") + $1 }
    try workplace.write(named.joined(separator: "\n"), to: "named.csv")
    let outcome = try Tool.run(
      "select named.csv --target target --count 3 --keep x7,2 --drop id --drop 5 --json"
        + " --method random --seeds 8", in: workplace)
    let result = try outcome.json()
    let features = try #require(result["features"] as? [[String: Any]])
    #expect(features.prefix(2).map { $0["name"] as? String } == ["x1", "x7"])
    for run in try #require(result["runs"] as? [[String: Any]]) {
      let columns = try #require(run["features"] as? [Int])
      // Places in the file, of which id is the first column.
      #expect(columns.contains(2) && columns.contains(8) && !columns.contains(5))
    }
  }

  @Test("Dropping a column by name leaves the indices of the others as they are")
  func dropByName() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let call = "select data.csv --target target --count 11 --method f-test --json --drop x0"
    for feature in try #require(
      try Tool.run(call, in: workplace).json()["features"] as? [[String: Any]])
    {
      #expect(feature["name"] as? String == "x\(feature["index"] as? Int ?? -1)")
    }
    let typo = try Tool.run("\(call) --drop x99", in: workplace)
    #expect(typo.status == 64)
    #expect(typo.errors == "espalier: --drop: no column 'x99'; did you mean 'x9'?\n")
  }

  @Test("A file without a header line is read as it is")
  func noHeader() throws {
    let workplace = try Workplace()
    try workplace.write(
      (0..<30).map { "\($0 % 7).5,\($0 % 5),\($0 % 2 == 0 ? "p" : "q")\n" }.joined(), to: "d.csv")
    let result = try Tool.run(
      "select d.csv --target 2 --count 2 --method f-test --json", in: workplace
    ).json()
    let data = try #require(result["data"] as? [String: Any])
    #expect(data["rows"] as? Int == 30)
    let features = try #require(result["features"] as? [[String: Any]])
    #expect(Set(features.compactMap { $0["name"] as? String }) == ["x0", "x1"])
  }

  @Test("Rows held out change neither choice nor scores", arguments: ["entryprune", "f-test"])
  func noLeak(method: String) throws {
    let workplace = try Workplace()
    try workplace.generate()
    let rows = try workplace.text("data.csv").split(separator: "\n").map(String.init)
    try workplace.write((100..<120).map { "\($0)\n" }.joined(), to: "rows.txt")
    let changed = rows.enumerated().map { line, row in
      line <= 100 ? row : row.split(separator: ",").dropLast().map { _ in "1e6," }.joined() + "1"
    }
    try workplace.write(changed.joined(separator: "\n"), to: "changed.csv")
    let settings = method == "entryprune" ? quickEntryPrune : "--method \(method)"
    func features(_ file: String) throws -> NSArray {
      let result = try Tool.run(
        "select \(file) --target target --count 3 --test-rows rows.txt --judge none --json"
          + " \(settings)", in: workplace
      ).json()
      return try #require(result["features"] as? NSArray)
    }
    #expect(try features("data.csv") == features("changed.csv"))
  }

  @Test("Test data of their own match by column name, in any order")
  func testTable() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let rows = try workplace.text("data.csv").split(separator: "\n").map {
      $0.split(separator: ",").map(String.init)
    }
    func write(_ lines: [[String]], to name: String) throws {
      try workplace.write(lines.map { $0.joined(separator: ",") + "\n" }.joined(), to: name)
    }
    try write(Array(rows[...100]), to: "training.csv")
    try write([rows[0].reversed()] + rows[101...].map { $0.reversed() }, to: "test.csv")
    try workplace.write((100..<120).map { "\($0)\n" }.joined(), to: "rows.txt")
    func value(_ options: String) throws -> Double {
      let result = try Tool.run(
        "select \(options) --target target --count 3 --method f-test --json", in: workplace
      ).json()
      let judge = try #require(result["judge"] as? [String: Any])
      return try #require(judge["mean"] as? Double)
    }
    #expect(
      try value("training.csv --test test.csv") == value("data.csv --test-rows rows.txt"))
  }
}
