import Espalier

extension SelectionResult {
  /// The result as a page.
  var report: SelectionReport {
    let searchPhase = searchPhase
    var report = SelectionReport(
      title: "\(features.count) of \(data.features) \(data.noun)s of \(data.title)",
      producer: "espalier \(EspalierCommand.version)",
      data: data.report,
      method: chosenMethod,
      settings: settings.map { .init(name: $0.name, value: $0.value.plain) },
      ranking: features.enumerated().map {
        .init(
          rank: $0.offset + 1, index: $0.element.index, name: names[$0.element.index],
          score: $0.element.score, frequency: $0.element.frequency)
      },
      runs: runs.indices.map { reportRun($0, phase: searchPhase) },
      lossName: searchPhase == "validation run" ? "validation loss" : "training loss",
      roundName: runs.contains { $0.selection.cost != nil } ? "epoch" : "rotation",
      classes: reportClasses, judge: reportJudge,
      stability: stability.map {
        .init(index: $0.index, low: stabilityInterval?.low, high: stabilityInterval?.high)
      },
      path: reportPath, folds: reportFolds,
      image: imageShape.map { .init(height: $0.height, width: $0.width) },
      notes: (truth.map { [$0.sentence + "."] } ?? [])
        + (truthByFTest.map { ["the F-test " + $0.sentence + "."] } ?? []) + notes)
    if let groupColumns {
      report.members = features.map {
        .init(name: names[$0.index], value: groupColumns[$0.index].joined(separator: ", "))
      }
    }
    report.rows = reportRows
    (report.lives, report.livesRemark) = lives(phase: searchPhase)
    report.correlations = charts.correlations.map { values in
      .init(names: features.prefix(values.count).map { names[$0.index] }, values: values)
    }
    if features.count > SelectionCharts.columnLimit, report.correlations != nil {
      report.correlationsRemark =
        "The first \(SelectionCharts.columnLimit) of \(features.count)."
    }
    report.meanImage = charts.meanImage
    report.connections = reportConnections
    report.races = runs.compactMap { run in
      run.selection.race.map { race in
        var race = race.report
        race.seed = run.seed
        return race
      }
    }
    return report
  }

  /// The rows that each step saw.
  private var reportRows: [SelectionReport.Setting] {
    var steps = [("choosing", rows.training)]
    if let judgedRows {
      steps += [("judge, learning", judgedRows.training), ("judge, predicting", judgedRows.test)]
    }
    for run in folds?.runs ?? [] {
      let place = "fold \(run.fold + 1) of repeat \(run.repetition + 1)"
      steps += [("\(place), choosing", run.split.training), ("\(place), judge", run.split.test)]
    }
    return steps.map { name, rows in
      let (text, limit) = (rowRanges(rows), 20_000)
      return .init(
        name: "\(name): \(Wording.count(rows.count, "row"))",
        value: text.utf8.count <= limit ? text : "\(text.prefix(limit)) ... (result.json has all)")
    }
  }

  /// The columns that a tenth of the folds chose, at most 200.
  private var reportFolds: SelectionReport.Folds? {
    guard let folds, let spread = folds.spread else { return nil }
    let chosen = Set(features.map(\.index))
    let columns = spread.frequencies.filter { $0.share >= 0.1 || chosen.contains($0.feature) }
    return .init(
      facts: foldFacts.map { .init(name: $0.name, value: $0.value) },
      columns: columns.prefix(200).map {
        .init(name: names[$0.feature], share: $0.share, isChosen: chosen.contains($0.feature))
      },
      values: folds.runs.map {
        .init(
          repetition: $0.repetition + 1, fold: $0.fold + 1, value: $0.value,
          rowCount: $0.split.test.count)
      })
  }

  private var reportPath: [SelectionReport.PathPoint] {
    guard let path else { return [] }
    return path.points.map {
      var point = SelectionReport.PathPoint(
        count: $0.count, loss: $0.loss, standardError: $0.standardError,
        isSuggested: $0.count == path.suggestedCount, isChosen: $0.count == pathChoice)
      (point.accuracy, point.accuracyError) = ($0.accuracy, $0.accuracyError)
      return point
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
      bestRotation: run.selection.bestRotation.map { $0 + 1 },
      judge: judgement?.runs[position]?.value,
      losses: history.filter { $0.phase == phase }.map(\.loss),
      elimination: phases.map { .init(count: $0.activeCount, loss: $0.loss) },
      cost: run.selection.cost.map(\.report))
  }

  /// The share of each class in the importance of each chosen column; nil for many classes.
  ///
  /// It is the mean over the runs that chose the column, whose scores are not of the same scale.
  private var reportClasses: SelectionReport.ClassShares? {
    guard let classNames, classNames.count <= 20 else { return nil }
    var shares: [Int: (sums: [Double], count: Int)] = [:]
    for selection in runs.map(\.selection) {
      guard let scores = selection.classScores else { continue }
      for (feature, scores) in zip(selection.features, scores) {
        let total = scores.reduce(0, +)
        guard scores.count == classNames.count, total > 0 else { continue }
        let before = shares[feature.index] ?? (scores.map { _ in 0 }, 0)
        shares[feature.index] = (
          zip(before.sums, scores).map { $0 + $1 / total }, before.count + 1
        )
      }
    }
    if shares.isEmpty { return nil }
    return .init(
      names: classNames,
      rows: features.compactMap { feature in
        shares[feature.index].map { share in
          .init(name: names[feature.index], shares: share.sums.map { $0 / Double(share.count) })
        }
      })
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
  var plain: String {
    switch self {
    case .string(let text): text
    case .array(let elements): elements.map(\.plain).joined(separator: ", ")
    case .null: "none"
    default: line
    }
  }
}
