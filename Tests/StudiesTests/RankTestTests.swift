import Foundation
import Testing

@testable import Studies

@Suite("Rank tests")
struct RankTestTests {
  /// What scipy says; made by Fixtures/rank_tests.py.
  private struct Golden: Decodable {
    var cases: [Case]
    var quantiles: [Quantile]
    var tails: [Tail]

    struct Case: Decodable {
      var values: [[Double]]
      var ranks: [Double]
      var friedman, friedmanChance, imanDavenport, imanDavenportChance: Double
      var criticalDifference: Double
    }

    struct Quantile: Decodable {
      var methods: Int
      var level, q: Double
    }

    struct Tail: Decodable {
      var value: Double
      var first, second: Int
      var chiSquared, fisher: Double
    }
  }

  private static func golden() throws -> Golden {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/rank_tests.json")
    return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
  }

  private func isNear(_ value: Double, _ expected: Double, _ tolerance: Double = 1e-9) -> Bool {
    abs(value - expected) <= tolerance * max(1e-3, abs(expected))
  }

  @Test("Ranks, statistics and chances are those of scipy")
  func cases() throws {
    let golden = try Self.golden()
    #expect(golden.cases.count == 5)
    for known in golden.cases {
      let test = try #require(RankTest(known.values, higherIsBetter: true))
      #expect(zip(test.ranks, known.ranks).allSatisfy { isNear($0, $1) })
      #expect(isNear(test.friedman.statistic, known.friedman))
      #expect(isNear(test.friedman.chance, known.friedmanChance))
      #expect(isNear(test.imanDavenport.statistic, known.imanDavenport))
      #expect(isNear(test.imanDavenport.chance, known.imanDavenportChance))
      #expect(isNear(test.criticalDifference, known.criticalDifference, 1e-7))
    }
  }

  @Test("Tails and quantiles are those of scipy")
  func distributions() throws {
    let golden = try Self.golden()
    for tail in golden.tails {
      let chiSquared = Distributions.chiSquaredTail(tail.value, freedom: tail.first)
      #expect(isNear(chiSquared, tail.chiSquared), "chi² \(tail)")
      let fisher = Distributions.fisherTail(tail.value, tail.first, tail.second)
      #expect(isNear(fisher, tail.fisher), "F \(tail)")
    }
    for quantile in golden.quantiles {
      let q =
        Distributions.rangeQuantile(count: quantile.methods, chance: quantile.level)
        / 2.0.squareRoot()
      #expect(isNear(q, quantile.q, 1e-7), "\(quantile)")
    }
  }

  @Test("The numbers of Demšar's example: 4 methods, 14 data sets")
  func demsar() {
    // Section 3.2.2 of the paper gives these mean ranks, χ² = 9.28, q = 2.569 and 2.291, and the
    // critical differences 1.25 and 1.12.
    let statistic = RankTest.statistic(ranks: [3.143, 2.000, 2.893, 1.964], blockCount: 14)
    #expect(abs(statistic - 9.28) < 0.02)
    let ratio = 13 * statistic / (14 * 3 - statistic)
    #expect(abs(ratio - 3.69) < 0.02)
    #expect(Distributions.fisherTail(2.85, 3, 39) > 0.0495)
    #expect(Distributions.fisherTail(2.85, 3, 39) < 0.0502)
    for (level, difference) in [(0.05, 1.25), (0.1, 1.12)] {
      let own = RankTest.criticalDifference(methodCount: 4, blockCount: 14, level: level)
      #expect(abs(own - difference) < 0.005)
    }
  }

  @Test("Equals share the mean of their ranks, the best has rank 1")
  func ranks() {
    #expect(RankTest.ranks(of: [0.9, 0.7, 0.9, 0.5], higherIsBetter: true) == [1.5, 3, 1.5, 4])
    #expect(RankTest.ranks(of: [0.9, 0.7, 0.9, 0.5], higherIsBetter: false) == [3.5, 2, 3.5, 1])
  }

  @Test("Groups join what is closer than the critical difference, and none is within another")
  func cliques() throws {
    // Always in the same order: ranks 1, 2, 3, 4.
    let rows = [[Double]](repeating: [4, 3, 2, 1], count: 10)
    let test = try #require(RankTest(rows, higherIsBetter: true))
    #expect(test.ranks == [1, 2, 3, 4])
    #expect(abs(test.criticalDifference - 1.483) < 0.001)
    #expect(test.cliques == [[0, 1], [1, 2], [2, 3]])
    let few = try #require(RankTest(Array(rows.prefix(2)), higherIsBetter: true))
    #expect(few.cliques == [[0, 1, 2, 3]])
  }

  @Test("Nothing is tested where nothing differs, or where there is too little")
  func degenerate() throws {
    let same = try #require(RankTest([[1, 1, 1], [2, 2, 2]], higherIsBetter: true))
    #expect(same.friedman == (0, 1))
    #expect(same.ranks == [2, 2, 2])
    #expect(RankTest([[1, 2]], higherIsBetter: true) == nil)
    #expect(RankTest([[1], [2]], higherIsBetter: true) == nil)
    #expect(RankTest([], higherIsBetter: true) == nil)
  }
}
