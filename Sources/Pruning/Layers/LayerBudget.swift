#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Tensors

/// How many weights each layer loses in an iteration of NEPENTHE, and the rules it is compared with.
///
///     I_l = H_l M_l                 irrelevance: entropy times mean magnitude
///     L   = layers with H_l > 0 and n_l > 0 weights left;  T = ζ Σ n_l
///     repeat
///         R_l = Σ I / I_l           relevance, over the layers that still wait
///         b_l = T exp(R_l / τ) / Σ exp(R_k / τ)
///         those with b_l above what they may lose get that; T and Σ I shrink; they wait no longer
///     until none is above
///
/// - Source: NEPENTHE, arXiv:2404.16890; the redistribution is that of EGP's code.
/// - Note: R is a sum over layers divided by one term, so that it grows with the number of layers: as
///   published nearly the whole budget goes to the layer of the smallest I, whatever its size, until
///   that is empty. The published method has neither ``temperature`` nor ``largestShare``.
public struct LayerBudget: Hashable, Sendable, Codable {
  /// How the weights to be removed are divided among the layers.
  public enum Rule: String, CaseIterable, Sendable, Codable {
    /// By entropy and magnitude, as above.
    case nepenthe
    /// The same number from each layer.
    case uniform
    /// The same share of each layer.
    case proportional
    /// The smallest magnitudes of all linear layers and convolutions together (iterative magnitude
    /// pruning); entropies do not count.
    case magnitude
    /// All from the layer of the lowest entropy, then from the next (after EASIER).
    case lowestEntropy = "lowest-entropy"
    /// Random shares, all divisions being equally likely.
    case random
  }

  /// What a budget is made of.
  public struct Layer: Hashable, Sendable {
    /// The entropy, H.
    public var entropy: Double
    /// The mean magnitude of the weights that are left, M.
    public var meanMagnitude: Double
    /// The number of weights that are left, n.
    public var weightCount: Int
    /// Whether the layer loses nothing.
    public var isProtected = false
    /// Whether a path leads around the layer, so that it may lose everything.
    public var isBypassed = false

    /// Creates the input of a budget.
    ///
    /// - Parameters:
    ///   - entropy: The entropy.
    ///   - meanMagnitude: The mean magnitude of the weights that are left.
    ///   - weightCount: The number of weights that are left.
    public init(entropy: Double, meanMagnitude: Double, weightCount: Int) {
      (self.entropy, self.meanMagnitude) = (entropy, meanMagnitude)
      self.weightCount = weightCount
    }

    /// The irrelevance, I.
    var irrelevance: Double { entropy * meanMagnitude }
  }

  /// How the weights are divided.
  public var rule = Rule.nepenthe
  /// The share of the weights left that goes in each iteration, ζ, in 0..<1.
  public var prunedShare = 0.5
  /// What relevances are divided by, τ, above 0; a larger one divides more evenly.
  public var temperature = 1.0
  /// The largest share that a layer without a path around it loses in an iteration, in 0...1.
  public var largestShare = 0.9

  /// Creates the rule with its safeguards.
  ///
  /// - Parameter rule: How the weights are divided.
  public init(_ rule: Rule = .nepenthe) { self.rule = rule }

  /// The method as it was published, without safeguards.
  public static var published: LayerBudget {
    var budget = LayerBudget()
    budget.largestShare = 1
    return budget
  }

  /// The weights that each layer loses.
  ///
  /// - Parameters:
  ///   - layers: The layers.
  ///   - random: The source of random shares.
  /// - Returns: A number per layer, at most its weights; what is removed is the whole part of it. It
  ///   is 0 for layers without entropy or weights, and for protected ones.
  public func budgets(
    for layers: [Layer], random: RandomSource = RandomSource(seed: 0)
  ) -> [Double] {
    var waiting = layers.indices.filter {
      layers[$0].entropy > 0 && layers[$0].weightCount > 0 && !layers[$0].isProtected
    }
    var left = prunedShare * waiting.reduce(0.0) { $0 + Double(layers[$1].weightCount) }
    let draws = rule == .random ? randomShares(layers.count, random) : []
    var budgets = [Double](repeating: 0, count: layers.count)
    while !waiting.isEmpty {
      let shares = shares(
        of: waiting.map { layers[$0] }, draws: draws.isEmpty ? [] : waiting.map { draws[$0] })
      for (layer, share) in zip(waiting, shares) { budgets[layer] = left * share }
      let full = waiting.filter { budgets[$0] > limit(of: layers[$0]) }
      if full.isEmpty { break }
      for layer in full {
        budgets[layer] = limit(of: layers[layer])
        left -= budgets[layer]
      }
      waiting.removeAll(where: full.contains)
    }
    return budgets
  }

  /// The most that a layer may lose.
  private func limit(of layer: Layer) -> Double {
    Double(layer.weightCount) * (layer.isBypassed ? 1 : largestShare)
  }

  /// How the budget is divided among layers; the shares sum to 1.
  private func shares(of layers: [Layer], draws: [Double]) -> [Double] {
    switch rule {
    case .nepenthe:
      let sum = layers.reduce(0) { $0 + $1.irrelevance }
      let relevances = layers.map { $0.irrelevance > 0 ? sum / $0.irrelevance / temperature : 0 }
      let largest = relevances.max() ?? 0
      return normalised(relevances.map { exp($0 - largest) })
    case .uniform: return normalised(layers.map { _ in 1 })
    case .proportional, .magnitude: return normalised(layers.map { Double($0.weightCount) })
    case .random: return normalised(draws)
    case .lowestEntropy:
      let lowest = layers.indices.min { layers[$0].entropy < layers[$1].entropy }
      return layers.indices.map { $0 == lowest ? 1 : 0 }
    }
  }

  /// A point of the simplex, each equally likely.
  private func randomShares(_ count: Int, _ random: RandomSource) -> [Double] {
    var random = random.substream("layer budget")
    return (0..<count).map { _ in -log(1 - random.uniform()) }
  }
}

/// The numbers divided by their sum.
private func normalised(_ values: [Double]) -> [Double] {
  let sum = values.reduce(0, +)
  return values.map { $0 / sum }
}
