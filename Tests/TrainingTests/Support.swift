import Datasets
import Networks
import Synchronization
import Tensors

@testable import Training

/// Makes normal noise in which the first columns differ between the classes, dealt in turn.
func makeClasses(
  rows: Int = 120, columns: Int = 8, names: [String] = ["a", "b", "c"], seed: UInt64 = 1
) -> Dataset {
  var random = RandomSource(seed: seed)
  var values: [Float] = []
  for row in 0..<rows {
    for column in 0..<columns {
      let shift = column < 3 && column == row % names.count ? 3.0 : 0
      values.append(Float(random.normal() + shift))
    }
  }
  return Dataset(
    features: FeatureStore(
      values: values, rowCount: rows, columnNames: (0..<columns).map { "x\($0)" }),
    target: .classes(indices: (0..<rows).map { $0 % names.count }, names: names))
}

/// Makes columns whose first two add up to the target, which is far from 0.
func makeNumbers(rows: Int = 200, columns: Int = 5, seed: UInt64 = 2) -> Dataset {
  var random = RandomSource(seed: seed)
  let values = (0..<rows * columns).map { _ in Float(random.normal()) }
  return Dataset(
    features: FeatureStore(
      values: values, rowCount: rows, columnNames: (0..<columns).map { "x\($0)" }),
    target: .values(
      (0..<rows).map { 1000 + 50 * (values[$0 * columns] + values[$0 * columns + 1]) }))
}

extension TrainingRecipe {
  /// A recipe small enough for a test.
  static func small(
    _ topology: TopologyRule = .set, sparsity: Double = 0.5, epochs: Int = 12,
    _ change: (inout TrainingRecipe) -> Void = { _ in }
  ) -> TrainingRecipe {
    var recipe = TrainingRecipe()
    recipe.hiddenCounts = [16, 8]
    recipe.topology = topology
    recipe.sparsity = sparsity
    recipe.epochCount = epochs
    recipe.batchCount = 16
    recipe.optimizer = .adam(Adam(learningRate: 1e-2))
    change(&recipe)
    return recipe
  }
}

/// Takes note of all progress, and stops after so many epochs.
final class Recorder: TrainingObserver {
  private let state = Mutex<[TrainingProgress]>([])
  private let limit: Int

  init(stopAfter limit: Int = .max) { self.limit = limit }

  var reports: [TrainingProgress] { state.withLock { $0 } }

  func report(_ progress: TrainingProgress) { state.withLock { $0.append(progress) } }

  var shouldStop: Bool { reports.count >= limit }
}

/// Keeps every state.
final class Keeper: TrainingObserver {
  let savedState: Snapshot?
  private let kept = Mutex<[Snapshot]>([])
  private let reportCount = Mutex(0)
  private let limit: Int

  init(savedState: Snapshot? = nil, stopAfter limit: Int = .max) {
    self.savedState = savedState
    self.limit = limit
  }

  var states: [Snapshot] { kept.withLock { $0 } }
  func report(_ progress: TrainingProgress) { reportCount.withLock { $0 += 1 } }
  var shouldStop: Bool { reportCount.withLock { $0 >= limit } }
  func keep(state: () -> Snapshot) {
    let state = state()
    kept.withLock { $0.append(state) }
  }
}
