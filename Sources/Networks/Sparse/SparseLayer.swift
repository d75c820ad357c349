import Kernels

/// A sparse layer of a plan in training, with all that a change of its connections moves.
///
/// A change of the connections leaves the gradient undefined until the next backward pass.
package final class SparseLayer {
  package let connections: Connections
  package let values: ConnectionValues
  /// The gradient of each connection after a backward pass.
  package let gradient: Floats
  package let step: DropAndGrow

  /// Finds a layer in a plan.
  ///
  /// - Parameters:
  ///   - slot: The position of its weight among the parameters.
  ///   - plan: The plan.
  ///   - optimizer: What moves the weights.
  package init(slot: Int, of plan: Plan, _ optimizer: Optimizer) {
    guard let connections = plan.parameters.slots[slot].connections else {
      fatalError("SparseLayer: \(plan.parameters.slots[slot].name) is not sparse")
    }
    self.connections = connections
    let state = optimizer.connectionState(ofSlot: slot)
    gradient = plan.parameters.gradients(slot)
    values = ConnectionValues(
      weights: plan.parameters.values(slot), states: state.moments, ages: state.ages,
      scratch: gradient)
    step = DropAndGrow(connections)
  }

  /// The sum of the absolute weights of each input's connections.
  ///
  /// - Parameter survivorsOnly: Whether the connections that are marked as dropped are left out.
  /// - Returns: A sum per input.
  package func inputStrength(survivorsOnly: Bool = false) -> [Double] {
    var sums = [Double](repeating: 0, count: connections.columnCount)
    for entry in 0..<connections.count where !(survivorsOnly && step.isDropped[entry]) {
      sums[Int(connections.columns[entry])] += Double(abs(values.weights[entry]))
    }
    return sums
  }
}
