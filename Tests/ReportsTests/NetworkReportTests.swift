import Testing

@testable import Reports

@Suite("Networks in reports")
struct NetworkReportTests {
  private static let cost = SelectionReport.Cost(
    connections: 43_250, denseConnections: 885_000, publishedRule: 1_300_000_000,
    training: 999_600, growth: 0, importance: 12, stateBytes: 2_340_000)

  @Test("the cost of each run is a row, in short numbers")
  func costs() {
    var report = SelectionReport.sample(runs: 2)
    #expect(!report.html().contains("What the training cost"))
    report.runs[1].cost = Self.cost
    let page = report.html()
    #expect(page.contains("What the training cost"))
    for value in [
      "43\u{202F}250", "885\u{202F}000", "1.3 G", "1.0 M", "0", "12", "2.3 MB",
    ] {
      #expect(page.contains("<td class=\"number\">\(value)</td>"), "\(value)")
    }
  }

  @Test("the shares of the classes are a map whose colours stay pale enough to read")
  func classes() {
    var report = SelectionReport.sample()
    report.classes = .init(
      names: ["<cat>", "dog"],
      rows: [.init(name: "x&1", shares: [0.75, 0.25]), .init(name: "x2", shares: [.nan, 2])])
    let page = report.html()
    #expect(page.contains("<th scope=\"col\" class=\"number\">&lt;cat&gt;</th>"))
    #expect(page.contains("<td class=\"number heat\" style=\"--share:45%\">75</td>"))
    #expect(page.contains("<td class=\"number heat\" style=\"--share:60%\">100</td>"))
    #expect(page.contains("<td class=\"number heat\" style=\"--share:0%\">–</td>"))
    report.classes = .init(names: [], rows: [])
    #expect(!report.html().contains("Which classes"))
  }

  @Test("what a run goes through has the name of the method's")
  func rounds() {
    var report = SelectionReport.sample()
    #expect(report.html().contains("Validation loss over rotations"))
    report.roundName = "epoch"
    let page = report.html()
    #expect(page.contains("Validation loss over epochs") && !page.contains("rotation"))
    #expect(page.contains("after each epoch"))
  }

  @Test("a training is a page with its layers, curves and cost")
  func training() {
    var report = TrainingReport(
      title: "A <network>", producer: "espalier", method: "set",
      headlines: [.init(name: "accuracy", value: "0.95")],
      layers: [.init(name: "first", inputs: 784, units: 1000, connections: 39_200)],
      trainingLosses: [3, 2, 1], validationLosses: [3, 2.5, 2.75], bestEpoch: 2,
      cost: [.init(name: "steps", value: "300")],
      data: .init(
        source: "t.csv", rows: 10, columns: 784, classes: 2, hash: "h", trainingRows: 8,
        testRows: 2), notes: ["a note"])
    let page = report.html()
    for part in [
      "<title>A &lt;network&gt;</title>", "<dt>accuracy</dt><dd>0.95</dd>",
      "<th scope=\"row\">first</th><td class=\"number\">784</td>",
      "<td class=\"number\">39\u{202F}200</td>", "<td class=\"number\">0.0500</td>",
      "Loss over epochs", "training loss", "validation loss", "<dt>steps</dt><dd>300</dd>",
      "<li>a note</li>", "</html>",
    ] {
      #expect(page.contains(part), "\(part)")
    }
    #expect(page.components(of: "<circle class=\"mark").count == 2)
    report.validationLosses = []
    let without = report.html()
    #expect(!without.contains("validation loss"))
    #expect(without.components(of: "<circle class=\"mark").count == 2)
    report.trainingLosses = [.nan]
    #expect(report.html().contains("Connections"))
  }
}

extension String {
  /// The parts between the occurrences of a text.
  fileprivate func components(of text: String) -> [Substring] {
    split(separator: text, omittingEmptySubsequences: false)
  }
}
