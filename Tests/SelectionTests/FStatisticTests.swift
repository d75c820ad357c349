import Datasets
import Foundation
import Testing

@testable import Selection

@Suite("F statistics")
struct FStatisticTests {
  /// What scikit-learn says, made by `Fixtures/make_f_statistics.py`.
  private struct Golden: Decodable {
    var rowCount, columnCount: Int
    var values, targets: [Float]
    var labels: [Int]
    var classification, regression: [Double]

    static func load() throws -> Golden {
      let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .appendingPathComponent("Fixtures/f-statistics.json")
      return try JSONDecoder().decode(Golden.self, from: Data(contentsOf: file))
    }

    /// The data with a row of nonsense in front, which `rows` leaves out.
    var features: FeatureStore {
      FeatureStore(
        values: [Float](repeating: -1e6, count: columnCount) + values, rowCount: rowCount + 1,
        columnNames: (0..<columnCount).map { "x\($0)" })
    }
    var rows: [Int] { Array(1...rowCount) }
  }

  private func statistics(_ values: [Float], _ target: Target) -> [Double] {
    let columns = values.count / target.count
    let features = FeatureStore(
      values: values, rowCount: target.count, columnNames: (0..<columns).map { "x\($0)" })
    return fStatistics(features: features, target: target, rows: Array(0..<target.count))
  }

  @Test("equal scikit-learn's")
  func golden() throws {
    let golden = try Golden.load()
    let classes = Target.classes(indices: [0] + golden.labels, names: ["a", "b", "c", "d"])
    let targets: [(target: Target, wanted: [Double])] = [
      (classes, golden.classification), (.values([1e6] + golden.targets), golden.regression),
    ]
    for (target, wanted) in targets {
      let found = fStatistics(features: golden.features, target: target, rows: golden.rows)
      #expect(found.count == wanted.count)
      for (found, wanted) in zip(found, wanted) {
        #expect(abs(found - wanted) <= 1e-6 * max(1, wanted))
      }
    }
  }

  @Test("a constant column scores 0, one that tells the target exactly as high as a number goes")
  func extremes() {
    let values: [Float] = [7, 0.1, 7, 0.1, 7, 0.3, 7, 0.3]
    let greatest = Double.greatestFiniteMagnitude
    let classes = Target.classes(indices: [0, 0, 1, 1], names: ["a", "b"])
    #expect(statistics(values, classes) == [0, greatest])
    #expect(statistics(values, .values([5, 5, 3, 3])) == [0, greatest])
  }

  @Test("a target that says nothing scores 0")
  func nothing() {
    let values: [Float] = [1, 2, 4, 8]
    #expect(statistics(values, .classes(indices: [1, 1, 1, 1], names: ["a", "b"])) == [0])
    #expect(
      statistics(values, .classes(indices: [0, 1, 2, 3], names: ["a", "b", "c", "d"])) == [0])
    #expect(statistics(values, .values([3, 3, 3, 3])) == [0])
    #expect(statistics([1, 2], .values([3, 4])) == [0])
    #expect(
      fStatistics(
        features: FeatureStore(values: [1], rowCount: 1, columnNames: ["x"]), target: .values([1]),
        rows: []) == [0])
  }

  @Test("a class without rows changes nothing")
  func emptyClass() {
    let values: [Float] = [1, 2, 4, 8]
    let two = statistics(values, .classes(indices: [0, 0, 1, 1], names: ["a", "b"]))
    let three = statistics(values, .classes(indices: [0, 0, 2, 2], names: ["a", "b", "c"]))
    #expect(two == three && two[0] > 0)
  }

  @Test("of several labels or numbers the largest F counts")
  func severalTargets() {
    let values: [Float] = [1, 5, 2, 1, 4, 9, 8, 2, 3, 3, 7, 1]
    let (first, second): ([Float], [Float]) = ([1, 3, 2, 9, 8, 4], [5, 1, 4, 2, 3, 3])
    let alone = [statistics(values, .values(first)), statistics(values, .values(second))]
    #expect(
      statistics(values, .outputs([first, second], names: ["u", "v"]))
        == zip(alone[0], alone[1]).map(max))
    let (a, b) = ([0, 0, 0, 1, 1, 0], [1, 0, 1, 0, 1, 0])
    let apart = [a, b].map { statistics(values, .classes(indices: $0, names: ["0", "1"])) }
    #expect(
      statistics(values, .labels([a.map { $0 == 1 }, b.map { $0 == 1 }], names: ["u", "v"]))
        == zip(apart[0], apart[1]).map(max))
  }
}
