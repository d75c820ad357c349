import Datasets
import Foundation
import Tensors
import Testing

@testable import Selection

@Suite("F statistics of groups")
struct GroupStatisticTests {
  /// What SciPy says, made by `Fixtures/make_group_statistics.py`.
  private struct Golden: Decodable {
    var levels: [Int]
    var groups: [[Int]]
    var classification, regression: [Double]
    var tails: [[Double]]
  }

  /// The data of the F statistics of columns.
  private struct Base: Decodable {
    var columnCount: Int
    var values, targets: [Float]
    var labels: [Int]
  }

  private func load<Fixture: Decodable>(_ name: String) throws -> Fixture {
    let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appendingPathComponent("Fixtures/\(name)")
    return try JSONDecoder().decode(Fixture.self, from: Data(contentsOf: file))
  }

  @Test("are those of Pillai's trace by SciPy")
  func golden() throws {
    let base: Base = try load("f-statistics.json")
    let golden: Golden = try load("group-statistics.json")
    let width = base.columnCount
    // A row of nonsense in front, which is not among the rows to look at.
    let features = makeFeatures(rows: base.labels.count + 1, columns: width + 6) { row, column in
      if row == 0 { return -1e6 }
      return column < width
        ? base.values[(row - 1) * width + column]
        : golden.levels[row - 1] == column - width ? 1 : 0
    }
    let names = golden.groups.indices.map { "g\($0)" }
    let targets: [(target: Target, wanted: [Double])] = [
      (.classes(indices: [0] + base.labels, names: ["a", "b", "c", "d"]), golden.classification),
      (.values([1e6] + base.targets), golden.regression),
    ]
    for (target, wanted) in targets {
      let data = Dataset(
        features: features, target: target,
        featureGroups: FeatureGroups(names: names, columns: golden.groups))
      let found = featureStatistics(data, rows: Array(1...base.labels.count))
      for (found, wanted) in zip(found, wanted) {
        #expect(abs(found - wanted) <= 1e-5 * max(1, wanted))
      }
      #expect(found.count == 4)
    }
  }

  @Test("the tails of the F distribution are SciPy's, and back again")
  func tails() throws {
    let golden: Golden = try load("group-statistics.json")
    for row in golden.tails {
      let distribution = FDistribution(row[0], row[1])
      let logTail = distribution.logTail(row[2])
      #expect(abs(logTail - row[3]) <= 1e-9 * max(1, abs(row[3])))
      #expect(abs(distribution.statistic(logTail: logTail) / row[2] - 1) < 1e-6)
    }
    // Far beyond what a probability can be: as good as t² > 1e12 with 500 degrees of freedom.
    let far = FDistribution(1, 500).logTail(1e12)
    #expect(far < -5000 && far > -6000)
    #expect(abs(FDistribution(1, 500).statistic(logTail: far) / 1e12 - 1) < 1e-6)
  }

  @Test("a column twice, and a column of two levels, score as the column")
  func dependentColumns() {
    var random = RandomSource(seed: 3)
    let rows = 60
    let numbers = (0..<rows).map { _ in Float(random.normal()) }
    let bits = (0..<rows).map { _ in Float(random.index(below: 2)) }
    let features = makeFeatures(rows: rows, columns: 6) { row, column in
      switch column {
      case 0, 1: numbers[row] + Float(row % 3)
      case 2, 3: bits[row] * Float(row % 3 == 0 ? 0 : 1)
      case 4: 1 - bits[row] * Float(row % 3 == 0 ? 0 : 1)
      default: 4
      }
    }
    let groups = FeatureGroups(
      names: ["a", "twice", "levels", "and a constant"], columns: [[0], [1, 5], [2, 4], [3]])
    for target in [
      Target.classes(indices: (0..<rows).map { $0 % 3 }, names: ["a", "b", "c"]),
      .values((0..<rows).map { Float($0 % 3) + numbers[$0] / 2 }),
    ] {
      let scores = featureStatistics(
        Dataset(features: features, target: target, featureGroups: groups), rows: Array(0..<rows))
      #expect(abs(scores[1] / scores[0] - 1) < 1e-9)
      #expect(abs(scores[2] / scores[3] - 1) < 1e-9)
      #expect(scores[0] > 1 && scores[3] > 1)
    }
  }

