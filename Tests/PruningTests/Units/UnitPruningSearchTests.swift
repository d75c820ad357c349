import Datasets
import Networks
import Tensors
import Testing
import Training

@testable import Pruning

@Suite("Search of the threshold")
struct UnitPruningSearchTests {
  @Test("Halving finds the last good step of every list, in as few steps as there are bits")
  func halving() {
    for count in 0...40 {
      for last in 0...count {
        var asked = 0
        let found = UnitPruningSearch.halve(count) { step -> Bool? in
          asked += 1
          return step <= last
        }
        #expect(found == last)
        #expect(asked <= Int.bitWidth - count.leadingZeroBitCount)
      }
    }
  }

  @Test("Where scores fall, the search finds what trying every threshold finds")
  func bruteForce() throws {
    let data = makeRows(300, classes: 3)
    let model = try trainedNetwork(on: data, hidden: [7, 5])
    let refinement = try refinement(of: model, on: data)
    let survey = try UnitSurvey(
      model.network, score: .deviation, refinement, random: RandomSource(seed: 1))
    let search = UnitPruningSearch(ODF2NNA(), maximumDrop: 0.05)
    let outcome = try search.run(
      survey, refinement, epochCount: 2, random: RandomSource(seed: 9))
    let thresholds = search.method.thresholds(for: survey)
    let original = refinement.validation(of: model.network)?.score ?? 0
    #expect(outcome.originalScore == original)
    var accepted: [Int] = []
    for (index, epsilon) in thresholds.enumerated() {
      var method = search.method
      method.epsilon = epsilon
      let trained = try refinement.train(
        method.plan(for: survey).prunedNetwork(), epochCount: 2,
        random: RandomSource(seed: 9).substream("round 1, candidate", index + 1))
      let score = refinement.validation(of: trained.network)?.score ?? 0
      if score >= original - 0.05 - 1e-12 { accepted.append(index + 1) }
      if let tried = outcome.path.first(where: { $0.step == index + 1 }) {
        #expect(tried.score == score && tried.epsilon == epsilon)
        #expect(tried.isAccepted == accepted.contains(index + 1))
        if outcome.candidate?.step == tried.step {
          #expect(outcome.trained.network == trained.network)
        }
      }
    }
    // What halving comes to on the scores that were measured.
    let expected = UnitPruningSearch.halve(thresholds.count) { accepted.contains($0) }
    #expect(outcome.candidate?.step ?? 0 == expected)
    if accepted == Array(1..<accepted.count + 1) { #expect(expected == accepted.count) }
    #expect(outcome.path.map(\.step) == outcome.path.map(\.step).sorted())
    #expect(!accepted.isEmpty)
  }

  @Test("The same seed gives the same bits, and kept results spare the training")
  func reproduction() throws {
    let data = makeRows(240)
    let model = try trainedNetwork(on: data)
    let refinement = try refinement(of: model, on: data)
    let survey = try UnitSurvey(
      model.network, score: .deviation, refinement, random: RandomSource(seed: 1))
    let search = UnitPruningSearch(ODF2NNA(), maximumDrop: 0.04)
    func run(_ keeper: CandidateKeeper) throws -> UnitPruningSearch.Outcome {
      try search.run(
        survey, refinement, epochCount: 2, random: RandomSource(seed: 9), observer: keeper)
    }
    let (first, second) = (CandidateKeeper(), CandidateKeeper())
    let (left, right) = (try run(first), try run(second))
    #expect(left.trained == right.trained && left.path == right.path)
    #expect(first.epochCount == 2 * left.path.count)
    // Interrupted after two candidates, then gone on with.
    let interrupted = CandidateKeeper(stopAfter: 2)
    let early = try run(interrupted)
    #expect(early.isInterrupted && early.path.count == 2 && early.trained.isInterrupted)
    let resumed = CandidateKeeper()
    resumed.take(interrupted.results)
    let late = try run(resumed)
    #expect(late.trained == left.trained && late.path == left.path)
    #expect(resumed.epochCount == 2 * (left.path.count - 2))
  }

  @Test("Further rounds cut what the first one left, within the same allowance")
  func rounds() throws {
    let data = makeRows(240)
    let model = try trainedNetwork(on: data)
    let refinement = try refinement(of: model, on: data)
    let survey = try UnitSurvey(
      model.network, score: .deviation, refinement, random: RandomSource(seed: 1))
    var search = UnitPruningSearch(ODF2NNA(), maximumDrop: 0.05)
    func run() throws -> UnitPruningSearch.Outcome {
      try search.run(survey, refinement, epochCount: 3, random: RandomSource(seed: 9))
    }
    let once = try run()
    search.roundCount = 4
    let often = try run()
    #expect(often.path.prefix(once.path.count) == once.path[...])
    #expect((2...4).contains(often.plans.count))
    #expect(often.trained.network.parameterCount < once.trained.network.parameterCount)
    let score = refinement.validation(of: often.trained.network)?.score ?? 0
    #expect(score >= often.originalScore - 0.05 - 1e-12)
    #expect(
      often.trained.epochs.count == model.epochs.count + 3 * often.plans.count)
    search.roundCount = 0
    #expect(throws: UnitPruningError.self) { try run() }
  }

