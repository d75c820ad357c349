import Networks
import Tensors

/// What becomes of a node when a network is built anew.
enum NodeChange {
  /// It stays, or stands with other contents in its place.
  case node(any NetworkOperation, inputs: [Int], parameters: [Tensor])
  /// Who reads it reads another, earlier node instead.
  case alias(of: Int)
  /// It goes; nobody reads it.
  case dropped

  /// The node as it is.
  static func kept(_ node: Network.Node) -> NodeChange {
    .node(node.operation, inputs: node.inputs, parameters: node.parameters)
  }
}

extension Network {
  /// The network with some nodes changed; positions are those of this one.
  ///
  /// - Parameter changes: What becomes of the nodes, by position; those that are not named stay.
  /// - Returns: The network, what stays under the same names.
  func rebuilt(_ changes: [Int: NodeChange]) -> Network {
    var result = Network(input: inputShape)
    var places: [Int: Int] = [0: 0]
    do {
      for (position, node) in nodes.enumerated().dropFirst() {
        switch changes[position] ?? .kept(node) {
        case .dropped: break
        case .alias(let source): places[position] = places[source]
        case .node(let operation, let inputs, let parameters):
          try result.append(
            operation, to: inputs.compactMap { places[$0] }, named: node.name,
            parameters: parameters)
          places[position] = result.nodes.count - 1
        }
      }
    } catch {
      fatalError("Network: building anew: \(error)")  // what met before meets again
    }
    return result
  }
}
