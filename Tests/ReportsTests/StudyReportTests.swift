import Foundation
import Testing

@testable import Reports

@Suite("Reports of studies")
struct StudyReportTests {
  private static let diagram = CriticalDifferenceDiagram(
    [.init(name: "b<c>", rank: 3), .init(name: "a", rank: 1), .init(name: "d", rank: 2.5)],
    criticalDifference: 1, groups: [[0, 2]])

  @Test("A diagram has the methods in the order of their ranks, at their places, and its groups")
  func diagram() throws {
    let svg = Self.diagram.svg(title: "Ranks & more")
    #expect(svg.contains("<title>Ranks &amp; more</title>"))
    let places = try ["a", "d", "b&lt;c&gt;"].map { name in
      try #require(svg.range(of: ">\(name)</text>")).lowerBound
    }
    #expect(places == places.sorted())
    // Rank 1 at the left end, 3 at the right, 2.5 at three quarters.
    for x in ["30.0", "610.0", "465.0"] { #expect(svg.contains("<circle cx=\"\(x)\"")) }
    #expect(svg.contains("x1=\"460.0\" y1=\"226.0\" x2=\"615.0\" y2=\"226.0\""))
    #expect(svg.contains("critical difference 1.00"))
  }

  @Test("Points stand by the logarithm of their time, and need a time above 0")
  func points() throws {
    let chart = try #require(
      PointChart([
        .init(name: "fast", x: 0.1, y: 0.5, isPlain: false),
        .init(name: "slow", x: 10, y: 1, isPlain: false),
        .init(name: "middle", x: 1, y: 0.75, isPlain: true),
        .init(name: "none", x: 0, y: 1, isPlain: false),
      ]))
    let svg = chart.svg(title: "t", axis: "s")
    for x in ["76.0", "338.0", "600.0"] { #expect(svg.contains("cx=\"\(x)\""), "\(x)") }
    #expect(!svg.contains("none"))
    #expect(PointChart([.init(name: "one", x: 1, y: 1, isPlain: false)]) == nil)
  }

  @Test("A page holds tables with their best and drawings; texts are escaped")
  func page() {
    let table = StudyReport.Table(
      title: "accuracy", notes: ["Mean of 2 runs."],
      heads: [.init("data", isNumber: false), .init("m", isNumber: true)],
      rows: [[.init("<x>", isNumber: false), .init("0.9", isBest: true, isNumber: true)]])
    let long = StudyReport.Table(
      title: "long", notes: [], heads: [.init("n", isNumber: true)],
      rows: (0..<1000).map { [.init("\($0)", isNumber: true)] })
    let report = StudyReport(
      title: "A & B", producer: "espalier", method: "study of select", headlines: [],
      notes: [], tables: [table, long], costs: [table],
      rankings: [.init(measure: "accuracy", diagram: Self.diagram, file: "ranks.svg")],
      points: [.init(measure: "accuracy", points: [])], plan: [.init(name: "verb", value: "select")]
    )
    let page = report.html().replacing(ReportPage.script, with: "")
    #expect(page.contains("<h1>A &amp; B</h1>"))
    #expect(page.contains("<td>&lt;x&gt;</td><td class=\"number\"><strong>0.9</strong></td>"))
    #expect(page.contains("the first 400 of 1\u{202F}000 rows"))
    #expect(page.contains("<td class=\"number\">399</td>"))
    #expect(!page.contains("<td class=\"number\">400</td>"))
    #expect(page.contains("<svg xmlns"))
    #expect(page.contains("ranks.svg beside this page"))
    #expect(page.split(separator: "<script").count == 2)
    #expect(!page.contains("{{"))
  }
}