  @Test("A budget takes the weakest threshold that leaves no more, at once or in rounds")
  func budget() throws {
    let data = makeRows(240)
    let model = try trainedNetwork(on: data)
    let refinement = try refinement(of: model, on: data)
    let survey = try UnitSurvey(
      model.network, score: .deviation, refinement, random: RandomSource(seed: 1))
    let before = model.network.parameterCount
    for share in [0.1, 0.5, 0.8] {
      var budget = UnitPruningBudget(ODF2NNA(), share: share)
      let outcome = try budget.run(
        survey, refinement, epochCount: 1, random: RandomSource(seed: 9))
      let limit = Int((1 - share) * Double(before) + 1e-6)
      #expect(outcome.trained.network.parameterCount <= limit)
      // No weaker threshold does.
      var method = ODF2NNA()
      for epsilon in method.thresholds(for: survey) where epsilon < outcome.candidate?.epsilon ?? 0
      {
        method.epsilon = epsilon
        #expect(try method.plan(for: survey).prunedNetwork().parameterCount > limit)
      }
      budget.roundCount = 3
      let rounds = try budget.run(
        survey, refinement, epochCount: 1, random: RandomSource(seed: 9))
      #expect(rounds.plans.count == 3 && rounds.trained.network.parameterCount <= limit)
      let counts = rounds.path.map(\.parameterCount)
      #expect(counts == counts.sorted(by: >))
      if share > 0.4 { #expect(counts[0] > limit) }
    }
    #expect(throws: UnitPruningError.self) {
      try UnitPruningBudget(ODF2NNA(), share: 0.99).run(
        survey, refinement, epochCount: 1, random: RandomSource(seed: 9))
    }
  }

  @Test("Without any good threshold the original network comes back")
  func nothingFound() throws {
    let plain = makeRows(240, columns: 1)
    // One class lies on both sides of the other, so each of two units is needed.
    let values = (0..<240).map { Float($0 % 3) - 1 }
    let data = Dataset(
      features: FeatureStore(values: values, rowCount: 240, columnNames: ["x0"]),
      target: .classes(indices: values.map { $0 == 0 ? 0 : 1 }, names: ["c0", "c1"]))
    var model = try trainedNetwork(on: plain)
    model.network = rectifiedNetwork(
      inputCount: 1, [([[1], [-1]], [-0.5, -0.5]), ([[-8, -9], [8, 9]], [0.5, 0])])
    model.scaler = .identity(columnCount: 1)
    let refinement = try refinement(of: model, on: data)
    let survey = try UnitSurvey(
      model.network, score: .outgoing, refinement, random: RandomSource(seed: 1))
    var method = ODF2NNA()
    (method.score, method.bias) = (.outgoing, .none)
    let outcome = try UnitPruningSearch(method, maximumDrop: 0).run(
      survey, refinement, epochCount: 1, random: RandomSource(seed: 9))
    #expect(outcome.originalScore == 1)
    #expect(outcome.trained.network == model.network)
    #expect(outcome.plans.isEmpty && outcome.candidate == nil && outcome.pruned == model.network)
    #expect(outcome.path.contains { !$0.isAccepted })
  }

  @Test("Too few validation rows for the allowance are refused with the number needed")
  func fewRows() throws {
    let search = UnitPruningSearch(ODF2NNA(), maximumDrop: 0.01)
    #expect(
      throws: UnitPruningError.tooFewValidationRows(50, needed: 100, maximumDrop: 0.01)
    ) { try search.check(validationRows: 50, countsRows: true) }
    try search.check(validationRows: 100, countsRows: true)
    try search.check(validationRows: 50, countsRows: false)
    try UnitPruningSearch(ODF2NNA(), maximumDrop: 0).check(validationRows: 5, countsRows: true)
    #expect(throws: UnitPruningError.noValidationRows) {
      try search.check(validationRows: 0, countsRows: false)
    }
    #expect(throws: UnitPruningError.self) {
      try UnitPruningSearch(ODF2NNA(), maximumDrop: 1).check(
        validationRows: 500, countsRows: true)
    }
    let text = UnitPruningError.tooFewValidationRows(50, needed: 100, maximumDrop: 0.01).description
    #expect(text.contains("100 rows") && text.contains("0.02"))
  }

  private func refinement(of model: TrainedNetwork, on data: Dataset) throws -> Refinement {
    var recipe = TrainingRecipe()
    recipe.batchCount = 16
    return try Refinement(of: model, recipe, data, random: RandomSource(seed: 5))
  }
}
