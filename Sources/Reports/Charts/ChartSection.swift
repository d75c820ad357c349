/// A chart with what is said of it, and its numbers as a table, under the names of the template.
struct ChartSection {
  /// What a colour of the chart stands for.
  struct LegendItem {
    var name: String
    var colour: Int
    var dashed = false
  }

  /// The numbers of a chart: what stands in a row comes first.
  struct Table {
    /// The heads of the columns, and whether numbers stand below them.
    var heads: [(name: String, isNumber: Bool)]
    var rows: [[String]]
    /// The rows that are set off.
    var chosen: Set<Int> = []
  }

  /// What the ids of the drawing and the names of its files begin with; no two sections share it.
  let key: String
  let heading: String
  let explanation: String
  let title: String
  let svg: String
  let legend: [LegendItem]
  let hasLegend: Bool
  let isNarrow: Bool
  /// The head and the body of the table.
  let table: String

  /// Puts a section together.
  ///
  /// - Parameters:
  ///   - key: What the ids of the drawing and the names of its files begin with.
  ///   - heading: The heading.
  ///   - explanation: A sentence or two.
  ///   - title: What the chart shows.
  ///   - svg: The drawing.
  ///   - legend: What its colours stand for.
  ///   - isNarrow: Whether it needs less than the width of the page.
  ///   - table: Its numbers.
  init(
    key: String, heading: String, explanation: String, title: String, svg: String,
    legend: [LegendItem] = [], isNarrow: Bool = false, table: Table
  ) {
    self.key = key
    self.heading = heading
    self.explanation = explanation
    self.title = title
    self.svg = svg
    self.legend = legend
    hasLegend = !legend.isEmpty
    self.isNarrow = isNarrow
    self.table = table.html
  }
}

extension ChartSection.Table {
  /// The head and the body, as the page has them.
  fileprivate var html: String {
    func style(_ column: Int) -> String {
      heads.indices.contains(column) && heads[column].isNumber ? " class=\"number\"" : ""
    }
    var text = "<thead><tr>"
    for (column, head) in heads.enumerated() {
      text += "<th scope=\"col\"\(style(column))>\(escaped(head.name))</th>"
    }
    text += "</tr></thead>\n<tbody>"
    for (place, row) in rows.enumerated() {
      text += chosen.contains(place) ? "<tr class=\"chosen\">" : "<tr>"
      for (column, cell) in row.enumerated() {
        text +=
          column == 0
          ? "<th scope=\"row\"\(style(column))>\(escaped(cell))</th>"
          : "<td\(style(column))>\(escaped(cell))</td>"
      }
      text += "</tr>\n"
    }
    return text + "</tbody>"
  }
}

extension ReportPage {
  /// The sections of the charts in a list of the page.
  ///
  /// - Parameter list: The name of the list.
  /// - Returns: The source of a part of a template.
  static func chartSections(_ list: String = "charts") -> String {
    """
    {{#\(list)}}<section class="chart" data-file="{{key}}">
    <h2>{{heading}}</h2>
    <p>{{explanation}}</p>
    <figure{{#isNarrow}} class="map"{{/isNarrow}}>
    {{{svg}}}
    {{#hasLegend}}<figcaption><ul class="legend">{{#legend}}<li><svg viewBox="0 0 24 8" aria-hidden="true"><path class="curve c{{colour}}{{#dashed}} dashed{{/dashed}}" d="M0 4L24 4"/></svg><span>{{name}}</span></li>
    {{/legend}}</ul></figcaption>{{/hasLegend}}</figure>
    <details><summary>As a table</summary>
    <div class="scroll tall" tabindex="0" role="region" aria-label="{{title}}">
    <table><caption>{{title}}</caption>
    {{{table}}}</table></div></details>
    </section>{{/\(list)}}
    """
  }
}
