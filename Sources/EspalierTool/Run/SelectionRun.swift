import Espalier
import Foundation

/// One call of `espalier select`: load, choose, judge, write.
struct SelectionRun {
  private let start: ContinuousClock.Instant
  private let options: Select
  private let method: any SelectionMethod
  private let planted: PlantedTruth?
  private let data: LoadedData
  private let path: CountPath?
  private let task: SelectionTask
  private let settings: [(name: String, value: JSON)]
  private let learner: (any Learner)?
  private let display: ProgressDisplay
  private let interruption = Interruption()

  /// Checks all that can be checked before the work begins.
  init(
    _ options: Select, method: any SelectionMethod, planted: PlantedTruth?, data: LoadedData,
    path: CountPath?, start: ContinuousClock.Instant
  ) throws {
    self.start = start
    if let planted, planted.columnCount != data.training.features.columnCount + data.leftOut.count {
      throw ToolError(
        .badData,
        "the truth is that of \(planted.columnCount) columns, but the data have "
          + "\(data.training.features.columnCount); give the truth.json written beside them")
    }
    self.options = options
    self.method = method
    self.planted = planted
    display = ProgressDisplay(isQuiet: options.output.quiet)
    self.data = data
    self.path = path
    task = try options.choice.task(
      data, count: options.choice.count ?? path?.suggestedCount ?? 0)
    learner = try options.judging.learner(for: data)
    let ownSettings = try method.settings(for: task).map { ($0.name, JSON.setting($0.value)) }
    settings = Self.settings(options, task, learner) + ownSettings
  }

  /// Chooses and judges, and writes the folder if there is to be one.
  func result() throws -> SelectionResult {
    let folder = try options.output.output.map {
      try ResultFolder($0, force: options.output.force)
    }
    do {
      let result = try work(folder)
      display.clear()
      try folder?.write(result.json.text, to: "result.json")
      try folder?.write(result.report.html(), to: "report.html")
      try folder?.write(configuration.text, to: "config.json")
      try folder?.commit()
      return result
    } catch {
      display.clear()
      folder?.discard()
      throw error
    }
  }

  private func work(_ folder: ResultFolder?) throws -> SelectionResult {
    let (display, interruption) = (display, interruption)
    interruption.begin(
      onFirst: { display.tell("Stopping after this step; once more to quit without a result.") },
      cleanUp: { folder?.discard() })
    let monitor = RunMonitor(
      options.choice, interruption: interruption, display: display, events: folder?.events)
    let selectionStart = ContinuousClock.now
    let all = try method.run(
      task, seeds: options.choice.allSeeds, threadCount: options.choice.threads,
      observer: { monitor.observer(of: $0) })
    let runs = monitor.kept(all)
    let selectionSeconds = (ContinuousClock.now - selectionStart) / .seconds(1)
    var peak = SelectionResult.Peak(selection: PeakMemory.bytes())
    for run in runs {
      folder?.events.append(
        "run ends", [("seed", .unsigned(run.seed)), ("took", .number(run.seconds))])
    }

    PeakMemory.reset()
    let judgement = try judge(runs)
    if judgement != nil { peak.judging = PeakMemory.bytes() }
    folder?.events.append("end", [("isInterrupted", .bool(interruption.isRequested))])
    return result(
      runs, judgement, selectionSeconds: selectionSeconds, peak: peak)
  }

  private func judge(_ runs: [SeededRun]) throws -> Judgement? {
    guard let learner, !interruption.isRequested else { return nil }
    let judging = Judging(
      learner: learner, data: data, task: task, threadCount: options.choice.threads,
      display: display, interruption: interruption)
    let chosen = runs.map {
      Judging.Candidate(
        name: "the columns of seed \($0.seed)", columns: $0.selection.indices, seed: $0.seed)
    }
    return try judging.judge(chosen, withBaselines: options.judging.baselines)
  }

  private func result(
    _ runs: [SeededRun], _ judgement: Judgement?, selectionSeconds: Double,
    peak: SelectionResult.Peak
  ) -> SelectionResult {
    let features = data.training.features
    let consensus = Consensus(of: runs.map(\.selection), count: task.count).features
    let chosen = consensus.map { column(ofTruth: features.columnNames[$0.index], $0.index) }
    return SelectionResult(
      method: method.name, settings: settings,
      data: .init(data, title: options.data.title), names: features.columnNames,
      imageShape: features.imageShape, features: consensus, seedCount: options.choice.seeds,
      runs: runs, judgement: judgement,
      stability: Stability(
        selections: runs.map(\.selection.indices), featureCount: features.columnCount),
      truth: planted.map { FoundTruth($0, chosen: chosen) }, path: path,
      selectionSeconds: selectionSeconds,
      seconds: (ContinuousClock.now - start) / .seconds(1), peak: peak,
      isCutShort: interruption.isRequested && isIncomplete(runs, judgement),
      notes: notes(runs, judgement))
  }

  /// Whether an early end took something away.
  private func isIncomplete(_ runs: [SeededRun], _ judgement: Judgement?) -> Bool {
    runs.count < options.choice.seeds || runs.contains { $0.selection.isInterrupted }
      || (learner != nil && judgement?.scores.count != runs.count)
      || (options.judging.baselines && judgement?.allFeatures == nil)
  }

  private func notes(_ runs: [SeededRun], _ judgement: Judgement?) -> [String] {
    var notes = data.notes
    for note in runs.flatMap(\.selection.notes) where !notes.contains(note) { notes.append(note) }
    let early = runs.count { $0.selection.isInterrupted }
    if runs.count < options.choice.seeds {
      notes.append("stopped early: \(runs.count) of \(options.choice.seeds) runs were begun")
    } else if interruption.isRequested && isIncomplete(runs, judgement) {
      notes.append("stopped early: this is the best so far")
    } else if early > 0 {
      notes.append("the time limit ended \(early) of \(runs.count) runs early")
    }
    return notes
  }

  /// The column of the generated table; it keeps its name when others are dropped.
  private func column(ofTruth name: String, _ index: Int) -> Int {
    name.hasPrefix("x") ? Int(name.dropFirst()) ?? index : index
  }

  // MARK: What is written down

  private static func settings(
    _ options: Select, _ task: SelectionTask, _ learner: (any Learner)?
  ) -> [(name: String, value: JSON)] {
    let choice = options.choice
    let names = task.data.features.columnNames
    let settings: [(String, JSON)] = [
      ("count", .integer(task.count)),
      ("path", .integers(choice.path?.counts ?? [])),
      ("keep", .strings(task.keep.map { names[$0] })),
      ("drop", .strings(choice.droppedColumns)),
      ("seed", .unsigned(choice.seed)),
      ("seedCount", .integer(choice.seeds)),
      ("threads", .integer(choice.threads)),
      ("timeLimit", .optional(choice.timeLimit, JSON.number)),
      ("testFraction", .optional(options.test.testFraction, JSON.number)),
      ("judge", .string(learner?.name ?? "none")),
      ("baselines", .bool(options.judging.baselines)),
    ]
    return settings.map { (name: $0.0, value: $0.1) }
  }

  private var configuration: JSON {
    .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("arguments", .strings(Array(CommandLine.arguments.dropFirst()))),
      ("method", .string(method.name)),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
    ])
  }
}
