import Foundation
import Testing

@Suite("What a selection by a network costs")
struct SelectCostTests {
  private let quick =
    "select data.csv --target target --count 3 --hidden 8 --epochs 3 --sparsity 0.5 --batch 16"

  @Test("Every run tells its cost, and an attribution the classes of each column")
  func attribution() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let outcome = try Tool.run(
      "\(quick) --method rigl --importance attribution --seeds 2 --output run", in: workplace)
    #expect(outcome.status == 0, "\(outcome.errors)")
    #expect(outcome.output.split(separator: "\n").allSatisfy { $0.count <= 80 })
    #expect(outcome.output.contains("\nparameters 66; 56 of 112 connections\n"))
    #expect(outcome.output.contains("multiply-adds by the paper's rule"))
    #expect(outcome.output.contains("for growth and") && outcome.output.contains("for importance"))
    let measured = try workplace.json("run/measured.json")["runs"] as? [[String: Any]]
    for cost in try #require(measured).compactMap({ $0["cost"] as? [String: Any] }) {
      #expect(cost["importanceSeconds"] as? Double ?? 0 > 0)
    }
    let runs = try #require(try workplace.json("run/result.json")["runs"] as? [[String: Any]])
    #expect(runs.count == 2)
    for run in runs {
      let cost = try #require(run["cost"] as? [String: Any])
      #expect(cost["connections"] as? Int == 56 && cost["denseConnections"] as? Int == 112)
      let operations = try #require(cost["multiplyAdds"] as? [String: Int])
      #expect(operations["publishedRule"] == 3 * 56 * 120 * 3)
      for part in ["training", "growth", "importance"] { #expect(operations[part] ?? 0 > 0) }
      #expect(cost["stateBytes"] as? Int ?? 0 > 56 * 30)
      #expect(cost["importanceSeconds"] == nil)
      let scores = try #require(run["classScores"] as? [[Double]])
      #expect(scores.count == 3 && scores.allSatisfy { $0.count == 2 })
    }
    let page = try workplace.text("run/report.html")
    #expect(page.contains("What the training cost"))
    #expect(page.contains("Which classes a column speaks for"))
    #expect(page.contains("over epochs") && !page.contains("rotation"))
  }

  @Test("The strength has no classes, and a method without a network no cost")
  func without() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let strength = try Tool.run("\(quick) --method set --json", in: workplace).json()
    let run = try #require((strength["runs"] as? [[String: Any]])?.first)
    #expect(run["cost"] is [String: Any] && run["classScores"] == nil)
    let test = try Tool.run(
      "select data.csv --target target --count 3 --method f-test --output run", in: workplace)
    #expect(!test.output.contains("operations"))
    let plain = try #require(
      (try workplace.json("run/result.json")["runs"] as? [[String: Any]])?.first)
    #expect(plain["cost"] == nil)
    #expect(try !workplace.text("run/report.html").contains("What the training cost"))
  }

  @Test("Progress counts epochs where there are epochs, else rotations")
  func rounds() throws {
    let workplace = try Workplace()
    try workplace.generate()
    let set = try Tool.run("\(quick) --method set --output set", in: workplace)
    #expect(set.status == 0)
    #expect(try workplace.text("set/report.html").contains(">epochs</th>"))
    let entry = try Tool.run(
      "select data.csv --target target --count 3 \(quickEntryPrune) --output entry", in: workplace)
    #expect(entry.status == 0)
    #expect(try workplace.text("entry/report.html").contains(">rotations</th>"))
  }
}
