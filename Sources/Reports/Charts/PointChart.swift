#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Points over two axes, such as what methods reach against the time that they take.
struct PointChart {
  /// A point.
  struct Point {
    var name: String
    var x: Double
    var y: Double
    /// Whether it is what others are compared with.
    var isPlain: Bool
  }

  /// The points that are drawn.
  let points: [Point]

  private static let (right, top, bottom) = (600.0, 20.0, 262.0)

  /// Lays out points; `nil` results without two of them.
  ///
  /// - Parameter points: The points; those not finite, or not above 0 along the first axis, are
  ///   left out.
  init?(_ points: [Point]) {
    self.points = points.filter { $0.x.isFinite && $0.x > 0 && $0.y.isFinite }
    guard self.points.count > 1 else { return nil }
  }

  /// The drawing: along the first axis each tick is ten times the one before.
  ///
  /// - Parameters:
  ///   - title: What it shows, for those who cannot see it.
  ///   - axis: What the first axis is.
  /// - Returns: The element `svg`.
  func svg(title: String, axis: String) -> String {
    let scale = AxisScale(points.map(\.y))
    let left = LineChart.left(of: scale)
    var decades: [Double] = []
    let (least, greatest) = (points.map(\.x).min() ?? 1, points.map(\.x).max() ?? 1)
    var tick = 1.0
    while tick > least { tick /= 10 }
    while tick * 10 <= least { tick *= 10 }
    while tick < greatest {
      decades.append(tick)
      tick *= 10
    }
    decades.append(tick)
    if decades.count < 2 { decades.append(tick * 10) }
    func across(_ value: Double) -> Double {
      // Between two ticks the place comes from the logarithm.
      let place = log10(value / decades[0]) / Double(decades.count - 1)
      return left + place * (Self.right - left)
    }
    func up(_ value: Double) -> Double {
      scale.position(value, from: Self.bottom, to: Self.top)
    }
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 320\" role=\"img\">",
      "<title>\(escaped(title))</title>",
    ]
    for tick in scale.ticks {
      let y = plain(up(tick))
      parts.append(
        "<line class=\"grid\" x1=\"\(plain(left))\" x2=\"600\" y1=\"\(y)\" y2=\"\(y)\"/>")
      parts.append(
        "<text class=\"tick\" x=\"\(plain(left - 8))\" y=\"\(y)\" dy=\"0.35em\" text-anchor=\"end\">"
          + "\(scale.label(tick))</text>")
    }
    for decade in decades {
      parts.append(
        "<text class=\"tick\" x=\"\(plain(across(decade)))\" y=\"286\" text-anchor=\"middle\">"
          + "\(significant(decade))</text>")
    }
    parts.append(
      "<text class=\"tick\" x=\"338\" y=\"314\" text-anchor=\"middle\">"
        + "\(escaped(axis))</text>")
    var taken: [(x: ClosedRange<Double>, y: ClosedRange<Double>)] = points.map {
      (across($0.x) - 8...across($0.x) + 8, up($0.y) - 8...up($0.y) + 8)
    }
    for (index, point) in points.enumerated() {
      let colour = point.isPlain ? 5 : index % (LineChart.colourCount - 1)
      let name = escaped(point.name)
      let (x, y) = (across(point.x), up(point.y))
      parts.append(
        "<circle class=\"mark c\(colour)\" cx=\"\(plain(x))\" cy=\"\(plain(y))\" r=\"6\"><title>"
          + "\(name): \(significant(point.y)), \(significant(point.x)) s</title></circle>")
      // Names stand where there is room for them, also in the larger letters of a small screen.
      let length = 12 * Double(point.name.count)
      let (before, behind) = (x - 10 - length...x - 9, x + 9...x + 10 + length)
      let line = y - 13...y + 13
      let isRight = x > (left + Self.right) / 2
      let room = (isRight ? [before, behind] : [behind, before]).first { room in
        room.lowerBound >= left && room.upperBound <= 640
          && !taken.enumerated().contains { other, place in
            other != index && place.x.overlaps(room) && place.y.overlaps(line)
          }
      }
      guard let room else { continue }
      taken.append((room, line))
      let isBefore = room.upperBound < x
      parts.append(
        "<text class=\"tick\" x=\"\(plain(isBefore ? x - 10 : x + 10))\" y=\"\(plain(y))\""
          + " dy=\"0.35em\" text-anchor=\"\(isBefore ? "end" : "start")\">\(name)</text>")
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }
}
