import Espalier

extension SelectionRun {
  /// What is known of the judging.
  enum Judged {
    /// Nothing is judged.
    case none
    /// It has not begun.
    case pending
    case done(Judgement, peakBytes: Int?)
  }

  /// The result as far as it is known.
  func result(of choice: Choice, _ judged: Judged) -> SelectionResult {
    let (runs, features) = (choice.runs, data.training.features)
    let groups = data.training.featureGroups
    let consensus = Consensus(of: runs.map(\.selection), count: task.count).features
    var (judgement, peak) = (Judgement?.none, SelectionResult.Peak(selection: choice.peakBytes))
    if case .done(let value, let bytes) = judged { (judgement, peak.judging) = (value, bytes) }
    var result = SelectionResult(
      method: method.name, settings: settings,
      data: .init(
        data, title: options.data.title,
        dropped: options.choice.droppedColumns.map(data.columnName)),
      names: data.training.featureNames,
      groupColumns: groups?.columns.map(data.sourceNames), fileIndices: data.fileIndices,
      classNames: data.training.target.outputNames,
      imageShape: groups == nil && features.imageExtents?.channels == 1 ? features.imageShape : nil,
      features: consensus, seedCount: options.choice.seeds,
      runs: runs, judgement: judgement,
      stability: Stability(
        selections: runs.map(\.selection.indices), featureCount: data.training.featureCount),
      truth: runs.isEmpty ? nil : planted.map { foundTruth($0, chosen: consensus.map(\.index)) },
      truthByFTest: planted.flatMap { truth in
        choice.byFTest.map { foundTruth(truth, chosen: $0) }
      },
      path: path, pathChoice: runs.isEmpty ? nil : task.count,
      selectionSeconds: choice.seconds,
      seconds: (ContinuousClock.now - start) / .seconds(1), peak: peak,
      isCutShort: isCutShort(runs, judged), notes: notes(runs, judged))
    result.scaling = scaling
    result.charts = choice.charts
    if learner != nil {
      result.judgedRows = options.judging.rows.rows(
        Split(training: data.trainingRows, test: data.testRows))
    }
    result.rows = Split(training: task.rows, test: data.hasTestTable ? [] : data.testRows)
    return result
  }

  /// How the method's columns are scaled, and who said so.
  private var scaling: String? {
    guard let name = settings.last(where: { ["scale", "scaling"].contains($0.name) })?.value.plain
    else { return nil }
    let given = options.methods.training
    let remark = data.sparseRemark(name)
    if given.scale != nil { return "\(name) (as asked for)\(remark)" }
    let isStandard = (given.preset ?? .standard) == .standard
    let isByContent = isStandard && options.choice.method.scalesByContent
    return "\(name) (\(isByContent ? "by content" : "the method's own"))\(remark)"
  }

  /// Whether something is missing: an early end took it away, or it is still to come.
  private func isCutShort(_ runs: [SeededRun], _ judged: Judged) -> Bool {
    if case .pending = judged { return true }
    return session.interruption.isRequested && isIncomplete(runs, judged)
  }

  private func isIncomplete(_ runs: [SeededRun], _ judged: Judged) -> Bool {
    var judgement: Judgement?
    if case .done(let value, _) = judged { judgement = value }
    return runs.count < options.choice.seeds || runs.contains { $0.selection.isInterrupted }
      || (learner != nil && judgement?.scores.count != runs.count)
      || (options.judging.baselines && judgement?.allFeatures == nil)
  }

  private func notes(_ runs: [SeededRun], _ judged: Judged) -> [String] {
    var notes = data.notes
    for note in runs.flatMap(\.selection.notes) where !notes.contains(note) { notes.append(note) }
    let isStopped = session.interruption.isRequested
    if let path, let wanted = options.choice.path?.counts.count, path.points.count < wanted {
      let end = isStopped && runs.isEmpty ? "stopped early" : "the time limit ended the path early"
      notes.append("\(end): \(path.points.count) of \(wanted) counts were measured")
    }
    if learner != nil,
      let note = options.judging.rows.note(
        Split(training: data.trainingRows, test: data.testRows))
    {
      notes.append(note)
    }
    if case .pending = judged {
      notes.append("not judged yet: this was written before the judging")
    }
    let early = runs.count { $0.selection.isInterrupted }
    if runs.isEmpty {
      notes.append("stopped early: no columns were chosen; choose some with --count K")
    } else if runs.count < options.choice.seeds {
      notes.append("stopped early: \(runs.count) of \(options.choice.seeds) runs were begun")
    } else if isStopped && isIncomplete(runs, judged) {
      notes.append("stopped early: this is the best so far")
    } else if early > 0 {
      notes.append("the time limit ended \(early) of \(runs.count) runs early")
    }
    return notes
  }

  /// Compares chosen features with the truth about the columns.
  private func foundTruth(_ truth: PlantedTruth, chosen: [Int]) -> FoundTruth {
    let names = data.training.features.columnNames
    var features: [Int: Int] = [:]  // by column of the generated table
    for (column, name) in names.enumerated() {
      features[self.column(ofTruth: name, column)] =
        data.training.featureGroups?.featureOfColumn[column] ?? column
    }
    let columns = chosen.map {
      data.training.columns(of: [$0]).map { column(ofTruth: names[$0], $0) }
    }
    var found = FoundTruth(truth, chosen: columns) { features[$0] ?? -1 - $0 }
    found.noun = data.training.featureNoun
    return found
  }

  /// The column of the generated table; it keeps its name when others are dropped.
  private func column(ofTruth name: String, _ index: Int) -> Int {
    name.hasPrefix("x") ? Int(name.dropFirst()) ?? index : index
  }

  // MARK: What is written down

  /// The settings that every method has.
  static func settings(
    _ options: Select, _ task: SelectionTask, _ learner: (any Learner)?
  ) -> [(name: String, value: JSON)] {
    let choice = options.choice
    let names = task.data.featureNames
    let settings: [(String, JSON)] = [
      ("count", .integer(task.count)),
      ("path", .integers(choice.path?.counts ?? [])),
      ("keep", .strings(task.keep.map { names[$0] })),
      ("drop", .strings(choice.droppedColumns)),
      ("seed", .unsigned(choice.seed)),
      ("seedCount", .integer(choice.seeds)),
      ("threads", .integer(choice.threads)),
      ("timeLimit", .optional(choice.timeLimit, JSON.number)),
      ("target", .strings(options.data.target)),
      ("categorical", .strings(options.data.categorical)),
      ("missing", .string(options.data.missing.rawValue)),
      ("weight", .optional(options.data.weight, JSON.string)),
      ("groupColumn", .optional(options.data.groupColumn, JSON.string)),
      ("testFraction", .optional(options.test.testFraction, JSON.number)),
      ("folds", .optional(options.folding.folds, JSON.integer)),
      (
        "repeats",
        .optional(options.folding.folds.map { _ in options.folding.repeatCount }, JSON.integer)
      ),
      ("null", .optional(options.folding.null, JSON.integer)),
      ("judge", .string(learner?.name ?? "none")),
      ("judgeScale", .string(options.judging.scaling.rawValue)),
      ("judgeRows", .optional(options.judging.judgeRows, JSON.integer)),
      ("baselines", .bool(options.judging.baselines)),
    ]
    let groups = choice.groups.map { [("groups", JSON.string($0))] } ?? []
    return (settings + groups).map { (name: $0.0, value: $0.1) }
  }

  /// How the program was called.
  var configuration: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("arguments", .strings(CommandLine.recordedArguments)),
      ("method", .string(method.name)),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
      ("run", .string(session.identity.fingerprint)),
    ])
  }
}
