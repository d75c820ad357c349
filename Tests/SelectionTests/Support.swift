import Datasets
import Foundation
import Kernels
import Networks
import Tensors
import Training

@testable import Selection

/// Makes a table from the value of each row and column.
func makeFeatures(
  rows: Int, columns: Int, _ value: (_ row: Int, _ column: Int) -> Float
) -> FeatureStore {
  var values: [Float] = []
  for row in 0..<rows {
    for column in 0..<columns { values.append(value(row, column)) }
  }
  return FeatureStore(
    values: values, rowCount: rows, columnNames: (0..<columns).map { "x\($0)" })
}

/// Makes normal noise in which the first columns differ between the classes, dealt in turn.
func makeDataset(
  rows: Int, columns: Int, classCount: Int = 2, informative: Int = 2, using random: RandomSource
) -> Dataset {
  var random = random.substream("data")
  let features = makeFeatures(rows: rows, columns: columns) { row, column in
    let shift = column < informative ? Double((row + column) % classCount) : 0
    return Float(random.normal() + 2 * shift)
  }
  return Dataset(
    features: features,
    target: .classes(
      indices: (0..<rows).map { $0 % classCount }, names: (0..<classCount).map { "c\($0)" }))
}

/// Makes normal noise in which column 0 goes with the first and column 1 with the second target.
func makeSeveralTargets(rows: Int, columns: Int, areLabels: Bool, seed: UInt64 = 8) -> Dataset {
  var random = RandomSource(seed: seed)
  let features = makeFeatures(rows: rows, columns: columns) { _, _ in Float(random.normal()) }
  let values = (0..<2).map { features.gathered(rows: Array(0..<rows), columns: [$0]) }
  return Dataset(
    features: features,
    target: areLabels
      ? .labels(values.map { $0.map { $0 > 0.3 } }, names: ["a", "b"])
      : .outputs(values.map { $0.map { 100 + 7 * $0 } }, names: ["a", "b"]))
}

extension EntryPrune {
  /// The method small enough for a test: few hidden units, rows and steps.
  static func small(
    _ preset: Preset = .standard, rotations: Int? = nil,
    _ change: (inout EntryPrune) -> Void = { _ in }
  ) -> EntryPrune {
    var method = EntryPrune(preset)
    // The standard's least number of candidates is more than a small table has columns.
    method.candidateFraction = preset == .standard ? 0.3 : nil
    method.hiddenCount = 6
    method.batchCount = 16
    method.stepsPerRotation = 3
    method.length = rotations.map { .rotations($0) }
    change(&method)
    return method
  }
}

extension SparseSelection {
  /// The method small enough for a test: few units, rows and epochs.
  static func small(
    _ topology: Topology, _ importance: Importance = .strength, preset: Preset = .standard,
    _ change: (inout SparseSelection) -> Void = { _ in }
  ) -> SparseSelection {
    var method = SparseSelection(topology, importance: importance, preset: preset)
    method.hiddenCounts = [20, 8]
    method.sparsity = topology == .dense ? nil : 0.5
    method.batchCount = 16
    method.epochCount = 12
    change(&method)
    return method
  }
}

extension SelectionMethod {
  /// Chooses on one thread: tests run side by side, and more threads would wait for each other.
  func select(
    _ task: SelectionTask, random: RandomSource
  ) throws(SelectionError) -> FeatureSelection {
    setThreadCount(1)
    return try select(task, random: random, observer: SilentObserver())
  }
}

extension SelectionTask {
  /// What a network sees of the task's rows, or of some of them.
  func view(
    _ rows: [Int]? = nil, scaling: InputScaling = .minMax, balancesClasses: Bool = false
  ) -> TrainingView {
    TrainingView(
      self, rows: rows ?? self.rows, scaling: scaling, fittingRows: self.rows,
      balancesClasses: balancesClasses)
  }
}

/// Notes what is reported, and stops after a number of reports.
///
/// `@unchecked Sendable`: the lock guards every access.
final class Recorder: SelectionObserver, @unchecked Sendable {
  private let lock = NSLock()
  private let limit: Int
  private var reports: [SelectionProgress] = []

  init(stopAfter limit: Int = .max) {
    self.limit = limit
  }

