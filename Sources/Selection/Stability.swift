import Tensors

/// How much several selections agree, corrected for chance.
///
///     Φ = 1 - (1/p Σ_f s_f²) / (k̄/p · (1 - k̄/p)),  s_f² = M/(M-1) · p_f · (1 - p_f)
///
/// p_f is the frequency of feature f over M selections among p features and k̄ their mean size. Φ
/// is 1 where all selections are equal and about 0 where they are drawn at random. With
///
///     Φ_i = (1/p Σ_f z_if p_f - k_i k̄/p² + Φ/2 (2 k_i k̄/p² - k_i/p - k̄/p + 1))
///           / (k̄/p · (1 - k̄/p))
///
/// for selection i (z_if is 1 if it has feature f, k_i is its size), the estimate is asymptotically
/// normal with variance 4/M² Σ_i (Φ_i - mean Φ)².
///
/// - Source: Nogueira, Sechidis and Brown, "On the Stability of Feature Selection Algorithms",
///   JMLR 18 (174), 2018.
public struct Stability: Sendable, Hashable, Codable {
  /// The stability index Φ, in -1/(M-1)...1.
  public var index: Double
  /// The lower end of its 95 % confidence interval.
  public var low: Double
  /// The upper end of its 95 % confidence interval, which may lie above 1.
  public var high: Double

  /// Measures how much selections agree.
  ///
  /// It is `nil` for fewer than two selections, and where all of them are empty or all have every
  /// feature: there is nothing to agree on.
  ///
  /// - Parameters:
  ///   - selections: The features of each selection, in any order, none twice in one selection.
  ///   - featureCount: The number of features p among which was selected.
  /// - Complexity: O(p + sum of the sizes).
  public init?(selections: [[Int]], featureCount: Int) {
    guard selections.count >= 2 else { return nil }
    let runs = Double(selections.count)
    let p = Double(featureCount)
    let frequencies = selectionFrequencies(selections, featureCount: featureCount)
    let density = frequencies.reduce(0, +) / p
    let chance = density * (1 - density)
    // All empty or all full; rounding of the sum must not hide it.
    guard !frequencies.allSatisfy({ $0 == frequencies[0] && ($0 == 0 || $0 == 1) }) else {
      return nil
    }

    let variance = frequencies.reduce(0) { $0 + $1 * (1 - $1) } * runs / (runs - 1)
    let index = 1 - variance / p / chance
    let parts = selections.map { selection in
      let size = Double(selection.count) / p
      let agreement = selection.reduce(0) { $0 + frequencies[$1] } / p
      let correction = index / 2 * (2 * size * density - size - density + 1)
      return (agreement - size * density + correction) / chance
    }
    let mean = parts.reduce(0, +) / runs
    let spread = parts.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    let halfWidth = Self.normalQuantile * (4 / (runs * runs) * spread).squareRoot()
    self.index = index
    low = index - halfWidth
    high = index + halfWidth
  }

  /// The 97.5 % quantile of the standard normal distribution.
  private static let normalQuantile = 1.959_963_984_540_054
}

/// Returns for each feature the fraction of selections that have it.
///
/// - Parameters:
///   - selections: The features of each selection, in any order, none twice in one selection.
///   - featureCount: The number of features among which was selected.
/// - Returns: A number in 0...1 for each feature, 0 without selections.
public func selectionFrequencies(_ selections: [[Int]], featureCount: Int) -> [Double] {
  var counts = [Int](repeating: 0, count: featureCount)
  for selection in selections {
    for column in selection {
      require(
        (0..<featureCount).contains(column),
        "selectionFrequencies: column \(column) of \(featureCount)")
      counts[column] += 1
    }
  }
  return counts.map { Double($0) / Double(max(selections.count, 1)) }
}
