/// Curves over whole numbers 1, 2, ..., laid out for the page's template.
struct LineChart {
  /// A curve.
  struct Curve {
    /// The name in the legend.
    var name: String
    /// The value at 1, 2, ...; one that is not finite leaves a gap.
    var values: [Double]
    /// The position at which a mark is drawn, from 1.
    var marked: Int?
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
    let length = curves.map(\.values.count).max() ?? 1
    let y = AxisScale(values)
    let x = AxisScale([1, Double(max(length, 2))], tickCount: 7, wholeNumbers: true)

    xTicks = x.ticks.map { Tick(position: Self.across($0, x), label: x.label($0)) }
    yTicks = y.ticks.map { Tick(position: Self.up($0, y), label: y.label($0)) }
    paths = curves.enumerated().map { index, curve in
      Path(
        name: curve.name, colour: index % Self.colourCount,
        dashed: index / Self.colourCount % 2 == 1, commands: Self.commands(curve.values, x, y),
        mark: curve.marked.flatMap { place in
          guard curve.values.indices.contains(place - 1), curve.values[place - 1].isFinite else {
            return nil
          }
          return Mark(x: Self.across(Double(place), x), y: Self.up(curve.values[place - 1], y))
        })
    }
  }

  private static func across(_ value: Double, _ scale: AxisScale) -> String {
    plain(scale.position(value, from: left, to: right))
  }

  private static func up(_ value: Double, _ scale: AxisScale) -> String {
    plain(scale.position(value, from: bottom, to: top))
  }

  private static func commands(_ values: [Double], _ x: AxisScale, _ y: AxisScale) -> String {
    var commands = ""
    var isOpen = false
    for (position, value) in values.enumerated() {
      guard value.isFinite else {
        isOpen = false
        continue
      }
      commands += (isOpen ? "L" : "M") + across(Double(position + 1), x) + " " + up(value, y)
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
