/// A drawing that grows part by part, as wide as 640 units; every text stands between tags, escaped.
struct SVG {
  /// Where a text is held.
  enum Anchor: String {
    case start, middle, end
  }

  private var parts: [String]

  /// Begins a drawing.
  ///
  /// - Parameters:
  ///   - height: The height; the width is `width`.
  ///   - width: The width.
  ///   - key: What its ids begin with; no two drawings of a page share it.
  ///   - title: What it shows.
  ///   - attributes: Further attributes, none of them with a text of a user's.
  init(height: Double, width: Double = 640, key: String, title: String, attributes: String = "") {
    parts = [
      "<svg viewBox=\"0 0 \(plain(width)) \(plain(height))\" role=\"img\""
        + " aria-labelledby=\"\(key)-title \(key)-desc\"\(attributes.isEmpty ? "" : " ")"
        + "\(attributes)>",
      "<title id=\"\(key)-title\">\(escaped(title))</title>",
      "<desc id=\"\(key)-desc\">The table below has the numbers.</desc>",
    ]
  }

  /// Adds a part.
  mutating func add(_ element: String) { parts.append(element) }

  /// Adds a text.
  mutating func text(
    _ words: String, x: Double, y: Double, anchor: Anchor = .start, style: String = "tick",
    isCentred: Bool = false
  ) {
    add(
      "<text\(style.isEmpty ? "" : " class=\"\(style)\"") x=\"\(plain(x))\" y=\"\(plain(y))\""
        + (isCentred ? " dy=\"0.35em\"" : "")
        + (anchor == .start ? "" : " text-anchor=\"\(anchor)\"") + ">\(escaped(words))</text>")
  }

  /// Adds a line of the grid.
  mutating func grid(x1: Double, y1: Double, x2: Double, y2: Double) {
    add(
      "<line class=\"grid\" x1=\"\(plain(x1))\" y1=\"\(plain(y1))\" x2=\"\(plain(x2))\""
        + " y2=\"\(plain(y2))\"/>")
  }

  /// Adds a path, with words that appear when it is pointed at.
  mutating func path(_ commands: String, style: String, hint: String? = nil) {
    let start = "<path class=\"\(style)\" d=\"\(commands)\""
    add(start + (hint.map { "><title>\(escaped($0))</title></path>" } ?? "/>"))
  }

  /// Adds a rectangle, with words that appear when it is pointed at.
  mutating func rectangle(
    x: Double, y: Double, width: Double, height: Double, style: String, attributes: String = "",
    hint: String? = nil
  ) {
    let start =
      "<rect class=\"\(style)\" x=\"\(plain(x))\" y=\"\(plain(y))\" width=\"\(plain(width))\""
      + " height=\"\(plain(height))\"\(attributes.isEmpty ? "" : " ")\(attributes)"
    add(start + (hint.map { "><title>\(escaped($0))</title></rect>" } ?? "/>"))
  }

  /// Adds a dot, with words that appear when it is pointed at.
  mutating func dot(x: Double, y: Double, radius: Double, style: String, hint: String? = nil) {
    let start =
      "<circle class=\"\(style)\" cx=\"\(plain(x))\" cy=\"\(plain(y))\" r=\"\(plain(radius))\""
    add(start + (hint.map { "><title>\(escaped($0))</title></circle>" } ?? "/>"))
  }

  /// The element `svg`.
  var element: String { parts.joined(separator: "\n") + "\n</svg>" }
}

/// A text between tags.
func escaped(_ text: String) -> String {
  var result = ""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "&": result += "&amp;"
    case "<": result += "&lt;"
    case ">": result += "&gt;"
    case "\"": result += "&quot;"
    case "'": result += "&#39;"
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result
}

/// A coordinate with one decimal and an ASCII minus, as SVG wants it.
func plain(_ coordinate: Double) -> String {
  let tenths = Int((min(max(coordinate, -1e9), 1e9) * 10).rounded())
  return "\(tenths < 0 ? "-" : "")\(abs(tenths) / 10).\(abs(tenths) % 10)"
}
