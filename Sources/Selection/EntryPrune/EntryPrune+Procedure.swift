import Datasets
import Kernels
import Networks
import Tensors
import Training

extension EntryPrune {
  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    [("preset", preset.rawValue), ("inputLayer", isFlexible ? "flexible" : "fixed")]
      + (try rule(for: task)).record
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    setThreadCount(1)  // bits must not depend on the cores; several seeds run side by side instead
    let procedure = EntryProcedure(
      task: task, rule: try rule(for: task), isFlexible: isFlexible, random: random,
      observer: observer)
    return try procedure.run()
  }
}

/// The order of things: a search of fixed length, or a validation run and a refit; then, where the
/// rule says so, the elimination.
private struct EntryProcedure {
  let task: SelectionTask
  let rule: EntryRule
  let isFlexible: Bool
  let random: RandomSource
  let observer: any SelectionObserver

  func run() throws(SelectionError) -> FeatureSelection {
    switch rule.length {
    case .rotations(let count):
      return try search(
        phase: "search", rotations: count, sizes: { _ in nil }, random: random.substream("search"))
    case .validated(let validation):
      let first = try runWithValidation(validation, random: random.substream("validation run"))
      if first.selection.isInterrupted { return first.selection }
      return try refit(after: first, random: random.substream("refit"))
    }
  }

  /// What a validation run found.
  private struct ValidationRun {
    /// The history, and the chosen set when the run ended.
    var selection: FeatureSelection
    /// r*, the rotation of the lowest validation loss.
    var bestRotation: Int
    /// The number of active columns in that rotation.
    var activeCount: Int
  }

  // MARK: The first run, on a part of the training rows

  private func runWithValidation(
    _ validation: Validation, random: RandomSource
  ) throws(SelectionError) -> ValidationRun {
    var generator = random.substream("held-out rows")
    let split = task.data.split(
      task.rows, testFraction: validation.fraction, stratified: validation.isStratified,
      using: &generator)
    let training = split.training
    let heldOut = HeldOutLoss(
      view(split.test, fittingRows: training), rule: rule)

    var search = EntrySearch(
      task, view(training, fittingRows: training), rule: rule, random: random)
    var record = SearchRecord(search)
    var loss = Patience(limit: validation.patience)
    var unchanged = 0
    var bestActiveCount = search.activeCount
    var size = isFlexible ? AdaptiveSize(task) : nil
    for rotation in 0... {
      if rule.restarts(before: rotation) { search.restart() }
      let trainingLoss = search.train()
      guard trainingLoss.isFinite else { throw .diverged(rotation: rotation) }
      let value = heldOut.measure(
        search.network, establishedSlots: search.establishedSlots)
      record.append(search, phase: "validation run", loss: value)
      observer.report(record.progress(lastRotation: nil))
      if rotation > 0 {  // the first set is a random one
        unchanged = record.changes == 0 ? unchanged + 1 : 0
        if loss.record(value, round: rotation) { bestActiveCount = search.activeCount }
      }
      if observer.shouldStop { record.isInterrupted = true }
      if record.isInterrupted || loss.isExhausted || unchanged >= validation.patience
        || search.network.epochCount >= validation.maximumEpochs
        || (search.isComplete && rotation > 0)
      {
        break
      }
      search.prune()
      if rotation > 0,
        let count = size?.next(
          after: value, isBest: loss.waited == 0, activeCount: search.activeCount)
      {
        search.resize(to: count)
      }
      search.regrow()
    }
    var selection = record.selection(search)
    selection.bestRotation = loss.best?.round
    return ValidationRun(
      selection: selection, bestRotation: loss.best?.round ?? 1, activeCount: bestActiveCount)
  }

  // MARK: The second run, on all training rows

