import Espalier
import Synchronization

/// What a learner made of the chosen columns on the rows held out.
struct Judgement: Sendable {
  /// The score of each run, by position; nil where it was not judged.
  var runs: [Score?]
  /// The score with all columns, or nil.
  var allFeatures: Score?
  /// The scores with random columns, one for each seed.
  var random: [Score] = []
  /// How long it took.
  var seconds = 0.0

  /// The scores there are.
  var scores: [Score] { runs.compactMap(\.self) }
}

/// The values of several runs as mean and standard deviation.
struct Spread: Sendable {
  let mean: Double
  /// The sample standard deviation, nil for a single value.
  let deviation: Double?

  /// Summarises values; nil without any.
  init?(_ values: [Double]) {
    guard !values.isEmpty else { return nil }
    let mean = values.reduce(0, +) / Double(values.count)
    self.mean = mean
    let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
  }
}

/// Judges the runs of a selection, and the baselines if they are wanted.
struct Judging: Sendable {
  var learner: any Learner
  /// How the learner's columns are scaled.
  var scaling: InputScaling
  var rows = JudgeRows()
  var data: LoadedData
  var task: SelectionTask
  var threadCount: Int
  var display: ProgressDisplay
  var interruption: Interruption
  /// Keeps the score of each candidate, by position.
  var keeper: @Sendable (WorkUnit) -> UnitKeeper = { UnitKeeper($0, nil, nil) }

  /// A set of columns to judge.
  struct Candidate: Sendable {
    var name: String
    var columns: [Int]
    /// The seed of the random columns to compare it with.
    var seed: UInt64
  }

  /// Judges what there is time for.
  ///
  /// - Parameters:
  ///   - chosen: The chosen columns of each run.
  ///   - withBaselines: Whether all columns and random ones are judged, too.
  /// - Returns: The scores; those for which there was no time are missing.
  /// - Throws: An `EvaluationError` where a trial cannot be judged.
  func judge(_ chosen: [Candidate], withBaselines: Bool) throws -> Judgement {
    let start = ContinuousClock.now
    var candidates = chosen
    if withBaselines {
      for seed in chosen.map(\.seed) {
        let random = try RandomSelection().select(
          task, random: RandomSource(seed: seed), observer: SilentObserver())
        candidates.append(
          Candidate(
            name: "random columns, seed \(seed)", columns: task.data.columns(of: random.indices),
            seed: seed))
      }
      candidates.append(Candidate(name: "all columns", columns: task.eligibleColumns, seed: 0))
    }
    let scores = try scores(candidates)
    var judgement = Judgement(runs: Array(scores[..<chosen.count]))
    if withBaselines {
      judgement.random = scores[chosen.count..<(2 * chosen.count)].compactMap(\.self)
      judgement.allFeatures = scores[2 * chosen.count]
    }
    judgement.seconds = (ContinuousClock.now - start) / .seconds(1)
    return judgement
  }

  private func scores(_ candidates: [Candidate]) throws -> [Score?] {
    let scaler = data.scaler(scaling)
    let judged = rows.rows(Split(training: data.trainingRows, test: data.testRows))
    let unjudged = [Result<Score?, any Error>](repeating: .success(nil), count: candidates.count)
    let results = Mutex(unjudged)
    inParallel(candidates.count, threadCount: threadCount) { position in
      if interruption.isRequested { return }
      let keeper = keeper(WorkUnit(phase: .judgement, number: position))
      if let known = keeper.savedResult {
        let score = Result<Score?, any Error> { try Score(known) }
        results.withLock { $0[position] = score }
        return
      }
      let candidate = candidates[position]
      display.show(
        "\(learner.name) judges \(candidate.name): \(position + 1) of \(candidates.count)")
      let result = Result<Score?, any Error> {
        // The order of the columns is the same whatever method found them.
        let score = try learner.judge(
          data.trial(columns: candidate.columns.sorted(), scaler: scaler, rows: judged))
        keeper.finish { score.state }
        return score
      }
      results.withLock { $0[position] = result }
    }
    return try results.withLock { $0 }.map { try $0.get() }
  }
}

extension Score {
  /// The score, to be kept.
  fileprivate var state: Snapshot {
    var state = Snapshot()
    state.save("learner", learner)
    state.save("metric", metric)
    state.save("value", value)
    return state
  }

  fileprivate init(_ state: Snapshot) throws(SnapshotError) {
    guard let metric = Metric(rawValue: try state.text("metric")) else {
      throw .impossibleValue("metric")
    }
    self.init(
      learner: try state.text("learner"), metric: metric, value: try state.double("value"))
  }
}
