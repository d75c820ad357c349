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
    lines += LayerChange.lines(changes) + [""]
    lines += Wording.fact("parameters", sentence(parameters))
    lines += Wording.fact("operations", sentence(multiplyAdds) + " multiply-adds a row")
    lines += Wording.fact("latency", latencySentence)
    if let epsilon { lines += Wording.fact("threshold", options.units.thresholdSentence(epsilon)) }
    lines += Wording.fact("cut", cutSentence)
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

  /// By how much the cut moved the outputs.
  var cutSentence: String {
    let decisions =
      data.classes == nil
      ? ""
      : "; \(Wording.count(cut.changedDecisionCount)) of"
        + " \(Wording.count(cut.sampleCount, "row")) another class"
    return "outputs move by at most \(Wording.score(cut.largestDifference)), the largest being"
      + " \(Wording.score(cut.largestOutput))\(decisions)"
  }

  func sentence(_ counts: (before: Int, after: Int)) -> String {
    Wording.fewer(counts.after, than: counts.before)
  }

  func sentence(_ scores: Scores) -> String {
    func number(_ value: Double) -> String {
      scores.higherIsBetter ? Wording.decimal(value, 4) : Wording.score(value)
    }
    return "\(scores.metric) \(number(scores.refined)) on \(Wording.count(scores.rows, "row"));"
      + " original \(number(scores.original)), before refinement \(number(scores.pruned))"
  }

  /// The time of a batch, and what was to be expected.
  var latencySentence: String {
    let predicted = latency.predicted.map { ", the layers alone \(Wording.time($0))" } ?? ""
    return "\(Wording.time(latency.after.median)) for \(latency.batchCount) rows, before"
      + " \(Wording.time(latency.before.median)); the operations promise"
      + " \(Wording.time(latency.promised))\(predicted)"
  }

  private var pathLines: [String] {
    var table = TextTable([
      ("threshold", .right), ("units less", .right), ("parameters", .right), ("time", .right),
      ("cut", .right), ("refined", .right), ("", .left),
    ])
    for (candidate, seconds) in zip(path, pathSeconds) {
      table.append([
        "\(candidate.epsilon)", Wording.count(candidate.removedCount),
        Wording.count(candidate.parameterCount), seconds.map(Wording.time) ?? "",
        Wording.decimal(candidate.prunedScore, 4),
        Wording.decimal(candidate.score, 4), candidate.isAccepted ? "" : "too low",
      ])
    }
    return ["", "Thresholds tried, by the score of the validation rows"] + table.lines() + [""]
  }
}
