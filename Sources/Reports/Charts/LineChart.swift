/// Curves over whole numbers.
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
    /// How far the whisker at each value goes up and down; nil for none.
    var errors: [Double]?

    /// The values with their places.
    var points: [(place: Int, value: Double)] {
      if let places { return zip(places, values).map { ($0, $1) } }
      return values.enumerated().map { ($0 + 1, $1) }
    }
  }

  /// A tick or a line of the grid.
  struct Tick {
    var position: Double
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
    /// The whiskers; empty without any.
    var whiskers: String
    var dots: [Mark]
    var mark: Mark?
  }

  /// The dot on a curve.
  struct Mark {
    var x: Double
    var y: Double
  }

  /// The number of the page's colours for curves.
  static let colourCount = 6

  let xTicks: [Tick]
  let yTicks: [Tick]
  let paths: [Path]
  private let x, y: AxisScale
  /// Where the first axis begins: behind the longest label of the other one, in the larger letters of a
  /// small screen.
  let left: Double

  /// The area of the curves within the drawing of 640 x 320.
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
    let ends = curves.flatMap { curve in
      zip(curve.values, curve.errors ?? []).flatMap { [$0 - $1, $0 + $1] }
    }
    let y = AxisScale(values + ends)
    let x = AxisScale([Double(first), Double(last)], tickCount: 7, wholeNumbers: true)
    let left = Self.left(of: y)
    (self.x, self.y, self.left) = (x, y, left)

    xTicks = x.ticks.map { Tick(position: Self.across($0, x, left), label: x.label($0)) }
    yTicks = y.ticks.map { Tick(position: Self.up($0, y), label: y.label($0)) }
    paths = curves.enumerated().map { index, curve in
      func mark(_ point: (place: Int, value: Double)) -> Mark {
        Mark(x: Self.across(Double(point.place), x, left), y: Self.up(point.value, y))
      }
      return Path(
        name: curve.name, colour: index % Self.colourCount,
        dashed: index / Self.colourCount % 2 == 1,
        commands: Self.commands(curve.points, x, y, left),
        whiskers: Self.whiskers(curve, x, y, left),
        dots: curve.isDotted ? curve.points.filter(\.value.isFinite).map(mark) : [],
        mark: curve.points.first { $0.place == curve.marked && $0.value.isFinite }.map(mark))
    }
  }

  /// The drawing; a page's script finds what is pointed at in the table by `data-axis`.
  ///
  /// - Parameters:
  ///   - key: What its ids begin with.
  ///   - title: What it shows.
  ///   - axis: What the first axis is.
  /// - Returns: The element `svg`.
  func svg(key: String, title: String, axis: String) -> String {
    var svg = SVG(
      height: 320, key: key, title: title,
      attributes: "data-axis=\"\(plain(left)) \(plain(Self.right)) \(x.low) \(x.high)\"")
    for tick in yTicks {
      svg.grid(x1: left, y1: tick.position, x2: Self.right, y2: tick.position)
      svg.text(tick.label, x: left - 8, y: tick.position, anchor: .end, isCentred: true)
    }
    for tick in xTicks {
      // The last one must not reach beyond the drawing, in the larger letters of a small screen.
      let reach = tick.position + 6.5 * Double(tick.label.count)
      svg.text(
        tick.label, x: tick.position - max(0, reach - 639), y: 286, anchor: .middle)
    }
    svg.text(axis, x: (left + Self.right) / 2, y: 314, anchor: .middle)
    for path in paths {
      svg.path(path.commands, style: "curve c\(path.colour)\(path.dashed ? " dashed" : "")")
      if !path.whiskers.isEmpty { svg.path(path.whiskers, style: "curve c\(path.colour)") }
      for dot in path.dots {
        svg.dot(x: dot.x, y: dot.y, radius: 3.5, style: "mark c\(path.colour)")
      }
      if let mark = path.mark {
        svg.dot(x: mark.x, y: mark.y, radius: 6, style: "mark c\(path.colour)")
      }
    }
    return svg.element
  }

  /// Where the first axis begins, by the labels of the other one.
  static func left(of scale: AxisScale) -> Double {
    max(76, 12 * Double(scale.ticks.map { scale.label($0).count }.max() ?? 0) + 14)
  }

  private static func across(_ value: Double, _ scale: AxisScale, _ left: Double) -> Double {
    scale.position(value, from: left, to: right)
  }

  private static func up(_ value: Double, _ scale: AxisScale) -> Double {
    scale.position(value, from: bottom, to: top)
  }

  private static func commands(
    _ points: [(place: Int, value: Double)], _ x: AxisScale, _ y: AxisScale, _ left: Double
  ) -> String {
    var commands = ""
    var isOpen = false
    for (place, value) in points {
      guard value.isFinite else {
        isOpen = false
        continue
      }
      commands +=
        "\(isOpen ? "L" : "M")\(plain(across(Double(place), x, left))) \(plain(up(value, y)))"
      isOpen = true
    }
    return commands
  }

  private static func whiskers(
    _ curve: Curve, _ x: AxisScale, _ y: AxisScale, _ left: Double
  ) -> String {
    var commands = ""
    for ((place, value), error) in zip(curve.points, curve.errors ?? [])
    where value.isFinite && error.isFinite && error > 0 {
      let middle = across(Double(place), x, left)
      let (low, high) = (plain(up(value - error, y)), plain(up(value + error, y)))
      commands += "M\(plain(middle)) \(low)L\(plain(middle)) \(high)"
      for end in [low, high] {
        commands += "M\(plain(middle - 5)) \(end)L\(plain(middle + 5)) \(end)"
      }
    }
    return commands
  }
}
