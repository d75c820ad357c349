import Foundation

/// The tails of the distributions that rank tests need.
enum Distributions {
  /// The chance of a chi-squared variable to exceed a value.
  ///
  /// - Parameters:
  ///   - value: The value, at least 0.
  ///   - freedom: The degrees of freedom, at least 1.
  /// - Returns: The chance, within about 1e-12.
  static func chiSquaredTail(_ value: Double, freedom: Int) -> Double {
    guard value > 0 else { return 1 }
    return upperGamma(Double(freedom) / 2, value / 2)
  }

  /// The chance of a variable of Fisher's distribution to exceed a value.
  ///
  /// - Parameters:
  ///   - value: The value, at least 0; infinite values have no chance.
  ///   - first: The degrees of freedom above the line.
  ///   - second: Those below it.
  /// - Returns: The chance, within about 1e-12.
  static func fisherTail(_ value: Double, _ first: Int, _ second: Int) -> Double {
    guard value > 0 else { return 1 }
    guard value.isFinite else { return 0 }
    let (d1, d2) = (Double(first), Double(second))
    return incompleteBeta(d2 / (d2 + d1 * value), d2 / 2, d1 / 2)
  }

  /// The chance of a standard normal variable to stay below a value.
  static func normal(_ value: Double) -> Double { erfc(-value / 2.0.squareRoot()) / 2 }

  /// The value that the range of `count` standard normal variables exceeds with a chance.
  ///
  /// It is the studentized range with infinitely many degrees of freedom.
  ///
  /// - Parameters:
  ///   - count: How many variables, at least 2.
  ///   - chance: The chance, in 0..<1.
  /// - Returns: The value, within about 1e-9.
  static func rangeQuantile(count: Int, chance: Double) -> Double {
    var (low, high) = (0.0, 40.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if 1 - rangeCumulative(middle, count: count) > chance { low = middle } else { high = middle }
    }
    return (low + high) / 2
  }

  /// The chance of the range of `count` standard normal variables to stay below a value:
  /// k ∫ φ(z) (Φ(z + q) - Φ(z))^(k - 1) dz, z being the smallest of them.
  static func rangeCumulative(_ value: Double, count: Int) -> Double {
    // The trapezoidal rule is exact to the last digits for such a bell-shaped function.
    let (start, end, steps) = (-10.0, 10.0, 2_000)
    let width = (end - start) / Double(steps)
    var sum = 0.0
    for step in 0...steps {
      let z = start + Double(step) * width
      let density = exp(-z * z / 2) / (2 * Double.pi).squareRoot()
      sum += density * pow(normal(z + value) - normal(z), Double(count - 1))
    }
    return min(1, Double(count) * sum * width)
  }

  /// The regularised upper incomplete gamma function: a series for small values, else a continued
  /// fraction.
  private static func upperGamma(_ a: Double, _ x: Double) -> Double {
    let factor = exp(a * log(x) - x - lgamma(a))
    if x < a + 1 {
      var (term, sum) = (1 / a, 1 / a)
      for n in 1...10_000 {
        term *= x / (a + Double(n))
        sum += term
        if term < sum * 1e-16 { break }
      }
      return 1 - factor * sum
    }
    return factor
      * continuedFraction { place -> (Double, Double) in
        let n = Double(place)
        return place == 0 ? (1, x + 1 - a) : (-n * (n - a), x + 2 * n + 1 - a)
      }
  }

  /// The regularised incomplete beta function.
  private static func incompleteBeta(_ x: Double, _ a: Double, _ b: Double) -> Double {
    if x <= 0 { return 0 }
    if x >= 1 { return 1 }
    if x > (a + 1) / (a + b + 2) { return 1 - incompleteBeta(1 - x, b, a) }
    let coefficient: Double = lgamma(a + b) - lgamma(a) - lgamma(b)
    let power: Double = a * log(x) + b * log(1 - x)
    return exp(coefficient + power) / a
      * continuedFraction { n -> (Double, Double) in
        if n == 0 { return (1, 1) }
        let m = Double(n / 2)
        let middle = a + 2 * m
        if n % 2 == 0 { return (m * (b - m) * x / ((middle - 1) * middle), 1) }
        let above = (a + m) * (a + b + m) * x
        return (-above / (middle * (middle + 1)), 1)
      }
  }

  /// A continued fraction a0 / (b0 + a1 / (b1 + ...)), by Lentz's algorithm.
  private static func continuedFraction(
    _ term: (Int) -> (above: Double, below: Double)
  ) -> Double {
    let tiny = 1e-300
    let first = term(0)
    var (fraction, c, d) = (first.above / first.below, first.above / tiny, 1 / first.below)
    for n in 1...10_000 {
      let (above, below) = term(n)
      d = below + above * d
      c = below + above / c
      if abs(d) < tiny { d = tiny }
      if abs(c) < tiny { c = tiny }
      d = 1 / d
      let change = c * d
      fraction *= change
      if abs(change - 1) < 1e-16 { break }
    }
    return fraction
  }
}
