import Datasets
import Kernels
import Networks
import Tensors
import Training

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Cuts a list of features down to K by what held-out rows lose without a feature.
///
/// Entry scores are given one by one, so that two features that say the same both score high. Here
/// networks on the whole list, each leaving out one fold of the rows, tell what each feature adds
/// to the others:
///
///     a = the M K features of largest entry score;  train F networks on a, each without its fold
///     for phase = 1...P
///       d_j = sum over folds of (loss on the held-out fold with feature j at its mean - loss)
///       a = the K M^(1 - phase / P) features of largest d;  train all networks a little more
///     rank the K that are left by d, measured once more
///
/// All columns of a feature are at their means together: d is what the whole feature prevents.
///
/// - Note: Not in the paper. Without held-out folds the networks prefer what they memorised.
public struct Elimination: Hashable, Sendable, CustomStringConvertible {
  /// The length of the list as a multiple of K.
  public var listFactor = 4.0
  /// The folds F, and as many networks.
  public var foldCount = 4
  /// The phases P.
  public var phaseCount = 10
  /// The mini-batches before the first phase.
  public var firstSteps = 400
  /// The mini-batches between phases.
  public var laterSteps = 100
  /// How many held-out rows of a fold are looked at, at most.
  public var heldOutLimit = 2048

  /// Creates the settings with their defaults.
  public init() {}

  /// One line with the settings.
  public var description: String {
    "list \(listFactor) K, \(foldCount) folds, \(phaseCount) phases, \(firstSteps) + "
      + "\(laterSteps) steps"
  }

  /// What a phase found.
  struct Phase {
    /// The mean loss on the held-out folds, with all features of the phase.
    let loss: Double
    /// The number of these features.
    let featureCount: Int
    /// Those that leave.
    let removed: [Int]
  }

  /// The number of features on the list.
  func listLength(_ task: SelectionTask) -> Int {
    min(Int((listFactor * Double(task.count)).rounded()), task.eligible.count)
  }

  /// The number of features left after a phase.
  private func remaining(after phase: Int, of length: Int, count: Int) -> Int {
    let exponent = 1 - Double(phase + 1) / Double(phaseCount)
    let ratio = Double(length) / Double(count)
    return max(count, Int((Double(count) * pow(ratio, exponent)).rounded()))
  }

  /// Cuts the list down.
  ///
  /// - Parameters:
  ///   - list: The features, those to keep among them.
  ///   - task: The task.
  ///   - rule: The search's rule, for network, optimizer and scaling.
  ///   - random: The source of random numbers.
  ///   - saved: The state from which to go on; nil to begin.
  ///   - shouldStop: Asked before every network's training of a phase.
  ///   - keep: Offered the state after every network's training.
  ///   - afterPhase: Called after every phase, and after the measurement of the K left.
  /// - Returns: K features, best first, with the loss that each prevents; none if it was stopped
  ///   before the first phase ended.
  /// - Throws: `SnapshotError` if the state is that of another list or task.
  func reduce(
    _ list: [Int], _ task: SelectionTask, rule: EntryRule, random: RandomSource,
    saved: Snapshot? = nil, shouldStop: () -> Bool,
    keep: (() -> Snapshot) -> Void = { _ in }, afterPhase: (Phase) -> Void
  ) throws(SnapshotError) -> [FeatureSelection.Feature] {
    var rule = rule
    rule.optimizer.weightDecay = 0  // held-out rows guard against memorising
    var features = list.sorted()
    var generator = random.substream("folds")
    let networks = folds(task, using: &generator).enumerated().map { number, split in
      FoldNetwork(
        task, split, features: features, rule: rule, heldOutLimit: heldOutLimit,
        random: random.substream("fold", number))
    }
    let kept = Set(task.keep)
    var last: [FeatureSelection.Feature] = []
    var (phase, trainedCount) = (0, 0)
    if let saved {
      features = try saved.integers("features", in: 0..<task.data.featureCount)
      let isListed = Set(list)
      guard features == features.sorted(), Set(features).count == features.count,
        features.count >= task.count, features.allSatisfy(isListed.contains),
        kept.allSatisfy(Set(features).contains)
      else { throw .impossibleValue("features") }
      phase = try saved.integer("phase", in: 0...phaseCount)
      trainedCount = try saved.integer("trainedCount", in: 0...networks.count)
      last = try saved.part("last").features(among: task.data.featureCount)
      for (position, network) in networks.enumerated() {
        try network.restore(from: try saved.part("network\(position)"), features: features, task)
      }
    }
    func state() -> Snapshot {
      var state = Snapshot()
      state.save("features", features)
      state.save("phase", phase)
      state.save("trainedCount", trainedCount)
      state.save("last", Snapshot(features: last))
      for (position, network) in networks.enumerated() {
        state.save("network\(position)", network.state)
      }
      return state
    }
    rounds: while true {
      for network in networks[trainedCount...] {
        if shouldStop() {
          keep(state)
          break rounds
        }
        network.train(steps: phase == 0 ? firstSteps : laterSteps)
        trainedCount += 1
        keep(state)
      }
      trainedCount = 0
      let measured = mean(of: networks.map { $0.measure() })
      // The last round removes nothing: it measures the K features that are left.
      let isLast = phase == phaseCount || features.count == task.count
      let count = isLast ? task.count : remaining(after: phase, of: list.count, count: task.count)
      let ranked = topPositions(
        features.count,
        of: features.indices.map {
          kept.contains(features[$0]) ? .infinity : measured.increases[$0]
        })
      let survivors = ranked.prefix(count).sorted()
      let removed = ranked.dropFirst(count).sorted().map { features[$0] }
      afterPhase(Phase(loss: measured.loss, featureCount: features.count, removed: removed))
      last = survivors.map { .init(index: features[$0], score: measured.increases[$0]) }
      if isLast { break }
      let ranges = task.data.ranges(of: features)
      for network in networks { network.keep(survivors.map { ranges[$0] }) }
      features = survivors.map { features[$0] }
      phase += 1
    }
    // After an early stop the list is still long: the best of the last phase count.
    let best = topPositions(
      last.count, of: last.map { kept.contains($0.index) ? .infinity : $0.score })
    let chosen = best.prefix(task.count).map { last[$0] }
    return topPositions(chosen.count, of: chosen.map(\.score)).map { chosen[$0] }
  }