  private func refit(
    after first: ValidationRun, random: RandomSource
  ) throws(SelectionError) -> FeatureSelection {
    let size = rule.activeCount(task)
    let schedule = SizeSchedule(
      from: size, to: isFlexible ? first.activeCount : size, rotations: first.bestRotation)
    var selection = try search(
      phase: "refit", rotations: first.bestRotation, sizes: schedule.size(after:), random: random)
    selection.bestRotation = first.bestRotation
    selection.rotationCount += first.selection.rotationCount
    selection.history = first.selection.history + selection.history
    return selection
  }

  /// Runs a given number of rotations on all rows, and the elimination.
  ///
  /// The released code trains one rotation more, whose scores it does not use.
  private func search(
    phase: String, rotations: Int, sizes: (Int) -> Int?, random: RandomSource
  ) throws(SelectionError) -> FeatureSelection {
    var search = EntrySearch(
      task, view(task.rows, fittingRows: task.rows), rule: rule, random: random)
    var record = SearchRecord(search)
    for rotation in 0..<rotations {
      if rule.restarts(before: rotation) { search.restart() }
      let loss = search.train()
      guard loss.isFinite else { throw .diverged(rotation: rotation) }
      search.prune()
      record.append(search, phase: phase, loss: loss)
      observer.report(record.progress(lastRotation: rotations - 1))
      if observer.shouldStop {
        record.isInterrupted = true
        break
      }
      if rotation == rotations - 1 { break }
      if let count = sizes(rotation) { search.resize(to: count) }
      search.regrow()
    }
    var selection = record.selection(search)
    if let elimination = rule.elimination, !record.isInterrupted, !search.isComplete {
      eliminate(elimination, after: search, in: &selection)
    }
    return selection
  }

  private func eliminate(
    _ elimination: Elimination, after search: EntrySearch, in selection: inout FeatureSelection
  ) {
    let list = search.best(elimination.listLength(task))
    guard list.count > task.count else { return }
    var history: [FeatureSelection.Rotation] = []
    let reduced = elimination.reduce(
      list, task, rule: rule, random: random.substream("elimination"),
      shouldStop: { observer.shouldStop }
    ) { phase in
      history.append(
        FeatureSelection.Rotation(
          phase: "elimination", loss: phase.loss, activeCount: phase.featureCount, entered: [],
          left: phase.removed))
      observer.report(
        SelectionProgress(
          phase: "elimination", rotation: history.count - 1,
          lastRotation: elimination.phaseCount, loss: phase.loss,
          changes: phase.removed.count))
    }
    if !reduced.isEmpty { selection.features = reduced }
    selection.history += history
    selection.isInterrupted = history.last?.activeCount != task.count
  }

  private func view(_ rows: [Int], fittingRows: [Int]) -> TrainingView {
    TrainingView(
      task, rows: rows, scaling: rule.scaling, fittingRows: fittingRows,
      balancesClasses: rule.balancesClasses)
  }
}

/// The rotations of one search as they happen.
private struct SearchRecord {
  private(set) var history: [FeatureSelection.Rotation] = []
  private var previous: [Int]
  var isInterrupted = false

  init(_ search: EntrySearch) {
    previous = search.established
  }

  /// How many features entered in the last rotation.
  var changes: Int { history.last?.entered.count ?? 0 }

  mutating func append(_ search: EntrySearch, phase: String, loss: Double) {
    let (before, now) = (Set(previous), Set(search.established))
    history.append(
      FeatureSelection.Rotation(
        phase: phase, loss: loss, activeCount: search.activeCount,
        entered: search.established.filter { !before.contains($0) },
        left: previous.filter { !now.contains($0) }))
    previous = search.established
  }

  func progress(lastRotation: Int?) -> SelectionProgress {
    SelectionProgress(
      phase: history.last?.phase ?? "", rotation: history.count - 1, lastRotation: lastRotation,
      loss: history.last?.loss ?? .nan, changes: changes)
  }

  func selection(_ search: EntrySearch) -> FeatureSelection {
    FeatureSelection(
      features: search.ranking(), history: history, rotationCount: history.count,
      isInterrupted: isInterrupted)
  }
}
