import Datasets
import Tensors
import Testing

@testable import Selection

@Suite("Weights of rows")
struct RowWeightTests {
  private static let counts: [Float] = (0..<24).map { Float([1, 3, 0, 2][$0 % 4]) }

  /// A table with weights, and the one in which each row stands as often as its weight says.
  private static func tables(_ target: Target) -> (weighted: Dataset, repeated: Dataset) {
    var random = RandomSource(seed: 3)
    let features = makeFeatures(rows: 24, columns: 6) { _, column in
      Float(random.normal() + Double(column * 100))
    }
    let rows = counts.indices.flatMap { Array(repeating: $0, count: Int(counts[$0])) }
    return (
      Dataset(features: features, target: target, weights: counts),
      Dataset(
        features: makeFeatures(rows: rows.count, columns: 6) { row, column in
          features.gathered(rows: [rows[row]], columns: [column])[0]
        }, target: target.subset(rows))
    )
  }

  private static let targets: [Target] = [
    .classes(indices: (0..<24).map { $0 / 3 % 3 }, names: ["a", "b", "c"]),
    .values((0..<24).map { Float($0 * $0 % 7) }),
  ]

  private func statistics(_ data: Dataset, weights: [Float]?) -> [Double] {
    fStatistics(
      features: data.features, target: data.target, rows: Array(0..<data.rowCount),
      weights: weights)
  }

  @Test("the F statistic takes a weight for so many equal rows", arguments: targets)
  func repeatedRows(target: Target) {
    let (weighted, repeated) = Self.tables(target)
    let found = statistics(weighted, weights: Self.counts)
    let wanted = statistics(repeated, weights: nil)
    for (found, wanted) in zip(found, wanted) {
      #expect(abs(found - wanted) <= 1e-9 * max(1, wanted))
    }
    #expect(found != statistics(weighted, weights: nil))
  }

  @Test("a weight of 1 changes no bit of the F statistic", arguments: targets)
  func ones(target: Target) {
    let data = Self.tables(target).weighted
    let ones = [Float](repeating: 1, count: 24)
    #expect(statistics(data, weights: ones) == statistics(data, weights: nil))
  }

  @Test("weights that sum to less than the rows are proportions", arguments: targets)
  func proportions(target: Target) {
    let data = Self.tables(target).weighted
    let equal = [Float](repeating: 0.125, count: 24)
    #expect(statistics(data, weights: equal) == statistics(data, weights: nil))
  }

  @Test("of balanced classes each counts the same in the F statistic")
  func balanced() throws {
    // Classes of 2 and 4 rows; doubling the first makes 4 and 4.
    let features = makeFeatures(rows: 6, columns: 1) { row, _ in [1, 2, 4, 7, 5, 9][row] }
    let data = Dataset(
      features: features,
      target: .classes(indices: [0, 0, 1, 1, 1, 1], names: ["a", "b"]))
    var method = FTestSelection()
    method.balancesClasses = true
    let found = try method.select(SelectionTask(data, count: 1), seed: 0).features[0].score
    let wanted = fStatistics(
      features: features, target: data.target, rows: Array(0..<6),
      weights: [1.5, 1.5, 0.75, 0.75, 0.75, 0.75])
    #expect(found == wanted[0])
  }

  @Test("weights that cannot be used are refused in one sentence")
  func refusals() {
    for (weights, wanted) in [
      ([Float](repeating: 0, count: 24), WeightFault.allZero),
      ((0..<24).map { $0 == 5 ? -1 : 1 }, .notAWeight(row: 5, text: "-1.0")),
      ((0..<24).map { $0 == 7 ? .nan : 1 }, .notAWeight(row: 7, text: "nan")),
    ] {
      var data = Self.tables(Self.targets[0]).weighted
      data.weights = weights
      #expect(throws: SelectionError.weights(wanted)) { try SelectionTask(data, count: 2) }
    }
    // Only one class is left where the others weigh nothing.
    var data = Self.tables(Self.targets[0]).weighted
    data.weights = (0..<24).map { $0 / 3 % 3 == 1 ? 1 : 0 }
    #expect(throws: SelectionError.oneClass) { try SelectionTask(data, count: 2) }
  }
}