  private func mean(
    of measured: [(loss: Double, increases: [Double])]
  ) -> (loss: Double, increases: [Double]) {
    let count = Double(measured.count)
    return (
      measured.reduce(0.0) { $0 + $1.loss } / count,
      measured[0].increases.indices.map { position in
        measured.reduce(0.0) { $0 + $1.increases[position] } / count
      }
    )
  }

  /// Divides the rows into folds, class by class, and whole subjects where there are any.
  private func folds(_ task: SelectionTask, using generator: inout RandomSource) -> [Split] {
    let subjectCount = task.data.subjects.map { subjects in
      Set(task.rows.map { subjects[$0] }).count
    }
    if let subjectCount, subjectCount > 1,
      let folds = try? Folds(
        task.data, rows: task.rows, foldCount: min(max(2, foldCount), subjectCount),
        random: RandomSource(seed: generator.next()))
    {
      return folds.splits
    }
    var rows = task.rows
    generator.shuffle(&rows)
    if case .classes(let indices, let names) = task.data.target {
      rows = names.indices.flatMap { label in rows.filter { indices[$0] == label } }
    }
    let foldCount = max(2, min(foldCount, rows.count))
    return (0..<foldCount).map { fold in
      var split = Split(training: [], test: [])
      for (position, row) in rows.enumerated() {
        if position % foldCount == fold {
          split.test.append(row)
        } else {
          split.training.append(row)
        }
      }
      return split
    }
  }
}

/// A network on a list of features that never trains on one fold of the rows.
private final class FoldNetwork {
  private let network: ActiveNetwork
  private let heldOut: TrainingView
  private let hiddenCount: Int
  private var places: [Range<Int>]  // the slots of each feature

  init(
    _ task: SelectionTask, _ split: Split, features: [Int], rule: EntryRule, heldOutLimit: Int,
    random: RandomSource
  ) {
    var rows = split.test
    var generator = random.substream("held-out rows")
    generator.shuffleFirst(min(heldOutLimit, rows.count), of: &rows)
    heldOut = TrainingView(
      task, rows: Array(rows.prefix(heldOutLimit)), scaling: rule.scaling,
      fittingRows: task.rows, balancesClasses: rule.balancesClasses)
    hiddenCount = rule.hiddenCount
    places = task.data.ranges(of: features)
    network = ActiveNetwork(
      TrainingView(
        task, rows: split.training, scaling: rule.scaling, fittingRows: task.rows,
        balancesClasses: rule.balancesClasses),
      slots: task.data.columns(of: features), rule: rule, random: random.substream("network"))
  }

  func train(steps: Int) {
    _ = network.train(steps: steps)
  }

  var state: Snapshot { network.state }

  /// Goes on from a state with some of the features.
  func restore(
    from state: Snapshot, features: [Int], _ task: SelectionTask
  ) throws(SnapshotError) {
    try network.restore(from: state)
    guard network.slots == task.data.columns(of: features) else { throw .impossibleValue("slots") }
    places = task.data.ranges(of: features)
  }

  /// Leaves only the features in some slots.
  func keep(_ kept: [Range<Int>]) {
    guard kept.count < places.count else { return }
    network.keep(kept.flatMap { $0 })
    var end = 0
    places = kept.map { slots in
      end += slots.count
      return end - slots.count..<end
    }
  }

  /// The loss on the held-out rows, and by how much it rises with each feature at its mean.
  func measure() -> (loss: Double, increases: [Double]) {
    AblationLoss(network, features: places, heldOut, hiddenCount: hiddenCount).measure()
  }
}
