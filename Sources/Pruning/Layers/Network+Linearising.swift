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

extension Network {
  /// The same function with each scale and shift folded into the layer before it, where nobody else
  /// reads that: what is left of an activation that has become linear.
  ///
  ///     w <- scale w,  b <- scale b + shift
  ///
  /// - Returns: The network; the layers that took something in have a bias.
  public func foldingLines() -> Network {
    var readerCounts = [Int](repeating: 0, count: nodes.count)
    for input in nodes.flatMap(\.inputs) { readerCounts[input] += 1 }
    var folded: [Int: Int] = [:]  // the line that each layer takes in
    for (position, node) in nodes.enumerated() where node.operation is ScaleAndShift {
      let input = node.inputs[0]
      let layer = nodes[input].operation
      if readerCounts[input] == 1, layer is Linear || layer is Convolution {
        folded[input] = position
      }
    }
    if folded.isEmpty { return self }
    var result = Network(input: inputShape)
    var places = [0]
    do {
      for (position, node) in nodes.enumerated().dropFirst() {
        if let input = node.inputs.first, folded[input] == position {
          places.append(places[input])
          continue
        }
        let line = folded[position].map { nodes[$0] }
        let operation = line == nil ? node.operation : node.operation.biased
        try result.append(
          operation, to: node.inputs.map { places[$0] }, named: node.name,
          parameters: line.map(node.parameters(scaledBy:)) ?? node.parameters)
        places.append(result.nodes.count - 1)
      }
    } catch {
      fatalError("Network: folding changed a shape: \(error)")  // what met before meets again
    }
    return result
  }
}

extension NetworkOperation {
  /// The same layer with a bias.
  fileprivate var biased: any NetworkOperation {
    if var layer = self as? Linear {
      layer.hasBias = true
      return layer
    }
    if var layer = self as? Convolution {
      layer.hasBias = true
      return layer
    }
    return self
  }
}

extension Network.Node {
  /// Weight and bias of a layer with a scale and a shift taken in.
  fileprivate func parameters(scaledBy line: Network.Node) -> [Tensor] {
    let (scales, shifts) = (line.parameters[0].elements, line.parameters[1].elements)
    var weight = parameters[0]
    let columns = weight.count / max(scales.count, 1)
    weight.withMutableElements { elements in
      for index in elements.indices { elements[index] *= scales[index / columns] }
    }
    let bias = parameters.count > 1 ? parameters[1].elements : scales.map { _ in 0 }
    return [
      weight, Tensor([scales.count], scales.indices.map { bias[$0] * scales[$0] + shifts[$0] }),
    ]
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
