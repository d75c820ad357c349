import Datasets
import Kernels
import Networks
import Tensors
import Training

/// One run of a selection by importance: train, sum the importances, rank.
struct SparseProcedure {
  private let method: SparseSelection
  private let task: SelectionTask
  private let ranking: FeatureRanking
  private let recipe: TrainingRecipe
  private let run: TrainingRun
  private let strength: NeuronStrength
  private let attribution: NeuronAttribution?
  private let scores: ScoreHistory
  /// How many inputs the network has: the columns of the eligible features.
  private let inputCount: Int

  init(
    _ method: SparseSelection, _ task: SelectionTask, recipe: TrainingRecipe,
    random: RandomSource
  ) throws(SelectionError) {
    self.method = method
    self.recipe = recipe
    self.task = task
    ranking = FeatureRanking(task)
    inputCount = ranking.columns.columns.count
    let data = task.dataOfEligibleColumns
    let split: Split
    do {
      split = try recipe.split(task.rows, of: data, random: random)
    } catch {
      throw .split(error)
    }
    func view(_ rows: [Int]) -> TrainingView {
      TrainingView(
        data, rows: rows, scaling: recipe.scaling, fittingRows: split.training,
        balancesClasses: recipe.balancesClasses)
    }
    let training = view(split.training)
    let network = recipe.network(
      inputCount: inputCount, outputCount: training.targets.outputCount,
      random: random.substream("network"))
    run = TrainingRun(
      network, on: training, heldOut: split.test.isEmpty ? nil : view(split.test),
      recipe: recipe, random: random)
    strength = NeuronStrength(run.trainer.plan)
    var explained = method.attribution
    // Labels and numbers have outputs of their own, which no softmax joins.
    if task.data.target.classCount == nil { explained.output = .logit }
    attribution =
      method.importance == .attribution
      ? NeuronAttribution(of: run.trainer.plan, explained) : nil
    let classCount = attribution == nil ? 1 : training.targets.outputCount
    scores = ScoreHistory(count: classCount * inputCount, method.effectiveAggregation)
  }

  func run(_ observer: any SelectionObserver) throws(SelectionError) -> FeatureSelection {
    var record = EpochRecord()
    if let saved = observer.savedState {
      do { record = try restore(from: saved) } catch { throw .unusableState(error) }
    }
    while !run.isFinished {
      scores.beginEpoch()
      let epoch: TrainingEpoch
      do {
        epoch = try run.runEpoch(beforeUpdate: measure)
      } catch {
        throw SelectionError(error)
      }
      scores.endEpoch(isBest: run.bestEpoch == run.epochs.count - 1)
      let total = total(scores.scores)
      let best = ranking.best(total)
      record.append(
        epoch, best: best.map(\.index),
        connectedCount: strength.connectionCounts.count { $0 > 0 },
        leaders: NetworkHistory.leaders(best, total: total.reduce(0, +)))
      observer.report(record.progress(lastEpoch: recipe.epochCount - 1))
      observer.keep { state(record) }
      if observer.shouldStop {
        record.isInterrupted = !run.isFinished
        break
      }
    }
    return selection(record)
  }

  /// The state between two epochs.
  private func state(_ record: EpochRecord) -> Snapshot {
    var state = Snapshot()
    state.save("run", run.state)
    state.save("scores", scores.state)
    state.save("record", record.state)
    return state
  }

  private func restore(from state: Snapshot) throws(SnapshotError) -> EpochRecord {
    try run.restore(from: try state.part("run"))
    try scores.restore(from: try state.part("scores"))
    return try EpochRecord(restoredFrom: try state.part("record"), task)
  }

  /// Adds the importances of a step.
  private func measure(step: Int) {
    if let attribution {
      guard step % method.attribution.interval == 0 else { return }
      let start = ContinuousClock.now
      scores.beginStep()
      attribution.add(rows: run.batches.block.start, to: scores.sums)
      run.countImportance(
        multiplyAdds: attribution.multiplyAdds(connectionCount: run.cost.connectionCount),
        seconds: (ContinuousClock.now - start) / .seconds(1))
    } else {
      scores.beginStep()
      strength.add(to: scores.sums)
    }
  }

  /// The features wanted, best first.
  private func best() -> [FeatureSelection.Feature] {
    ranking.best(total(scores.scores))
  }

  /// The sum of the scores over the classes.
  private func total(_ scores: [Double]) -> [Double] {
    (0..<inputCount).map { input in
      stride(from: input, to: scores.count, by: inputCount).reduce(0) { $0 + scores[$1] }
    }
  }

  private func selection(_ record: EpochRecord) -> FeatureSelection {
    let lost = strength.connectionCounts.count { $0 == 0 }
    var selection = FeatureSelection(
      features: best(), history: record.history, rotationCount: record.history.count,
      bestRotation: run.bestEpoch, isInterrupted: record.isInterrupted)
    if lost > 0 {
      selection.notes.append("\(lost) of \(inputCount) columns have no connection left")
    }
    selection.notes += ranking.notes
    selection.cost = run.cost
    let changes = run.epochs.connectionChanges
    selection.training = NetworkHistory(
      layers: run.trainer.network.connectionSpreads, gained: changes.gained, lost: changes.lost,
      leaders: record.leaders)
    if attribution != nil {
      let sums = scores.scores
      let classes = stride(from: 0, to: sums.count, by: inputCount).map {
        ranking.columns.combined(Array(sums[$0..<$0 + inputCount]))
      }
      selection.classScores = selection.features.map { feature in
        let position = task.eligible.firstIndex(of: feature.index) ?? 0
        return classes.map { $0[position] }
      }
    }
    return selection
  }
}

/// The epochs of a training as rotations of a selection.
struct EpochRecord {
  private(set) var history: [FeatureSelection.Rotation] = []
  /// The most important features after each epoch, where a method tells.
  private(set) var leaders: [[NetworkHistory.Leader]] = []
  private var previous: [Int] = []
  var isInterrupted = false

  mutating func append(
    _ epoch: TrainingEpoch, best: [Int], connectedCount: Int,
    leaders: [NetworkHistory.Leader] = []
  ) {
    self.leaders.append(leaders)
    let (before, now) = (Set(previous), Set(best))
    history.append(
      FeatureSelection.Rotation(
        phase: epoch.validationLoss == nil ? "search" : "validation run",
        loss: epoch.validationLoss ?? epoch.trainingLoss, activeCount: connectedCount,
        entered: best.filter { !before.contains($0) },
        left: previous.filter { !now.contains($0) }))
    previous = best
  }

  init() {}

  init(restoredFrom state: Snapshot, _ task: SelectionTask) throws(SnapshotError) {
    history = try state.part("history").rotations(among: task.data.featureCount)
    leaders = try state.part("leaders").leaders(
      count: history.count, among: task.data.featureCount)
    previous = try state.integers(
      "previous", count: task.count, in: 0..<task.data.featureCount)
  }

  /// The epochs so far.
  var state: Snapshot {
    var state = Snapshot()
    state.save("history", Snapshot(rotations: history))
    state.save("leaders", Snapshot(leaders: leaders))
    state.save("previous", previous)
    return state
  }

  func progress(lastEpoch: Int?) -> SelectionProgress {
    SelectionProgress(
      phase: history.last?.phase ?? "", rotation: history.count - 1, lastRotation: lastEpoch,
      loss: history.last?.loss ?? .nan, changes: history.last?.entered.count ?? 0)
  }
}
