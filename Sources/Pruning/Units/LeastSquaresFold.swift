import Datasets
import Kernels
import Networks
import Tensors

extension Network {
  /// The network in which the readers of units that are to be removed read them from the units that
  /// stay, as far as these tell.
  ///
  /// - Parameters:
  ///   - removed: The groups that are to be removed.
  ///   - survey: The network and its statistics.
  /// - Returns: The network, as wide as before, and the constants that are left of the units.
  func foldingLeastSquares(
    of removed: Set<Int>, _ survey: UnitSurvey
  ) -> (network: Network, values: UnitValues) {
    var network = self
    var constants = survey.statistics.nodes.mapValues(\.means)
    for (position, covariance) in survey.covariances {
      let numbers = survey.groups.groupOfUnit[position]
      let gone = numbers.indices.filter { removed.contains(numbers[$0]) }
      let kept = numbers.indices.filter { !removed.contains(numbers[$0]) }
      guard !gone.isEmpty, !kept.isEmpty,
        let factors = covariance.regression(of: gone, on: kept)
      else { continue }
      let means = survey.statistics[position].means
      for (unit, factors) in zip(gone, factors) {
        constants[position]?[unit] =
          means[unit] - zip(kept, factors).reduce(0) { $0 + $1.1 * means[$1.0] }
      }
      for (reader, node) in nodes.enumerated()
      where node.inputs.first == position && node.operation is any UnitProduct {
        network.spread(gone, factors, over: kept, reader: reader)
      }
    }
    return (network, .measured(constants))
  }

  /// Adds the columns of a layer's weights that go to those that stay.
  private mutating func spread(
    _ gone: [Int], _ factors: [[Double]], over kept: [Int], reader: Int
  ) {
    let name = "\(nodes[reader].name).weight"
    guard var weight = self[parameter: name] else { return }
    let (rows, columns) = (weight.shape[0], weight.shape[1])
    let taps = weight.count / (rows * columns)
    weight.withMutableElements { weight in
      for row in 0..<rows {
        for tap in 0..<taps {
          func place(_ column: Int) -> Int { (row * columns + column) * taps + tap }
          for (place_, column) in kept.enumerated() {
            var sum = Double(weight[place(column)])
            for (unit, factors) in zip(gone, factors) {
              sum += Double(weight[place(unit)]) * factors[place_]
            }
            weight[place(column)] = Float(sum)
          }
        }
      }
    }
    self[parameter: name] = weight
  }
}

/// How the units of a node vary together.
struct ActivationCovariance: Sendable {
  /// The widest node of which it is measured.
  static let mostUnits = 1024
  private let width: Int
  /// The sums of products of differences from the mean, [width x width].
  private let products: [Double]

  /// Measures nodes, which must be plain rows, in one pass.
  static func measure(
    _ observed: Set<Int>, of network: Network, on features: FeatureStore, rows: [Int],
    scaler: Scaler, means: (Int) -> [Double]
  ) -> [Int: ActivationCovariance] {
    var sums: [Int: [Double]] = [:]
    var centers: [Int: [Double]] = [:]
    for node in observed { centers[node] = means(node) }
    network.forEachBatch(
      observing: observed, on: features, rows: rows, scaler: scaler,
      batchCount: min(rows.count, 256)
    ) { view, sampleCount, batchCount in
      guard let center = centers[view.node] else { return }
      add(
        view, center, count: sampleCount, batchCount: batchCount,
        to: &sums[view.node, default: [Double](repeating: 0, count: center.count * center.count)])
    }
    return sums.mapValues {
      ActivationCovariance(width: Int(Double($0.count).squareRoot().rounded()), products: $0)
    }
  }

  private static func add(
    _ view: ActivationView, _ center: [Double], count: Int, batchCount: Int,
    to sums: inout [Double]
  ) {
    let width = center.count
    let isTransposed = view.layout == .featureMajor
    var row = [Double](repeating: 0, count: width)
    sums.withUnsafeMutableBufferPointer { sums in
      for sample in 0..<count {
        for unit in 0..<width {
          let index = isTransposed ? unit * paddedBatch(batchCount) + sample : sample * width + unit
          row[unit] = Double(view.elements[index]) - center[unit]
        }
        row.withUnsafeBufferPointer { row in
          for first in 0..<width where row[first] != 0 {
            let factor = row[first]
            for second in 0...first { sums[first * width + second] += factor * row[second] }
          }
        }
      }
    }
  }

  private subscript(first: Int, second: Int) -> Double {
    products[max(first, second) * width + min(first, second)]
  }

  /// The factors of the ridge regression of some units on others.
  ///
  /// - Parameters:
  ///   - gone: The units that are predicted.
  ///   - kept: The units by which.
  /// - Returns: For each unit a factor per other unit; nil where none of them varies.
  func regression(of gone: [Int], on kept: [Int]) -> [[Double]]? {
    let count = kept.count
    let trace = kept.reduce(0) { $0 + self[$1, $1] }
    guard trace > 0 else { return nil }
    let ridge = 1e-4 * trace / Double(count)
    // Cholesky: A = L L^T, L below.
    var lower = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        var sum = self[kept[row], kept[column]] + (row == column ? ridge : 0)
        for inner in 0..<column {
          sum -= lower[row * count + inner] * lower[column * count + inner]
        }
        if row == column {
          guard sum > 0 else { return nil }
          lower[row * count + row] = sum.squareRoot()
        } else {
          lower[row * count + column] = sum / lower[column * count + column]
        }
      }
    }
    return gone.map { unit in
      var solution = kept.map { self[unit, $0] }
      for row in 0..<count {
        for inner in 0..<row { solution[row] -= lower[row * count + inner] * solution[inner] }
        solution[row] /= lower[row * count + row]
      }
      for row in (0..<count).reversed() {
        for inner in row + 1..<max(count, row + 1) {
          solution[row] -= lower[inner * count + row] * solution[inner]
        }
        solution[row] /= lower[row * count + row]
      }
      return solution
    }
  }
}
