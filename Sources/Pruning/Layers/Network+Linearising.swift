import Networks
import Tensors

/// The straight line that stands in for an activation of a unit: y = slope z + shift.
public struct UnitLine: Hashable, Sendable {
  /// The factor.
  public let slope: Double
  /// What is added.
  public let shift: Double
}

extension Network {
  /// The network with some activations replaced by a straight line for each unit, nodes under the
  /// same names and positions.
  ///
  /// - Parameter lines: The lines of all units, by the position of the activation.
  /// - Returns: The network; a ``ScaleAndShift``, which training leaves alone, is where each of these
  ///   activations was.
  public func linearising(_ lines: [Int: [UnitLine]]) -> Network {
    if lines.isEmpty { return self }
    var result = Network(input: inputShape)
    do {
      for (position, node) in nodes.enumerated().dropFirst() {
        if let own = lines[position] {
          let shape = node.outputShape.innermost
          try result.append(
            ScaleAndShift(), to: node.inputs, named: node.name,
            parameters: [
              Tensor([shape], own.map { Float($0.slope) }),
              Tensor([shape], own.map { Float($0.shift) }),
            ])
        } else {
          try result.append(
            node.operation, to: node.inputs, named: node.name, parameters: node.parameters)
        }
      }
    } catch {
      fatalError("Network: linearising changed a shape: \(error)")  // shapes stay as they are
    }
    return result
  }
}

extension ActivationStates {
  /// The lines of the units of layers in which none is mixed, by the position of the activation.
  ///
  /// On the rows that were counted they do what the activations do: exactly where these are straight
  /// and the tolerance is 0, else up to ``LayerEntropy/substitutionError``.
  ///
  /// - Parameter tolerance: As in ``entropies(tolerance:)``.
  /// - Returns: A line per unit of each of these layers.
  public func lines(tolerance: Double = 0) -> [Int: [UnitLine]] {
    var lines: [Int: [UnitLine]] = [:]
    for (layer, entropy) in zip(layers, entropies(tolerance: tolerance)) where entropy.isLinear {
      lines[layer.rectifier.node] = zip(entropy.states, slopes(of: layer)).map { state, slope in
        layer.form.line(of: state, slope: slope)
      }
    }
    return lines
  }
}

extension RectifierForm {
  /// The line of a unit that is always in one state.
  func line(of state: LayerEntropy.UnitState, slope: Double) -> UnitLine {
    switch (state, self) {
    case (.on, _): UnitLine(slope: 1, shift: 0)
    case (.off, .straight): UnitLine(slope: slope, shift: 0)
    case (.clipped, .clipped(let limit)): UnitLine(slope: 0, shift: limit)
    default: UnitLine(slope: 0, shift: 0)
    }
  }
}
