import Espalier

extension PruningResult {
  /// The result as a page.
  var report: PruningReport {
    var report = PruningReport(
      title: "Narrower layers on \(data.title)",
      producer: "espalier \(EspalierCommand.version)", method: "ODF2NNA")
    report.headlines = headlines
    report.layers = changes.map(PruningReport.Layer.init)
    report.scoreName = validation.map { "\($0.metric) of the validation rows" } ?? "score"
    report.original = validation.map {
      .init(
        parameters: parameters.before, score: $0.original, scoreAtOnce: $0.original,
        seconds: latency.before.median)
    }
    report.path = zip(path, pathSeconds).map { candidate, seconds in
      .init(
        parameters: candidate.parameterCount, score: candidate.score,
        scoreAtOnce: candidate.prunedScore, seconds: seconds,
        isChosen: candidate.isAccepted && candidate.epsilon == epsilon
          && candidate.parameterCount == parameters.after)
    }
    let refined = trained.epochs.dropFirst(original.epochs.count)
    report.trainingLosses = refined.map(\.trainingLoss)
    report.validationLosses = refined.compactMap(\.validationLoss)
    let best = trained.bestEpoch - original.epochs.count + 1
    report.bestEpoch = best > 0 ? best : nil
    report.sections = [.init(heading: "What is left", facts: costFacts)]
    if !path.isEmpty { report.sections.append(.init(heading: "Thresholds", facts: pathFacts)) }
    report.measured = [
      .init(name: "latency", value: latencySentence),
      .init(
        name: "processor",
        value: "\(Wording.time(latency.after.processorMedian)), before"
          + " \(Wording.time(latency.before.processorMedian))"),
    ]
    report.data = data.report
    report.settings = settings.map { .init(name: $0.name, value: $0.value.plain) }
    report.notes = notes
    return report
  }

  private var headlines: [SelectionReport.Setting] {
    var headlines = [
      SelectionReport.Setting(
        name: "fewer parameters", value: Wording.decimal(100 * compression, 1) + " %")
    ]
    for (name, scores) in [("validation rows", validation), ("held-out rows", test)] {
      guard let scores else { continue }
      headlines.append(
        .init(
          name: "\(scores.metric), \(name); before \(Wording.score(scores.original))",
          value: Wording.score(scores.refined)))
    }
    return headlines
  }

  private var costFacts: [SelectionReport.Setting] {
    [
      .init(name: "parameters", value: sentence(parameters)),
      .init(name: "multiply-adds", value: sentence(multiplyAdds)),
    ]
      + (epsilon.map { [.init(name: "threshold", value: options.units.thresholdSentence($0))] }
        ?? [])
      + [
        .init(name: "cut", value: cutSentence),
        .init(name: "refinement", value: Wording.count(epochCount, "epoch")),
      ] + (validation.map { [.init(name: "validation rows", value: sentence($0))] } ?? [])
      + (test.map { [.init(name: "held-out rows", value: sentence($0))] } ?? [])
  }

  private var pathFacts: [SelectionReport.Setting] {
    path.map {
      .init(
        name: "\($0.epsilon)",
        value: "\(Wording.count($0.parameterCount)) parameters, score"
          + " \(Wording.decimal($0.score, 4))" + ($0.isAccepted ? "" : ", too low"))
    }
  }
}

extension PruningReport.Layer {
  /// A layer that changed.
  init(_ change: LayerChange) {
    func pair(_ count: LayerChange.Count) -> PruningReport.Change {
      .init(before: count.before, after: count.after)
    }
    self.init(
      name: change.name, units: pair(change.units), parameters: pair(change.parameters),
      multiplyAdds: pair(change.multiplyAdds),
      times: change.seconds.map { [Wording.time($0.before), Wording.time($0.after)] })
  }
}
