import Datasets
import Testing

@testable import Evaluation

@Suite("Weights of rows in scores")
struct RowWeightTests {
  private static let trainingCount = 20
  private static let rowCount = 26
  private static let counts: [Float] = (0..<rowCount).map { Float([2, 1, 3, 0][$0 % 4]) }

  private static func value(_ row: Int, _ column: Int) -> Float {
    Float((row * 7 + column * 13 + row * column * 5) % 23) / 4
  }

  /// A trial with weights, and the one in which each row stands as often as its weight says.
  private static func trials(
    _ target: Target, columnCount: Int, weights: [Float]? = counts
  ) -> (weighted: Trial, repeated: Trial) {
    func dataset(_ rows: [Int], _ weights: [Float]?) -> Dataset {
      Dataset(
        features: FeatureStore(
          values: rows.flatMap { row in (0..<columnCount).map { value(row, $0) } },
          rowCount: rows.count, columnNames: (0..<columnCount).map { "x\($0)" }),
        target: target.subset(rows), weights: weights)
    }
    let rows = counts.indices.flatMap { Array(repeating: $0, count: Int(counts[$0])) }
    let training = rows.count { $0 < trainingCount }
    let columns = Array(0..<columnCount)
    return (
      Trial(
        dataset(Array(0..<rowCount), weights), training: Array(0..<trainingCount),
        test: Array(trainingCount..<rowCount), columns: columns, scaler: nil),
      Trial(
        dataset(rows, nil), training: Array(0..<training), test: Array(training..<rows.count),
        columns: columns, scaler: nil)
    )
  }

  private static let values = Target.values((0..<rowCount).map { Float($0 * 3 % 11) })
  private static let classes = Target.classes(
    indices: (0..<rowCount).map { $0 / 2 % 3 }, names: ["a", "b", "c"])

  @Test(
    "ridge takes a weight for so many equal rows, with few columns and with many",
    arguments: [values, classes], [3, 40])
  func ridge(target: Target, columnCount: Int) throws {
    let (weighted, repeated) = Self.trials(target, columnCount: columnCount)
    let (found, wanted) = (try Ridge().fit(weighted), try Ridge().fit(repeated))
    for (found, wanted) in zip(
      found.coefficients.joined() + found.intercepts + found.means,
      wanted.coefficients.joined() + wanted.intercepts + wanted.means)
    {
      #expect(abs(found - wanted) < 1e-9)
    }
    let scores = (try Ridge().judge(weighted).value, try Ridge().judge(repeated).value)
    #expect(abs(scores.0 - scores.1) < 1e-9)
  }

  @Test("a weight of 1 changes no bit", arguments: [3, 40])
  func ones(columnCount: Int) throws {
    let ones = [Float](repeating: 1, count: Self.rowCount)
    for target in [Self.values, Self.classes] {
      let plain = Self.trials(target, columnCount: columnCount, weights: nil).weighted
      let weighted = Self.trials(target, columnCount: columnCount, weights: ones).weighted
      #expect(try Ridge().fit(weighted) == Ridge().fit(plain))
      for learner in LearnerTests.all where learner.name != "svc" || target.classCount != nil {
        #expect(try learner.judge(weighted) == learner.judge(plain))
      }
    }
  }

  @Test("the metrics take a weight for so many equal rows")
  func metrics() {
    let weights = [2.0, 0, 1, 3]
    let rows = [0, 0, 2, 3, 3, 3]
    let (predicted, truth) = ([0, 1, 1, 2], [0, 1, 2, 2])
    let (numbers, goal) = ([1.0, 9, 2, 4], [1.5, 3, 2, 6])
    #expect(
      accuracy(of: predicted, against: truth, weights: weights)
        == accuracy(of: rows.map { predicted[$0] }, against: rows.map { truth[$0] }))
    #expect(
      balancedAccuracy(of: predicted, against: truth, weights: weights)
        == balancedAccuracy(of: rows.map { predicted[$0] }, against: rows.map { truth[$0] }))
    #expect(
      meanSquaredError(of: numbers, against: goal, weights: weights)
        == meanSquaredError(of: rows.map { numbers[$0] }, against: rows.map { goal[$0] }))
    let (found, wanted) = (
      rSquared(of: numbers, against: goal, weights: weights),
      rSquared(of: rows.map { numbers[$0] }, against: rows.map { goal[$0] })
    )
    #expect(abs(found - wanted) < 1e-12)
  }

  @Test("weights that cannot be used are refused", arguments: LearnerTests.all.indices)
  func refusals(index: Int) {
    let zeros = [Float](repeating: 0, count: Self.rowCount)
    let trial = Self.trials(Self.classes, columnCount: 3, weights: zeros).weighted
    #expect(throws: EvaluationError.weights(.allZero)) {
      try LearnerTests.all[index].predict(trial)
    }
  }
}
