/// A network before and after, side by side, laid out for the page's template: from top to bottom a
/// bar for each layer, as wide as the layer has units.
struct NetworkDrawing {
  /// A layer to draw.
  struct Layer {
    var name: String
    /// The units; 0 after, for a layer that is gone.
    var before, after: Int
  }

  /// One of the two networks.
  struct Side {
    var title: String
    var isMain: Bool
    /// The middle of all bars.
    var x: String
    var bars: [Bar]
    /// The shape that joins the bars.
    var flow: String
  }

  /// A drawn layer.
  struct Bar {
    var label: String
    var labelY: String
    var middle: String
    var x: String
    var y: String
    var width: String
  }

  /// A name at the left.
  struct Name {
    var text: String
    var y: String
  }

  let sides: [Side]
  let names: [Name]
  /// The height of the drawing, which is 640 wide.
  let height: String

  private static let middles = (before: 310.0, after: 530.0)
  private static let halfWidth = 104.0
  private static let top = 34.0
  private static let pitch = 48.0
  private static let barHeight = 14.0
  /// How much of a name fits beside the bars where the letters are largest.
  private static let letterCount = 15

  /// Lays out a network; nil where it has no layer.
  ///
  /// - Parameter layers: The layers in order.
  init?(_ layers: [Layer]) {
    let widest = layers.flatMap { [$0.before, $0.after] }.max() ?? 0
    guard widest > 0 else { return nil }
    func side(_ title: String, _ middle: Double, isMain: Bool, _ units: (Layer) -> Int) -> Side {
      var bars: [Bar] = []
      var corners: (left: [String], right: [String]) = ([], [])
      for (place, layer) in layers.enumerated() {
        let count = max(units(layer), 0)
        let half = count == 0 ? 0 : max(Self.halfWidth * Double(count) / Double(widest), 1)
        let y = Self.barTop(place)
        bars.append(
          Bar(
            label: count == 0 ? "gone" : grouped(count), labelY: plain(y - 7),
            middle: plain(middle), x: plain(middle - half), y: plain(y), width: plain(2 * half)))
        guard count > 0 else { continue }  // the layers around it are joined
        for edge in [y, y + Self.barHeight] {
          corners.left.append("\(plain(middle - half)) \(plain(edge))")
          corners.right.append("\(plain(middle + half)) \(plain(edge))")
        }
      }
      return Side(
        title: title, isMain: isMain, x: plain(middle), bars: bars,
        flow: "M" + (corners.left + corners.right.reversed()).joined(separator: "L") + "Z")
    }
    sides = [
      side("before", Self.middles.before, isMain: false, \.before),
      side("after", Self.middles.after, isMain: true, \.after),
    ]
    names = layers.enumerated().map { place, layer in
      Name(
        text: layer.name.count <= Self.letterCount
          ? layer.name : "…" + layer.name.suffix(Self.letterCount - 1),
        y: plain(Self.barTop(place) + Self.barHeight - 1))
    }
    height = plain(Self.barTop(layers.count - 1) + Self.barHeight + 8)
  }

  private static func barTop(_ place: Int) -> Double { top + Double(place) * pitch + 28 }
}

extension ReportPage {
  /// The drawing of a network before and after.
  static let networkDrawing = """
    {{#drawing}}<figure>
    <svg viewBox="0 0 640 {{height}}" role="img" aria-labelledby="drawing-title drawing-desc">
    <title id="drawing-title">The network before and after</title>
    <desc id="drawing-desc">A bar for each layer, as wide as it has units; the table below has the numbers.</desc>
    {{#sides}}<text class="bar-value" x="{{x}}" y="20" text-anchor="middle">{{title}}</text>
    <path class="flow{{#isMain}} main{{/isMain}}" d="{{flow}}"/>
    {{#bars}}<rect class="bar{{#isMain}} main{{/isMain}}" x="{{x}}" y="{{y}}" width="{{width}}" height="14" rx="2"/>
    {{/bars}}{{#bars}}<text class="tick" x="{{middle}}" y="{{labelY}}" text-anchor="middle">{{label}}</text>
    {{/bars}}{{/sides}}{{#names}}<text x="0" y="{{y}}">{{text}}</text>
    {{/names}}</svg>
    </figure>{{/drawing}}
    """
}
