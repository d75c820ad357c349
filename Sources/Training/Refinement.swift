import Datasets
import Networks
import Tensors

/// The rows of a trained network, made ready to judge networks that were made from it and to train
/// them on: columns and targets are scaled as the network knows them.
public struct Refinement {
  /// What a network makes of the validation rows.
  public struct Validation: Hashable, Sendable {
    /// The mean loss.
    public var loss: Double
    /// The share of the rows that are right; for numbers the share of the variance that is
    /// explained, 1 - MSE / variance.
    public var score: Double
  }

  /// The network as it was trained.
  public private(set) var model: TrainedNetwork
  /// How networks learn from the outputs of the model as it was handed in; nil to learn the targets.
  public var distillation: Distillation?
  private let original: Network
  let recipe: TrainingRecipe
  let training: NetworkTraining
  private let validationVariance: Double

  /// Makes the rows ready.
  ///
  /// - Parameters:
  ///   - model: The trained network.
  ///   - recipe: How networks are trained; with the same rows, validation fraction and seed as in
  ///     the model's training the same rows are held out.
  ///   - data: The table and its target.
  ///   - rows: The rows that may be looked at; nil for all.
  ///   - random: The source of the random numbers of the model's training.
  /// - Throws: ``TrainingError`` if recipe or data will not do, or are none of this network.
  public init(
    of model: TrainedNetwork, _ recipe: TrainingRecipe, _ data: Dataset, rows: [Int]? = nil,
    random: RandomSource
  ) throws(TrainingError) {
    let inputCount = model.network.inputShape.elementCount
    guard data.features.columnCount == inputCount else {
      throw .network(
        "the table has \(data.features.columnCount) columns, but the network reads \(inputCount);"
          + " take the table of its training")
    }
    guard let meaning = model.meaning.fitting(data.target) else {
      throw .network(
        "the network predicts something else than the target of the table; take the table of its"
          + " training, and name the same target")
    }
    var model = model
    model.meaning = meaning
    var recipe = recipe
    (recipe.patience, recipe.topology) = (nil, .static)
    self.model = model
    original = model.network
    self.recipe = recipe
    training = try NetworkTraining(recipe, data, rows: rows, of: model, random: random)
    validationVariance = training.heldOut?.targetVariance ?? 0
  }

  /// The same rows for a network that was refined on them.
  ///
  /// - Parameter trained: What ``train(_:epochCount:random:observer:)`` returned.
  /// - Returns: The rows; what is trained now comes behind its epochs.
  public func goingOn(with trained: TrainedNetwork) -> Refinement {
    var result = self
    result.model = trained
    return result
  }

  /// The rows that networks are trained on.
  public var trainingRows: [Int] { training.training.rows }

  /// The rows that they are judged on.
  public var validationRows: [Int] { training.heldOut?.rows ?? [] }

  /// Judges a network.
  ///
  /// - Parameter network: A network with the inputs and outputs of the model.
  /// - Returns: What it makes of the validation rows; nil where there are none.
  public func validation(of network: Network) -> Validation? {
    guard let view = training.heldOut else { return nil }
    let plan = Plan(network, batchCount: 1, for: .inference)  // lends its parameters
    let measure = HeldOutRows(view, loss: recipe.loss ?? view.loss, of: plan).measure()
    return Validation(loss: measure.loss, score: score(measure.loss, measure.accuracy))
  }

  private func score(_ loss: Double, _ accuracy: Double?) -> Double {
    accuracy ?? (validationVariance > 0 ? 1 - loss / validationVariance : 0)
  }

  /// Trains a network from the weights that it has.
  ///
  /// - Parameters:
  ///   - network: A network with the inputs and outputs of the model.
  ///   - epochCount: The number of epochs, at least 1.
  ///   - random: The source of the orders.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The network of the lowest validation loss; that before the first epoch if its loss
  ///   is lower and no fewer of its rows are right; without validation rows that of the last. The
  ///   epochs and the cost of the model come first.
  /// - Throws: ``TrainingError/diverged(epoch:loss:)`` if the loss is no longer finite,
  ///   ``TrainingError/unusableState(_:)`` for a state of another training,
  ///   ``TrainingError/badSetting(name:value:range:)`` if rows cannot be mixed so.
  public func train(
    _ network: Network, epochCount: Int, random: RandomSource,
    observer: (any TrainingObserver)? = nil
  ) throws(TrainingError) -> TrainedNetwork {
    var recipe = recipe
    recipe.epochCount = epochCount
    if let distillation { try distillation.check() }
    var trained = try training.train(
      network, recipe, learningFrom: distillation.map { (original, $0) }, random: random,
      saved: observer?.savedState, observer: observer
    ) { state in observer?.keep(state: state) }
    let best = trained.epochs[trained.bestEpoch]
    var isBetter = true
    if let before = validation(of: network), let loss = best.validationLoss {
      // A few rows far from all others may rule the loss: more rows that are right count as well.
      isBetter = loss < before.loss || best.validationAccuracy.map { $0 > before.score } ?? false
    }
    if isBetter {
      trained.bestEpoch += model.epochs.count
    } else {
      trained.network = network
      trained.bestEpoch = model.bestEpoch
    }
    trained.epochs = model.epochs + trained.epochs
    trained.cost = model.cost.adding(trained.cost)
    trained.columnNames = model.columnNames
    return trained
  }
}

