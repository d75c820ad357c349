import Networks
import Tensors

/// Units of a layer that are straight lines, led around its activation.
public struct DirectPath: Hashable, Sendable {
  /// The name of the activation.
  public let layer: String
  /// The units that went around it.
  public let unitCount: Int
  /// The units that are left.
  public let leftCount: Int
}

extension Network {
  /// The network with units that are straight lines taken out of their layers where that is cheaper:
  /// what they do becomes a layer of its own, around the activation.
  ///
  ///     y = W2 f(W1 x + b1) + b2
  ///     y = W2[:, mixed] f(W1[mixed, :] x + b1[mixed]) + b2 + W x + b
  ///     W = W2[:, straight] D W1[straight, :],  b = W2[:, straight] (D b1[straight] + shift)
  ///
  /// Dense, it pays as one layer does: where the straight units are more than inputs x outputs /
  /// (inputs + outputs). Sparse, only those units go whose paths are fewer together than their
  /// weights: with i weights in and o out, a unit has i o of them. The sum, and calling two operations
  /// more, count as well.
  ///
  /// - Parameters:
  ///   - lines: The lines of the units, nil for a mixed one, by the position of the activation.
  ///   - density: Of linear layers on plain rows the share of the weights below which only those
  ///     count that are not 0, as they can be stored sparsely.
  ///   - callCost: What calling two operations more costs, in multiply-adds of a sample.
  /// - Returns: The network, and what was led around.
  func layingDirectPaths(
    _ lines: [Int: [UnitLine?]], sparseBelow density: Double, callCost: Int = 0
  ) -> (network: Network, paths: [DirectPath]) {
    let consumers = consumers
    var candidates = lines.sorted { $0.key < $1.key }.compactMap { rectifier, lines in
      PathAround(
        self, rectifier, lines, consumers, sparseBelow: density, callCost: callCost)
    }
    candidates.sort { ($0.gain, $1.rectifier) > ($1.gain, $0.rectifier) }
    var changes: [Int: NodeChange] = [:]
    var paths: [DirectPath] = []
    for path in candidates where path.positions.allSatisfy({ changes[$0] == nil }) {
      changes.merge(path.changes(in: self)) { $1 }
      paths.append(
        DirectPath(
          layer: nodes[path.rectifier].name, unitCount: path.taken.count,
          leftCount: path.left.count))
    }
    return (rebuilt(changes), paths)
  }
}

/// The layers around an activation with some of its units led around it.
private struct PathAround {
  let rectifier: Int
  /// The units that are led around it, and those that are left.
  let taken, left: [Int]
  /// How many multiply-adds of a sample are spared.
  let gain: Int
  private let first, second: Int
  private let inner, outer, direct: ProductLayer

  /// The nodes that change.
  var positions: [Int] { [first, rectifier, second] }

  /// Finds the units to be led around an activation; nil if that spares nothing.
  init?(
    _ network: Network, _ rectifier: Int, _ lines: [UnitLine?], _ consumers: [[Int]],
    sparseBelow density: Double, callCost: Int
  ) {
    let first = network.nodes[rectifier].inputs[0]
    guard consumers[first].count == 1, consumers[rectifier].count == 1,
      let inner = ProductLayer(network, first),
      let outer = ProductLayer(network, consumers[rectifier][0]),
      inner.weights.groupCount == 1, outer.weights.groupCount == 1
    else { return nil }
    (self.rectifier, self.first, second) = (rectifier, first, consumers[rectifier][0])
    let isSparse = density > 0 && inner.inputShape.rank == 1 && outer.inputShape.rank == 1
    let straight = lines.indices.filter { lines[$0] != nil }
    let taken =
      isSparse ? cheapest(straight, inner.weights, outer.weights, density) : straight
    let left = lines.indices.filter { !taken.contains($0) }
    guard !taken.isEmpty, !left.isEmpty,
      let merged = MergedProducts(
        inner.keeping(rows: taken).drawn(taken.compactMap { lines[$0] }),
        outer.keeping(columns: taken)),
      merged.obstacle == nil, merged.outputShape == network.nodes[second].outputShape
    else { return nil }
    var direct = merged.layer.weights
    direct.bias = direct.bias ?? [Float](repeating: 0, count: direct.rowCount)
    self.direct = merged.layer.with(direct)
    self.inner = inner.keeping(rows: left)
    self.outer = outer.keeping(columns: left, hasBias: true)
    (self.taken, self.left) = (taken, left)
    let after =
      self.inner.cost(sparseBelow: density) + self.outer.cost(sparseBelow: density)
      + self.direct.cost(sparseBelow: density) + merged.outputShape.elementCount + callCost
    gain = inner.cost(sparseBelow: density) + outer.cost(sparseBelow: density) - after
    if gain <= 0 { return nil }
  }

