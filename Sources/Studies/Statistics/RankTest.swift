/// Whether methods differ over data sets, by their ranks: Friedman's test, and Nemenyi's after it.
///
///     r_ij  = rank of method j on data set i, 1 for the best, means for equals
///     R_j   = mean of r_ij over the N data sets
///     χ²_F  = 12 N / (k (k + 1)) (Σ R_j² - k (k + 1)² / 4), divided by 1 - Σ (t³ - t) / (N (k³ - k))
///             for ties of t methods
///     F_F   = (N - 1) χ²_F / (N (k - 1) - χ²_F)
///     CD    = q_α √(k (k + 1) / (6 N))
///
/// - Source: Demšar, "Statistical Comparisons of Classifiers over Multiple Data Sets", Journal of
///   Machine Learning Research 7, 2006, section 3.2.2.
/// - Note: The correction for ties is that of Friedman's test in statistics packages; the paper
///   leaves it out.
package struct RankTest: Sendable, Equatable {
  /// The number of data sets.
  package let blockCount: Int
  /// The mean rank of each method, 1 being the best.
  package let ranks: [Double]
  /// Friedman's statistic, and the chance to see as large a one without differences.
  package let friedman: (statistic: Double, chance: Double)
  /// Iman and Davenport's, which is less careful.
  package let imanDavenport: (statistic: Double, chance: Double)
  /// The difference of mean ranks from which on two methods differ, by Nemenyi's test.
  package let criticalDifference: Double
  /// The chance that `criticalDifference` belongs to.
  package let level: Double

  /// Compares methods.
  ///
  /// It is `nil` with fewer than two methods or two data sets.
  ///
  /// - Parameters:
  ///   - values: A row for each data set, with the value of each method.
  ///   - higherIsBetter: Whether the largest value is the best.
  ///   - level: The chance of a difference that is none.
  package init?(_ values: [[Double]], higherIsBetter: Bool, level: Double = 0.05) {
    let methodCount = values.first?.count ?? 0
    guard values.count > 1, methodCount > 1, values.allSatisfy({ $0.count == methodCount }) else {
      return nil
    }
    let rows = values.map { Self.ranks(of: $0, higherIsBetter: higherIsBetter) }
    let (n, k) = (Double(values.count), Double(methodCount))
    blockCount = values.count
    ranks = (0..<methodCount).map { method in rows.reduce(0) { $0 + $1[method] } / n }
    let ties = values.reduce(0.0) { $0 + Self.tieSum($1) }
    let correction = 1 - ties / (n * (k * k * k - k))
    let plain = Self.statistic(ranks: ranks, blockCount: values.count)
    // Where all methods are alike everywhere, there is nothing to test.
    let statistic = correction > 1e-12 ? max(0, plain / correction) : 0
    friedman = (statistic, Distributions.chiSquaredTail(statistic, freedom: methodCount - 1))
    let rest = n * (k - 1) - statistic
    let ratio = rest > 1e-9 ? (n - 1) * statistic / rest : .infinity
    imanDavenport = (
      ratio,
      Distributions.fisherTail(ratio, methodCount - 1, (methodCount - 1) * (values.count - 1))
    )
    self.level = level
    criticalDifference = Self.criticalDifference(
      methodCount: methodCount, blockCount: values.count, level: level)
  }

  /// Friedman's statistic without a correction for ties.
  static func statistic(ranks: [Double], blockCount: Int) -> Double {
    let (n, k) = (Double(blockCount), Double(ranks.count))
    let squares = ranks.reduce(0) { $0 + $1 * $1 }
    return 12 * n / (k * (k + 1)) * (squares - k * (k + 1) * (k + 1) / 4)
  }

  /// The difference of mean ranks from which on two methods differ.
  static func criticalDifference(methodCount: Int, blockCount: Int, level: Double) -> Double {
    let (n, k) = (Double(blockCount), Double(methodCount))
    let quantile = Distributions.rangeQuantile(count: methodCount, chance: level)
    return quantile / 2.0.squareRoot() * (k * (k + 1) / (6 * n)).squareRoot()
  }

  /// The ranks of some values, 1 for the best; equals share the mean of their ranks.
  static func ranks(of values: [Double], higherIsBetter: Bool) -> [Double] {
    values.map { value in
      let better = values.count { higherIsBetter ? $0 > value : $0 < value }
      let equal = values.count { $0 == value }
      return Double(better) + Double(equal + 1) / 2
    }
  }

  /// The sum of t³ - t over the groups of t equals.
  private static func tieSum(_ values: [Double]) -> Double {
    values.reduce(0) { sum, value in
      let equal = Double(values.count { $0 == value })
      return sum + equal * equal - 1
    }
  }

  /// The methods, best first, in groups within which no two differ; groups of one, and those within
  /// others, are left out.
  package var cliques: [[Int]] {
    let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    var cliques: [[Int]] = []
    var lastEnd = 0
    for start in order.indices {
      var end = start
      while end + 1 < order.count,
        ranks[order[end + 1]] - ranks[order[start]] < criticalDifference
      { end += 1 }
      if end > start, end > lastEnd || cliques.isEmpty {
        cliques.append(Array(order[start...end]))
        lastEnd = end
      }
    }
    return cliques
  }

  package static func == (left: RankTest, right: RankTest) -> Bool {
    left.ranks == right.ranks && left.blockCount == right.blockCount && left.level == right.level
      && left.friedman == right.friedman
  }
}
