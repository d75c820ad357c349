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
