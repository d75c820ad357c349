import Foundation
import Testing

@Suite("select --method auto")
struct RaceTests {
  private let quick = "--rotations 4 --steps-per-rotation 3 --hidden 8 --epochs 5 --no-elimination"

  @Test("is the default, says who won and by how much, and chooses what the winner chooses")
  func race() throws {
    let place = try Workplace()
    try place.generate()
    let call = "select data.csv --target target --count 4 --test-fraction 0.25 \(quick)"
    let text = try Tool.run("\(call) --output run", in: place)
    #expect(text.status == 0, "\(text.errors)")
    #expect(text.output.contains("\nMethod: auto ("))
    #expect(text.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    let result = try place.json("run/result.json")
    #expect(result["method"] as? String == "auto")
    let run = try #require((result["runs"] as? [[String: Any]])?.first)
    let race = try #require(run["race"] as? [String: Any])
    let winner = try #require(race["winner"] as? String)
    let standings = try #require(race["standings"] as? [[String: Any]])
    #expect(standings.first?["rival"] as? String == winner && standings.count >= 5)
    #expect(standings[1]["difference"] is Double && standings[1]["standardError"] is Double)
    #expect((race["heats"] as? [[String: Any]])?.count ?? 0 >= standings.count)
    let page = try place.text("run/report.html")
    #expect(
      page.contains("The race of seed 0") && page.contains("<th scope=\"row\">\(winner)</th>"))

    let settings = winner == "entryprune" ? quickEntryPruneSettings : ""
    let epochs = ["set", "rigl"].contains(winner) ? "--hidden 8 --epochs 5" : ""
    let alone = try Tool.run(
      "select data.csv --target target --count 4 --test-fraction 0.25 --method \(winner)"
        + " \(settings) \(epochs) --json", in: place
    ).json()
    let names = [result, alone].map {
      ($0["features"] as? [[String: Any]])?.compactMap { $0["name"] as? String }
    }
    #expect(names[0] == names[1] && names[0]?.count == 4)
  }

  private var quickEntryPruneSettings: String {
    "--rotations 4 --steps-per-rotation 3 --hidden 8 --no-elimination"
  }

  @Test("refuses a protocol of one method, and a setting of none of its rivals")
  func refusals() throws {
    let place = try Workplace()
    try place.generate()
    let call = "select data.csv --target target --count 4"
    let preset = try Tool.run("\(call) --protocol released", in: place)
    #expect(preset.status == 64 && preset.errors.contains("--protocol is that of a single method"))
    let layers = try Tool.run("\(call) --hidden 20-10", in: place)
    #expect(layers.status == 64 && layers.errors.contains("EntryPrune has one"))
    let both = try Tool.run("\(call.dropLast()) auto --path 1,2", in: place)
    #expect(both.status == 64)
  }

  @Test("--count auto chooses the smallest count within one standard error of the best")
  func count() throws {
    let place = try Workplace()
    try place.generate()
    let result = try Tool.run(
      "select data.csv --target target --count auto --method f-test --json", in: place
    ).json()
    let path = try #require(result["path"] as? [String: Any])
    let suggested = try #require(path["suggestedCount"] as? Int)
    #expect((result["features"] as? [[String: Any]])?.count == suggested)
    let points = try #require(path["points"] as? [[String: Any]])
    #expect(points.compactMap { $0["count"] as? Int } == [2, 3, 5])
  }
}
