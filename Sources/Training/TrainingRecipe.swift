import Datasets
import Networks
import Tensors

/// How a multilayer perceptron, dense or sparse, or a network for images is trained on a table.
public struct TrainingRecipe: Hashable, Sendable, Codable {
  /// The widths of the hidden layers.
  public var hiddenCounts = [1000, 100]
  /// The network for images that is trained instead of a multilayer perceptron; it is dense.
  public var architecture: ImageArchitecture?
  /// What the numbers of channels of that network are multiplied by, above 0.
  public var width = 1.0
  /// The share of the weights that do not exist, in 0..<1; 0 for a dense network.
  public var sparsity = 0.95
  /// Which connections exist, and how that changes.
  public var topology = TopologyRule.set
  /// How weights move.
  public var optimizer = OptimizerRule.adam(Adam())
  /// How the step size changes from epoch to epoch.
  public var schedule = LearningRateSchedule.constant
  /// The share of the target that a cross-entropy spreads over all classes, in 0..<1.
  public var labelSmoothing: Float = 0
  /// What becomes small; nil for cross-entropy of classes and labels and squared error of numbers.
  public var loss: Loss?
  /// The rows of a mini-batch, fewer where there are fewer rows; nil for ``batch(rowCount:columnCount:)``.
  public var batchCount: Int?
  /// The largest number of epochs.
  public var epochCount = 200
  /// After how many epochs without a lower validation loss training ends; nil for never.
  public var patience: Int? = 50
  /// How many epochs at the start count as the best one so far whatever their loss.
  public var settlingEpochs = 0
  /// The share of the rows that is held out for the validation loss, in 0..<1; 0 for none.
  public var validationFraction = 0.2
  /// Whether every class is held out in proportion.
  public var isStratified = true
  /// How the columns are scaled.
  public var scaling = InputScaling.standard
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false
  /// How images to learn from are changed at random, in this order.
  public var augmentations: [ImageAugmentation] = []
  /// The parameters that weight decay acts on.
  public var decay = DecayedParameters.weights
  /// Whether activations are computed again instead of kept, where that takes less memory; the
  /// numbers stay the same to the last bit.
  public var savesMemory = false

  /// Whether weights of linear layers and convolutions that are 0 stay 0, as pruned ones do.
  public var keepsZeroWeights = false

  /// Creates the recipe with its defaults.
  public init() {}

  /// The network before training.
  ///
  /// - Parameters:
  ///   - inputCount: The number of columns.
  ///   - outputCount: The number of classes or of numbers to predict.
  ///   - random: The source of the connections and of the initial parameters.
  /// - Returns: The network.
  public func network(inputCount: Int, outputCount: Int, random: RandomSource) -> Network {
    sparsity == 0
      ? .multilayerPerceptron(
        inputCount: inputCount, hidden: hiddenCounts, outputCount: outputCount, random: random)
      : .sparseMultilayerPerceptron(
        inputCount: inputCount, hidden: hiddenCounts, outputCount: outputCount,
        density: 1 - sparsity, random: random)
  }

  /// The rows of a mini-batch: those asked for, or else 100, but 32 where there are fewer than 200
  /// rows or more columns than rows.
  ///
  /// - Source: arXiv:2408.04583; its text goes by 200 rows, its code names the data sets, which the
  ///   number of columns tells apart but for two (ORL has 100, Madelon 64).
  ///
  /// - Parameters:
  ///   - rowCount: The training rows.
  ///   - columnCount: The columns.
  /// - Returns: The number.
  public func batch(rowCount: Int, columnCount: Int) -> Int {
    batchCount ?? (rowCount < 200 || columnCount > rowCount ? 32 : 100)
  }

  /// The optimizer steps of an epoch, after the held-out rows are taken away.
  ///
  /// - Parameters:
  ///   - rowCount: The training rows, those for validation among them.
  ///   - columnCount: The columns.
  /// - Returns: The number, at least 1.
  package func stepsPerEpoch(rowCount: Int, columnCount: Int) -> Int {
    let heldOut = Int((validationFraction * Double(rowCount)).rounded())
    return max(1, (rowCount - heldOut) / batch(rowCount: rowCount, columnCount: columnCount))
  }

  /// Checks the numbers.
  ///
  /// - Throws: ``TrainingError/badSetting(name:value:range:)`` for the first out of its range.
  public func check() throws(TrainingError) {
    func require(
      _ isGood: Bool, _ name: String, _ value: some CustomStringConvertible, _ range: String
    ) throws(TrainingError) {
      guard isGood else {
        throw .badSetting(name: name, value: value.description, range: range)
      }
    }
    for width in hiddenCounts {
      try require((1...1_000_000).contains(width), "a hidden layer", width, "in 1...1000000")
    }
    try require(width > 0 && width <= 16, "the width", width, "above 0 and at most 16")
    try require(sparsity >= 0 && sparsity < 1, "the sparsity", sparsity, "at least 0 and below 1")
    try require(batchCount.map { $0 >= 1 } ?? true, "the batch", batchCount ?? 0, "at least 1")
    try require(epochCount >= 1, "the number of epochs", epochCount, "at least 1")
    try require(
      patience.map { $0 >= 1 } ?? true, "the patience", patience ?? 0, "at least 1")
    try require(
      validationFraction >= 0 && validationFraction < 1, "the validation fraction",
      validationFraction, "at least 0 and below 1")
    let (rate, decay) =
      switch optimizer {
      case .adam(let adam): (adam.learningRate, adam.weightDecay)
      case .sgd(let sgd): (sgd.learningRate, sgd.weightDecay)
      }
    try require(
      labelSmoothing >= 0 && labelSmoothing < 1, "the label smoothing", labelSmoothing,
      "at least 0 and below 1")
    try require(rate > 0 && rate.isFinite, "the learning rate", rate, "above 0 and finite")
    try require(decay >= 0 && decay.isFinite, "the weight decay", decay, "at least 0 and finite")
    try checkAugmentations()
  }

  /// Checks that the network can be numbered and held.
  ///
  /// - Parameters:
  ///   - inputCount: The number of columns.
  ///   - outputCount: The number of classes or of numbers to predict.
  /// - Throws: ``TrainingError/badSetting(name:value:range:)`` if a layer has too many connections.
  package func checkSize(inputCount: Int, outputCount: Int) throws(TrainingError) {
    if architecture != nil { return }
    let widths = [inputCount] + hiddenCounts + [outputCount]
    let shapes = zip(widths, widths.dropFirst()).map { Shape([$1, $0]) }
    let counts = ErdosRenyi.entryCounts(of: shapes, overall: 1 - sparsity)
    let limit = 500_000_000  // some 20 GB of weights, gradients, moments and indices
    if let count = counts.first(where: { $0 > limit }) {
      throw .badSetting(
        name: "the number of connections of a layer", value: "\(count)",
        range: "at most \(limit); take narrower layers or a higher sparsity")
    }
  }
}