  /// The smaller layers, the layer around them, and the sum of both.
  func changes(in network: Network) -> [Int: NodeChange] {
    let (nodes, name) = (network.nodes, network.nodes[second].name)
    let activation = nodes[rectifier]
    let kept = KeptUnits(inputs: [left], outputs: left)
    let cut = (activation.operation as? any UnitTracing)?
      .cut(to: kept, at: UnitSite(network, rectifier))
    return [
      first: .node(inner.operation, inputs: nodes[first].inputs, parameters: inner.parameters),
      rectifier: .node(
        cut?.operation ?? activation.operation, inputs: [first],
        parameters: cut?.parameters ?? activation.parameters),
      second: .nodes([
        NewNode(
          name, outer.operation, reading: [.former(rectifier)], parameters: outer.parameters),
        NewNode(
          name + ".direct", direct.operation, reading: [.former(nodes[first].inputs[0])],
          parameters: direct.parameters),
        NewNode(name + ".sum", Add(), reading: [.new(0), .new(1)]),
      ]),
    ]
  }
}

/// The units whose paths cost least beside what their weights do, as weights are stored; all of
/// them, some, or none.
private func cheapest(
  _ units: [Int], _ inner: ProductWeights, _ outer: ProductWeights, _ density: Double
) -> [Int] {
  var inputs = [[Int]](repeating: [], count: inner.rowCount)
  for unit in units {
    inner.forEachWeight(ofRow: unit) { column, _, weight in
      if weight != 0 { inputs[unit].append(column) }
    }
  }
  var outputs = [[Int]](repeating: [], count: outer.columnCount)
  for row in 0..<outer.rowCount {
    outer.forEachWeight(ofRow: row) { column, _, weight in
      if weight != 0 { outputs[column].append(row) }
    }
  }
  func surplus(_ unit: Int) -> Int {
    inputs[unit].count * outputs[unit].count - inputs[unit].count - outputs[unit].count
  }
  func stored(_ count: Int, of all: Int) -> Int {
    Double(count) < density * Double(all) ? count : all
  }
  let (width, columns, rows) = (inner.rowCount, inner.columnCount, outer.rowCount)
  var isJoined = [Bool](repeating: false, count: columns * rows)
  var (joined, first, second) = (
    0, inner.values.elements.count { $0 != 0 }, outer.values.elements.count { $0 != 0 }
  )
  var cheapest = stored(first, of: width * columns) + stored(second, of: rows * width)
  var count = 0
  let order = units.sorted { (surplus($0), $0) < (surplus($1), $1) }
  for (place, unit) in order.enumerated() {
    first -= inputs[unit].count
    second -= outputs[unit].count
    for row in outputs[unit] {
      for column in inputs[unit] where !isJoined[row * columns + column] {
        isJoined[row * columns + column] = true
        joined += 1
      }
    }
    let left = width - place - 1
    let cost =
      stored(first, of: left * columns) + stored(second, of: rows * left)
      + stored(joined, of: rows * columns) + rows
    if cost < cheapest { (cheapest, count) = (cost, place + 1) }
  }
  return order.prefix(count).sorted()
}

extension ProductLayer {
  /// The layer with some of its rows.
  fileprivate func keeping(rows: [Int]) -> ProductLayer {
    with(weights.keeping(rows: rows, columns: Array(0..<weights.columnCount)))
  }

  /// The layer with a line behind each of its rows; it has a bias then.
  func drawn(_ lines: [UnitLine]) -> ProductLayer {
    var drawn = weights
    let width = drawn.values.count / max(lines.count, 1)
    drawn.values.withMutableElements { elements in
      for index in elements.indices {
        elements[index] = Float(lines[index / width].slope * Double(elements[index]))
      }
    }
    drawn.bias = lines.indices.map {
      Float(lines[$0].slope * Double(weights.bias?[$0] ?? 0) + lines[$0].shift)
    }
    return with(drawn)
  }

  /// The layer with some of its columns; without a bias unless that is asked for.
  fileprivate func keeping(columns: [Int], hasBias: Bool = false) -> ProductLayer {
    var kept = weights.keeping(rows: Array(0..<weights.rowCount), columns: columns)
    if !hasBias { kept.bias = nil }
    var shape = inputShape.extents
    shape[shape.count - 1] = columns.count
    return with(kept, reading: Shape(shape))
  }
}
