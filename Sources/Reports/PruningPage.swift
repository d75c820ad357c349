import Mustache

/// The texts and drawings of a page on a network made smaller, under the names that the template
/// uses.
struct PruningPage {
  /// A row of the table of layers.
  struct Row {
    var name: String
    var cells: [String]
  }

  /// Facts under a heading.
  struct Section {
    var heading: String
    var facts: [ReportPage.Fact]
  }

  let title: String
  let producer: String
  let method: String
  let headlines: [ReportPage.Fact]
  let notes: [String]
  let hasNotes: Bool
  let drawing: NetworkDrawing?
  let layers: [Row]
  let charts: [ChartSection]
  let sections: [Section]
  let measured: Measured?
  let data: [ReportPage.Fact]
  let hasData: Bool
  let settings: [ReportPage.Fact]
  let hasSettings: Bool

  /// What a clock told.
  struct Measured {
    var facts: [ReportPage.Fact]
    var charts: [ChartSection]
    var layers: [Row]
    var hasLayers: Bool
  }

  init(_ report: PruningReport) {
    func facts(_ settings: [SelectionReport.Setting]) -> [ReportPage.Fact] {
      settings.map { ReportPage.Fact(name: $0.name, value: $0.value) }
    }
    func cell(_ change: PruningReport.Change) -> String {
      "\(grouped(change.after)) of \(grouped(change.before))"
    }
    (title, producer, method) = (report.title, report.producer, report.method)
    headlines = facts(report.headlines)
    (notes, hasNotes) = (report.notes, !report.notes.isEmpty)
    drawing = NetworkDrawing(
      report.layers.map { .init(name: $0.name, before: $0.units.before, after: $0.units.after) })
    layers = report.layers.map {
      Row(name: $0.name, cells: [cell($0.units), cell($0.parameters), cell($0.multiplyAdds)])
    }
    charts = [
      ChartSection.scores(report, over: .parameters),
      .entropies(report),
      .epochs(
        training: report.trainingLosses, validation: report.validationLosses,
        best: report.bestEpoch),
    ].compactMap(\.self)
    sections = report.sections.map { Section(heading: $0.heading, facts: facts($0.facts)) }
    let timed = report.layers.compactMap { layer in
      layer.times.map { Row(name: layer.name, cells: $0) }
    }
    measured =
      report.measured.isEmpty && timed.isEmpty
      ? nil
      : Measured(
        facts: facts(report.measured),
        charts: [ChartSection.scores(report, over: .time)].compactMap(\.self), layers: timed,
        hasLayers: !timed.isEmpty)
    data = report.data.map(ReportPage.data) ?? []
    hasData = report.data != nil
    settings = facts(report.settings)
    hasSettings = !settings.isEmpty
  }

  /// The page, compiled once.
  static let template = ReportPage.compiled(
    """
    \(ReportPage.head)
    <section class="chart" data-file="network">
    <h2>Before and after</h2>
    <p>Each layer is as wide as it has units.</p>
    \(ReportPage.networkDrawing)
    <div class="scroll" tabindex="0" role="region" aria-label="Layers">
    <table><caption>What is left of each layer with weights</caption>
    <thead><tr><th scope="col">layer</th><th scope="col" class="number">units</th>
    <th scope="col" class="number">parameters</th><th scope="col" class="number">multiply-adds</th></tr></thead>
    <tbody>{{#layers}}<tr><th scope="row">{{name}}</th>{{#cells}}<td class="number">{{.}}</td>{{/cells}}</tr>
    {{/layers}}</tbody></table></div>
    </section>
    \(ReportPage.chartSections())
    <section class="facts">
    {{#sections}}<div><h2>{{heading}}</h2>
    <dl>{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/facts}}</dl></div>
    {{/sections}}</section>
    {{#measured}}<div id="measured">
    <section class="facts"><div><h2>On this machine</h2>
    <dl>{{#facts}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/facts}}</dl></div></section>
    \(ReportPage.chartSections())
    {{#hasLayers}}<section>
    <h2>Layer by layer</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Times of the layers">
    <table><caption>How long each layer takes alone</caption>
    <thead><tr><th scope="col">layer</th><th scope="col" class="number">before</th>
    <th scope="col" class="number">after</th></tr></thead>
    <tbody>{{#layers}}<tr><th scope="row">{{name}}</th>{{#cells}}<td class="number">{{.}}</td>{{/cells}}</tr>
    {{/layers}}</tbody></table></div>
    </section>{{/hasLayers}}
    </div><!-- measured -->{{/measured}}
    <section class="facts">
    {{#hasData}}\(ReportPage.dataFacts){{/hasData}}
    \(ReportPage.settingFacts)
    </section>
    \(ReportPage.end("But for the times, the same data, options and seed give the same page."))
    """)
}

extension ChartSection {
  /// What scores are shown against.
  enum Axis {
    case parameters, time
  }

  /// The entropy of each layer over the iterations; nil where nobody measured it.
  static func entropies(_ report: PruningReport) -> ChartSection? {
    curves(
      key: "entropy", heading: "Entropy of each layer",
      explanation: "In bits, on the training rows: a layer of entropy 0 bends nothing and can go."
        + " Iteration 0 is the network as it came.",
      title: "Entropy of each layer over iterations", axis: "iteration",
      curves: report.entropies.map {
        .init(
          name: $0.name, values: $0.values, places: Array($0.values.indices), isDotted: true)
      })
  }

  /// The scores of the networks that were tried; nil where none was.
  static func scores(_ report: PruningReport, over axis: Axis) -> ChartSection? {
    let candidates = report.path + (report.original.map { [$0] } ?? [])
    let largest = candidates.map(\.parameters).max() ?? 0
    func place(_ candidate: PruningReport.Candidate) -> Int? {
      switch axis {
      // Few digits, so that they have room beside each other.
      case .parameters: largest < 100_000 ? candidate.parameters : candidate.parameters / 1000
      case .time: candidate.seconds.map { Int(($0 * 1e6).rounded()) }
      }
    }
    let placed = report.path.compactMap { candidate in place(candidate).map { ($0, candidate) } }
      .sorted { $0.0 < $1.0 }
    guard !placed.isEmpty else { return nil }
    let places = placed.map(\.0)
    var all = [
      LineChart.Curve(
        name: "trained again", values: placed.map(\.1.score), places: places,
        marked: placed.first { $0.1.isChosen }?.0, isDotted: true),
      LineChart.Curve(
        name: "as cut", values: placed.map(\.1.scoreAtOnce), places: places, isDotted: true),
    ]
    if let original = report.original, let place = place(original) {
      all.append(
        .init(
          name: "original", values: [original.score], places: [place], isDotted: true))
    }
    let name = report.scoreName.prefix(1).uppercased() + report.scoreName.dropFirst()
    let unit =
      switch axis {
      case .parameters: largest < 100_000 ? report.sizeName : "thousand \(report.sizeName)"
      case .time: "microseconds a batch"
      }
    return curves(
      key: axis == .time ? "time" : "size",
      heading: axis == .time ? "What time is worth" : "What size is worth",
      explanation: "\(name) of each network that was tried; the large dot is the one that was"
        + " kept.",
      title: "\(name) over \(unit)", axis: unit, curves: all)
  }
}
