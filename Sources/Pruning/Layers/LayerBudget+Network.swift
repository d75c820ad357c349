import Networks
import Tensors

extension LayerBudget {
  /// How many weights each layer of a network loses; see ``budgets(for:random:)``.
  ///
  /// With the rule ``Rule/magnitude`` it is what each would lose if all weights were alike.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - entropies: The entropies of its layers, by the position of the activation.
  ///   - protectsEnds: Whether the first and the last convolution in front of an activation lose
  ///     nothing.
  ///   - random: The source of random shares.
  /// - Returns: Whole numbers, by the position of the linear layer or convolution.
  public func weightCounts(
    for network: Network, _ entropies: [Int: LayerEntropy],
    protectingEnds protectsEnds: Bool = true,
    random: RandomSource = RandomSource(seed: 0)
  ) -> [Int: Int] {
    let layers = network.rectifierLayers.filter { $0.product != nil }
    let convolutions = layers.compactMap(\.product).filter {
      network.nodes[$0].operation is Convolution
    }
    let ends = protectsEnds ? [convolutions.first, convolutions.last].compactMap(\.self) : []
    let inputs = layers.map { layer in
      let entropy = entropies[layer.node]
      var input = Layer(
        entropy: entropy?.entropy ?? 0, meanMagnitude: entropy?.meanMagnitude ?? 0,
        weightCount: entropy?.weightCount ?? 0)
      input.isBypassed = layer.isBypassed
      input.isProtected = layer.product.map(ends.contains) ?? true
      return input
    }
    var counts: [Int: Int] = [:]
    for (layer, budget) in zip(layers, budgets(for: inputs, random: random)) {
      if let product = layer.product { counts[product] = Int(budget) }
    }
    return counts
  }
}
