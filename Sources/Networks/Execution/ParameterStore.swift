import Kernels
import Tensors

/// The parameters of a network in training: one block of values, one of gradients.
///
/// An optimizer walks each block from end to end; a node sees its own part of it.
package final class ParameterStore {
  /// Where one parameter lies.
  package struct Slot {
    package let name: String
    package let node: Int
    package let index: Int
    package let shape: Shape
    package let decays: Bool
    /// Whether an optimizer moves it.
    package let isTrained: Bool
    package let offset: Int
    /// Which entries of a matrix the values belong to; nil for a dense parameter.
    package let connections: Connections?
  }

  package let slots: [Slot]
  package let values: FloatArena
  package let gradients: FloatArena

  /// Copies the parameters of a network.
  ///
  /// - Parameter network: The network.
  package init(_ network: Network) {
    var slots: [Slot] = []
    var offset = 0
    for (position, node) in network.nodes.enumerated() {
      for (index, declaration) in node.declarations.enumerated() {
        slots.append(
          Slot(
            name: "\(node.name).\(declaration.name)", node: position, index: index,
            shape: declaration.shape, decays: declaration.decays,
            isTrained: declaration.isTrained, offset: offset,
            connections: declaration.pattern.map(Connections.init)))
        offset += (declaration.shape.elementCount + 15) / 16 * 16  // each starts a cache line
      }
    }
    self.slots = slots
    values = FloatArena(count: offset)
    gradients = FloatArena(count: offset)
    load(from: network)
  }

  /// The memory of values, gradients and connections, in bytes.
  package var byteCount: Int {
    values.byteCount + gradients.byteCount
      + slots.reduce(0) { $0 + ($1.connections?.byteCount ?? 0) }
  }

  /// The position of a parameter by its full name, such as `linear1.weight`.
  package func slot(named name: String) -> Int {
    guard let position = slots.firstIndex(where: { $0.name == name }) else {
      fatalError("ParameterStore: no parameter \(name)")
    }
    return position
  }

  package func values(_ slot: Int) -> Floats { values.start + slots[slot].offset }
  package func gradients(_ slot: Int) -> Floats { gradients.start + slots[slot].offset }

  /// Copies the values of a network with the same parameters.
  package func load(from network: Network) {
    for slot in slots {
      let parameter = network.nodes[slot.node].parameters[slot.index]
      require(parameter.shape == slot.shape, "\(slot.name): \(parameter.shape) for \(slot.shape)")
      parameter.withElements { elements in
        if let start = elements.baseAddress {
          (values.start + slot.offset).update(from: start, count: elements.count)
        }
      }
    }
  }

  /// Copies the values, and the connections that they belong to, into a network with the same
  /// parameters.
  package func store(into network: inout Network) {
    for slot in slots {
      if let connections = slot.connections {
        network.replaceConnections(ofNode: slot.node, by: connections.pattern)
      }
      let start = values.start + slot.offset
      let elements = Array(UnsafeBufferPointer(start: start, count: slot.shape.elementCount))
      network.replaceParameter(slot.index, ofNode: slot.node, by: Tensor(slot.shape, elements))
    }
  }
}
