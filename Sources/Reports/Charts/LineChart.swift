/// Curves over whole numbers, laid out for the page's template.
struct LineChart {
  /// A curve.
  struct Curve {
    /// The name in the legend.
    var name: String
    /// The values; one that is not finite leaves a gap.
    var values: [Double]
    /// Where the values lie along the axis; nil for 1, 2, ...
    var places: [Int]?
    /// The place at which a mark is drawn.
    var marked: Int?
    /// Whether each value has a dot.
    var isDotted = false

    /// The values with their places.
    var points: [(place: Int, value: Double)] {
      if let places { return zip(places, values).map { ($0, $1) } }
      return values.enumerated().map { ($0 + 1, $1) }
    }
  }

  /// A tick or a line of the grid.
  struct Tick {
    var position: String
    var label: String
  }

  /// A drawn curve.
  struct Path {
    var name: String
    /// Which of the page's colours, in 0..<`colourCount`.
    var colour: Int
    /// Whether the curve is dashed: curves share colours where there are more than colours.
    var dashed: Bool
    var commands: String
    var dots: [Mark]
    var mark: Mark?
  }

  /// The dot on a curve.
  struct Mark {
    var x: String
    var y: String
  }

  /// The number of the page's colours for curves.
  static let colourCount = 6

  let xTicks: [Tick]
  let yTicks: [Tick]
  let paths: [Path]

  /// The area of the curves within the drawing of 640 x 320.
  static let left = 76.0
  static let right = 620.0
  static let top = 16.0
  static let bottom = 262.0

  /// Lays out curves.
  ///
  /// - Parameter curves: The curves; `nil` results where none has a finite value.
  init?(_ curves: [Curve]) {
    let values = curves.flatMap(\.values).filter(\.isFinite)
    guard !values.isEmpty else { return nil }
    let places = curves.flatMap(\.points).map(\.place)
    let first = places.min() ?? 1
    let last = max(places.max() ?? 1, first + 1)
    let y = AxisScale(values)
    let x = AxisScale([Double(first), Double(last)], tickCount: 7, wholeNumbers: true)

    xTicks = x.ticks.map { Tick(position: Self.across($0, x), label: x.label($0)) }
    yTicks = y.ticks.map { Tick(position: Self.up($0, y), label: y.label($0)) }
    paths = curves.enumerated().map { index, curve in
      func mark(_ point: (place: Int, value: Double)) -> Mark {
        Mark(x: Self.across(Double(point.place), x), y: Self.up(point.value, y))
      }
      return Path(
        name: curve.name, colour: index % Self.colourCount,
        dashed: index / Self.colourCount % 2 == 1, commands: Self.commands(curve.points, x, y),
        dots: curve.isDotted ? curve.points.filter(\.value.isFinite).map(mark) : [],
        mark: curve.points.first { $0.place == curve.marked && $0.value.isFinite }.map(mark))
    }
  }

  private static func across(_ value: Double, _ scale: AxisScale) -> String {
    plain(scale.position(value, from: left, to: right))
  }

  private static func up(_ value: Double, _ scale: AxisScale) -> String {
    plain(scale.position(value, from: bottom, to: top))
  }

  private static func commands(
    _ points: [(place: Int, value: Double)], _ x: AxisScale, _ y: AxisScale
  ) -> String {
    var commands = ""
    var isOpen = false
    for (place, value) in points {
      guard value.isFinite else {
        isOpen = false
        continue
      }
      commands += (isOpen ? "L" : "M") + across(Double(place), x) + " " + up(value, y)
      isOpen = true
    }
    return commands
  }
}

/// A coordinate with one decimal and an ASCII minus, as SVG wants it.
func plain(_ coordinate: Double) -> String {
  let tenths = Int((coordinate * 10).rounded())
  return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
}
