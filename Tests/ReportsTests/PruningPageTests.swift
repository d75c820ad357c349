import Testing

@testable import Reports

@Suite("Pages on networks made smaller")
struct PruningPageTests {
  private var report: PruningReport {
    var report = PruningReport(title: "A <network>", producer: "espalier", method: "ODF2NNA")
    report.headlines = [.init(name: "fewer parameters", value: "70 %")]
    report.layers = [
      .init(
        name: "first", units: .init(before: 100, after: 25),
        parameters: .init(before: 78_500, after: 19_625),
        multiplyAdds: .init(before: 78_400, after: 19_600), times: ["90 us", "30 us"]),
      .init(
        name: "layer1/with/a/long&name", units: .init(before: 50, after: 0),
        parameters: .init(before: 5050, after: 0), multiplyAdds: .init(before: 5000, after: 0)),
      .init(
        name: "last", units: .init(before: 10, after: 10),
        parameters: .init(before: 510, after: 260), multiplyAdds: .init(before: 500, after: 250)),
    ]
    report.scoreName = "accuracy"
    report.original = .init(parameters: 84_060, score: 0.9, scoreAtOnce: 0.9, seconds: 1e-4)
    report.path = [
      .init(parameters: 40_000, score: 0.91, scoreAtOnce: 0.5, seconds: 5e-5),
      .init(parameters: 20_000, score: 0.89, scoreAtOnce: 0.3, seconds: 3e-5, isChosen: true),
    ]
    report.trainingLosses = [2, 1]
    report.sections = [.init(heading: "Thresholds", facts: [.init(name: "0.1", value: "kept")])]
    report.measured = [.init(name: "64 rows", value: "30 us")]
    report.notes = ["a note"]
    return report
  }

  @Test("It draws both networks, and has every number as text")
  func contents() {
    let page = report.html()
    for part in [
      "<title>A &lt;network&gt;</title>", "<dt>fewer parameters</dt><dd>70 %</dd>",
      "<td class=\"number\">25 of 100</td><td class=\"number\">19\u{202F}625 of 78\u{202F}500</td>",
      "Accuracy over parameters", "Accuracy over microseconds a batch", "<dt>0.1</dt><dd>kept</dd>",
      "<td class=\"number\">90 us</td><td class=\"number\">30 us</td>", "Loss over epochs",
      "<li>a note</li>", "prefers-color-scheme: dark", "</html>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(!page.contains("{{") && !page.contains("Data</h2>") && !page.contains("Settings</h2>"))
    #expect(page.split(separator: "class=\"bar").count - 1 == 6 + 2)  // and the names of the sides
    // What a clock told stands in one part, so that the rest is the same in every run.
    let parts = page.split(separator: "<div id=\"measured\">")
    #expect(parts.count == 2 && !parts[0].contains(" us"))
    #expect(parts[1].split(separator: "<!-- measured -->").count == 2)
    #expect(!parts[1].split(separator: "<!-- measured -->")[1].contains(" us"))
  }

  @Test("A bar is as wide as its layer has units, and a layer that is gone leaves a gap")
  func drawing() throws {
    let drawing = try #require(
      NetworkDrawing([
        .init(name: "a", before: 200, after: 50), .init(name: "b", before: 100, after: 0),
        .init(name: "averylongnameofalayer", before: 10, after: 10),
      ]))
    func widths(_ side: Int) -> [Double] {
      drawing.sides[side].bars.compactMap { Double($0.width) }
    }
    #expect(widths(0) == [208, 104, 10.4] && widths(1) == [52, 0, 10.4])
    #expect(drawing.sides[1].bars.map(\.label) == ["50", "gone", "10"])
    #expect(drawing.sides[0].flow.split(separator: "L").count == 12)
    #expect(drawing.sides[1].flow.split(separator: "L").count == 8)
    #expect(drawing.names[2].text.count == 15)
    #expect(NetworkDrawing([]) == nil)
    #expect(NetworkDrawing([.init(name: "", before: 0, after: 0)]) == nil)
  }

  @Test("Without path, losses and layers the page is whole")
  func empty() {
    let page = PruningReport(title: "x", producer: "p", method: "m").html()
    #expect(page.contains("</html>") && !page.contains("<svg") && !page.contains("measured\""))
  }
}
