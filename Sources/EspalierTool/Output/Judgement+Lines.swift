extension Judgement {
  /// The scores of the runs.
  var spread: Spread? { Spread(scores.map(\.value)) }

  /// The scores of random columns.
  var randomSpread: Spread? { Spread(random.map(\.value)) }

  /// The judgement for people; empty where nothing was judged.
  func lines(_ data: SelectionResult.Summary, columnCount: Int) -> [String] {
    guard let first = scores.first, let spread else { return [] }
    func line(_ spread: Spread, _ columns: String) -> String {
      let deviation = spread.deviation.map { " ± \(Wording.decimal($0, 4))" } ?? ""
      return "  " + (Wording.decimal(spread.mean, 4) + deviation).padded(to: 18) + columns
    }
    let count = Wording.count(columnCount)
    var lines = [
      "\(first.learner) \(Wording.metric(first.metric)) on "
        + Wording.count(data.testRows, "held-out row")
        + (first.higherIsBetter ? "" : " (lower is better)"),
      line(spread, "the \(count) chosen \(data.noun)s"),
    ]
    if let all = allFeatures.flatMap({ Spread([$0.value]) }) {
      lines.append(line(all, "all \(Wording.count(data.features)) \(data.noun)s"))
    }
    if let random = randomSpread { lines.append(line(random, "\(count) random \(data.noun)s")) }
    return lines
  }
}
