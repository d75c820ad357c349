/// Horizontal bars that start at zero, laid out for the page's template.
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
    var labelY: String
    var y: String
    var x: String
    var width: String
    var whisker: Whisker?
  }

  /// A drawn whisker.
  struct Whisker {
    var low: String
    var high: String
    var y: String
    var top: String
    var bottom: String
  }

  static let left = 20.0
  static let right = 620.0
  static let pitch = 64.0

  let bars: [Bar]
  let ticks: [LineChart.Tick]
  /// The height of the drawing, which is 640 wide.
  let height: String
  /// Where the grid ends and the tick labels stand.
  let gridBottom: String
  let tickY: String

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
      let top = Double(index) * Self.pitch
      let (start, end) = (across(min(item.value, 0)), across(max(item.value, 0)))
      let whisker = item.deviation.map {
        Whisker(
          low: plain(across(item.value - $0)), high: plain(across(item.value + $0)),
          y: plain(top + 42), top: plain(top + 36), bottom: plain(top + 48))
      }
      return Bar(
        name: item.name,
        value: significant(item.value) + (item.deviation.map { " ± " + significant($0) } ?? ""),
        isMain: item.isMain, labelY: plain(top + 24), y: plain(top + 32), x: plain(start),
        width: plain(max(end - start, 1)), whisker: whisker)
    }
    let bottom = Double(shown.count) * Self.pitch + 2
    gridBottom = plain(bottom)
    tickY = plain(bottom + 24)
    height = plain(bottom + 36)
    ticks = scale.ticks.map {
      LineChart.Tick(position: plain(across($0)), label: scale.label($0))
    }
  }
}
