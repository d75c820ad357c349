import Espalier

/// One call of `espalier select` once the data are there: choose, write, judge, write again.
struct SelectionRun {
  let start: ContinuousClock.Instant
  let options: Select
  let method: any SelectionMethod
  let planted: PlantedTruth?
  let data: LoadedData
  let learner: (any Learner)?
  let path: CountPath?
  let folds: FoldRunner?
  let session: Session
  let task: SelectionTask
  let settings: [(name: String, value: JSON)]

  /// What the runs chose.
  struct Choice {
    var runs: [SeededRun]
    var seconds: Double
    var peakBytes: Int?
    /// What the F-test would have chosen, where the truth is known.
    var byFTest: [Int]?
    /// What a page draws of the data; nothing where none is written.
    var charts = SelectionCharts()
  }

  /// Checks all that can be checked before the work begins.
  init(
    _ options: Select, method: any SelectionMethod, planted: PlantedTruth?, data: LoadedData,
    learner: (any Learner)?, path: CountPath?, folds: FoldRunner?, session: Session,
    start: ContinuousClock.Instant
  ) throws {
    self.start = start
    self.options = options
    self.method = method
    self.planted = planted
    self.data = data
    self.learner = learner
    self.path = path
    self.folds = folds
    self.session = session
    task = try options.choice.task(
      data, count: options.choice.count ?? path?.suggestedCount ?? 0)
    let ownSettings = try method.settings(for: task).map { ($0.name, JSON.setting($0.value)) }
    settings = Self.settings(options, task, learner) + ownSettings
  }

  /// Chooses and judges, and writes the folder if there is to be one.
  ///
  /// The choice is written before it is judged: judging may take longer, and be ended by force.
  func result() throws -> SelectionResult {
    let choice = try choose()
    var result = result(of: choice, .none)
    if let learner, !session.interruption.isRequested {
      if session.folder != nil {
        try write(self.result(of: choice, .pending), isFinished: false)
      }
      PeakMemory.reset()
      let judgement = try judge(choice.runs, by: learner)
      result = self.result(of: choice, .done(judgement, peakBytes: PeakMemory.bytes()))
    }
    if let folds {
      // Written before the folds, too, which take many times as long as the choice.
      if session.folder != nil, !session.interruption.isRequested {
        var early = result
        early.folds = folds.pending
        early.isCutShort = true
        early.notes.append("no folds yet: this was written before them")
        try write(early, isFinished: false)
      }
      let found = try folds.run()
      result.folds = found
      result.notes += found.notes
      result.isCutShort =
        result.isCutShort || (session.interruption.isRequested && found.isCutShort)
      result.seconds = (ContinuousClock.now - start) / .seconds(1)
    }
    // A request that came when nothing was left to do took nothing away.
    session.folder?.events.append(
      "end", in: WorkUnit(phase: .end), [("isInterrupted", .bool(result.isCutShort))])
    try write(result, isFinished: !result.isCutShort)
    return result
  }

  private func choose() throws -> Choice {
    let chooseStart = ContinuousClock.now
    var runs: [SeededRun] = []
    // Ctrl-C during the path: a choice that is begun only to be ended is none.
    if !session.interruption.isRequested {
      let monitor = RunMonitor(options.choice, session: session)
      runs = monitor.kept(
        try method.run(
          task, seeds: options.choice.allSeeds, threadCount: options.choice.threads,
          observer: { monitor.observer(of: $0) }))
      for run in runs where run.selection.isInterrupted { monitor.end(of: run.seed) }
    }
    var choice = Choice(
      runs: runs, seconds: (ContinuousClock.now - chooseStart) / .seconds(1),
      peakBytes: PeakMemory.bytes())
    if planted != nil, data.hasTarget, !(method is FTestSelection), !runs.isEmpty {
      choice.byFTest = try FTestSelection().select(task, seed: 0).indices
    }
    if session.folder != nil {
      let chosen = Consensus(of: runs.map(\.selection), count: task.count).features
      choice.charts = SelectionCharts(chosen.map(\.index), data)
    }
    return choice
  }

  private func judge(_ runs: [SeededRun], by learner: any Learner) throws -> Judgement {
    let judging = Judging(
      learner: learner, scaling: options.judging.scaling,
      rows: options.judging.rows, data: data, task: task,
      threadCount: options.choice.threads, display: session.display,
      interruption: session.interruption, keeper: { session.keeper($0) })
    let chosen = runs.map {
      Judging.Candidate(
        name: "the columns of seed \($0.seed)",
        columns: task.data.columns(of: $0.selection.indices), seed: $0.seed)
    }
    return try judging.judge(chosen, withBaselines: options.judging.baselines)
  }

  private func write(_ result: SelectionResult, isFinished: Bool) throws {
    try session.write(
      configuration: configuration, result: result.json, report: .selection(result.report),
      isFinished: isFinished)
  }
}
