/// When each feature was among the chosen ones, a line for each.
struct LifeLines {
  private let lines: [SelectionReport.Life]
  private let last: Int
  private let roundName: String

  private static let (left, right, top) = (20.0, 620.0, 12.0)

  /// Lays out lines.
  ///
  /// - Parameters:
  ///   - lines: The lines, drawn from top to bottom; `nil` results without any.
  ///   - last: The last rotation.
  ///   - roundName: What the features enter and leave after.
  init?(_ lines: [SelectionReport.Life], last: Int, roundName: String) {
    self.lines = lines.map { line in
      var line = line
      line.spans.removeAll { $0.first < 0 || $0.last < $0.first || $0.last > last }
      return line
    }.filter { !$0.spans.isEmpty }
    guard !self.lines.isEmpty, last > 0 else { return nil }
    (self.last, self.roundName) = (last, roundName)
  }

  /// The chart of the page.
  ///
  /// - Parameter remark: What is said of the lines that are left out, or of the run.
  /// - Returns: The section.
  func section(remark: String) -> ChartSection {
    let title = "When each feature was among the chosen"
    let hasNames = lines.count <= 40
    let pitch = hasNames ? 26.0 : 7.0
    let bottom = Self.top + Double(lines.count) * pitch
    let start = hasNames ? 130 : Self.left
    let scale = AxisScale([1, Double(max(last, 2))], tickCount: 7, wholeNumbers: true)
    func across(_ rotation: Double) -> Double {
      scale.position(rotation, from: start, to: Self.right)
    }
    var svg = SVG(height: bottom + 58, key: "lives", title: title)
    for tick in scale.ticks {
      svg.grid(x1: across(tick), y1: Self.top, x2: across(tick), y2: bottom)
      svg.text(scale.label(tick), x: across(tick), y: bottom + 24, anchor: .middle)
    }
    svg.text(roundName, x: (start + Self.right) / 2, y: bottom + 50, anchor: .middle)
    for (place, line) in lines.enumerated() {
      let y = Self.top + (Double(place) + 0.5) * pitch
      if hasNames {
        svg.text(shortened(line.name), x: start - 10, y: y, anchor: .end, isCentred: true)
      }
      // A feature that was there after one rotation alone has a width, too.
      let commands = line.spans.map { span in
        let (x1, x2) = (across(Double(span.first) - 0.5), across(Double(span.last) + 0.5))
        return "M\(plain(x1)) \(plain(y))H\(plain(max(x2, x1 + 1)))"
      }
      svg.path(
        commands.joined(),
        style: "life\(line.isChosen ? " main" : "")\(hasNames ? "" : " thin")",
        hint: "\(line.name)\(line.isChosen ? " (chosen)" : ""): \(Self.text(line.spans, limit: 6))")
    }
    return ChartSection(
      key: "lives", heading: "When each feature entered and left",
      explanation: "A line where a feature was among the chosen ones after a \(roundName); strong"
        + " lines are those of the features chosen in the end. \(remark)",
      title: title, svg: svg.element,
      table: .init(
        heads: [
          ("feature", false), ("chosen in the end", false), ("\(roundName)s in all", true),
          ("from to", false),
        ],
        rows: lines.map { line in
          [
            line.name, line.isChosen ? "yes" : "",
            grouped(line.spans.reduce(0) { $0 + $1.last - $1.first + 1 }),
            Self.text(line.spans, limit: 60),
          ]
        }))
  }

  private func shortened(_ name: String) -> String {
    name.count <= 9 ? name : "…" + name.suffix(8)
  }

  /// Spans as `1–7, 12`.
  private static func text(_ spans: [SelectionReport.Life.Span], limit: Int) -> String {
    spans.prefix(limit).map { $0.first == $0.last ? "\($0.first)" : "\($0.first)–\($0.last)" }
      .joined(separator: ", ") + (spans.count > limit ? " and \(spans.count - limit) more" : "")
  }
}
