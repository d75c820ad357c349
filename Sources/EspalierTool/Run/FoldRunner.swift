import Espalier
import Synchronization

/// Runs the selections of all folds, and those on permuted targets, some side by side.
struct FoldRunner: Sendable {
  private let folded: FoldedSelection
  private let nullCount: Int
  private let threadCount: Int
  private let learner: any Learner
  private let metric: Metric
  private let unit: PermutationUnit
  private let featureCount: Int
  private let session: Session

  /// Checks all that can be checked before the work begins; nil where no folds are wanted.
  init?(
    _ options: Select, method: any SelectionMethod, data: LoadedData, session: Session
  ) throws {
    guard let foldCount = options.folding.folds,
      let learner = try options.judging.foldLearner(for: data)
    else { return nil }
    let task = try options.choice.task(data, count: options.choice.count ?? 1)
    let (scaling, judgeRows) = (options.judging.scaling, options.judging.rows)
    folded = try FoldedSelection(
      method, data.training, rows: data.trainingRows, count: task.count, keep: task.keep,
      drop: task.dropped, foldCount: foldCount, repeatCount: options.folding.repeatCount,
      random: RandomSource(seed: options.choice.seed).substream("folded selection"),
      fit: { try data.training(fittedOn: $0) }
    ) { fitted, features, split in
      let split = judgeRows.rows(split)
      return try learner.judge(
        Trial(
          fitted, training: split.training, test: split.test,
          columns: fitted.columns(of: features),
          scaler: fitted.features.fitted(scaling, rows: split.training).scaler)
      ).value
    }
    self.learner = learner
    self.session = session
    metric = data.training.target.defaultMetric
    nullCount = options.folding.null ?? 0
    threadCount = options.choice.threads
    unit = data.training.permutationUnit(of: data.trainingRows)
    featureCount = data.training.featureCount
  }

  /// The result before anything was run.
  var pending: FoldResult { result([:], [:], unjudgeable: 0) }

  /// One selection: in a fold of the true target, or of a permuted one.
  private struct Step: Sendable {
    /// The permutation, nil for the true target.
    var permutation: Int?
    /// The position among the runs.
    var position: Int
  }

  /// What came of the steps so far.
  private struct State {
    var runs: [Int: FoldRun] = [:]
    /// The values of the folds of each permutation.
    var chance: [Int: [Double]] = [:]
    /// The permutations of which a fold was left with a single class.
    var unjudgeable: Set<Int> = []
    /// The first error by the order of the steps.
    var failure: (step: Int, error: any Error)?
    var finished = 0
  }

  /// Runs what there is time for.
  ///
  /// - Returns: What is complete.
  /// - Throws: The first error of the libraries, in the order of the steps.
  func run() throws -> FoldResult {
    let start = ContinuousClock.now
    let state = Mutex(State())
    let steps =
      (0..<folded.runCount).map { Step(permutation: nil, position: $0) }
      + (0..<nullCount).flatMap { number in
        (0..<folded.foldCount).map { Step(permutation: number, position: $0) }
      }
    inParallel(steps.count, threadCount: threadCount) { number in
      if session.interruption.isRequested || state.withLock({ $0.failure != nil }) { return }
      do {
        try take(steps[number], state)
      } catch {
        state.withLock { state in
          if state.failure.map({ $0.step > number }) ?? true { state.failure = (number, error) }
        }
      }
      let finished = state.withLock { state in
        state.finished += 1
        return state.finished
      }
      session.display.show(
        line(
          steps[number], finished: finished, of: steps.count,
          seconds: (ContinuousClock.now - start) / .seconds(1)))
    }
    session.display.clear()
    var final = State()
    state.withLock { swap(&$0, &final) }
    if let failure = final.failure { throw failure.error }
    var result = result(final.runs, final.chance, unjudgeable: final.unjudgeable.count)
    result.seconds = (ContinuousClock.now - start) / .seconds(1)
    return result
  }

