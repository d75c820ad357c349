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
    rebuilt(
      Dictionary(
        uniqueKeysWithValues: lines.map { position, lines in
          let shape: Shape = [lines.count]
          return (
            position,
            .node(
              ScaleAndShift(), inputs: nodes[position].inputs,
              parameters: [
                Tensor(shape, lines.map { Float($0.slope) }),
                Tensor(shape, lines.map { Float($0.shift) }),
              ])
          )
        }))
  }
}

extension Network {
  /// The network without an activation, whose units become straight lines: where it lies between two
  /// linear layers, and one instead of both has no more weights, that one takes their place.
  ///
  /// The result has the same structure whatever the numbers are.
  ///
  /// - Parameters:
  ///   - rectifier: The position of the activation.
  ///   - lines: A line per unit.
  /// - Returns: The network; the merged layer has the name of the second, and else a
  ///   ``ScaleAndShift`` is where the activation was.
  func straightening(_ rectifier: Int, _ lines: [UnitLine]) -> Network {
    let consumers = consumers
    let first = nodes[rectifier].inputs[0]
    guard consumers[first].count == 1, consumers[rectifier].count == 1,
      let inner = ProductLayer(self, first), inner.operation is Linear,
      let outer = ProductLayer(self, consumers[rectifier][0]), outer.operation is Linear,
      let merged = MergedProducts(inner.drawn(lines), outer),
      merged.layer.isCheaper(than: [inner, outer], sparseBelow: 0)
    else { return linearising([rectifier: lines]) }
    return rebuilt([
      first: .dropped, rectifier: .dropped,
      consumers[rectifier][0]: .node(
        merged.layer.operation, inputs: nodes[first].inputs, parameters: merged.layer.parameters),
    ])
  }
}

extension ActivationStates {
  /// The lines of the units of layers in which none is mixed, by the position of the activation.
  ///
  /// On the rows that were counted they do what the activations do: exactly where these are straight
  /// and the tolerance is 0, else up to ``LayerEntropy/lineError``.
  ///
  /// - Parameter tolerance: The largest ``LayerEntropy/mixedShare`` of a layer, in 0..<0.5; a unit that
  ///   is mixed gets the mean of its slopes.
  /// - Returns: A line per unit of each of these layers.
  public func lines(tolerance: Double = 0) -> [Int: [UnitLine]] {
    var lines: [Int: [UnitLine]] = [:]
    for (layer, entropy) in zip(layers, entropies())
    where entropy.isLinear || entropy.mixedShare <= tolerance {
      lines[layer.rectifier.node] = slopes(of: layer).enumerated().map { unit, slope in
        layer.line(ofUnit: unit, slope: slope)
      }
    }
    return lines
  }

  /// The lines of all units, nil for a mixed one, of the activations that are exactly straight then.
  var exactLines: [Int: [UnitLine?]] {
    var lines: [Int: [UnitLine?]] = [:]
    for (layer, entropy) in zip(layers, entropies()) where layer.form.isExact {
      let slopes = slopes(of: layer)
      lines[layer.rectifier.node] = slopes.indices.map { unit in
        entropy.states[unit] == .mixed ? nil : layer.line(ofUnit: unit, slope: slopes[unit])
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
