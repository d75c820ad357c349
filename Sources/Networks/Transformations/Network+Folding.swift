import Tensors

extension Network {
  /// The same function with each batch normalisation folded into the convolution or linear layer
  /// before it, where nobody else reads that.
  ///
  /// Exact up to rounding, and in inference only: what was folded no longer follows the batch.
  ///
  ///     w <- w g,  b <- (b - mean) g + shift,  with g = scale / sqrt(variance + epsilon)
  ///
  /// - Returns: The network; the layers that took something in have a bias.
  public func foldingBatchNormalization() -> Network { folding { $0.operation is BatchNorm } }

  /// The same function with each scale and shift folded into the layer before it, where nobody else
  /// reads that: what is left of an activation that has become linear.
  ///
  ///     w <- scale w,  b <- scale b + shift
  ///
  /// - Returns: The network; the layers that took something in have a bias.
  public func foldingLines() -> Network { folding { $0.operation is ScaleAndShift } }

  /// The network with some of its scalings taken in by the products before them.
  private func folding(_ isFolded: (Node) -> Bool) -> Network {
    let consumers = consumers
    var changes: [Int: NodeChange] = [:]
    for (position, node) in nodes.enumerated() where isFolded(node) {
      let input = node.inputs[0]
      let product = nodes[input]
      guard consumers[input].count == 1, let scaling = node.scaling,
        let operation = product.operation.withBias
      else { continue }
      changes[input] = .node(
        operation, inputs: product.inputs, parameters: product.parameters(scaledBy: scaling))
      changes[position] = .alias(of: input)
    }
    return rebuilt(changes)
  }
}

extension NetworkOperation {
  /// The same product with a bias; nil if it is no product.
  package var withBias: (any NetworkOperation)? {
    if var layer = self as? Convolution {
      layer.hasBias = true
      return layer
    }
    if var layer = self as? Linear {
      layer.hasBias = true
      return layer
    }
    return nil
  }
}

/// What a node does to each of its units by itself: y = (x - mean) factor + shift.
private struct Scaling {
  let factors, means, shifts: [Float]
}

extension Network.Node {
  /// What a batch normalisation does in inference, or a scale and shift; nil for others.
  fileprivate var scaling: Scaling? {
    let parameters = parameters.map(\.elements)
    switch operation {
    case let norm as BatchNorm:
      return Scaling(
        factors: zip(parameters[0], parameters[3]).map { $0 / ($1 + norm.epsilon).squareRoot() },
        means: parameters[2], shifts: parameters[1])
    case is ScaleAndShift:
      return Scaling(
        factors: parameters[0], means: parameters[0].map { _ in 0 }, shifts: parameters[1])
    default: return nil
    }
  }

  /// Weight and bias of a product with a scaling taken in.
  fileprivate func parameters(scaledBy scaling: Scaling) -> [Tensor] {
    var weight = parameters[0]
    var bias = parameters.count > 1 ? parameters[1].elements : scaling.means.map { _ in 0 }
    let columns = weight.count / max(bias.count, 1)
    weight.withMutableElements { elements in
      for unit in bias.indices {
        let factor = scaling.factors[unit]
        for column in 0..<columns { elements[unit * columns + column] *= factor }
        bias[unit] = (bias[unit] - scaling.means[unit]) * factor + scaling.shifts[unit]
      }
    }
    return [weight, Tensor([bias.count], bias)]
  }
}
