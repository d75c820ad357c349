import Espalier

extension PruningResult {
  /// The result as text for people, at most 80 columns wide.
  ///
  /// - Parameter reportPath: Where the report lies, or nil if there is none.
  /// - Returns: The lines.
  func table(reportPath: String?) -> String {
    var lines = [
      Terminal.strong("Narrower layers of " + Terminal.printable(options.model)),
      "Data: \(data.sentence)", "",
    ]
    lines += layerLines + [""]
    lines += Wording.fact("parameters", sentence(parameters))
    lines += Wording.fact("operations", sentence(multiplyAdds) + " multiply-adds a row")
    lines += Wording.fact(
      "latency",
      "\(Self.time(latency.after)) for \(latency.batchCount) rows, before"
        + " \(Self.time(latency.before)); the operations promise \(Self.time(latency.predicted))")
    if let epsilon { lines += Wording.fact("threshold", thresholdSentence(epsilon)) }
    let decisions =
      data.classes == nil
      ? ""
      : "; \(Wording.count(cut.changedDecisionCount)) of"
        + " \(Wording.count(cut.sampleCount, "row")) another class"
    lines += Wording.fact(
      "cut",
      "outputs move by at most \(Wording.score(cut.largestDifference)), the largest being"
        + " \(Wording.score(cut.largestOutput))\(decisions)")
    lines += Wording.fact("refinement", Wording.count(epochCount, "epoch"))
    if let validation { lines += Wording.fact("validation", sentence(validation)) }
    if let test {
      lines += Wording.fact("held out", sentence(test))
    } else {
      lines += Wording.fact("held out", "none; --test-fraction 0.2 would hold some out")
    }
    if !path.isEmpty { lines += pathLines }
    lines += Wording.fact("report", reportPath ?? "none; --output DIR writes one and the model")
    for note in notes { lines += Wording.fact("note", note) }
    return lines.joined(separator: "\n") + "\n"
  }

  func thresholdSentence(_ epsilon: Double) -> String {
    "\(Wording.score(epsilon)), \(options.units.mode.rawValue), of the \(options.units.score.rawValue)"
  }

  func sentence(_ counts: (before: Int, after: Int)) -> String {
    let gone = 100 * (1 - Double(counts.after) / Double(max(counts.before, 1)))
    return "\(Wording.count(counts.after)) of \(Wording.count(counts.before)),"
      + " \(Wording.decimal(gone, 1)) % fewer"
  }

  func sentence(_ scores: Scores) -> String {
    func number(_ value: Double) -> String {
      scores.higherIsBetter ? Wording.decimal(value, 4) : Wording.score(value)
    }
    return "\(scores.metric) \(number(scores.refined)) on \(Wording.count(scores.rows, "row"));"
      + " original \(number(scores.original)), before refinement \(number(scores.pruned))"
  }

  private static func time(_ seconds: Double) -> String {
    seconds < 1e-3
      ? Wording.decimal(seconds * 1e6, 1) + " us" : Wording.decimal(seconds * 1e3, 2) + " ms"
  }

  private var layerLines: [String] {
    var table = TextTable([
      ("layer", .left), ("units", .right), ("of", .right), ("parameters", .right),
      ("of", .right), ("multiply-adds", .right), ("of", .right),
    ])
    for change in changes {
      table.append([
        Terminal.printable(change.name), Wording.count(change.units.after),
        Wording.count(change.units.before), Wording.count(change.parameters.after),
        Wording.count(change.parameters.before), Wording.count(change.multiplyAdds.after),
        Wording.count(change.multiplyAdds.before),
      ])
    }
    return changes.isEmpty ? ["  all units stay"] : table.lines()
  }

  private var pathLines: [String] {
    var table = TextTable([
      ("threshold", .right), ("units less", .right), ("parameters", .right), ("cut", .right),
      ("refined", .right), ("", .left),
    ])
    for candidate in path {
      table.append([
        Wording.score(candidate.epsilon), Wording.count(candidate.removedCount),
        Wording.count(candidate.parameterCount), Wording.decimal(candidate.prunedScore, 4),
        Wording.decimal(candidate.score, 4), candidate.isAccepted ? "" : "too low",
      ])
    }
    return ["", "Thresholds tried, by the score of the validation rows"] + table.lines() + [""]
  }
}
