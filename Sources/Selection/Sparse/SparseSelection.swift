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

  /// Which connections the network has; its settings are in ``recipe``.
  public let topology: Topology
  /// What counts as importance.
  public var importance: Importance
  /// How the outputs are differentiated, where attribution counts.
  public var attribution = AttributionSettings()
  /// Which part of the training counts.
  public var aggregation = ImportanceAggregation.allEpochs
  /// How the network is trained.
  public var recipe: TrainingRecipe

  /// Creates the method with the settings of this package.
  ///
  /// - Parameters:
  ///   - topology: Which connections the network has.
  ///   - importance: What counts as importance.
  public init(_ topology: Topology, importance: Importance = .strength) {
    self.topology = topology
    self.importance = importance
    recipe = TrainingRecipe()
    switch topology {
    case .set: recipe.topology = .set
    case .rigl: recipe.topology = .rigl
    case .static: recipe.topology = .static
    case .dense:
      recipe.topology = .static
      recipe.sparsity = 0
    }
  }

  /// The settings of the code released with arXiv:2408.04583, its mistakes included.
  ///
  /// - Parameters:
  ///   - topology: Which connections the network has.
  ///   - importance: What counts as importance.
  ///   - weightDecay: The factor of the L2 penalty, which the paper tunes over 5e-5, 1e-4, 1e-3.
  /// - Returns: The method.
  public static func published(
    _ topology: Topology, importance: Importance, weightDecay: Float = 1e-4
  ) -> SparseSelection {
    var method = SparseSelection(topology, importance: importance)
    method.attribution.output = .softmax
    method.aggregation = .beforeBest
    method.recipe.loss = .batchSoftmaxCrossEntropy
    method.recipe.optimizer = .adam(Adam(weightDecay: weightDecay))
    method.recipe.settlingEpochs = 5
    method.recipe.isStratified = false
    return method
  }

  public var name: String { topology.rawValue }
}

extension SparseSelection {
  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    try check()
    let batch = recipe.batch(rowCount: task.rows.count, columnCount: task.eligible.count)
    return [
      ("importance", importance.rawValue), ("aggregation", aggregation.rawValue),
      ("sparsity", "\(recipe.sparsity)"),
      ("hidden", recipe.hiddenCounts.map(String.init).joined(separator: "-")),
      ("batch", "\(batch)"), ("epochs", "\(recipe.epochCount)"),
      ("patience", "\(recipe.patience ?? 0)"), ("scale", recipe.scaling.rawValue),
      ("loss", (recipe.loss ?? .crossEntropy).rawValue),
    ]
      + (importance == .strength
        ? []
        : [
          ("attributionOutput", attribution.output.rawValue),
          ("attributionForm", attribution.form.rawValue),
          ("attributionEvery", "\(attribution.interval)"),
          ("attributionSamples", "\(attribution.sampleCount ?? batch)"),
        ])
  }

  private func check() throws(SelectionError) {
    do { try recipe.check() } catch { throw SelectionError(error) }
    guard attribution.interval >= 1 else {
      throw .badSetting(
        name: "the attribution interval", value: "\(attribution.interval)", range: "at least 1")
    }
    guard attribution.pathSteps >= 1, attribution.sampleCount.map({ $0 >= 1 }) ?? true else {
      throw .badSetting(
        name: "the attribution sample", value: "\(attribution.sampleCount ?? 0)",
        range: "at least 1 row, on at least 1 point of the path")
    }
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    setThreadCount(1)  // bits must not depend on the cores
    try check()
    return try SparseProcedure(self, task, random: random).run(observer)
  }
}

extension SelectionError {
  /// The same mistake as one of a selection.
  init(_ error: TrainingError) {
    switch error {
    case .badSetting(let name, let value, let range):
      self = .badSetting(name: name, value: value, range: range)
    case .diverged(let epoch, let loss):
      self = .trainingDiverged(epoch: epoch, loss: "\(loss)")
    }
  }
}
