#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// How the sparsity rises over the rounds of iterative pruning.
public enum SparsitySchedule: Hashable, Sendable, Codable {
  /// Every round removes this fraction of the weights that are left.
  ///
  ///     s_k = 1 - (1 - fraction)^k
  ///
  /// - Source: Frankle and Carbin, "The lottery ticket hypothesis", ICLR 2019, arXiv:1803.03635,
  ///   with a fraction of 0.2.
  case removing(fraction: Double)
  /// Every round removes the same fraction of the weights that are left, such that the last of `n`
  /// rounds reaches `final`.
  ///
  ///     s_k = 1 - (1 - final)^(k / n)
  case geometric(final: Double)
  /// The sparsity rises fast first and slowly at last.
  ///
  ///     s_k = final + (initial - final) (1 - k / n)^3
  ///
  /// - Source: Zhu and Gupta, "To prune, or not to prune", 2017, arXiv:1710.01878, equation 1.
  case cubic(initial: Double, final: Double)

  /// The sparsity after each round.
  ///
  /// - Parameter roundCount: The number of rounds, n, at least 0.
  /// - Returns: The sparsities s_1 to s_n, in 0...1.
  public func sparsities(roundCount: Int) -> [Double] {
    (1..<max(roundCount, 0) + 1).map { round in
      let progress = Double(round) / Double(roundCount)
      return switch self {
      case .removing(let fraction): 1 - pow(1 - fraction, Double(round))
      case .geometric(let final): 1 - pow(1 - final, progress)
      case .cubic(let initial, let final): final + (initial - final) * pow(1 - progress, 3)
      }
    }
  }
}
