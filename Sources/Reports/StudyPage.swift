import Mustache

/// The texts and drawings of a study's page, under the names that the template uses.
struct StudyPage {
  /// A table with at most so many rows as a page can hold.
  struct TableSection {
    var title: String
    var notes: [String]
    var heads: [StudyReport.Cell]
    var rows: [TableRow]
  }

  /// A row of a table.
  struct TableRow {
    var cells: [StudyReport.Cell]
  }

  let title: String
  let producer: String
  let method: String
  let headlines: [ReportPage.Fact]
  let notes: [String]
  let hasNotes: Bool
  let tables: [TableSection]
  let costs: [TableSection]
  let charts: [ChartSection]
  let plan: [ReportPage.Fact]

  /// How many rows of a table a page shows.
  private static let rowLimit = 400

  init(_ report: StudyReport) {
    title = report.title
    producer = report.producer
    method = report.method
    headlines = report.headlines.map { ReportPage.Fact(name: $0.name, value: $0.value) }
    notes = report.notes
    hasNotes = !report.notes.isEmpty
    tables = report.tables.map(Self.section)
    costs = report.costs.map(Self.section)
    charts =
      report.rankings.map(Self.ranks)
      + report.points.enumerated().compactMap { Self.points($1, number: $0) }
    plan = report.plan.map { ReportPage.Fact(name: $0.name, value: $0.value) }
  }

  private static func ranks(_ ranking: StudyReport.Ranking) -> ChartSection {
    let title = "Mean ranks by \(ranking.measure)"
    return ChartSection(
      key: ranking.file.replacing(".svg", with: ""), heading: title,
      explanation: "Mean rank over the data sets, 1 for the best. Methods under one bar do not"
        + " differ by Nemenyi's test. \(ranking.file) beside this page is the same drawing.",
      title: title, svg: ranking.diagram.svg(title: title),
      table: .init(
        heads: [("method", false), ("mean rank", true)],
        rows: ranking.diagram.methods.map { [$0.name, decimal($0.rank, 3)] }))
  }

  private static func points(_ cost: StudyReport.Cost, number: Int) -> ChartSection? {
    PointChart(
      cost.points.map {
        PointChart.Point(name: $0.name, x: $0.seconds, y: $0.value, isPlain: $0.isBaseline)
      }
    ).map { chart in
      let title = "\(cost.measure) against time"
      return ChartSection(
        key: "time\(number)", heading: title,
        explanation: "The mean over all rows of the tables, which have the numbers of each data"
          + " set; a name without room appears when its dot is pointed at.",
        title: title, svg: chart.svg(title: title, axis: "seconds of a run"),
        table: .init(
          heads: [("method", false), (cost.measure, true), ("seconds", true)],
          rows: chart.points.map { [$0.name, significant($0.y), significant($0.x)] }))
    }
  }

  private static func section(_ table: StudyReport.Table) -> TableSection {
    let isLong = table.rows.count > rowLimit
    let remark =
      "These are the first \(grouped(rowLimit)) of \(grouped(table.rows.count)) rows; the files"
      + " beside this page have all."
    return TableSection(
      title: table.title, notes: table.notes + (isLong ? [remark] : []), heads: table.heads,
      rows: table.rows.prefix(rowLimit).map(TableRow.init))
  }

  private static let tableSource = """
    <section>
    <h2>{{title}}</h2>
    {{#notes}}<p>{{.}}</p>
    {{/notes}}<div class="scroll tall" tabindex="0" role="region" aria-label="{{title}}">
    <table><thead><tr>{{#heads}}<th scope="col"{{#isNumber}} class="number"{{/isNumber}}>{{text}}</th>{{/heads}}</tr></thead>
    <tbody>{{#rows}}<tr>{{#cells}}<td{{#isNumber}} class="number"{{/isNumber}}>{{#isBest}}<strong>{{/isBest}}{{text}}{{#isBest}}</strong>{{/isBest}}</td>{{/cells}}</tr>
    {{/rows}}</tbody></table></div>
    </section>
    """

  /// Where the numbers are.
  private static let files = """
    <a href="tables.md">tables.md</a>, <a href="tables.csv">tables.csv</a>, <a href="tables.tex">tables.tex</a> \
    and <a href="runs.csv">runs.csv</a> hold what the same plan gives again; \
    <a href="costs.md">costs.md</a>, <a href="costs.csv">costs.csv</a> and <a href="costs.tex">costs.tex</a> time and memory.
    """

  /// The page, compiled once.
  static let template = ReportPage.compiled(
    """
    \(ReportPage.head)
    {{#tables}}\(tableSource){{/tables}}
    \(ReportPage.chartSections())
    {{#costs}}\(tableSource){{/costs}}
    <section class="facts">
    <div><h2>Plan</h2>
    <dl>{{#plan}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/plan}}</dl></div>
    </section>
    \(ReportPage.end(files))
    """)
}
