#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif
import Kernels

/// How the entropy of a layer is made of the states of its units.
///
///     nepenthe   p = ON / (ON + OFF) over all rows, zeros left out; the mean over the units with
///                0 < p < 1
///     egp        of each batch: zeros are OFF; the mean over the units with 0 < p < 1; then the
///                mean over batches
///     easier     of each batch: zeros are ON; the mean over all units; then the mean over batches
///
/// Batches that are small can miss a state: the last two are biased low, and can say 0 wrongly.
///
/// - Source: arXiv:2404.16890 (NEPENTHE); Liao et al., "Can Unstructured Pruning Reduce the Depth in
///   Deep Neural Networks?", ICCV Workshops 2023 (EGP); Quetu, Liao and Tartaglione, "The Simpler The
///   Better", ECML PKDD 2024 (EASIER).
/// - Note: EASIER counts in training mode during the last epoch, we in evaluation mode. With
///   `nepenthe`, ReLU6 has three states (OFF, ON and clipped), and the middle of hardswish counts
///   half as ON and half as OFF, since it is straight nowhere.
public enum EntropyEstimator: String, CaseIterable, Sendable, Codable {
  /// Exact counts over all rows, zeros left out.
  case nepenthe
  /// By batches, zeros are OFF.
  case egp
  /// By batches, zeros are ON, all units count.
  case easier

  /// What a batch contributes, of the estimators by batches.
  func batchEntropy(_ counts: StateCounts, _ rows: Int) -> Double {
    let entropies = counts.above.indices.map { unit in
      let on = self == .egp ? Int(counts.above[unit]) : rows - Int(counts.below[unit])
      return binaryEntropy(Double(on) / Double(rows))
    }
    let mixed = self == .egp ? entropies.count { $0 > 0 } : entropies.count
    return mixed > 0 ? entropies.reduce(0, +) / Double(mixed) : 0
  }
}

/// The entropy of a coin in bits: -p log2 p - (1 - p) log2 (1 - p), 0 for a sure one.
///
/// - Parameter p: The probability of one side.
/// - Returns: A number in 0...1.
func binaryEntropy(_ p: Double) -> Double { entropy([p, 1 - p]) }

/// The entropy of probabilities that sum to 1, in bits.
func entropy(_ probabilities: [Double]) -> Double {
  probabilities.reduce(0) { $1 > 0 ? $0 - $1 * log2($1) : $0 }
}

/// The standard normal distribution function.
func normalProbability(below z: Double) -> Double { 0.5 * erfc(-z / 2.0.squareRoot()) }
