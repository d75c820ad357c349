import Espalier

extension SelectionResult {
  /// The result as a page.
  var report: SelectionReport {
    let searchPhase = searchPhase
    return SelectionReport(
      title: "\(features.count) of \(data.features) columns of \(data.title)",
      producer: "espalier \(EspalierCommand.version)",
      data: .init(
        source: data.title, rows: data.rows, columns: data.features, classes: data.classes,
        hash: data.hash, trainingRows: data.trainingRows, testRows: data.testRows),
      method: method,
      settings: settings.map { .init(name: $0.name, value: $0.value.plain) },
      ranking: features.enumerated().map {
        .init(
          rank: $0.offset + 1, index: $0.element.index, name: names[$0.element.index],
          score: $0.element.score, frequency: $0.element.frequency)
      },
      runs: runs.indices.map { reportRun($0, phase: searchPhase) },
      lossName: searchPhase == "validation run" ? "validation loss" : "training loss",
      judge: reportJudge,
      stability: stability.map {
        .init(index: $0.index, low: stabilityInterval?.low, high: stabilityInterval?.high)
      },
      path: reportPath,
      image: imageShape.map { .init(height: $0.height, width: $0.width) },
      notes: (truth.map { [$0.sentence + "."] } ?? []) + notes)
  }

  private var reportPath: [SelectionReport.PathPoint] {
    guard let path else { return [] }
    return path.points.map {
      .init(
        count: $0.count, loss: $0.loss, standardError: $0.standardError,
        isSuggested: $0.count == path.suggestedCount, isChosen: $0.count == pathChoice)
    }
  }

  /// The phase whose losses are drawn: the one with held-out rows, if there is one.
  private var searchPhase: String {
    let phases = runs.flatMap(\.selection.history).map(\.phase)
    return phases.contains("validation run") ? "validation run" : "search"
  }

  private func reportRun(_ position: Int, phase: String) -> SelectionReport.Run {
    let run = runs[position]
    let history = run.selection.history
    let phases = history.filter { $0.phase == "elimination" }
    return .init(
      seed: run.seed, rotations: run.selection.history.isEmpty ? nil : run.selection.rotationCount,
      bestRotation: run.selection.bestRotation.map { $0 + 1 }, seconds: run.seconds,
      judge: judgement?.runs[position]?.value,
      losses: history.filter { $0.phase == phase }.map(\.loss),
      elimination: phases.map { .init(count: $0.activeCount, loss: $0.loss) })
  }

  private var reportJudge: SelectionReport.Judge? {
    guard let judgement, let first = judgement.scores.first, let spread = judgement.spread else {
      return nil
    }
    return .init(
      learner: first.learner, metric: first.metric, higherIsBetter: first.higherIsBetter,
      mean: spread.mean, sd: spread.deviation, allFeatures: judgement.allFeatures?.value,
      random: judgement.randomSpread?.mean)
  }
}

extension JSON {
  /// The value as text without quotation marks.
  fileprivate var plain: String {
    switch self {
    case .string(let text): text
    case .array(let elements): elements.map(\.plain).joined(separator: ", ")
    case .null: "none"
    default: line
    }
  }
}
