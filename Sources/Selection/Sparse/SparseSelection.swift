import Datasets
import Kernels
import Networks
import Tensors
import Training

/// Selection by what a sparse (or dense) network in training makes of its inputs.
///
///     train a multilayer perceptron whose connections are dropped and grown again (SET, RigL),
///     stay (static) or are all there (dense);
///     in every step, before the update: S += importance of each input now
///     the K features of largest S up to the epoch of the lowest validation loss
///
/// - Source: arXiv:2408.04583; the preset `published` has the peculiarities of its released code.
public struct SparseSelection: SelectionMethod, Hashable, Codable {
  /// Which connections the network has.
  public enum Topology: String, Hashable, Sendable, Codable, CaseIterable {
    /// A few, replaced at random by magnitude.
    case set
    /// A few, replaced where the gradient is largest.
    case rigl
    /// A few, those drawn at the start.
    case `static`
    /// All.
    case dense
  }

  /// Where settings come from that are not given below.
  public enum Preset: String, Hashable, Sendable, Codable, CaseIterable {
    /// The recipe of this package, chosen by the kind of the data:
    /// ``TrainingRecipe/standard(for:rows:)``, and all epochs of its training.
    case standard
    /// The code released with arXiv:2408.04583, its mistakes included: the softmax over the batch,
    /// the L2 factor of one of its grids, the best epoch left out, five epochs that always count
    /// as better, validation rows drawn without regard to classes, probabilities attributed.
    ///
    /// Not those: biases do not decay, rows that do not fill a batch wait for another epoch, the
    /// validation loss is taken over chunks of 256 rows, and columns are standardised everywhere.
    case published = "paper-2408.04583"
  }

  /// Which connections the network has.
  public var topology: Topology
  /// Where settings come from that are not given below.
  public var preset: Preset
  /// What counts as importance.
  public var importance: Importance
  /// How the outputs are differentiated, where attribution counts.
  public var attribution = AttributionSettings()
  /// Which part of the training counts.
  ///
  /// If not given, the standard preset takes all epochs for the strength, but for the attribution
  /// those up to the best one: how the outputs of a network that knows its rows by heart react to
  /// an input says little about that input.
  public var aggregation: ImportanceAggregation?
  /// The share of the weights that do not exist, in 0..<1; a dense network has none.
  public var sparsity: Double?
  /// The widths of the hidden layers.
  public var hiddenCounts: [Int]?
  /// The rows of a mini-batch.
  public var batchCount: Int?
  /// Adam's step size.
  public var learningRate: Float?
  /// The factor of the L2 penalty's gradient.
  public var weightDecay: Float?
  /// The largest number of epochs.
  public var epochCount: Int?
  /// After how many epochs without a lower validation loss training ends.
  public var patience: Int?
  /// The share of the training rows that is held out for the validation loss.
  public var validationFraction: Double?
  /// How the columns are scaled.
  public var scaling: InputScaling?
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false

  /// Creates the method with the settings of a preset.
  ///
  /// - Parameters:
  ///   - topology: Which connections the network has.
  ///   - importance: What counts as importance.
  ///   - preset: Where settings come from that are not given.
  public init(
    _ topology: Topology, importance: Importance = .strength, preset: Preset = .standard
  ) {
    self.topology = topology
    self.importance = importance
    self.preset = preset
    attribution.output = preset == .standard ? .logit : .softmax
  }

  public var name: String { topology.rawValue }
}

extension SparseSelection {
  /// Which part of the training counts, by the settings given or else by the preset.
  var effectiveAggregation: ImportanceAggregation {
    if let aggregation { return aggregation }
    if preset == .published { return .beforeBest }
    return importance == .strength ? .allEpochs : .throughBest
  }

