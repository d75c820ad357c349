import Datasets
import Networks
import Tensors

/// How a dense network is trained, pruned by magnitude and retrained, once or round by round.
///
///     train the dense network
///     for each round with its sparsity s
///         remove the connections of smallest |w| until a share s is gone
///         train what is left, from the weights it has
///
/// - Source: Han et al., arXiv:1506.02626.
/// - Note: The weights go on from where they are; they are not rewound as in arXiv:1803.03635.
public struct PruningRecipe: Hashable, Sendable, Codable {
  /// How the sparsity rises.
  public var schedule: SparsitySchedule
  /// How often the network is pruned, at least once.
  public var roundCount: Int
  /// The largest number of epochs after each pruning.
  public var epochCount = 20
  /// Over what the weights compete.
  public var scope = MagnitudePruning.Scope.global

  /// Creates the recipe of pruning to a sparsity.
  ///
  /// - Parameters:
  ///   - sparsity: The share of the weights that is removed in the end, in 0..<1.
  ///   - roundCount: How often the network is pruned; each time the same fraction of what is left.
  public init(sparsity: Double, roundCount: Int = 1) {
    schedule = .geometric(final: sparsity)
    self.roundCount = roundCount
  }

  /// The sparsity after each round.
  fileprivate var sparsities: [Double] { schedule.sparsities(roundCount: roundCount) }

  /// Checks the numbers.
  ///
  /// - Throws: ``TrainingError/badSetting(name:value:range:)`` for the first out of its range.
  public func check() throws(TrainingError) {
    guard (1...1000).contains(roundCount) else {
      throw .badSetting(
        name: "the number of rounds", value: "\(roundCount)", range: "in 1...1000")
    }
    guard epochCount >= 1 else {
      throw .badSetting(
        name: "the number of epochs of a round", value: "\(epochCount)", range: "at least 1")
    }
    for sparsity in sparsities where !(sparsity >= 0 && sparsity < 1) {
      throw .badSetting(
        name: "the sparsity", value: "\(sparsity)", range: "at least 0 and below 1")
    }
  }
}

extension TrainingRecipe {
  /// Trains a dense network on some rows of a table, then prunes it by magnitude and retrains it.
  ///
  /// The recipe's own sparsity and topology do not count.
  ///
  /// - Parameters:
  ///   - data: The table and its target.
  ///   - rows: The rows that may be looked at, those held out for the validation loss included; nil
  ///     for all.
  ///   - pruning: How far, how often, and how long is trained afterwards.
  ///   - random: The source of every random number of the training.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The best network of the last round; of a training that was ended early that of the
  ///   round it came to, with the sparsity of that round.
  /// - Throws: ``TrainingError`` if a recipe or the data will not do, or the loss diverges.
  public func train(
    _ data: Dataset, rows: [Int]? = nil, pruning: PruningRecipe, random: RandomSource,
    observer: (any TrainingObserver)? = nil
  ) throws(TrainingError) -> TrainedNetwork {
    try pruning.check()
    let sparsities = pruning.sparsities
    var recipe = self
    recipe.sparsity = 0
    recipe.topology = .static
    let training = try NetworkTraining(recipe, data, rows: rows, random: random)
    let dense = recipe.network(
      inputCount: data.features.columnCount, outputCount: training.outputCount,
      random: random.substream("network"))
    var round: PruningRound
    var saved = observer?.savedState
    do throws(SnapshotError) {
      round =
        try saved.map { (state) throws(SnapshotError) in
          try PruningRound(
            restoredFrom: state, dense: dense, roundCount: sparsities.count, rowCount: data.rowCount
          )
        } ?? PruningRound(number: 0, network: dense)
      saved = try saved?.part("training")
    } catch {
      throw .unusableState(error)
    }
    var trained: TrainedNetwork
    while true {
      if round.number > 0 { recipe.epochCount = pruning.epochCount }
      trained = try training.train(
        round.network, recipe,
        random: round.number == 0 ? random : random.substream("round \(round.number)"),
        round: (round.number, sparsities.count), saved: saved, observer: observer
      ) { state in
        observer?.keep { round.state(training: state()) }
      }
      saved = nil
      if let earlier = round.earlier {
        trained.bestEpoch += earlier.epochs.count
        trained.epochs = earlier.epochs + trained.epochs
        trained.cost = earlier.cost.adding(trained.cost)
      }
      if trained.isInterrupted || round.number == sparsities.count { break }
      if observer?.shouldStop == true {
        trained.isInterrupted = true
        break
      }
      let rule = MagnitudePruning(sparsity: sparsities[round.number], scope: pruning.scope)
      round = PruningRound(
        number: round.number + 1, network: trained.network.pruned(by: rule),
        earlier: (trained.epochs, trained.cost))
    }
    if trained.isInterrupted, let wanted = sparsities.last {
      let cost = trained.cost
      let reached = 1 - Double(cost.connectionCount) / Double(max(cost.denseConnectionCount, 1))
      trained.notes.append(
        "pruning had reached a sparsity of \(rounded(reached)) of \(rounded(wanted)) when it ended")
    }
    return trained
  }
}

/// A round of pruning: what it trains, and what came before it.
private struct PruningRound {
  /// 0 for the dense network.
  var number: Int
  /// The network that the round begins with.
  var network: Network
  /// The epochs of earlier rounds and what they cost; nil for the dense network.
  var earlier: (epochs: [TrainingEpoch], cost: TrainingCost)?

  init(
    number: Int, network: Network, earlier: (epochs: [TrainingEpoch], cost: TrainingCost)? = nil
  ) {
    self.number = number
    self.network = network
    self.earlier = earlier
  }

  /// The state of the whole training, with that of the training of this round.
  func state(training: Snapshot) -> Snapshot {
    var state = Snapshot()
    state.save("round", number)
    state.save("training", training)
    guard let earlier else { return state }
    state.save("network", network.state)
    state.save("epochs", Snapshot(epochs: earlier.epochs))
    state.save("cost", earlier.cost.state)
    return state
  }

  init(
    restoredFrom state: Snapshot, dense: Network, roundCount: Int, rowCount: Int
  ) throws(SnapshotError) {
    number = try state.integer("round", in: 0...roundCount)
    network = dense
    guard number > 0 else { return }
    network = try dense.restored(from: try state.part("network"))
    // Only what was spent counts of an earlier cost; the rest is that of the last round.
    var cost = TrainingCost(dense, rowCount: rowCount)
    try cost.restore(from: try state.part("cost"))
    earlier = (try state.part("epochs").epochs(), cost)
  }
}

/// The number to four decimals, as text.
private func rounded(_ value: Double) -> String {
  "\((value * 10_000).rounded() / 10_000)"
}
