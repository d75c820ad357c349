import Foundation
import Testing

@Suite("The same seed gives the same result")
struct ReproductionTests {
  private let call =
    "select data.csv --target target --count 3 --test-fraction 0.25 --seeds 3 --quiet"
    + " --baselines \(quickEntryPrune)"

  @Test("Two runs write the same bytes; time and memory are in a file of their own")
  func twice() throws {
    let workplace = try Workplace()
    try workplace.generate()
    try Tool.run("\(call) --output first", in: workplace)
    try Tool.run("\(call) --output second --threads 1", in: workplace)
    for name in ["result.json", "report.html", "events.jsonl"] {
      #expect(try workplace.text("first/\(name)") == workplace.text("second/\(name)"), "\(name)")
    }
    let measured = try workplace.json("first/measured.json")
    #expect(measured["seconds"] is Double && measured["peakBytes"] is [String: Any])
    #expect((measured["runs"] as? [[String: Any]])?.count == 3)
  }

  @Test("Events on several threads are those on one")
  func events() throws {
    let workplace = try Workplace()
    try workplace.generate()
    try Tool.run("\(call) --output first", in: workplace)
    try Tool.run("\(call) --output second --threads 3", in: workplace)
    #expect(try workplace.text("first/events.jsonl") == workplace.text("second/events.jsonl"))
  }

  @Test("Runs side by side give what they give one after the other")
  func threads() throws {
    let workplace = try Workplace()
    try workplace.generate()
    var one = try timeless(Tool.run("\(call) --json", in: workplace).json()) as? [String: Any]
    var two =
      try timeless(Tool.run("\(call) --json --threads 2", in: workplace).json())
      as? [String: Any]
    one?["settings"] = nil
    two?["settings"] = nil
    #expect(try NSDictionary(dictionary: #require(one)) == NSDictionary(dictionary: #require(two)))
  }

  @Test("Another seed gives another result")
  func seeds() throws {
    let workplace = try Workplace()
    try workplace.generate()
    func columns(_ seed: Int) throws -> NSArray {
      let result = try Tool.run(
        "select data.csv --target target --count 6 --method random --seed \(seed) --json",
        in: workplace
      ).json()
      return try #require(result["features"] as? NSArray)
    }
    #expect(try columns(1) == columns(1))
    #expect(try columns(1) != columns(2))
  }

  /// The result without what a clock or the system decides.
  private func timeless(_ result: [String: Any]) -> NSDictionary {
    var result = result
    result["seconds"] = nil
    result["peakBytes"] = nil
    let runs = result["runs"] as? [[String: Any]] ?? []
    result["runs"] = runs.map { run in run.filter { $0.key != "seconds" } }
    return NSDictionary(dictionary: result)
  }
}
