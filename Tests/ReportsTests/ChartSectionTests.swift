import Foundation
import Testing

@testable import Reports

@Suite("Charts with their tables")
struct ChartSectionTests {
  /// The places of a text.
  private func count(_ text: String, in page: String) -> Int {
    page.components(separatedBy: text).count - 1
  }

  @Test("A life line lies where its feature was among the chosen, in drawing and table")
  func lives() throws {
    let lives = try #require(
      LifeLines(
        [
          .init(name: "a<b", isChosen: true, spans: [.init(first: 1, last: 11)]),
          .init(
            name: "gone", isChosen: false,
            spans: [.init(first: 2, last: 2), .init(first: 5, last: 6)]),
          .init(name: "nowhere", isChosen: false, spans: [.init(first: 9, last: 99)]),
        ], last: 11, roundName: "rotation"))
    let section = lives.section(remark: "")
    // From 130 to 620 for 0...12: half a rotation more on both sides.
    #expect(section.svg.contains("class=\"life main\" d=\"M150.4 25.0H599.6\""))
    #expect(section.svg.contains("d=\"M191.3 51.0H232.1M313.8 51.0H395.4\""))
    #expect(section.svg.contains("<title>a&lt;b (chosen): 1–11</title>"))
    #expect(!section.svg.contains("nowhere"))
    #expect(section.table.contains("<th scope=\"row\">gone</th><td></td>"))
    #expect(section.table.contains("<td class=\"number\">3</td><td>2, 5–6</td>"))
    #expect(LifeLines([], last: 3, roundName: "epoch") == nil)
  }

  @Test("A map of correlations has a shade for each sign, and every value in its table")
  func correlations() throws {
    let map = try #require(
      CorrelationMap(
        .init(names: ["a", "b", "c"], values: [[1, -0.5, 0], [-0.5, 1, .nan], [0, .nan, 1]])))
    let section = map.section(remark: "")
    #expect(section.svg.contains("data-grid=\"3\""))
    #expect(section.svg.contains("class=\"plus s15\" d=\"M0 0h1v1h-1zM1 1h1v1h-1zM2 2h1v1h-1z\""))
    #expect(section.svg.contains("class=\"minus s7\" d=\"M1 0h1v1h-1zM0 1h1v1h-1z\""))
    #expect(section.table.contains("<td class=\"number\">−0.50</td>"))
    #expect(section.table.contains("<td class=\"number\">–</td>"))
    #expect(CorrelationMap(.init(names: ["a"], values: [[1]])) == nil)
    #expect(CorrelationMap(.init(names: ["a", "b"], values: [[1, 0], [0]])) == nil)
  }

  @Test("Chosen pixels lie over the mean image, whose equal neighbours are one part")
  func meanImage() throws {
    let features = [
      SelectionReport.RankedFeature(rank: 1, index: 3, name: "p3", score: 1, frequency: 0.5)
    ]
    let size = SelectionReport.ImageSize(height: 2, width: 3)
    let section = try #require(
      PixelMap(features, size: size, mean: [255, 255, 0, 16, 128, 128])
    ).section
    #expect(section.svg.contains("class=\"shade s15\" d=\"M0 0h2v1h-2z\""))
    #expect(section.svg.contains("class=\"shade s8\" d=\"M1 1h2v1h-2z\""))
    #expect(section.svg.contains("class=\"pixel\" x=\"0.0\" y=\"1.0\""))
    #expect(section.svg.contains("<title>p3: row 1, column 0, in 50 % of the runs</title>"))
    let bare = try #require(PixelMap(features, size: size, mean: [1, 2]))
    #expect(!bare.section.svg.contains("shade"))
  }

  @Test("Whiskers reach as far as the errors, and the axis holds them")
  func whiskers() throws {
    let chart = try #require(
      LineChart([.init(name: "a", values: [1, 2], places: [10, 20], errors: [0.5, 0])]))
    // 0.5...2 in steps of 0.5, from 262 up to 16: 1.5 is two steps up.
    #expect(
      chart.paths[0].whiskers
        == "M76.0 262.0L76.0 98.0M71.0 262.0L81.0 262.0M71.0 98.0L81.0 98.0")
    let svg = chart.svg(key: "k", title: "t", axis: "x")
    #expect(svg.contains("data-axis=\"76.0 620.0 10.0 20.0\""))
  }

  @Test("The connections of a network are four charts, each where there is something for it")
  func connections() {
    var report = ConnectionReport(
      layers: [.init(name: "l1", inputs: 10, units: 4, connections: 8)], gained: [3, 0, 2],
      lost: [3, 0, 2],
      degrees: [.init(name: "inputs", step: 2, counts: [0, 5, 1])],
      leaders: [.init(name: "x7", shares: [.nan, 0.25, 0.5])])
    let sections = report.sections(of: 3)
    #expect(sections.map(\.key) == ["density", "changes", "degrees", "importance"])
    #expect(sections[0].table.contains("<td class=\"number\">0.2000</td>"))
    #expect(sections[1].legend.map(\.name) == ["gained, and as many lost"])
    #expect(
      sections[2].table.contains(
        "<th scope=\"row\" class=\"number\">2</th><td class=\"number\">5"))
    #expect(sections[3].explanation.contains("seed 3"))
    report.lost = [3, 4, 2]
    #expect(report.sections()[1].legend.map(\.name) == ["gained", "lost"])
    #expect(
      ConnectionReport(layers: [.init(name: "d", inputs: 2, units: 2, connections: 4)]).sections()
        .isEmpty)
  }

  @Test("Names of points that have no room are left out; their dots tell them")
  func points() throws {
    let chart = try #require(
      PointChart(
        (0..<5).map { .init(name: "method\($0)", x: 1, y: 0.5 + Double($0) / 1e4, isPlain: false) }
          + [.init(name: "far", x: 100, y: 0.9, isPlain: false)]))
    let svg = chart.svg(title: "t", axis: "s")
    #expect(count("<circle", in: svg) == 6)
    #expect((1...3).contains(count("dy=\"0.35em\" text-anchor=\"start\">method", in: svg)))
    #expect(svg.contains(">far</text>"))
  }

  @Test("A report goes into a file and comes back, numbers that are none among it")
  func coding() throws {
    var selection = SelectionReport.sample()
    selection.correlations = .init(names: ["a", "b"], values: [[1, .infinity], [0.1, 1]])
    selection.lives = [.init(name: "a", isChosen: true, spans: [.init(first: 1, last: 2)])]
    selection.meanImage = [1, 2, 3]
    let encoder = JSONEncoder()
    encoder.nonConformingFloatEncodingStrategy = .convertToString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    let report = RunReport.selection(selection)
    let read = try decoder.decode(RunReport.self, from: encoder.encode(report))
    #expect(read == report && read.html() == report.html())
  }

  @Test("A page of 784 features and 400 rotations stays below 2 MB", .timeLimit(.minutes(1)))
  func size() {
    var report = SelectionReport.sample(runs: 5)
    for run in report.runs.indices {
      report.runs[run].losses = (0..<400).map { 1 / Double($0 + run + 1) }
    }
    report.ranking = (0..<784).map {
      .init(rank: $0 + 1, index: $0, name: "pixel \($0)", score: 1 / Double($0 + 1), frequency: 1)
    }
    report.lives = (0..<120).map { feature in
      .init(
        name: "pixel \(feature)", isChosen: feature < 50,
        spans: (0..<100).map { .init(first: 4 * $0 + 1, last: 4 * $0 + 2) })
    }
    report.correlations = .init(
      names: (0..<50).map { "pixel \($0)" },
      values: (0..<50).map { row in (0..<50).map { Double(row - $0) / 50 } })
    report.meanImage = (0..<784).map { UInt8(truncatingIfNeeded: $0 * 37) }
    #expect(report.html().utf8.count < 2_000_000)
  }
}
