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
struct EntryProcedure {
  let task: SelectionTask
  let rule: EntryRule
  let isFlexible: Bool
  let random: RandomSource
  let observer: any SelectionObserver

  func run() throws(SelectionError) -> FeatureSelection {
    do {
      let saved = observer.savedState
      switch rule.length {
      case .rotations(let count):
        return try search(
          phase: "search", rotations: count, sizes: { _ in nil },
          random: random.substream("search"), saved: saved)
      case .validated(let validation):
        let first =
          if let saved, saved.has("first") {
            try ValidationRun(restoredFrom: try saved.part("first"), task)
          } else {
            try runWithValidation(
              validation, random: random.substream("validation run"), saved: saved)
          }
        if first.selection.isInterrupted { return first.selection }
        let goesOn = saved?.has("first") == true
        return try refit(
          after: first, random: random.substream("refit"), saved: goesOn ? saved : nil)
      }
    } catch let error as SelectionError {
      throw error
    } catch let error as SnapshotError {
      throw .unusableState(error)
    } catch let error as SplitFault {
      throw .split(error)
    } catch {
      fatalError("EntryPrune: \(error)")  // there are no other errors above
    }
  }

  // MARK: The first run, on a part of the training rows

  private func runWithValidation(
    _ validation: Validation, random: RandomSource, saved: Snapshot?
  ) throws -> ValidationRun {
    var generator = random.substream("held-out rows")
    let split = try task.data.split(
      task.rows, testFraction: validation.fraction, stratified: validation.isStratified,
      using: &generator)
    let training = split.training
    let heldOut = HeldOutLoss(
      view(split.test, fittingRows: training), rule: rule)

    var search = EntrySearch(
      task, view(training, fittingRows: training), rule: rule, random: random)
    var record = SearchRecord()
    var loss = Patience(limit: validation.patience)
    var unchanged = 0
    var bestActiveCount = search.activeCount
    var size = isFlexible ? AdaptiveSize(task) : nil
    var firstRotation = 0
    if let saved {
      let own = try saved.part("validation")
      try search.restore(from: try own.part("search"))
      try record.restore(from: try own.part("record"), task)
      try loss.restore(from: try own.part("patience"))
      unchanged = try own.integer("unchanged")
      bestActiveCount = try own.integer("bestActiveCount", in: task.count...task.eligible.count)
      try size?.restore(from: try own.part("size"))
      firstRotation = record.history.count
    }
    var soFar: FeatureSelection?
    for rotation in firstRotation... {
      if rule.restarts(before: rotation) { search.restart() }
      let trainingLoss = search.train()
      guard trainingLoss.isFinite else { throw SelectionError.diverged(rotation: rotation) }
      let value = heldOut.measure(
        search.network, establishedSlots: search.establishedSlots
      ).loss
      record.append(search, phase: "validation run", loss: value)
      observer.report(record.progress(lastRotation: nil))
      if rotation > 0 {  // the first set is a random one
        unchanged = record.changes == 0 ? unchanged + 1 : 0
        if loss.record(value, round: rotation) { bestActiveCount = search.activeCount }
      }
      let stops = observer.shouldStop
      record.isInterrupted = stops
      if loss.isExhausted || unchanged >= validation.patience
        || search.network.epochCount >= validation.maximumEpochs
        || (search.isComplete && rotation > 0)
      {
        break
      }
      // What was found so far, before places change hands; then on to where it can go on.
      if stops { soFar = record.selection(search) }
      search.prune()
      if rotation > 0,
        let count = size?.next(
          after: value, isBest: loss.waited == 0, activeCount: search.activeCount)
      {
        search.resize(to: count)
      }
      search.regrow()
      observer.keep {
        var own = Snapshot()
        own.save("search", search.state)
        own.save("record", record.state)
        own.save("patience", loss.state)
        own.save("unchanged", unchanged)
        own.save("bestActiveCount", bestActiveCount)
        own.save("size", size?.state)
        var state = Snapshot()
        state.save("validation", own)
        return state
      }
      if stops { break }
    }
    var selection = soFar ?? record.selection(search)
    selection.bestRotation = loss.best?.round
    let run = ValidationRun(
      selection: selection, bestRotation: loss.best?.round ?? 1, activeCount: bestActiveCount)
    if soFar == nil { observer.keep { run.state } }
    return run
  }

  // MARK: The second run, on all training rows

  private func refit(
    after first: ValidationRun, random: RandomSource, saved: Snapshot?
  ) throws -> FeatureSelection {
    let size = rule.activeCount(task)
    let schedule = SizeSchedule(
      from: size, to: isFlexible ? first.activeCount : size, rotations: first.bestRotation)
    var selection = try search(
      phase: "refit", rotations: first.bestRotation, sizes: schedule.size(after:), random: random,
      saved: saved, before: first)
    selection.bestRotation = first.bestRotation
    selection.rotationCount += first.selection.rotationCount
    selection.history = first.selection.history + selection.history
    return selection
  }

  /// Runs a given number of rotations on all rows, and the elimination.
  ///
  /// The released code trains one rotation more, whose scores it does not use.
  private func search(
    phase: String, rotations: Int, sizes: (Int) -> Int?, random: RandomSource, saved: Snapshot?,
    before first: ValidationRun? = nil
  ) throws -> FeatureSelection {
    if let saved, saved.has("elimination"), let elimination = rule.elimination {
      return try eliminate(elimination, saved: saved, before: first)
    }
    var search = EntrySearch(
      task, view(task.rows, fittingRows: task.rows), rule: rule, random: random)
    var record = SearchRecord()
    if let saved, saved.has("search") {
      try search.restore(from: try saved.part("search"))
      try record.restore(from: try saved.part("record"), task)
    }
    let firstRotation = min(record.history.count, rotations)
    for rotation in firstRotation..<rotations {
      if rule.restarts(before: rotation) { search.restart() }
      let loss = search.train()
      guard loss.isFinite else { throw SelectionError.diverged(rotation: rotation) }
      search.prune()
      record.append(search, phase: phase, loss: loss)
      observer.report(record.progress(lastRotation: rotations - 1))
      var soFar: FeatureSelection?
      if observer.shouldStop {
        record.isInterrupted = true
        soFar = record.selection(search)
      }
      if rotation < rotations - 1 {
        if let count = sizes(rotation) { search.resize(to: count) }
        search.regrow()
      }
      observer.keep {
        var state = first?.state ?? Snapshot()
        state.save("search", search.state)
        state.save("record", record.state)
        return state
      }
      if let soFar { return soFar }
    }
    let selection = record.selection(search)
    guard let elimination = rule.elimination, !search.isComplete else { return selection }
    let list = search.best(elimination.listLength(task))
    guard list.count > task.count else { return selection }
    return try eliminate(
      elimination, list, in: selection, history: [], saved: nil, before: first)
  }

  private func view(_ rows: [Int], fittingRows: [Int]) -> TrainingView {
    TrainingView(
      task, rows: rows, scaling: rule.scaling, fittingRows: fittingRows,
      balancesClasses: rule.balancesClasses)
  }
}
