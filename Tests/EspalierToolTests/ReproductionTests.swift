import Foundation
import Testing

@Suite("The same seed gives the same result")
struct ReproductionTests {
  private let call =
    "select data.csv --target target --count 3 --test-fraction 0.25 --seeds 3 --quiet"
    + " --baselines \(quickEntryPrune)"

  @Test("Two runs differ in nothing but time and memory")
  func twice() throws {
    let workplace = try Workplace()
    try workplace.generate()
    try Tool.run("\(call) --output first", in: workplace)
    try Tool.run("\(call) --output second", in: workplace)
    #expect(
      try timeless(workplace.json("first/result.json"))
        == timeless(workplace.json("second/result.json")))
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
