import Kernels
import Networks
import Tensors

/// Learning from another network: a small network is trained towards the outputs of a large one, on
/// the rows of the training and between them.
///
///     for every second row x of a batch, x' the row behind it in the batch's order:
///         λ = a uniform random number in 0 ..< mixing
///         x <- (1 - λ) x + λ x'
///     target  what the large network puts out for this batch: the shares of the classes or
///             labels, or the numbers
///
/// Mixtures cost nothing and never run out, so a network that is too small to learn the rows by
/// heart learns the function instead.
///
/// - Source: Buciluă, Caruana and Niculescu-Mizil, "Model Compression", KDD 2006, for rows that are
///   made up and labelled by the large network; Hinton, Vinyals and Dean, arXiv:1503.02531, equation
///   2 with temperature 1, for its shares as targets; Zhang et al., "mixup", arXiv:1710.09412, for
///   mixtures of rows, here drawn uniformly and for half of the rows.
public struct Distillation: Hashable, Sendable, Codable {
  /// The largest share of the other row in a mixture, in 0...1; 0 for the rows as they are.
  public var mixing = 0.5

  /// Creates the method with its default.
  public init() {}
}

/// A large network that a small one learns from.
final class Teacher {
  private let plan: Plan
  private let mixing: Double
  private var random: RandomSource
  private let source: RandomSource
  private let width: Int

  /// Prepares a network to be learned from.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - method: How rows are mixed.
  ///   - batchCount: The rows of a batch.
  ///   - random: The source of the mixtures.
  init(_ network: Network, _ method: Distillation, batchCount: Int, random: RandomSource) {
    plan = Plan(network, batchCount: batchCount, for: .inference)
    mixing = method.mixing
    source = random
    self.random = random
    width = network.inputShape.elementCount
  }

  /// Begins an epoch: its mixtures depend on its number alone.
  func begin(epoch: Int) { random = source.substream("mixtures", epoch) }

  /// Mixes the rows of a batch in place, and computes what the network makes of them.
  ///
  /// - Parameters:
  ///   - block: The rows, [rows x columns].
  ///   - count: The number of rows.
  /// - Returns: The outputs, [rows x outputs], until the next call.
  func teach(_ block: Floats, count: Int) -> Floats {
    if mixing > 0 && count > 1 { mix(block, count: count) }
    plan.takeInput(from: block, count: count)
    plan.forward()
    return plan.output
  }

  private func mix(_ block: Floats, count: Int) {
    for row in stride(from: 1, to: count, by: 2) {
      let share = Float(mixing * random.uniform())
      let own = block + row * width
      let other = row + 1 < count ? own + width : block
      for column in 0..<width { own[column] += share * (other[column] - own[column]) }
    }
  }
}
