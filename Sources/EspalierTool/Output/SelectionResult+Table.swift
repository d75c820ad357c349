import Espalier

extension SelectionResult {
  /// The result as text for people, at most 80 columns wide.
  ///
  /// - Parameter reportPath: Where the report lies, or nil if there is none.
  /// - Returns: The lines.
  func table(reportPath: String?) -> String {
    var lines = [Terminal.strong(headline)]
    lines += ["Data: \(data.sentence)", "Method: \(methodLine)", ""]
    if !features.isEmpty { lines += rankingLines + [""] }
    lines += raceLines
    lines += judgeLines
    if let scaling { lines += Wording.fact("scaling", scaling) }
    for fact in foldFacts { lines += Wording.fact(fact.name, fact.value) }
    if let path { lines += Wording.fact("path", path.sentence) }
    if let truth { lines += Wording.fact("planted", truth.sentence) }
    if let truthByFTest { lines += Wording.fact("", "the F-test \(truthByFTest.sentence)") }
    if let stability {
      let range = stabilityInterval.map {
        ", 95 % interval \(Wording.decimal($0.low, 2)) to \(Wording.decimal($0.high, 2))"
      }
      lines += Wording.fact(
        "stability",
        "\(Wording.decimal(stability.index, 2))\(range ?? ""); 1 = always the same")
    }
    if let cost {
      lines += Wording.fact("parameters", cost.parameterSentence)
      lines += Wording.fact(
        "operations",
        cost.operationSentence + "; \(Wording.bytes(cost.stateBytes)) of training state")
    }
    let folding = folds.map { ", \(Wording.duration($0.seconds)) in folds" } ?? ""
    let judging = judgement.map { ", \(Wording.duration($0.seconds)) judging" } ?? ""
    lines += Wording.fact(
      "time", "\(Wording.duration(selectionSeconds)) selecting\(judging)\(folding)")
    lines += Wording.fact("report", reportPath ?? "none; --output DIR writes one")
    for note in notes { lines += Wording.fact("note", note) }
    return lines.joined(separator: "\n") + "\n"
  }

  private var headline: String {
    "\(Wording.count(features.count)) of \(Wording.count(data.features, data.noun)) of "
      + Terminal.printable(data.title)
  }

  /// The mean cost of the runs; nil for a method that trains no network.
  private var cost: TrainingCost? {
    let costs = runs.compactMap(\.selection.cost)
    guard var mean = costs.first else { return nil }
    func average(_ part: KeyPath<TrainingCost, Int>) -> Int {
      costs.reduce(0) { $0 + $1[keyPath: part] } / costs.count
    }
    mean.publishedRuleMultiplyAdds = average(\.publishedRuleMultiplyAdds)
    mean.trainingMultiplyAdds = average(\.trainingMultiplyAdds)
    mean.growthMultiplyAdds = average(\.growthMultiplyAdds)
    mean.importanceMultiplyAdds = average(\.importanceMultiplyAdds)
    mean.stateBytes = average(\.stateBytes)
    return mean
  }

  private var methodLine: String {
    let seeds = runs.map(\.seed)
    let method = chosenMethod
    guard let first = seeds.first, let last = seeds.last, first != last else {
      return "\(method), seed \(seeds.first ?? 0)"
    }
    return "\(method), \(runs.count) runs with seeds \(first) to \(last)"
  }

  private var rankingLines: [String] {
    let hasFolds = folds?.spread != nil
    let share: [(title: String, alignment: TextTable.Alignment)] =
      hasFolds ? [("in folds", .right)] : []
    var table = TextTable(
      [("rank", .right), (data.noun, .left), ("score", .right), ("frequency", .right)] + share)
    for (position, feature) in features.enumerated() {
      let cells = [
        "\(position + 1)",
        names[feature.index].clipped(to: hasFolds ? 38 : 48),
        Wording.score(feature.score), Wording.decimal(feature.frequency, 2),
      ]
      table.append(
        hasFolds
          ? cells + [Wording.decimal(folds?.share(of: feature.index) ?? 0, 2)] : cells)
    }
    return table.lines()
  }

  /// What the folds say; empty where none are complete.
  var foldFacts: [(name: String, value: String)] {
    folds?.facts(chosen: features.map(\.index)) ?? []
  }

  private var judgeLines: [String] {
    guard let judgement else { return [] }
    return judgement.lines(data, columnCount: features.count) + [""]
  }
}
