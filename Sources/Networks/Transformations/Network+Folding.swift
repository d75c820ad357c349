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
  public func foldingBatchNormalization() -> Network {
    var consumerCounts = [Int](repeating: 0, count: nodes.count)
    for node in nodes { for input in node.inputs { consumerCounts[input] += 1 } }
    // The normalisation that each product takes in.
    var folded: [Int: Int] = [:]
    for (position, node) in nodes.enumerated() where node.operation is BatchNorm {
      let input = node.inputs[0]
      let product = nodes[input].operation
      if consumerCounts[input] == 1, product is Convolution || product is Linear {
        folded[input] = position
      }
    }
    var network = Network(input: inputShape)
    var places = [0]
    do {
      for (position, node) in nodes.enumerated().dropFirst() {
        if let input = node.inputs.first, folded[input] == position {
          places.append(places[input])
          continue
        }
        let inputs = node.inputs.map { places[$0] }
        if let norm = folded[position] {
          try network.append(
            node.operation.withBias, to: inputs, named: node.name,
            parameters: node.parameters(scaledBy: nodes[norm]))
        } else {
          try network.append(
            node.operation, to: inputs, named: node.name, parameters: node.parameters)
        }
        places.append(network.nodes.count - 1)
      }
    } catch {
      fatalError("foldingBatchNormalization: \(error)")  // what met before meets again
    }
    return network
  }
}

extension NetworkOperation {
  /// The same product with a bias.
  fileprivate var withBias: any NetworkOperation {
    if var layer = self as? Convolution {
      layer.hasBias = true
      return layer
    }
    if var layer = self as? Linear {
      layer.hasBias = true
      return layer
    }
    return self
  }
}

extension Network.Node {
  /// Weight and bias of a product with a normalisation taken in.
  fileprivate func parameters(scaledBy norm: Network.Node) -> [Tensor] {
    guard let layer = norm.operation as? BatchNorm else { return parameters }
    let (scales, shifts) = (norm.parameters[0].elements, norm.parameters[1].elements)
    let (means, variances) = (norm.parameters[2].elements, norm.parameters[3].elements)
    var weight = parameters[0]
    var bias = parameters.count > 1 ? parameters[1].elements : means.map { _ in 0 }
    let columns = weight.count / bias.count
    weight.withMutableElements { elements in
      for unit in bias.indices {
        let factor = scales[unit] / (variances[unit] + layer.epsilon).squareRoot()
        for column in 0..<columns { elements[unit * columns + column] *= factor }
        bias[unit] = (bias[unit] - means[unit]) * factor + shifts[unit]
      }
    }
    return [weight, Tensor([bias.count], bias)]
  }
}
