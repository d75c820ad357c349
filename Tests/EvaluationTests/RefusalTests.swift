import Datasets
import Testing

@testable import Evaluation

@Suite("What cannot be judged")
struct RefusalTests {
  private func trial(
    _ values: [Float] = [0, 1, 2, 3], _ labels: [Int] = [0, 1, 0, 1], training: [Int] = [0, 1],
    test: [Int] = [2, 3], columns: [Int] = [0], scaler: Scaler? = nil
  ) -> Trial {
    Trial(
      Dataset(
        features: FeatureStore(values: values, rowCount: values.count, columnNames: ["x"]),
        target: .classes(indices: labels, names: ["no", "yes"])),
      training: training, test: test, columns: columns, scaler: scaler)
  }

  @Test("no rows, no columns", arguments: LearnerTests.all.indices)
  func empty(index: Int) {
    let learner = LearnerTests.all[index]
    #expect(throws: EvaluationError.noColumns) { try learner.predict(trial(columns: [])) }
    #expect(throws: EvaluationError.noTestRows) { try learner.predict(trial(test: [])) }
    #expect(throws: EvaluationError.noTrainingRows) { try learner.predict(trial(training: [])) }
  }

  @Test("one class only")
  func oneClass() {
    let single = trial(training: [0, 2], test: [1, 3])
    #expect(throws: EvaluationError.tooFewClasses(found: 1)) { try SVC().predict(single) }
    #expect(throws: EvaluationError.tooFewClasses(found: 1)) { try Ridge().predict(single) }
    // The nearest neighbour needs no second class.
    #expect(throws: Never.self) { try NearestNeighbour().predict(single) }
  }

  @Test("values that scaling takes out of range", arguments: LearnerTests.all.indices)
  func notFinite(index: Int) {
    let learner = LearnerTests.all[index]
    for row in [1, 3] {
      var values: [Float] = [0, 0.5, 2, 3]
      values[row] = 1e30
      let steep = trial(values, scaler: Scaler(offsets: [0], scales: [1e20]))
      #expect(throws: EvaluationError.notFinite(row: row, column: 0)) {
        try learner.predict(steep)
      }
    }
  }

  @Test("settings out of range, a target that does not fit")
  func settings() {
    #expect(throws: EvaluationError.refused(learner: "svc", reason: "C <= 0")) {
      try SVC(cost: 0).predict(trial())
    }
    #expect(throws: EvaluationError.self) { try Ridge(penalty: 0).predict(trial()) }
    #expect(throws: EvaluationError.self) { try Ridge(penalty: .nan).predict(trial()) }
    #expect(throws: EvaluationError.unsuitableMetric(.rSquared)) {
      try Ridge().judge(trial(), by: .rSquared)
    }
    let values = Trial([0, 1, 2, 3], columnCount: 1, .values([1, 2, 3, 4]), trainingCount: 2)
    #expect(throws: EvaluationError.needsClasses(learner: "svc")) { try SVC().predict(values) }
  }

  @Test("constant columns are judged all the same")
  func constant() throws {
    let flat = trial([1, 1, 1, 1])
    for learner in LearnerTests.all {
      #expect(try learner.judge(flat).value == 0.5)
    }
  }

  @Test("a class that only the test rows have is never predicted")
  func unseenClass() throws {
    let target = Target.classes(indices: [1, 2, 1, 2, 0], names: ["a", "b", "c"])
    let trial = Trial([1, 2, 1, 2, 2], columnCount: 1, target, trainingCount: 4)
    for learner in LearnerTests.all {
      #expect(try learner.predict(trial) == .classes([2]))
    }
  }

  @Test("each error is one sentence")
  func sentences() {
    let errors: [EvaluationError] = [
      .noTrainingRows, .noTestRows, .noColumns, .tooFewClasses(found: 1),
      .needsClasses(learner: "svc"), .unsuitableMetric(.accuracy), .notFinite(row: 1, column: 2),
      .refused(learner: "svc", reason: "C <= 0"),
    ]
    for error in errors {
      #expect(!error.description.contains("\n") && error.description.count > 20)
    }
    #expect("\(EvaluationError.tooFewClasses(found: 1))".contains("1 class,"))
    #expect("\(EvaluationError.tooFewClasses(found: 0))".contains("0 classes,"))
  }
}
