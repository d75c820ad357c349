import Datasets
import Networks
import Synchronization
import Tensors

@testable import Pruning
@testable import Training

/// A network of linear layers with a rectifier behind each but the last, with given weights.
func rectifiedNetwork(
  inputCount: Int, _ layers: [(weights: [[Float]], bias: [Float])]
) -> Network {
  var network = Network(input: [inputCount])
  do {
    for (index, layer) in layers.enumerated() {
      try network.append(Linear(layer.bias.count))
      let name = "linear\(index + 1)"
      network[parameter: "\(name).weight"] = Tensor(
        [layer.bias.count, layer.weights[0].count], layer.weights.flatMap { $0 })
      network[parameter: "\(name).bias"] = Tensor([layer.bias.count], layer.bias)
      if index < layers.count - 1 { try network.append(ReLU()) }
    }
  } catch {
    fatalError("\(error)")
  }
  return network
}

/// Normal noise with classes that follow from the first two columns.
func makeRows(_ count: Int = 200, columns: Int = 4, classes: Int = 2, seed: UInt64 = 1) -> Dataset {
  var random = RandomSource(seed: seed)
  let values = (0..<count * columns).map { _ in Float(random.normal()) }
  let indices = (0..<count).map { row in
    let sum = values[row * columns] + (columns > 1 ? values[row * columns + 1] : 0)
    return sum > 0.7 && classes > 2 ? 2 : sum > 0 ? 1 : 0
  }
  return Dataset(
    features: FeatureStore(
      values: values, rowCount: count, columnNames: (0..<columns).map { "x\($0)" }),
    target: .classes(indices: indices, names: (0..<classes).map { "c\($0)" }))
}

/// A network as if it had been trained on some data, without scaling.
func asTrained(_ network: Network, on data: Dataset, epochs: Int = 20) -> TrainedNetwork {
  let names = (0..<network.outputShape.elementCount).map { "c\($0)" }
  let course = (0..<epochs).map {
    TrainingEpoch(trainingLoss: 1 / Double($0 + 1), validationLoss: 1, validationAccuracy: 0.5)
  }
  return TrainedNetwork(
    network: network, scaler: .identity(columnCount: data.features.columnCount),
    columnNames: data.features.columnNames, meaning: .classes(names: names), epochs: course,
    bestEpoch: max(epochs - 1, 0), cost: TrainingCost(network, rowCount: data.rowCount),
    isInterrupted: false, notes: [])
}

/// The rows of a network, ready for the refinement.
func refinement(
  of network: Network, on data: Dataset, validationFraction: Double = 0.25
) throws -> Refinement {
  var recipe = TrainingRecipe()
  recipe.batchCount = 16
  recipe.validationFraction = validationFraction
  return try Refinement(
    of: asTrained(network, on: data), recipe, data, random: RandomSource(seed: 3))
}

/// The scores of a network on some data.
func survey(
  _ network: Network, on data: Dataset, score: UnitScore = .deviation,
  withCovariances: Bool = false
) throws -> UnitSurvey {
  try UnitSurvey(
    network, score: score, refinement(of: network, on: data), withCovariances: withCovariances,
    random: RandomSource(seed: 4))
}

/// The outputs of a network for all rows of a table.
func outputs(_ network: Network, _ data: Dataset) -> [Float] {
  asTrained(network, on: data).outputs(
    for: data.features, rows: Array(0..<data.rowCount)
  ).elements
}

/// The largest difference of two lists.
func largestDifference(_ left: [Float], _ right: [Float]) -> Double {
  zip(left, right).map { abs(Double($0) - Double($1)) }.max() ?? 0
}

/// A trained multilayer perceptron.
func trainedNetwork(
  on data: Dataset, hidden: [Int] = [12, 10], epochs: Int = 10
) throws -> TrainedNetwork {
  var recipe = TrainingRecipe()
  (recipe.hiddenCounts, recipe.sparsity, recipe.topology) = (hidden, 0, .static)
  (recipe.batchCount, recipe.epochCount) = (16, epochs)
  recipe.optimizer = .adam(Adam(learningRate: 1e-2))
  return try recipe.train(data, random: RandomSource(seed: 5))
}

/// Keeps the results of candidates, and stops after so many.
final class CandidateKeeper: UnitPruningObserver {
  private struct State {
    var results: [Int: Snapshot] = [:]
    var epochs = 0
    var reports = 0
  }

  private let state = Mutex(State())
  private let limit: Int

  init(stopAfter limit: Int = .max) { self.limit = limit }

  var epochCount: Int { state.withLock { $0.epochs } }
  var results: [Int: Snapshot] { state.withLock { $0.results } }

  func take(_ results: [Int: Snapshot]) { state.withLock { $0.results = results } }

  func report(
    _ candidate: UnitPruningSearch.Candidate, of network: Network, original: Double
  ) {
    state.withLock { $0.reports += 1 }
  }

  func observer(ofCandidate step: Int, round: Int) -> any TrainingObserver {
    One(keeper: self, step: round * 1000 + step)
  }

  var shouldStop: Bool { state.withLock { $0.reports >= limit } }

  private struct One: TrainingObserver {
    let keeper: CandidateKeeper
    let step: Int

    func report(_ progress: TrainingProgress) { keeper.state.withLock { $0.epochs += 1 } }
    var shouldStop: Bool { false }
    var savedResult: Snapshot? { keeper.state.withLock { $0.results[step] } }
    func finish(with result: () -> Snapshot) {
      let result = result()
      keeper.state.withLock { $0.results[step] = result }
    }
  }
}
