import Datasets
import Networks
import Tensors

extension EntryPrune {
  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    try checkSettings()
    switch length {
    case .rotations(let count):
      let view = TrainingView(
        task, rows: task.rows, scaling: scaling, fittingRows: task.rows,
        balancesClasses: balancesClasses)
      return try run(
        task, view, phase: "search", rotations: count, sizes: { _ in nil },
        random: random.substream("search"), observer: observer)
    case .validated(let validation):
      let first = try runWithValidation(
        task, validation, random: random.substream("validation run"), observer: observer)
      if first.selection.isInterrupted { return first.selection }
      return try refit(
        task, after: first, random: random.substream("refit"), observer: observer)
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
    _ task: SelectionTask, _ validation: Validation, random: RandomSource,
    observer: any SelectionObserver
  ) throws(SelectionError) -> ValidationRun {
    var generator = random.substream("held-out rows")
    let split = Split.random(
      rowCount: task.rows.count, testFraction: validation.fraction,
      target: task.data.target.subset(task.rows), stratified: validation.isStratified,
      using: &generator)
    let training = split.training.map { task.rows[$0] }
    let view = TrainingView(
      task, rows: training, scaling: scaling, fittingRows: training,
      balancesClasses: balancesClasses)
    let heldOut = HeldOutLoss(
      TrainingView(
        task, rows: split.test.map { task.rows[$0] }, scaling: scaling, fittingRows: training,
        balancesClasses: balancesClasses),
      featureCount: task.count, method: self)

    var search = EntrySearch(task, view, method: self, random: random)
    var record = SearchRecord(search)
    var loss = Patience(limit: validation.patience)
    var unchanged = 0
    var bestActiveCount = search.network.activeCount
    var size = isFlexible ? AdaptiveSize(task) : nil
    for rotation in 0... {
      let trainingLoss = search.train()
      guard trainingLoss.isFinite else { throw .diverged(rotation: rotation) }
      let value = heldOut.measure(
        search.network, establishedSlots: search.establishedSlots)
      record.append(search, phase: "validation run", loss: value)
      observer.report(record.progress(lastRotation: nil))
      if rotation > 0 {  // the first set is a random one
        unchanged = record.changes == 0 ? unchanged + 1 : 0
        if loss.record(value, round: rotation) { bestActiveCount = search.network.activeCount }
      }
      if observer.shouldStop { record.isInterrupted = true }
      if record.isInterrupted || loss.isExhausted || unchanged >= validation.patience
        || search.network.epochCount >= validation.maximumEpochs || (search.isComplete && rotation > 0)
      {
        break
      }
      search.prune()
      if rotation > 0, let count = size?.next(
        after: value, isBest: loss.waited == 0, activeCount: search.network.activeCount)
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
    _ task: SelectionTask, after first: ValidationRun, random: RandomSource,
    observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    let view = TrainingView(
      task, rows: task.rows, scaling: scaling, fittingRows: task.rows,
      balancesClasses: balancesClasses)
    let schedule = SizeSchedule(
      from: activeCount(task), to: isFlexible ? first.activeCount : activeCount(task),
      rotations: first.bestRotation)
    var selection = try run(
      task, view, phase: "refit", rotations: first.bestRotation, sizes: schedule.size(after:),
      random: random, observer: observer)
    selection.bestRotation = first.bestRotation
    selection.rotationCount += first.selection.rotationCount
    selection.history = first.selection.history + selection.history
    return selection
  }

  /// Runs a given number of rotations on all rows of a view.
  ///
  /// The released code trains one rotation more, whose scores it does not use.
  private func run(
    _ task: SelectionTask, _ view: TrainingView, phase: String, rotations: Int,
    sizes: (Int) -> Int?, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    var search = EntrySearch(task, view, method: self, random: random)
    var record = SearchRecord(search)
    for rotation in 0..<rotations {
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
    return record.selection(search)
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
        phase: phase, loss: loss, activeCount: search.network.activeCount,
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
