import Foundation

/// The F distribution, far into its tail.
struct FDistribution {
  private let numerator, denominator: Double

  /// - Parameters:
  ///   - numerator: The degrees of freedom of the numerator, above 0.
  ///   - denominator: Those of the denominator, above 0.
  init(_ numerator: Double, _ denominator: Double) {
    self.numerator = numerator
    self.denominator = denominator
  }

  /// The logarithm of the probability of a larger statistic.
  ///
  /// ln I_x(d₂/2, d₁/2) with x = d₂ / (d₂ + d₁ F).
  func logTail(_ statistic: Double) -> Double {
    guard statistic > 0 else { return 0 }
    let (a, b) = (denominator / 2, numerator / 2)
    let ratio = numerator * statistic / denominator
    let (x, logX) = (1 / (1 + ratio), -log1p(ratio))
    let (y, logY) = (ratio / (1 + ratio), -log1p(1 / ratio))
    let scale = a * logX + b * logY + lgamma(a + b) - lgamma(a) - lgamma(b)
    if x < (a + 1) / (a + b + 2) { return scale - log(a) + log(betaFraction(a, b, x)) }
    let below = scale - log(b) + log(betaFraction(b, a, y))
    return log1p(-min(exp(below), 1 - 1e-16))
  }

  /// The statistic above which a given probability lies.
  ///
  /// - Parameter logTail: The logarithm of the probability.
  /// - Returns: A finite number of at least 0.
  func statistic(logTail: Double) -> Double {
    var (low, high) = (-300.0, 700.0)  // of the logarithm
    for _ in 0..<64 {
      let middle = (low + high) / 2
      if self.logTail(exp(middle)) > logTail { low = middle } else { high = middle }
    }
    return exp(low)
  }
}

/// The continued fraction of the incomplete beta function, by the modified method of Lentz.
///
/// - Source: Press et al., "Numerical Recipes", section 6.4; it converges in some sqrt(max(a, b))
///   steps for x < (a + 1) / (a + b + 2).
private func betaFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
  let tiny = 1e-300
  func away(_ value: Double) -> Double { abs(value) < tiny ? tiny : value }
  var c = 1.0
  var d = 1 / away(1 - (a + b) * x / (a + 1))
  var result = d
  for step in 1...100_000 {
    let m = Double(step)
    let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
    d = 1 / away(1 + even * d)
    c = away(1 + even / c)
    result *= d * c
    let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
    d = 1 / away(1 + odd * d)
    c = away(1 + odd / c)
    result *= d * c
    if abs(d * c - 1) < 1e-14 { break }
  }
  return result
}