  /// How the network is trained for a task.
  ///
  /// - Parameter task: The task.
  /// - Returns: The recipe: the settings given, and those of the preset.
  /// - Throws: ``SelectionError/badSetting(name:value:range:)`` if one is out of its range.
  public func recipe(for task: SelectionTask) throws(SelectionError) -> TrainingRecipe {
    var recipe: TrainingRecipe
    switch preset {
    case .standard:
      recipe = .standard(for: task.data, rows: task.rows)
    case .published:
      recipe = TrainingRecipe()
      recipe.loss = task.data.target.classCount == nil ? nil : .batchSoftmaxCrossEntropy
      recipe.optimizer = .adam(Adam(weightDecay: 5e-5))
      recipe.settlingEpochs = 5
      recipe.isStratified = false
    }
    switch topology {
    case .set: recipe.topology = .set
    case .rigl: recipe.topology = .rigl
    case .static, .dense: recipe.topology = .static
    }
    recipe.sparsity = topology == .dense ? 0 : sparsity ?? recipe.sparsity
    recipe.hiddenCounts = hiddenCounts ?? recipe.hiddenCounts
    recipe.batchCount = batchCount ?? recipe.batchCount
    recipe.epochCount = epochCount ?? recipe.epochCount
    recipe.patience = patience ?? recipe.patience
    recipe.validationFraction = validationFraction ?? recipe.validationFraction
    recipe.scaling = scaling ?? recipe.scaling
    recipe.balancesClasses = balancesClasses
    if case .adam(var adam) = recipe.optimizer {
      adam.learningRate = learningRate ?? adam.learningRate
      adam.weightDecay = weightDecay ?? adam.weightDecay
      recipe.optimizer = .adam(adam)
    }
    do {
      try recipe.check()
      try recipe.checkSize(
        inputCount: task.eligibleColumns.count, outputCount: task.data.target.outputCount)
    } catch {
      throw SelectionError(error)
    }
    try checkOwn()
    let steps = recipe.stepsPerEpoch(
      rowCount: task.rows.count, columnCount: task.eligibleColumns.count)
    if importance == .attribution, attribution.interval > steps {
      throw .badSetting(
        name: "the attribution interval", value: "\(attribution.interval)",
        range: "at most the \(steps) steps of an epoch")
    }
    return recipe
  }

  private func checkOwn() throws(SelectionError) {
    if topology == .dense, let sparsity, sparsity != 0 {
      throw .badSetting(name: "the sparsity", value: "\(sparsity)", range: "0 in a dense network")
    }
    if topology != .dense, sparsity == 0 {
      throw .badSetting(
        name: "the sparsity", value: "0", range: "above 0; the method dense has all connections")
    }
    if hiddenCounts?.isEmpty == true {
      throw .badSetting(name: "the number of hidden layers", value: "0", range: "at least 1")
    }
    guard attribution.interval >= 1 else {
      throw .badSetting(
        name: "the attribution interval", value: "\(attribution.interval)", range: "at least 1")
    }
    if let count = attribution.sampleCount, count < 1 {
      throw .badSetting(name: "the attributed rows", value: "\(count)", range: "at least 1")
    }
    guard attribution.pathSteps >= 1 else {
      throw .badSetting(
        name: "the points of the path", value: "\(attribution.pathSteps)", range: "at least 1")
    }
  }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    let recipe = try recipe(for: task)
    var settings = [
      ("preset", preset.rawValue), ("importance", importance.rawValue),
      ("aggregation", effectiveAggregation.rawValue),
    ]
    if importance == .attribution {
      settings += [
        ("attributionOutput", attribution.output.rawValue),
        ("attributionForm", attribution.form.rawValue),
        ("attributionEvery", "\(attribution.interval)"),
      ]
      if let count = attribution.sampleCount { settings.append(("attributionSamples", "\(count)")) }
    }
    return settings
      + recipe.record(rowCount: task.rows.count, columnCount: task.eligibleColumns.count)
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    setThreadCount(1)  // bits must not depend on the cores
    let recipe = try recipe(for: task)
    return try SparseProcedure(self, task, recipe: recipe, random: random).run(observer)
  }
}

extension TrainingRecipe {
  /// The settings by name, for the record.
  fileprivate func record(rowCount: Int, columnCount: Int) -> [(name: String, value: String)] {
    var record = [
      ("hidden", hiddenCounts.map(String.init).joined(separator: "-")),
      ("sparsity", "\(sparsity)"),
      ("batch", "\(batch(rowCount: rowCount, columnCount: columnCount))"),
      ("epochs", "\(epochCount)"), ("patience", patience.map(String.init) ?? "none"),
      ("validationFraction", "\(validationFraction)"), ("scale", scaling.rawValue),
      ("classWeight", balancesClasses ? "balanced" : "none"),
    ]
    if case .adam(let adam) = optimizer {
      record += [
        ("learningRate", "\(adam.learningRate)"), ("weightDecay", "\(adam.weightDecay)"),
      ]
    }
    return record
  }
}

extension SelectionError {
  /// The same mistake as one of a selection.
  init(_ error: TrainingError) {
    switch error {
    case .badSetting(let name, let value, let range):
      self = .badSetting(name: name, value: value, range: range)
    case .network(let reason):
      fatalError("SelectionError: \(reason)")  // no selection trains a network for images
    case .tooFewRows(let count): self = .tooFewRows(count)
    case .oneClass: self = .oneClass
    case .notFinite(let row, let column): self = .notFinite(row: row, column: column)
    case .weights(let fault): self = .weights(fault)
    case .split(let fault): self = .split(fault)
    case .diverged(let epoch, let loss):
      self = .trainingDiverged(epoch: epoch, loss: "\(loss)")
    case .unusableState(let error): self = .unusableState(error)
    }
  }
}
