import Networks
import Tensors

/// How the connections of a layer are spread over its units and its inputs.
public struct ConnectionSpread: Sendable, Hashable, Codable {
  /// How many have how many connections.
  public struct Degrees: Sendable, Hashable, Codable {
    /// How many numbers of connections are counted together.
    public var step: Int
    /// How many have 0..<step connections, how many the next, and so on.
    public var counts: [Int]

    /// Counts degrees.
    ///
    /// - Parameter degrees: The number of connections of each.
    package init(_ degrees: [Int]) {
      step = (degrees.max() ?? 0) / 64 + 1
      counts = [Int](repeating: 0, count: (degrees.max() ?? 0) / step + 1)
      for degree in degrees { counts[degree / step] += 1 }
    }
  }

  /// The name of the layer.
  public var name: String
  /// The number of inputs.
  public var inputCount: Int
  /// The number of units.
  public var unitCount: Int
  /// The weights that exist.
  public var connectionCount: Int
  /// How many units have how many connections; nil for a dense layer, where all have the same.
  public var units: Degrees?
  /// How many inputs have how many connections; nil for a dense layer.
  public var inputs: Degrees?
}

extension Network {
  /// How the connections of each layer with weights are spread; of a convolution a unit is a channel,
  /// and reads a window.
  public var connectionSpreads: [ConnectionSpread] {
    nodes.compactMap { node in
      switch node.operation {
      case let layer as SparseLinear:
        let pattern = layer.pattern
        var inputs = [Int](repeating: 0, count: pattern.columnCount)
        for column in pattern.columns { inputs[Int(column)] += 1 }
        return ConnectionSpread(
          name: node.name, inputCount: pattern.columnCount, unitCount: pattern.rowCount,
          connectionCount: pattern.entryCount,
          units: .init(
            (0..<pattern.rowCount).map { Int(pattern.rowStarts[$0 + 1] - pattern.rowStarts[$0]) }),
          inputs: .init(inputs))
      case is Linear, is Convolution:
        let (weights, units) = (node.parameters[0], node.parameters[0].shape[0])
        return ConnectionSpread(
          name: node.name, inputCount: weights.count / units, unitCount: units,
          connectionCount: weights.count)
      default: return nil
      }
    }
  }
}

extension [TrainingEpoch] {
  /// How many connections were gained and how many lost in each epoch; one that is pruned before an
  /// epoch counts as lost in it.
  public var connectionChanges: (gained: [Int], lost: [Int]) {
    let gained = map(\.replacedCount)
    let lost = indices.map { place in
      let before = place > 0 ? self[place - 1].connectionCount : self[place].connectionCount
      return gained[place] + Swift.max(0, before - self[place].connectionCount)
    }
    return (gained, lost)
  }
}