  private func take(_ step: Step, _ state: borrowing Mutex<State>) throws {
    let number = (step.permutation ?? 0) * folded.foldCount + step.position
    let keeper = session.keeper(
      step.permutation == nil
        ? WorkUnit(phase: .fold, number: step.position) : WorkUnit(phase: .null, number: number))
    let observer = Observer(
      interruption: session.interruption, keeper: keeper, events: session.folder?.events,
      foldCount: folded.foldCount)
    guard let permutation = step.permutation else {
      let run = try folded.run(step.position, observer: observer)
      if run.isInterrupted { return }
      state.withLock { $0.runs[step.position] = run }
      return
    }
    if let known = keeper.savedResult {  // without dealing out the target again
      try state.withLock { state in
        if known.has("value") {
          state.chance[permutation, default: []].append(try known.double("value"))
        } else {
          state.unjudgeable.insert(permutation)
        }
      }
      return
    }
    do {
      let run = try folded.permuted(permutation).run(step.position, observer: observer)
      if run.isInterrupted { return }
      state.withLock { $0.chance[permutation, default: []].append(run.value) }
    } catch DatasetError.badSplit {
      // Chance has put all rows of a class into one fold.
      _ = state.withLock { $0.unjudgeable.insert(permutation) }
      keeper.finish {
        var result = Snapshot()
        result.save("isUnjudgeable", true)
        return result
      }
    }
  }

  private func result(
    _ runs: [Int: FoldRun], _ chance: [Int: [Double]], unjudgeable: Int
  ) -> FoldResult {
    let ordered = runs.sorted { $0.key < $1.key }.map(\.value)
    let spread = FoldSpread(ordered, foldCount: folded.foldCount, featureCount: featureCount)
    // The sum is that of sorted values, so that its bits do not depend on who was first.
    let complete = chance.sorted { $0.key < $1.key }.map(\.value)
      .filter { $0.count == folded.foldCount }
      .map { $0.sorted().reduce(0, +) / Double(folded.foldCount) }
    return FoldResult(
      foldCount: folded.foldCount, repeatCount: folded.folds.repeats.count, nullCount: nullCount,
      learner: learner.name, metric: metric, runs: ordered, spread: spread,
      chance: complete.isEmpty
        ? nil
        : spread.map {
          ChanceComparison(
            $0.folds.mean, with: complete, higherIsBetter: metric.higherIsBetter)
        },
      permutationUnit: unit, unjudgeableCount: unjudgeable)
  }

  private func line(_ step: Step, finished: Int, of count: Int, seconds: Double) -> String {
    let left = seconds / Double(finished) * Double(count - finished)
    let part =
      step.permutation.map { "permuted target \($0 + 1)/\(nullCount)" }
      ?? "repeat \(step.position / folded.foldCount + 1)/\(folded.folds.repeats.count)"
    return "folds · \(part) · \(finished)/\(count) selections · \(Wording.duration(left)) left"
  }

  private struct Observer: SelectionObserver {
    let interruption: Interruption
    let keeper: UnitKeeper
    let events: EventLog?
    let foldCount: Int

    func report(_ progress: SelectionProgress) {}

    var shouldStop: Bool { interruption.isRequested }

    var savedState: Snapshot? { keeper.savedState }
    var savedResult: Snapshot? { keeper.savedResult }

    func keep(state: () -> Snapshot) { keeper.keep(state: state) }

    func finish(with result: () -> Snapshot) {
      let result = result()
      if keeper.unit.phase == .fold, let value = try? result.double("value") {
        let (number, fold) = keeper.unit.number.quotientAndRemainder(dividingBy: foldCount)
        events?.append(
          "fold", in: keeper.unit,
          [("repeat", .integer(number)), ("fold", .integer(fold)), ("value", .number(value))])
      }
      keeper.finish { result }
    }
  }
}
