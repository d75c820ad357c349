/// Mean ranks of methods along an axis, with bars that join those that do not differ.
///
/// After the diagram in Demšar, Journal of Machine Learning Research 7, 2006, Figure 1, with a row
/// for each method, so that long names fit.
package struct CriticalDifferenceDiagram: Sendable, Equatable {
  /// A method and its mean rank.
  package struct Method: Sendable, Equatable {
    /// The name.
    package var name: String
    /// The mean rank, 1 for the best.
    package var rank: Double

    /// Describes a method.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - rank: The mean rank.
    package init(name: String, rank: Double) {
      self.name = name
      self.rank = rank
    }
  }

  /// The methods, best first.
  let methods: [Method]
  private let criticalDifference: Double
  /// The ranks at both ends of each group within which no two methods differ.
  private let groups: [(low: Double, high: Double)]

  private static let left = 30.0
  private static let right = 610.0
  private static let top = 96.0
  private static let pitch = 40.0

  /// Lays out a diagram.
  ///
  /// - Parameters:
  ///   - methods: The methods, in any order.
  ///   - criticalDifference: The difference of mean ranks from which on two methods differ.
  ///   - groups: Methods within which no two differ, as positions.
  package init(_ methods: [Method], criticalDifference: Double, groups: [[Int]]) {
    self.methods = methods.sorted { $0.rank < $1.rank }
    self.criticalDifference = criticalDifference
    self.groups = groups.compactMap { group in
      let ranks = group.filter(methods.indices.contains).map { methods[$0].rank }
      return ranks.min().flatMap { low in ranks.max().map { (low, $0) } }
    }
  }

  /// The drawing, a file of its own or a part of a page, in the colour of the text around it.
  ///
  /// - Parameter title: What it shows, for those who cannot see it.
  /// - Returns: The element `svg`.
  package func svg(title: String) -> String {
    let highest = Double(max(methods.count, 2))
    func across(_ rank: Double) -> Double {
      Self.left + (min(max(rank, 1), highest) - 1) / (highest - 1) * (Self.right - Self.left)
    }
    let rowsEnd = Self.top + Double(methods.count) * Self.pitch
    let height = rowsEnd + Double(groups.count) * 14 + 16
    var parts = [
      "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 640 \(plain(height))\" role=\"img\""
        + " color=\"#0072b2\" font-family=\"system-ui, sans-serif\" font-size=\"15\">",
      "<title>\(escaped(title))</title>",
    ]
    func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) {
      parts.append(
        "<line x1=\"\(plain(x1))\" y1=\"\(plain(y1))\" x2=\"\(plain(x2))\" y2=\"\(plain(y2))\" \(style)/>"
      )
    }
    func text(_ x: Double, _ y: Double, _ anchor: String, _ words: String) {
      parts.append(
        "<text x=\"\(plain(x))\" y=\"\(plain(y))\" text-anchor=\"\(anchor)\">\(escaped(words))</text>"
      )
    }
    let grey = "stroke=\"#8a939d\" stroke-width=\"1\""
    let end = Self.left + (Self.right - Self.left) * min(criticalDifference / (highest - 1), 1)
    text(Self.left, 26, "start", "critical difference \(decimal(criticalDifference, 2))")
    line(Self.left, 38, end, 38, "stroke=\"#8a939d\" stroke-width=\"3\"")
    // Every rank has a tick as long as their numbers have room.
    let step = max(1, Int((highest / 12).rounded(.up)))
    for rank in stride(from: 1, through: Int(highest), by: step) {
      line(
        across(Double(rank)), 76, across(Double(rank)), rowsEnd, "\(grey) stroke-opacity=\"0.4\"")
      text(across(Double(rank)), 68, "middle", "\(rank)")
    }
    line(Self.left, 76, Self.right, 76, grey)
    for (place, method) in methods.enumerated() {
      let y = Self.top + Double(place) * Self.pitch
      text(Self.left, y + 10, "start", method.name)
      text(Self.right, y + 10, "end", decimal(method.rank, 2))
      line(Self.left, y + 22, across(method.rank), y + 22, grey)
      parts.append(
        "<circle cx=\"\(plain(across(method.rank)))\" cy=\"\(plain(y + 22))\" r=\"5\""
          + " fill=\"currentColor\"><title>\(escaped(method.name)): mean rank"
          + " \(decimal(method.rank, 3))</title></circle>")
    }
    for (place, group) in groups.enumerated() {
      let y = rowsEnd + 10 + Double(place) * 14
      line(
        across(group.low) - 5, y, across(group.high) + 5, y,
        "stroke=\"currentColor\" stroke-width=\"5\" stroke-linecap=\"round\"")
    }
    return parts.joined(separator: "\n") + "\n</svg>\n"
  }

  package static func == (
    left: CriticalDifferenceDiagram, right: CriticalDifferenceDiagram
  ) -> Bool {
    left.methods == right.methods && left.criticalDifference == right.criticalDifference
      && left.groups.elementsEqual(right.groups, by: ==)
  }
}
