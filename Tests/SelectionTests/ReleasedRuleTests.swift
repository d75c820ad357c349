import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Selection

/// Whole runs by `Fixtures/make_released_run.py`, a second implementation in Python.
private struct GoldenRun: Decodable, CustomTestStringConvertible {
  struct Rotation: Decodable {
    var slots, established: [Int]
    var trainingLoss, loss: Double
    var scores: [Double?]?  // after the rotation; nil where the run ended
  }

  var seed: UInt64
  var rowCount, columnCount, count, hiddenCount, batchCount, stepsPerRotation, patience: Int
  var values: [Float]
  var labels: [Int]
  var validationRun, refit: [Rotation]
  var bestRotation: Int
  var features: [Int]
  var scores: [Double]
  var testDescription: String { "seed \(seed)" }

  static let all: [GoldenRun] = {
    let file = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/released-run.json")
    do {
      return try JSONDecoder().decode([GoldenRun].self, from: Data(contentsOf: file))
    } catch {
      fatalError("released-run.json: \(error)")
    }
  }()

  func task() throws -> SelectionTask {
    let features = FeatureStore(
      values: values, rowCount: rowCount, columnNames: (0..<columnCount).map { "x\($0)" })
    return try SelectionTask(
      Dataset(features: features, target: .classes(indices: labels, names: ["a", "b", "c"])),
      count: count)
  }

  var method: EntryPrune {
    var validation = Validation(isStratified: false)
    validation.patience = patience
    var method = EntryPrune(.released)
    method.hiddenCount = hiddenCount
    method.batchCount = batchCount
    method.stepsPerRotation = stepsPerRotation
    method.length = .validated(validation)
    return method
  }
}

@Suite("EntryPrune, the released rule")
struct ReleasedRuleTests {
  @Test("is the reference implementation's run, rotation by rotation", arguments: GoldenRun.all)
  private func rotations(_ golden: GoldenRun) throws {
    let task = try golden.task()
    let rule = try golden.method.rule(for: task)
    let random = RandomSource(seed: golden.seed)
    let stages = [("validation run", golden.validationRun), ("refit", golden.refit)]
    for (stage, rotations) in stages {
      let random = random.substream(stage)
      var generator = random.substream("held-out rows")
      let split = try Split.random(
        rowCount: golden.rowCount, testFraction: 0.2, target: task.data.target, stratified: false,
        using: &generator)
      let rows = stage == "refit" ? task.rows : split.training
      let view = TrainingView(task, rows: rows, scaling: .minMax, fittingRows: rows)
      var search = EntrySearch(task, view, rule: rule, random: random)
      for rotation in rotations {
        #expect(search.network.slots == rotation.slots)
        #expect(search.established == rotation.established)
        #expect(abs(search.train() - rotation.trainingLoss) < 1e-5)
        guard let scores = rotation.scores else { continue }
        search.prune()
        for (feature, score) in scores.enumerated() {
          let found = search.scores[feature]
          #expect(score.map { abs(found - $0) < 1e-3 } ?? (found == -.greatestFiniteMagnitude))
        }
        search.regrow()
      }
    }
  }

  @Test("chooses what the reference implementation chooses", arguments: GoldenRun.all)
  private func choice(_ golden: GoldenRun) throws {
    let selection = try golden.method.select(
      golden.task(), random: RandomSource(seed: golden.seed))
    #expect(selection.indices == golden.features)
    for (feature, score) in zip(selection.features, golden.scores) {
      #expect(abs(feature.score - score) < 1e-3)
    }
    #expect(selection.bestRotation == golden.bestRotation)
    let rotations = golden.validationRun + golden.refit
    #expect(selection.history.count == rotations.count)
    #expect(selection.rotationCount == rotations.count)
    for (found, wanted) in zip(selection.history, rotations) {
      #expect(abs(found.loss - wanted.loss) < 1e-5)
      #expect(found.activeCount == wanted.slots.count)
    }
    let validation = selection.history.prefix(golden.validationRun.count)
    for (rotation, wanted) in zip(validation, golden.validationRun).dropFirst() {
      #expect(Set(rotation.entered).isSubset(of: wanted.established))
      #expect(Set(rotation.left).isDisjoint(with: wanted.established))
    }
  }

  @Test("takes its settings from the paper's table")
  func settings() {
    let long = EntryRule.released(rowCount: 100, featureCount: 100)
    let wide = EntryRule.released(rowCount: 99, featureCount: 100)
    #expect(long.candidateFraction == 0.2 && long.stepsPerRotation == 100)
    #expect(wide.candidateFraction == 0.5 && wide.stepsPerRotation == 5)
    for rule in [long, wide] {
      #expect(rule.hiddenCount == 100 && rule.batchCount == 1024)
      #expect(rule.optimizer == Adam(learningRate: 1e-3, weightDecay: 0))
      #expect(rule.scoring == .firstImpressionMaximum && rule.entrantMoments == .inherited)
      #expect(rule.quantity == .gradient && rule.regrowth == .random && rule.scaling == .minMax)
      #expect(rule.retestProbability == 0 && rule.restartInterval == nil)
      #expect(rule.elimination == nil && !rule.balancesClasses)
      guard case .validated(let validation) = rule.length else {
        Issue.record("no validation run")
        continue
      }
      #expect(validation.fraction == 0.2 && !validation.isStratified)
      #expect(validation.patience == 100 && validation.maximumEpochs == 100_000)
    }
  }

  @Test("scores, keeps the maximum, freezes and establishes, by hand")
  func byHand() {
    // Six features, K = 2, five active. Rotation 0: features 0, 1, 2, 3, 5 with u = 1, 2, 3, 4, 5,
    // all candidates: mean 3, sd² = (4 + 1 + 0 + 1 + 4) / 4 = 2.5, z = (u - 3) / 1.5811.
    var scores = EntryScores(featureCount: 6, rule: .firstImpressionMaximum)
    let first = zScores([1, 2, 3, 4, 5])
    let wanted = [-1.264911, -0.632456, 0, 0.632456, 1.264911]
    #expect(zip(first, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
    for (feature, score) in zip([0, 1, 2, 3, 5], first) { scores.record(score, of: feature) }
    #expect(scores[4] == -.greatestFiniteMagnitude)
    // E = {5, 3}. Rotation 1: 5, 3 stay, 0, 2, 4 enter with u = 0, 9, 6, 6, 9 (5 and 3 first):
    // mean 6, sd² = (36 + 9 + 0 + 0 + 9) / 4 = 13.5, z = -1.6330, 0.8165, 0, 0, 0.8165.
    let second = zScores([0, 9, 6, 6, 9])
    for (feature, score) in zip([0, 2, 4], second.dropFirst(2)) {
      scores.record(score, of: feature)
    }
    // 0 rises from -1.26 to 0; 2 keeps 0; 4 has 0.8165; 5 and 3 are frozen at 1.26 and 0.63,
    // although the one's gradient vanished and the other's is the largest. So 4 displaces 3.
    let active = [0, 2, 3, 4, 5]
    let known = active.map { scores[$0] }
    #expect(zip(known, [0, 0, 0.632456, 0.816497, 1.264911]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(topPositions(2, of: known).map { active[$0] } == [5, 4])
    // Of the equals 0 and 2 the lower index wins; NaN is last.
    #expect(topPositions(4, of: known).map { active[$0] } == [5, 4, 3, 0])
    #expect(topPositions(3, of: [.nan, -1, .nan, -1]) == [1, 3, 0])
  }
}
