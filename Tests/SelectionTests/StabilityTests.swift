import Tensors
import Testing

@testable import Selection

@Suite("Stability")
struct StabilityTests {
  @Test("of three selections of two among four, by hand")
  func byHand() throws {
    // {0,1}, {0,1}, {0,2}: p_f = 1, 2/3, 1/3, 0, so s_f² = 0, 1/3, 1/3, 0.
    // k̄/p = 1/2, chance 1/4: Φ = 1 - (2/3 / 4) / (1/4) = 1/3.
    // Σ z p_f / p = 5/12, 5/12, 4/12; the other terms are equal for all three. In quarters:
    // Φ_i differ as 5/3, 5/3, 4/3: deviations 1/9, 1/9, -2/9, squares 6/81.
    // Variance 4/9 · 6/81 = 8/243.
    let stability = try #require(
      Stability(selections: [[0, 1], [1, 0], [2, 0]], featureCount: 4))
    let halfWidth = 1.959964 * (8.0 / 243).squareRoot()
    #expect(abs(stability.index - 1.0 / 3) < 1e-12)
    #expect(abs(stability.low - (1.0 / 3 - halfWidth)) < 1e-6)
    #expect(abs(stability.high - (1.0 / 3 + halfWidth)) < 1e-6)
  }

  @Test("is 1 for equal selections, least for selections that share nothing")
  func extremes() throws {
    let equal = try #require(Stability(selections: [[3, 1], [1, 3], [1, 3]], featureCount: 9))
    #expect(abs(equal.index - 1) < 1e-12 && equal.high - equal.low < 1e-6)
    let disjoint = try #require(Stability(selections: [[0], [1]], featureCount: 2))
    #expect(abs(disjoint.index + 1) < 1e-12)
  }

  @Test("is nothing for one run, empty selections or full ones")
  func undefined() {
    #expect(Stability(selections: [], featureCount: 4) == nil)
    #expect(Stability(selections: [[1, 2]], featureCount: 4) == nil)
    #expect(Stability(selections: [[], []], featureCount: 4) == nil)
    #expect(Stability(selections: [[0, 1, 2], [2, 1, 0]], featureCount: 3) == nil)
  }

  @Test("is about 0 for random selections, and its interval holds 0 nearly always")
  func chance() throws {
    var random = RandomSource(seed: 1)
    var covered = 0
    var sum = 0.0
    for _ in 0..<200 {
      let selections = (0..<30).map { _ in draw(6, of: 40, &random) }
      let stability = try #require(Stability(selections: selections, featureCount: 40))
      #expect(stability.index >= -1.0 / 29 && stability.index <= 1)
      sum += stability.index
      covered += stability.low <= 0 && stability.high >= 0 ? 1 : 0
    }
    #expect(abs(sum / 200) < 0.005)
    #expect(covered > 170)
  }

  @Test("does not depend on the order of selections or columns, nor on the columns' numbers")
  func invariance() throws {
    var random = RandomSource(seed: 2)
    for _ in 0..<20 {
      let selections = (0..<7).map { _ in draw(1 + random.index(below: 9), of: 12, &random) }
      let stability = try #require(Stability(selections: selections, featureCount: 12))
      let turned = selections.reversed().map { $0.reversed().map { 11 - $0 } }
      let other = try #require(Stability(selections: turned, featureCount: 12))
      #expect(abs(stability.index - other.index) < 1e-12)
      #expect(abs(stability.low - other.low) < 1e-12)
    }
  }

  @Test("has the variance of the infinitesimal jackknife, sizes unequal")
  func jackknife() throws {
    // Shifting a little weight to selection i moves the index by its influence; the variance is
    // the mean square of the influences over M. Here by numerical differences, M large so that
    // M/(M-1) hardly matters. The runs agree on the first columns, so that the index is not 0.
    var random = RandomSource(seed: 3)
    let (runs, p) = (400, 10)
    let selections = (0..<runs).map { _ in
      Array(0..<(2 + random.index(below: 3))) + [4 + random.index(below: 6)]
    }
    func index(_ weights: [Double]) -> Double {
      var frequencies = [Double](repeating: 0, count: p)
      for (selection, weight) in zip(selections, weights) {
        for column in selection { frequencies[column] += weight }
      }
      let density = frequencies.reduce(0, +) / Double(p)
      let variance = frequencies.reduce(0) { $0 + $1 * (1 - $1) } / Double(p)
      return 1 - variance / (density * (1 - density))
    }
    let even = [Double](repeating: 1 / Double(runs), count: runs)
    let epsilon = 1e-6
    let influences = (0..<runs).map { chosen in
      var weights = even.map { $0 * (1 - epsilon) }
      weights[chosen] += epsilon
      return (index(weights) - index(even)) / epsilon
    }
    let variance = influences.reduce(0) { $0 + $1 * $1 } / Double(runs * runs)
    let stability = try #require(Stability(selections: selections, featureCount: p))
    #expect(stability.index > 0.3)
    let wanted = 1.959964 * variance.squareRoot()
    #expect(abs((stability.high - stability.low) / 2 - wanted) < 0.02 * wanted)
  }

  @Test("frequencies count each column")
  func frequencies() {
    #expect(selectionFrequencies([[0, 2], [2]], featureCount: 4) == [0.5, 0, 1, 0])
    #expect(selectionFrequencies([], featureCount: 2) == [0, 0])
  }

  private func draw(_ count: Int, of total: Int, _ random: inout RandomSource) -> [Int] {
    var columns = Array(0..<total)
    random.shuffleFirst(count, of: &columns)
    return Array(columns.prefix(count))
  }
}
