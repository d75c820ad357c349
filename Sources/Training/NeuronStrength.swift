import Kernels
import Networks
import Tensors

/// Neuron strength: the sum of the absolute weights of each input's connections.
///
///     S_j = sum_i |W1_ij|
///
/// - Source: QuickSelection, arXiv:2012.00560; arXiv:2408.04583, equation 3. A feature that has
///   lost all connections has strength 0.
package struct NeuronStrength {
  private let parameters: ParameterStore
  private let slot: Int

  /// Prepares to measure strengths.
  ///
  /// - Parameter plan: A plan whose first parameter is the weight of the input layer.
  package init(_ plan: Plan) {
    parameters = plan.parameters
    slot = 0
    require(
      parameters.slots.first?.name.hasSuffix(".weight") == true,
      "NeuronStrength: no weight at the input")
  }

  /// Adds the strengths of now.
  ///
  /// - Parameter sums: A sum per input.
  package func add(to sums: UnsafeMutableBufferPointer<Double>) {
    let weights = parameters.values(slot)
    if let connections = parameters.slots[slot].connections {
      for entry in 0..<connections.count {
        sums[Int(connections.columns[entry])] += Double(abs(weights[entry]))
      }
    } else {
      let shape = parameters.slots[slot].shape
      for unit in 0..<shape[0] {
        for input in 0..<shape[1] {
          sums[input] += Double(abs(weights[unit * shape[1] + input]))
        }
      }
    }
  }

  /// How many connections each input has.
  package var connectionCounts: [Int] {
    let slot = parameters.slots[slot]
    guard let connections = slot.connections else {
      return [Int](repeating: slot.shape[0], count: slot.shape[1])
    }
    return (0..<connections.columnCount).map {
      Int(connections.columnStarts[$0 + 1] - connections.columnStarts[$0])
    }
  }
}
