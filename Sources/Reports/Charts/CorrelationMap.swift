/// How alike the chosen features are, as a map of shades from -1 over 0 to 1.
struct CorrelationMap {
  private let names: [String]
  private let values: [[Double]]

  /// The shades on each side of 0.
  private static let shadeCount = 8

  /// Lays out a map.
  ///
  /// - Parameter correlations: The correlations; `nil` results for fewer than two features.
  init?(_ correlations: SelectionReport.Correlations) {
    let count = correlations.names.count
    guard count > 1, correlations.values.count == count,
      correlations.values.allSatisfy({ $0.count == count })
    else { return nil }
    (names, values) = (correlations.names, correlations.values)
  }

  /// The chart of the page.
  ///
  /// - Parameter remark: What is said of features that are left out.
  /// - Returns: The section.
  func section(remark: String) -> ChartSection {
    let title = "Correlation of the chosen features"
    let count = names.count
    var svg = SVG(
      height: Double(count), width: Double(count), key: "correlation", title: title,
      attributes: "data-grid=\"\(count)\"")
    svg.rectangle(
      x: 0, y: 0, width: Double(count), height: Double(count), style: "frame")
    let cells = CellPaths(height: count, width: count, shadeCount: 2 * Self.shadeCount + 1) {
      let value = values[$0][$1]
      guard value.isFinite else { return nil }
      let shade = Int((min(max(value, -1), 1) * Double(Self.shadeCount)).rounded())
      return shade == 0 ? nil : shade + Self.shadeCount
    }
    let styles = cells.elements { shade in
      let distance = shade - Self.shadeCount
      return "\(distance < 0 ? "minus" : "plus") s\(abs(distance) * 15 / Self.shadeCount)"
    }
    for element in styles { svg.add(element) }
    return ChartSection(
      key: "correlation", heading: "How alike the chosen features are",
      explanation: "Correlation of each pair over the training rows, in the order of the ranking:"
        + " blue for pairs that rise together, orange for pairs of which one falls, the fuller the"
        + " closer. \(remark)",
      title: title, svg: svg.element, isNarrow: true,
      table: .init(
        heads: [("", false)] + names.map { ($0, true) },
        rows: zip(names, values).map { name, row in [name] + row.map { decimal($0, 2) } }))
  }
}
