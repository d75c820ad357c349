import Testing

@testable import Reports

@Suite("The report's page")
struct ReportPageTests {
  @Test("shows what it is given")
  func content() {
    let page = SelectionReport.sample().html()
    for text in [
      "<h1>20 of 784 columns of train-images-idx3-ubyte.gz</h1>", "0.9634 ± 0.0019", "0.9792",
      "0.8713", "0.55 to 0.69", "60\u{202F}000", "9f31c07be2d54a18", "Espalier 0.1",
      "Column x12 is constant", "seed 4", "regrowth",
    ] {
      #expect(page.contains(text), "\(text)")
    }
    #expect(page.split(separator: "class=\"pixel\"").count - 1 == 20)
    #expect(page.split(separator: "class=\"mark c").count - 1 == 5)
    #expect(!page.contains("{{"))
  }

  @Test(
    "escapes every text",
    arguments: [
      "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "a & b's <b>", "</style><b>",
    ])
  func escaping(name: String) {
    let page = SelectionReport.sample(name: name).html().replacing(ReportPage.script, with: "")
    #expect(!page.contains(name))
    // One script, that of the page.
    #expect(page.split(separator: "<script>\n\n</script>").count == 2)
    #expect(page.split(separator: "<script").count == 2)
    #expect(!page.contains("<img") && !page.contains("<b>"))
    let escaped = name.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
      .replacing(">", with: "&gt;").replacing("\"", with: "&quot;").replacing("'", with: "&#39;")
    // Title twice, source, method, setting and value, 20 columns, learner and metric, note.
    #expect(page.split(separator: escaped, omittingEmptySubsequences: false).count - 1 > 28)
  }

  @Test("keeps texts out of tags, where a quote with a combining mark would end an attribute")
  func attributes() {
    let name = "mark\"\u{301} onload=alert(1) x"
    let page = SelectionReport.sample(name: name).html()
    var insideTag = false
    var tag = ""
    for scalar in page.unicodeScalars {
      if scalar == "<" { (insideTag, tag) = (true, "") }
      if insideTag { tag.unicodeScalars.append(scalar) }
      if scalar == ">" {
        insideTag = false
        #expect(!tag.contains("onload"))
      }
    }
    #expect(page.contains("onload"))
  }

  @Test("needs no network")
  func selfContained() {
    let page = SelectionReport.sample().html()
    for text in ["http:", "https:", "src=", "url(", "@import", "<link", "fetch(", "import("] {
      #expect(!page.contains(text), "\(text)")
    }
  }

  @Test("is well-formed and labels its tables and drawings")
  func accessibility() {
    for page in [SelectionReport.sample(), .sample(runs: 1), Self.bare].map({ $0.html() }) {
      #expect(openTags(page).isEmpty)
      let drawings = page.split(separator: "<svg ").dropFirst()
      for drawing in drawings where !drawing.hasPrefix("viewBox=\"0 0 24 8\" aria-hidden") {
        #expect(drawing.contains("role=\"img\"") && drawing.contains("<desc id="))
      }
      let tables = page.split(separator: "<table>").dropFirst()
      #expect(tables.allSatisfy { $0.hasPrefix("<caption>") })
      #expect(page.contains("<html lang=\"en\">"))
    }
  }

  @Test("leaves out what a run does not have")
  func bare() {
    let page = Self.bare.html().replacing(ReportPage.script, with: "")
    for text in ["<svg", "Notes", "stability", "rotations", "judge", "Settings", "classes"] {
      #expect(!page.contains(text), "\(text)")
    }
    #expect(page.contains("a number"))
  }

  @Test("shows the counts that were tried, and which was chosen")
  func path() {
    var report = Self.bare
    report.path = [
      .init(count: 10, loss: 0.5, standardError: 0.01, isSuggested: false, isChosen: false),
      .init(count: 25, loss: 0.25, standardError: 0.02, isSuggested: true, isChosen: true),
    ]
    let page = report.html()
    #expect(page.contains("<tr><th scope=\"row\" class=\"number\">10</th>"))
    #expect(page.contains("<tr class=\"chosen\"><th scope=\"row\" class=\"number\">25</th>"))
    #expect(page.contains("chosen, smallest within one error of the best"))
    #expect(page.contains("0.2500") && page.contains("0.0200"))
    #expect(openTags(page).isEmpty)
    #expect(!Self.bare.html().contains("How many columns to choose"))
  }

  @Test("shows a stability without interval where there is none")
  func stability() {
    var report = Self.bare
    report.stability = .init(index: 0.62)
    #expect(report.html().contains("<dt>stability</dt><dd>0.62</dd>"))
  }

  @Test("takes a time in proportion to the length of the runs", .timeLimit(.minutes(1)))
  func longRun() {
    var report = Self.bare
    report.runs[0].losses = (1...40_000).map { 1 / Double($0) }
    #expect(report.html().contains("<th scope=\"row\" class=\"number\">40000</th>"))
  }

  @Test("survives numbers that are none")
  func notFinite() {
    var report = SelectionReport.sample()
    report.judge?.mean = .nan
    report.judge?.sd = .infinity
    report.judge?.random = -.infinity
    report.stability?.low = .nan
    report.runs[0].judge = .nan
    report.runs[0].losses = [.nan, 1e300, -.infinity, 0.5]
    report.runs[1].bestRotation = -4
    report.ranking[0].score = .nan
    report.ranking[0].frequency = .nan
    report.ranking[1].frequency = 7
    report.ranking[1].index = -3
    report.image = .init(height: .max, width: .max)
    let page = report.html()
    #expect(!page.contains("nan") && !page.contains("inf,") && page.contains("–"))
    #expect(openTags(page).isEmpty)
  }

  private static let bare = SelectionReport(
    title: "t", producer: "p",
    data: .init(
      source: "s", rows: 3, columns: 2, classes: nil, hash: "h", trainingRows: 2, testRows: 1),
    method: "random", ranking: [], runs: [.init(seed: 7)])

  /// The tags that are opened and not closed, or closed and not opened.
  private func openTags(_ page: String) -> [Substring] {
    var open: [Substring] = []
    for part in page.split(separator: "<").dropFirst() {
      let tag = part.prefix { $0 != ">" }
      let name = tag.prefix { $0.isLetter || $0.isNumber || $0 == "/" }
      if ["meta", ""].contains(name) || tag.hasSuffix("/") { continue }
      if !name.hasPrefix("/") {
        open.append(name)
      } else if open.last == name.dropFirst() {
        open.removeLast()
      } else {
        open.append(name)
      }
    }
    return open
  }
}
