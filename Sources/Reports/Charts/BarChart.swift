/// Horizontal bars that start at zero.
struct BarChart {
  /// A value to show.
  struct Item {
    /// What the bar is of.
    var name: String
    /// Its length.
    var value: Double
    /// The half width of the whisker.
    var deviation: Double?
    /// Whether the bar is the one that the page is about.
    var isMain: Bool
  }

  /// A drawn bar.
  struct Bar {
    var name: String
    var value: String
    var isMain: Bool
    /// Where its part of the drawing begins.
    var top: Double
    var x: Double
    var width: Double
    /// The ends of the whisker.
    var whisker: (low: Double, high: Double)?
  }

  static let left = 20.0
  static let right = 620.0
  static let pitch = 64.0

  let bars: [Bar]
  let ticks: [LineChart.Tick]

  /// Lays out bars.
  ///
  /// - Parameter items: The values, drawn from top to bottom; those not finite are left out.
  init(_ items: [Item]) {
    let shown = items.filter { $0.value.isFinite && $0.deviation?.isFinite != false }
    let ends = shown.flatMap { [$0.value - ($0.deviation ?? 0), $0.value + ($0.deviation ?? 0)] }
    // Accuracy and R² are fractions: their natural end is 1.
    let isFraction = ends.allSatisfy { $0 <= 1.05 } && shown.contains { $0.value > 0.2 }
    let scale = AxisScale(
      isFraction ? [0, 1] + ends.map { min($0, 1) } : [0] + ends, tickCount: 6)
    func across(_ value: Double) -> Double {
      scale.position(value, from: Self.left, to: Self.right)
    }
    bars = shown.enumerated().map { index, item in
      let (start, end) = (across(min(item.value, 0)), across(max(item.value, 0)))
      return Bar(
        name: item.name,
        value: significant(item.value) + (item.deviation.map { " ± " + significant($0) } ?? ""),
        isMain: item.isMain, top: Double(index) * Self.pitch, x: start, width: max(end - start, 1),
        whisker: item.deviation.map { (across(item.value - $0), across(item.value + $0)) })
    }
    ticks = scale.ticks.map { LineChart.Tick(position: across($0), label: scale.label($0)) }
  }

  /// The drawing.
  ///
  /// - Parameters:
  ///   - key: What its ids begin with.
  ///   - title: What it shows.
  /// - Returns: The element `svg`.
  func svg(key: String, title: String) -> String {
    let bottom = Double(bars.count) * Self.pitch + 2
    var svg = SVG(height: bottom + 36, key: key, title: title)
    for tick in ticks {
      svg.grid(x1: tick.position, y1: 0, x2: tick.position, y2: bottom)
      svg.text(tick.label, x: tick.position, y: bottom + 24, anchor: .middle)
    }
    for bar in bars {
      svg.text(bar.name, x: Self.left, y: bar.top + 24, style: "bar-name")
      svg.text(bar.value, x: Self.right, y: bar.top + 24, anchor: .end, style: "bar-value")
      svg.rectangle(
        x: bar.x, y: bar.top + 32, width: bar.width, height: 20,
        style: bar.isMain ? "bar main" : "bar", attributes: "rx=\"2\"",
        hint: "\(bar.name): \(bar.value)")
      guard let whisker = bar.whisker else { continue }
      let (low, high, y) = (plain(whisker.low), plain(whisker.high), bar.top + 42)
      let (upper, lower) = (plain(y - 6), plain(y + 6))
      svg.path(
        "M\(low) \(plain(y))L\(high) \(plain(y))M\(low) \(upper)L\(low) \(lower)"
          + "M\(high) \(upper)L\(high) \(lower)", style: "whisker")
    }
    return svg.element
  }
}
