import Networks
import Tensors

extension Network {
  /// The network without a linear layer and the rectifier behind it; the layer that reads it reads
  /// what it read, through a linear stand-in around the mean.
  ///
  ///     a ≈ mean[l] + diag(k) W[l] (x - mean[l - 1]),  k[i] = share of the rows at which a[i] > 0
  ///     W' = W[l + 1] diag(k) W[l]
  ///     b' = b[l + 1] + W[l + 1] (mean[l] - diag(k) W[l] mean[l - 1])
  ///
  /// Exact where every rectifier is always on or always off.
  ///
  /// - Parameters:
  ///   - layer: The layer.
  ///   - survey: The network before units were removed, with its statistics.
  ///   - removed: The groups of units that were removed from other layers.
  /// - Returns: The shorter network.
  /// - Throws: ``UnitPruningError/cannotSkip(name:reason:)``.
  func leavingOut(
    _ layer: UnitSurvey.Layer, _ survey: UnitSurvey, removed: Set<Int>
  ) throws(UnitPruningError) -> Network {
    func refuse(_ reason: String) -> UnitPruningError {
      .cannotSkip(name: layer.name, reason: reason)
    }
    guard let start = nodes.firstIndex(where: { $0.name == layer.name }),
      nodes[start].operation is Linear, nodes[nodes[start].inputs[0]].outputShape.rank == 1
    else { throw refuse("only a single linear layer on rows can be") }
    // The way to the layer that reads it.
    let consumers = consumers
    var inner = [start]
    var rectifier: Int?
    while true {
      let behind = consumers[inner[inner.count - 1]]
      guard behind.count == 1 else { throw refuse("its units are read in several places") }
      let node = nodes[behind[0]]
      if node.operation is Linear { break }
      guard node.operation is Dropout || (node.operation is ReLU && rectifier == nil) else {
        throw refuse("there is no linear stand-in for \(node.name) behind it")
      }
      if node.operation is ReLU { rectifier = behind[0] }
      inner.append(behind[0])
    }
    let reader = consumers[inner[inner.count - 1]][0]
    let (made, read) = (
      LinearWeights(self, start), LinearWeights(self, reader)
    )
    func statistics(_ position: Int) -> ActivationStatistics.Node? {
      survey.position(of: nodes[position].name).map { survey.statistics[$0] }
    }
    let source = nodes[start].inputs[0]
    guard let before = survey.position(of: nodes[source].name),
      let behind = statistics(inner[inner.count - 1])
    else { throw refuse("its statistics are missing") }
    let keptMeans = zip(survey.groups.groupOfUnit[before], survey.statistics[before].means)
      .filter { !removed.contains($0.0) }.map(\.1)
    let slopes = rectifier == nil ? made.bias.map { _ in 1 } : behind.positiveShares
    guard slopes.contains(where: { $0 > 1e-9 }) else {
      throw refuse("all of its units are off for all rows, so nothing would get through")
    }
    // The stand-in: a = slope W x + offset.
    let offsets = made.bias.indices.map { unit in
      behind.means[unit]
        - slopes[unit] * zip(made.row(unit), keptMeans).reduce(0) { $0 + $1.0 * $1.1 }
    }
    var weights = [Double](repeating: 0, count: read.rowCount * made.columnCount)
    var bias = read.bias
    for row in 0..<read.rowCount {
      for (unit, weight) in read.row(row).enumerated() {
        bias[row] += weight * offsets[unit]
        let factor = weight * slopes[unit]
        for (column, inner) in made.row(unit).enumerated() {
          weights[row * made.columnCount + column] += factor * inner
        }
      }
    }
    return joined(
      without: inner, reader: reader, source: source,
      parameters: [
        Tensor([read.rowCount, made.columnCount], weights.map { Float($0) }),
        Tensor([read.rowCount], bias.map { Float($0) }),
      ])
  }

  /// The network without some nodes; the reader of the last of them gets other weights and inputs.
  private func joined(
    without left: [Int], reader: Int, source: Int, parameters: [Tensor]
  ) -> Network {
    var result = Network(input: inputShape)
    var places = [0]  // of each node in the result
    for (position, node) in nodes.enumerated().dropFirst() {
      if left.contains(position) {
        places.append(places[source])
        continue
      }
      let inputs = node.inputs.map { places[$0] }
      do {
        if position == reader {
          try result.append(
            Linear(parameters[1].count), to: inputs, named: node.name, parameters: parameters)
        } else {
          try result.append(
            node.operation, to: inputs, named: node.name, parameters: node.parameters)
        }
      } catch {
        fatalError("Network: leaving a layer out: \(error)")  // the weights have its shape
      }
      places.append(result.nodes.count - 1)
    }
    return result
  }
}

/// The weights of a linear layer in double precision.
private struct LinearWeights {
  let rowCount, columnCount: Int
  let bias: [Double]
  private let values: [Double]

  init(_ network: Network, _ position: Int) {
    let node = network.nodes[position]
    (rowCount, columnCount) = (node.parameters[0].shape[0], node.parameters[0].shape[1])
    values = node.parameters[0].elements.map(Double.init)
    bias =
      node.parameters.count > 1
      ? node.parameters[1].elements.map(Double.init) : [Double](repeating: 0, count: rowCount)
  }

  func row(_ row: Int) -> ArraySlice<Double> {
    values[row * columnCount..<(row + 1) * columnCount]
  }
}
