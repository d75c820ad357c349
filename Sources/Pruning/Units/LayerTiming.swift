import Networks
import Tensors
import Training

/// How long layers with weights take alone on this machine: what the time of a network is predicted
/// from before it is cut.
///
/// A layer of each shape runs on random numbers, on one thread; layers of the same shape are measured
/// once. In a network the data of a layer may still lie in the cache, and the function behind a layer
/// costs little more than nothing: the sum over the layers is not quite the time of the network.
public struct LayerTiming {
  /// The number of samples computed together.
  public let batchCount: Int
  private let seconds: Double
  private var known: [Key: Double] = [:]

  private struct Key: Hashable {
    let operation: AnyHashable
    let input: Shape
    let parameterCount: Int
  }

  /// Creates the timing; nothing is measured yet.
  ///
  /// - Parameters:
  ///   - batchCount: The number of samples computed together, at least 1.
  ///   - seconds: How long each shape is measured, see
  ///     ``InferenceMeasurement/measure(_:batchCount:seconds:)``.
  public init(batchCount: Int = 64, seconds: Double = 0.02) {
    (self.batchCount, self.seconds) = (batchCount, seconds)
  }

  /// The time of a batch.
  ///
  /// - Parameters:
  ///   - node: A node with one input.
  ///   - network: Its network.
  /// - Returns: The median of some runs, in seconds.
  public mutating func time(of node: Network.Node, in network: Network) -> Double {
    let input = network.nodes[node.inputs[0]].outputShape
    let key = Key(
      operation: AnyHashable(node.operation), input: input, parameterCount: node.parameterCount)
    if let time = known[key] { return time }
    var layer = Network(input: input)
    do {
      try layer.append(node.operation, to: [0], named: node.name, parameters: node.parameters)
    } catch {
      fatalError("LayerTiming: \(error)")  // the parameters have the shapes of the layer
    }
    let time =
      InferenceMeasurement.measure(layer, batchCount: batchCount, seconds: seconds).median
    known[key] = time
    return time
  }

  /// What becomes of each layer with weights, with its times.
  ///
  /// - Parameters:
  ///   - network: A network.
  ///   - smaller: The same with fewer units, its nodes under the same names.
  /// - Returns: ``Network/changes(to:)`` with ``LayerChange/seconds``.
  public mutating func changes(of network: Network, to smaller: Network) -> [LayerChange] {
    var changes = network.changes(to: smaller)
    func node(_ name: String, of network: Network) -> Network.Node? {
      network.nodes.first { $0.name == name }
    }
    for place in changes.indices {
      let name = changes[place].name
      guard let before = node(name, of: network) else { continue }
      changes[place].seconds = .init(
        before: time(of: before, in: network),
        after: node(name, of: smaller).map { time(of: $0, in: smaller) } ?? 0)
    }
    return changes
  }
}