  @Test("the levels of a category score as the same zeros and ones in a matrix")
  func levels() throws {
    var random = RandomSource(seed: 4)
    let rows = 120
    let codes = (0..<rows).map { row in
      row % 9 == 4 ? Float.nan : Float(random.index(below: 7))
    }
    let pairs = (0..<rows).map { row in row % 8 == 1 ? Float.nan : Float(row / 3 % 2) }
    let table = Table(
      features: makeFeatures(rows: rows, columns: 2) { $1 == 0 ? codes[$0] : pairs[$0] },
      kinds: [
        .categorical(levels: (0..<7).map { "l\($0)" }), .categorical(levels: ["no", "yes"]),
      ])
    let encoding = Encoding.fitted(to: table, columns: [0, 1], rows: Array(0..<rows))
    let encoded = try encoding.features(of: table)
    let width = encoded.store.columnCount
    #expect(encoding.columns.allSatisfy(\.hasIndicator) && width == 7 + 1 + 1 + 1)
    let dense = makeFeatures(rows: rows, columns: width) {
      encoded.store.column($1, rows: [$0])[0]
    }
    let weights = (0..<rows).map { Float($0 % 4) }
    let targets: [Target] = [
      .classes(indices: (0..<rows).map { $0 / 5 % 3 }, names: ["a", "b", "c"]),
      .values((0..<rows).map { _ in Float(random.normal()) }),
      .labels([(0..<rows).map { $0 % 7 < 3 }, (0..<rows).map { $0 % 5 < 3 }], names: ["a", "b"]),
    ]
    for target in targets {
      for weights in [nil, weights] {
        let scores = [encoded.store, dense].map { features in
          featureStatistics(
            Dataset(features: features, target: target, featureGroups: encoded.groups),
            rows: Array(3..<rows), weights: weights)
            + fStatistics(
              features: features, target: target, rows: Array(3..<rows), weights: weights)
        }
        for (found, wanted) in zip(scores[0], scores[1]) {
          #expect(abs(found - wanted) <= 1e-8 * max(1, wanted))
        }
        #expect(scores[0].count == 2 + width && scores[0][0] > 0 && scores[0][1] > 0)
      }
    }
  }

  @Test("columns of rows that depend on each other are no levels")
  func noLevels() throws {
    // Three patterns of which the third is the sum of the others, and zeros: of rank 2, not 3.
    let rows = [[1, 0], [0, 1], [1, 1], [0, 0], [1, 0], [0, 1], [1, 1], [0, 0], [1, 0]]
    let table = Table(
      features: makeFeatures(rows: 9, columns: 2) { Float(rows[$0][$1]) },
      kinds: [.categorical(levels: ["0", "1"]), .categorical(levels: ["0", "1"])])
    let store = try Encoding.fitted(to: table, columns: [0, 1], rows: Array(0..<9))
      .features(of: table).store
    let weights = [Double](repeating: 1, count: 9)
    #expect(RowPatterns(store, columns: [0, 1], rows: Array(0..<9), weights: weights) == nil)
    #expect(RowPatterns(store, columns: [0], rows: Array(0..<9), weights: weights) != nil)
    #expect(RowPatterns(table.features, columns: [0], rows: [0], weights: [1]) == nil)
  }

  @Test("columns that tell the target exactly score highest; too few rows and constants score 0")
  func extremes() {
    let features = makeFeatures(rows: 6, columns: 9) { row, column in
      switch column {
      case 0..<3: row % 3 == column ? 1 : 0
      case 3..<5: 2
      default: row == column - 3 ? 1 : 0
      }
    }
    let groups = FeatureGroups(
      names: ["exact", "constant", "many"], columns: [[0, 1, 2], [3, 4], [5, 6, 7, 8]])
    for target in [
      Target.classes(indices: [0, 1, 2, 0, 1, 2], names: ["a", "b", "c"]),
      .values([3, 5, 9, 3, 5, 9]),
    ] {
      let data = Dataset(features: features, target: target, featureGroups: groups)
      #expect(
        featureStatistics(data, rows: Array(0..<6))[..<2] == [.greatestFiniteMagnitude, 0])
      #expect(featureStatistics(data, rows: [0, 1, 2, 3, 4])[2] < 1e6)
      #expect(featureStatistics(data, rows: [2, 3, 4, 5])[2] == 0)
      #expect(featureStatistics(data, rows: []) == [0, 0, 0])
    }
  }

  @Test("random levels, many or few, and random numbers are best of all equally often")
  func chance() {
    var best = [0, 0, 0, 0]
    for seed in 0..<400 as Range<UInt64> {
      var random = RandomSource(seed: seed)
      let rows = 200
      let levels = [3, 12, 50]
      let drawn = levels.map { count in (0..<rows).map { _ in random.index(below: count) } }
      let starts = [1, 4, 16]
      let numbers = (0..<rows).map { _ in Float(random.normal()) }
      let features = makeFeatures(rows: rows, columns: 66) { row, column in
        guard let group = starts.lastIndex(where: { $0 <= column }) else { return numbers[row] }
        return drawn[group][row] == column - starts[group] ? 1 : 0
      }
      let isRegression = seed % 2 == 0
      let data = Dataset(
        features: features,
        target: isRegression
          ? .values((0..<rows).map { _ in Float(random.normal()) })
          : .classes(
            indices: (0..<rows).map { _ in random.index(below: 3) }, names: ["a", "b", "c"]),
        featureGroups: FeatureGroups(
          names: ["number", "three", "twelve", "fifty"],
          columns: [[0]] + zip(starts, levels).map { Array($0..<$0 + $1) }))
      let scores = featureStatistics(data, rows: Array(0..<rows))
      best[topPositions(1, of: scores)[0]] += 1
    }
    // 100 each are expected, with a standard deviation of 9.
    for count in best { #expect((65...135).contains(count)) }
  }
}
