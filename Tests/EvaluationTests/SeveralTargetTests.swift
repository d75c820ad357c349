import Datasets
import Testing

@testable import Evaluation

@Suite("Several labels or numbers")
struct SeveralTargetTests {
  private static let rowCount = 40

  private static func trial(_ target: Target) -> Trial {
    let values = (0..<rowCount * 4).map { (cell: Int) -> Float in
      Float((cell * 37 + cell / 4 * 11) % 29) / 3
    }
    return Trial(values, columnCount: 4, target, trainingCount: 30)
  }

  private static let labels: [[Bool]] = (0..<3).map { label in
    (0..<rowCount).map { ($0 * 5 + label * 3) % 7 < 2 + label }
  }
  private static let numbers: [[Float]] = (0..<2).map { output in
    (0..<rowCount).map { Float(($0 * 13 + output * 5) % 17) }
  }

  @Test("each label is predicted as if it were alone", arguments: LearnerTests.all.indices)
  func labels(index: Int) throws {
    let learner = LearnerTests.all[index]
    let together = try learner.predict(Self.trial(.labels(Self.labels, names: ["a", "b", "c"])))
    let alone: [[Bool]] = try Self.labels.map { label in
      let classes = Target.classes(indices: label.map { $0 ? 1 : 0 }, names: ["0", "1"])
      guard case .classes(let found) = try learner.predict(Self.trial(classes)) else { return [] }
      return found.map { $0 == 1 }
    }
    #expect(together == .labels(alone))
  }

  @Test("each number is predicted as if it were alone", arguments: [1, 2])
  func numbers(index: Int) throws {
    let learner = LearnerTests.all[index]
    let trial = Self.trial(.outputs(Self.numbers, names: ["u", "v"]))
    let alone = try Self.numbers.map { try learner.judge(Self.trial(.values($0))).value }
    guard case .outputs(let found) = try learner.predict(trial) else {
      Issue.record("no outputs")
      return
    }
    for (found, values) in zip(found, Self.numbers) {
      #expect(try learner.predict(Self.trial(.values(values))) == .values(found))
    }
    let score = try learner.judge(trial)
    #expect(score.metric == "rSquared")
    #expect(abs(score.value - (alone[0] + alone[1]) / 2) < 1e-12)
  }

  @Test("svc refuses numbers, and a label that all training rows have stays")
  func refusals() throws {
    #expect(throws: EvaluationError.needsClasses(learner: "svc")) {
      try SVC().predict(Self.trial(.outputs(Self.numbers, names: ["u", "v"])))
    }
    let everywhere = (0..<Self.rowCount).map { $0 < 30 }
    let predictions = try SVC().predict(
      Self.trial(.labels([everywhere, Self.labels[0]], names: ["a", "b"])))
    guard case .labels(let found) = predictions else { return }
    #expect(found[0] == [Bool](repeating: true, count: 10))
  }

  @Test("F1 is 2 tp / (2 tp + fp + fn), its mean that over the labels that occur")
  func macroF1() throws {
    let truth = [
      [true, true, false, false], [false, false, false, true], [false, false, false, false],
    ]
    let predicted = [
      [true, false, true, false], [false, false, false, true], [false, false, false, false],
    ]
    // 2 · 1 / (2 + 1 + 1) and 1; the third label does not occur.
    #expect(Evaluation.macroF1(of: predicted, against: truth) == 0.75)
    // Row 0 counts three times: 6 / (6 + 1 + 1).
    let weighted = Evaluation.macroF1(of: predicted, against: truth, weights: [3, 1, 1, 1])
    #expect(weighted == (0.75 + 1) / 2)
    #expect(Evaluation.macroF1(of: [[false]], against: [[false]]) == 1)
    #expect(Evaluation.macroF1(of: [[true]], against: [[false]]) == 0)
    let accuracy = Predictions.labels(predicted).value(
      of: .accuracy, against: .labels(truth, names: ["a", "b", "c"]))
    #expect(accuracy == 2.5 / 3)
  }
}
