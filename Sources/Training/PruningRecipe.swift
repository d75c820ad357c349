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
    var trained = try training.train(
      dense, recipe, random: random, round: (0, sparsities.count), observer: observer)
    recipe.epochCount = pruning.epochCount
    for (position, sparsity) in sparsities.enumerated() where !trained.isInterrupted {
      if observer?.shouldStop == true {
        trained.isInterrupted = true
        break
      }
      let rule = MagnitudePruning(sparsity: sparsity, scope: pruning.scope)
      var round = try training.train(
        trained.network.pruned(by: rule), recipe,
        random: random.substream("round \(position + 1)"),
        round: (position + 1, sparsities.count), observer: observer)
      round.bestEpoch += trained.epochs.count
      round.epochs = trained.epochs + round.epochs
      round.cost = trained.cost.adding(round.cost)
      trained = round
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

/// The number to four decimals, as text.
private func rounded(_ value: Double) -> String {
  "\((value * 10_000).rounded() / 10_000)"
}
