import Tensors

/// What becomes of a node when a network is built anew.
package enum NodeChange {
  /// It stays, or stands with other contents in its place.
  case node(any NetworkOperation, inputs: [Int], parameters: [Tensor])
  /// Several nodes come in its place, of which others read the last.
  case nodes([NewNode])
  /// Who reads it reads another, earlier node instead.
  case alias(of: Int)
  /// It goes; nobody reads it.
  case dropped

  /// The node as it is.
  package static func kept(_ node: Network.Node) -> NodeChange {
    .node(node.operation, inputs: node.inputs, parameters: node.parameters)
  }
}

/// A node that comes in the place of another one.
package struct NewNode {
  /// What a new node reads.
  package enum Source {
    /// What was at a position.
    case former(Int)
    /// One of the nodes that come together with it, by its number among them.
    case new(Int)
  }

  var name: String
  var operation: any NetworkOperation
  var inputs: [Source]
  var parameters: [Tensor]

  /// Describes a node.
  ///
  /// - Parameters:
  ///   - name: Its name; another one like it where that is taken.
  ///   - operation: What it computes.
  ///   - inputs: What it reads.
  ///   - parameters: Its parameters in the order of their declarations.
  package init(
    _ name: String, _ operation: any NetworkOperation, reading inputs: [Source],
    parameters: [Tensor] = []
  ) {
    (self.name, self.operation) = (name, operation)
    (self.inputs, self.parameters) = (inputs, parameters)
  }
}

extension Network {
  /// The network with some nodes changed; positions are those of this one.
  ///
  /// - Parameter changes: What becomes of the nodes, by position; those that are not named stay.
  /// - Returns: The network, what stays under the same names.
  package func rebuilt(_ changes: [Int: NodeChange]) -> Network {
    if changes.isEmpty { return self }
    var result = Network(input: inputShape)
    var places = [0: 0]
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
        case .nodes(let new):
          let start = result.nodes.count
          for node in new {
            let inputs = node.inputs.compactMap { source -> Int? in
              switch source {
              case .former(let position): places[position]
              case .new(let number): start + number
              }
            }
            try result.append(
              node.operation, to: inputs, named: freeName(like: node.name, and: result, changes),
              parameters: node.parameters)
          }
          places[position] = result.nodes.count - 1
        }
      }
    } catch {
      fatalError("Network: building anew: \(error)")  // what met before meets again
    }
    return result
  }

  /// A name that neither a node that stays nor one of the new network has.
  private func freeName(
    like name: String, and result: Network, _ changes: [Int: NodeChange]
  ) -> String {
    var taken = Set(result.nodes.map(\.name))
    for (position, node) in nodes.enumerated() {
      switch changes[position] {
      case nil, .node: taken.insert(node.name)
      case .nodes, .alias, .dropped: break
      }
    }
    if !taken.contains(name) { return name }
    return (2...).lazy.map { "\(name).\($0)" }.first { !taken.contains($0) } ?? name
  }

  /// The positions of the nodes that read each node, ascending; one that reads it twice comes twice.
  package var consumers: [[Int]] {
    var consumers = [[Int]](repeating: [], count: nodes.count)
    for (position, node) in nodes.enumerated() {
      for input in node.inputs { consumers[input].append(position) }
    }
    return consumers
  }
}
