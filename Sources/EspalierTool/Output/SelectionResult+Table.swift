import Espalier

extension SelectionResult {
  /// The result as text for people, at most 80 columns wide.
  ///
  /// - Parameter reportPath: Where the report lies, or nil if there is none.
  /// - Returns: The lines.
  func table(reportPath: String?) -> String {
    var lines = [Terminal.strong(headline)]
    lines += ["Data: \(dataLine)", "Method: \(methodLine)", ""]
    if !features.isEmpty { lines += rankingLines + [""] }
    lines += judgeLines
    if let path { lines += fact("path", path.sentence) }
    if let truth { lines += fact("planted", truth.sentence) }
    if let stability {
      let range = stabilityInterval.map {
        ", 95 % interval \(Wording.decimal($0.low, 2)) to \(Wording.decimal($0.high, 2))"
      }
      lines += fact(
        "stability",
        "\(Wording.decimal(stability.index, 2))\(range ?? ""); 1 = always the same")
    }
    let judging = judgement.map { ", \(Wording.duration($0.seconds)) judging" } ?? ""
    lines += fact("time", "\(Wording.duration(selectionSeconds)) selecting\(judging)")
    lines += fact("report", reportPath ?? "none; --output DIR writes one")
    for note in notes { lines += fact("note", note) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var headline: String {
    "\(Wording.count(features.count)) of \(Wording.count(data.features, "column")) of "
      + Terminal.printable(data.title)
  }

  private var dataLine: String {
    var parts = [Wording.count(data.trainingRows, "training row")]
    if data.testRows > 0 { parts.append("\(Wording.count(data.testRows)) held out") }
    parts.append(
      data.classes.map { Wording.count($0, "class", plural: "classes") } ?? "a number to predict")
    return parts.joined(separator: ", ")
  }

  private var methodLine: String {
    let seeds = runs.map(\.seed)
    guard let first = seeds.first, let last = seeds.last, first != last else {
      return "\(method), seed \(seeds.first ?? 0)"
    }
    return "\(method), \(runs.count) runs with seeds \(first) to \(last)"
  }

  private var rankingLines: [String] {
    var table = TextTable([
      ("rank", .right), ("column", .left), ("score", .right), ("frequency", .right),
    ])
    for (position, feature) in features.enumerated() {
      table.append([
        "\(position + 1)", Terminal.printable(names[feature.index]).clipped(to: 48),
        Wording.score(feature.score), Wording.decimal(feature.frequency, 2),
      ])
    }
    return table.lines()
  }

  private var judgeLines: [String] {
    guard let judgement else { return [] }
    return judgement.lines(data, columnCount: features.count) + [""]
  }

  private func fact(_ name: String, _ value: String) -> [String] {
    let lines = value.wrapped(to: 69)
    return lines.enumerated().map { ($0.offset == 0 ? name : "").padded(to: 11) + $0.element }
  }
}