  var all: [SelectionProgress] { lock.withLock { reports } }
  var shouldStop: Bool { lock.withLock { reports.count >= limit } }

  func report(_ progress: SelectionProgress) {
    lock.withLock { reports.append(progress) }
  }
}

/// The definition of the network in Double, one row at a time.
struct NaiveNetwork {
  var weights: [[Double]]  // W1, hidden x active
  var biases: [Double]
  var outputWeights: [[Double]]  // W2, outputs x hidden
  var outputBiases: [Double]

  init(_ network: ActiveNetwork, outputCount: Int) {
    func matrix(_ position: Int, _ rows: Int, _ columns: Int) -> [[Double]] {
      (0..<rows).map { row in
        (0..<columns).map { Double(network.parameter(position)[row * columns + $0]) }
      }
    }
    weights = matrix(0, network.hiddenCount, network.activeCount)
    biases = matrix(1, 1, network.hiddenCount)[0]
    outputWeights = matrix(2, outputCount, network.hiddenCount)
    outputBiases = matrix(3, 1, outputCount)[0]
  }

  func hidden(_ row: [Double]) -> [Double] {
    zip(weights, biases).map { dot($0, row) + $1 }
  }

  func outputs(_ row: [Double]) -> [Double] {
    let rectified = hidden(row).map { max($0, 0) }
    return zip(outputWeights, outputBiases).map { dot($0, rectified) + $1 }
  }

  /// The mean loss of rows of inputs.
  func loss(_ rows: [[Double]], _ targets: TrainingTargets) -> Double {
    var sum = 0.0
    var weightSum = 0.0
    for (position, row) in rows.enumerated() {
      let outputs = outputs(row)
      switch targets {
      case .labels(let labels, _, let classWeights):
        let label = Int(labels[position])
        let weight = Double(classWeights?[label] ?? 1)
        sum += weight * (log(outputs.reduce(0) { $0 + exp($1) }) - outputs[label])
        weightSum += weight
      case .values(let values):
        sum += values.withElements { pow(outputs[0] - Double($0[position]), 2) }
        weightSum += 1
      }
    }
    return sum / weightSum
  }

  /// dL/dz of the hidden layer's inputs z for the mean cross-entropy, rows x hidden.
  func hiddenGradients(_ rows: [[Double]], labels: [Int32]) -> [[Double]] {
    zip(rows, labels).map { row, label in
      let exponentials = outputs(row).map(exp)
      let total = exponentials.reduce(0, +)
      let delta = exponentials.indices.map {
        (exponentials[$0] / total - ($0 == Int(label) ? 1 : 0)) / Double(rows.count)
      }
      let before = hidden(row)
      return before.indices.map { unit in
        before[unit] > 0 ? delta.indices.reduce(0) { $0 + delta[$1] * outputWeights[$1][unit] } : 0
      }
    }
  }

  private func dot(_ left: [Double], _ right: [Double]) -> Double {
    zip(left, right).reduce(0) { $0 + $1.0 * $1.1 }
  }
}

extension TrainingView {
  /// The scaled values of some columns, a row each.
  func scaled(_ columns: [Int]) -> [[Double]] {
    let block = features.gathered(rows: rows, columns: columns, scaler: scaler)
    return rows.indices.map { row in
      columns.indices.map { Double(block[row * columns.count + $0]) }
    }
  }
}

extension TreeSelection {
  /// The method small enough for a test: few trees.
  static func small() -> TreeSelection {
    var method = TreeSelection()
    method.settings.treeCount = 20
    method.settings.columnFraction = 0.5
    return method
  }
}

extension RankEnsemble {
  /// The ensemble of small methods.
  static func small() -> RankEnsemble {
    RankEnsemble([
      EntryPrune.small(rotations: 5), SparseSelection.small(.static), LassoSelection(),
    ])
  }
}

extension Race {
  /// The race of small methods, with few rounds.
  static func small() -> Race {
    var race = Race([
      EntryPrune.small(rotations: 5), SparseSelection.small(.set), LassoSelection(),
      MutualInformationSelection(), FTestSelection(), RankEnsemble.small(),
    ])
    race.workLimit = 20
    race.roundLimit = 2
    return race
  }
}
