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

  /// A drawing with what is said of it.
  struct Drawing {
    var title: String
    var explanation: String
    var svg: String
    var file: String
    var hasFile: Bool
  }

  let title: String
  let producer: String
  let method: String
  let headlines: [ReportPage.Fact]
  let notes: [String]
  let hasNotes: Bool
  let tables: [TableSection]
  let costs: [TableSection]
  let drawings: [Drawing]
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
    drawings =
      report.rankings.map { ranking in
        Drawing(
          title: "Ranks by \(ranking.measure)",
          explanation: "Mean rank over the data sets, 1 for the best. Methods under one bar do not"
            + " differ by Nemenyi's test.",
          svg: ranking.diagram.svg(title: "Mean ranks by \(ranking.measure)"), file: ranking.file,
          hasFile: true)
      } + report.points.compactMap(Self.drawing)
    plan = report.plan.map { ReportPage.Fact(name: $0.name, value: $0.value) }
  }

  private static func drawing(_ cost: StudyReport.Cost) -> Drawing? {
    PointChart(
      cost.points.map {
        PointChart.Point(name: $0.name, x: $0.seconds, y: $0.value, isPlain: $0.isBaseline)
      }
    ).map { chart in
      let title = "\(cost.measure) against time"
      return Drawing(
        title: title,
        explanation: "The mean over all rows of the tables; the tables have the numbers.",
        svg: chart.svg(title: title, axis: "seconds of a run"), file: "", hasFile: false)
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
    {{#drawings}}<section>
    <h2>{{title}}</h2>
    <p>{{explanation}}{{#hasFile}} <a href="{{file}}" download>As a file</a>{{/hasFile}}</p>
    <figure>
    {{{svg}}}</figure>
    </section>{{/drawings}}
    {{#costs}}\(tableSource){{/costs}}
    <section class="facts">
    <div><h2>Plan</h2>
    <dl>{{#plan}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/plan}}</dl></div>
    </section>
    \(ReportPage.end(files))
    """)
}