extension TrainingView {
  /// The variance of the targets as they are learned, by the weights of the rows, the mean over
  /// outputs; 0 for classes.
  fileprivate var targetVariance: Double {
    guard case .values(let values) = targets else { return 0 }
    let (rows, columns) = (values.shape[0], values.shape[1])
    let shares = (0..<rows).map { Double(weights?[$0] ?? 1) }
    let total = shares.reduce(0, +)
    guard total > 0, columns > 0 else { return 0 }
    return values.withElements { elements in
      var sum = 0.0
      for column in 0..<columns {
        func mean(_ value: (Double) -> Double) -> Double {
          (0..<rows).reduce(0) { $0 + shares[$1] * value(Double(elements[$1 * columns + column])) }
            / total
        }
        let center = mean { $0 }
        sum += mean { ($0 - center) * ($0 - center) }
      }
      return sum / Double(columns)
    }
  }
}

extension Refinement {
  /// The table.
  package var features: FeatureStore { training.training.features }

  /// Whether the validation score is a share of rows.
  package var scoreCountsRows: Bool {
    switch model.meaning {
    case .classes, .labels: true
    case .value, .outputs: false
    }
  }

  /// The number of epochs up to the best one of the model's training, E0; nil where the file tells of
  /// none.
  public var originalEpochCount: Int? { model.epochs.isEmpty ? nil : model.bestEpoch + 1 }

  /// What the weights of each row of a product are worth to the loss, to first order: the mean over
  /// the batches of an epoch of (sum over the row of w dL/dw)^2.
  ///
  /// - Source: Molchanov et al., "Importance Estimation for Neural Network Pruning",
  ///   arXiv:1906.10771, equation 8.
  ///
  /// - Parameter network: A network with the inputs and outputs of the model.
  /// - Returns: A number per row, by the position of the node.
  package func saliencies(of network: Network) -> [Int: [Double]] {
    let view = training.training
    let batches = SampleBatches(
      view,
      batchCount: recipe.batch(
        rowCount: view.rowCount, columnCount: view.features.columnCount),
      random: RandomSource(seed: 0))
    let trainer = Trainer(
      network, loss: recipe.loss ?? view.loss, rule: recipe.optimizer, targets: view.targets,
      rowWeights: view.weights, batchCount: batches.batchCount)
    let store = trainer.plan.parameters
    var sums: [Int: [Double]] = [:]
    for batch in 0..<batches.countPerEpoch {
      batches.take(batch) { rows in
        trainer.plan.takeInput(from: batches.block.start, count: rows.count)
        _ = trainer.computeGradients(rows: rows)
      }
      for (number, slot) in store.slots.enumerated() where slot.isTrained && slot.index == 0 {
        let width = network.nodes[slot.node].outputShape.extents.last ?? 1
        let values = (store.values(number), store.gradients(number))
        let starts =
          slot.connections.map { $0.pattern.rowStarts.map(Int.init) }
          ?? (0...width).map { $0 * (slot.shape.elementCount / width) }
        guard starts.count == width + 1 else { continue }
        for row in 0..<width {
          let sum = (starts[row]..<starts[row + 1]).reduce(0.0) {
            $0 + Double(values.0[$1]) * Double(values.1[$1])
          }
          sums[slot.node, default: [Double](repeating: 0, count: width)][row] += sum * sum
        }
      }
    }
    return sums.mapValues { $0.map { $0 / Double(max(batches.countPerEpoch, 1)) } }
  }

  /// Trains a network, or takes what an earlier time came to.
  ///
  /// - Parameters:
  ///   - network: A network with the inputs and outputs of the model.
  ///   - epochCount: The number of epochs, at least 1.
  ///   - random: The source of the orders.
  ///   - observer: Told of progress; keeps the state, and the result of a training that was not
  ///     ended early.
  /// - Returns: The trained network.
  /// - Throws: What ``train(_:epochCount:random:observer:)`` throws.
  package func trained(
    _ network: Network, epochCount: Int, random: RandomSource,
    observer: (any TrainingObserver)?
  ) throws(TrainingError) -> TrainedNetwork {
    if let saved = observer?.savedResult {
      do throws(SnapshotError) {
        var trained = model
        trained.network = try network.restored(from: try saved.part("network"))
        trained.epochs = try saved.part("epochs").epochs()
        trained.bestEpoch = try saved.integer("bestEpoch", in: 0...max(trained.epochs.count - 1, 0))
        trained.cost = try TrainingCost(restoredFrom: try saved.part("cost"))
        return trained
      } catch {
        throw .unusableState(error)
      }
    }
    let trained = try train(
      network, epochCount: epochCount, random: random, observer: observer)
    if !trained.isInterrupted {
      observer?.finish {
        var state = Snapshot()
        state.save("network", trained.network.state)
        state.save("epochs", Snapshot(epochs: trained.epochs))
        state.save("bestEpoch", trained.bestEpoch)
        state.save("cost", trained.cost.wholeState)
        return state
      }
    }
    return trained
  }
}
