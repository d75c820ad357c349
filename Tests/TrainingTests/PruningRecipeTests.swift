import Datasets
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Pruning of trained networks", .serialized)
struct PruningRecipeTests {
  @Test("prunes to the sparsity asked for and keeps what was learnt", arguments: [1, 4])
  func rounds(count: Int) throws {
    let data = makeClasses(rows: 200)
    let recorder = Recorder()
    var pruning = PruningRecipe(sparsity: 0.8, roundCount: count)
    pruning.epochCount = 5
    let recipe = TrainingRecipe.small(epochs: 8)
    let trained = try recipe.train(
      data, rows: Array(0..<150), pruning: pruning, random: RandomSource(seed: 1),
      observer: recorder)
    #expect(trained.cost.connectionCount == 56)  // a fifth of 280
    #expect(trained.network.parameterCount == 56 + 16 + 8 + 3)
    #expect(try #require(trained.accuracy(on: data, rows: Array(150..<200))) > 0.6)
    #expect(trained.epochs.count == 8 + 5 * count)
    #expect(trained.epochs == recorder.reports.map(\.result))
    #expect(
      recorder.reports.map(\.round)
        == [Int](repeating: 0, count: 8) + (1...count).flatMap { [Int](repeating: $0, count: 5) })
    #expect(recorder.reports.allSatisfy { $0.roundCount == count })
    // The network is one of the last round.
    #expect(trained.bestEpoch >= 8 + 5 * (count - 1))
    let last = trained.epochs.suffix(5).compactMap(\.validationLoss)
    #expect(trained.epochs[trained.bestEpoch].validationLoss == last.min())
    #expect(trained.cost.epochCount == trained.epochs.count)
    #expect(trained.cost.stepCount == trained.epochs.count * (120 / 16))
    // The dense epochs cost more than those of any round.
    #expect(trained.cost.publishedRuleMultiplyAdds > 3 * 150 * (8 * 280 + 5 * count * 56) - 1)
    #expect(!trained.isInterrupted && trained.notes.isEmpty)
  }

  @Test("a round goes on from the weights that are left")
  func continuation() throws {
    let data = makeClasses(rows: 200)
    let recipe = TrainingRecipe.small(epochs: 30)
    var pruning = PruningRecipe(sparsity: 0.3)
    pruning.epochCount = 1
    let random = RandomSource(seed: 2)
    let dense = try TrainingRecipe.small(.static, sparsity: 0, epochs: 30).train(
      data, random: random)
    let trained = try recipe.train(data, pruning: pruning, random: random)
    let denseLoss = try #require(dense.epochs[dense.bestEpoch].validationLoss)
    #expect(trained.epochs.first == dense.epochs.first)
    #expect(try #require(trained.epochs.last?.validationLoss) < 2 * denseLoss)
  }

  @Test("an early end gives the round it came to, and says so")
  func earlyEnd() throws {
    let data = makeClasses()
    var pruning = PruningRecipe(sparsity: 0.75, roundCount: 2)
    pruning.epochCount = 3
    func trained(stopAfter count: Int) throws -> TrainedNetwork {
      try TrainingRecipe.small(epochs: 4).train(
        data, pruning: pruning, random: RandomSource(seed: 3), observer: Recorder(stopAfter: count))
    }
    for (count, connections, reached) in [(2, 280, "0.0"), (4, 280, "0.0"), (5, 140, "0.5")] {
      let early = try trained(stopAfter: count)
      #expect(early.isInterrupted)
      #expect(early.epochs.count == count)
      #expect(early.cost.connectionCount == connections)
      #expect(
        early.notes == ["pruning had reached a sparsity of \(reached) of 0.75 when it ended"])
    }
    #expect(try !trained(stopAfter: 10).isInterrupted)
  }

  @Test("settings that will not do are refused")
  func refusals() throws {
    for pruning in [
      PruningRecipe(sparsity: 1), PruningRecipe(sparsity: -0.1),
      PruningRecipe(sparsity: 0.5, roundCount: 0), PruningRecipe(sparsity: .nan),
    ] {
      #expect(throws: TrainingError.self) {
        try TrainingRecipe.small().train(
          makeClasses(), pruning: pruning, random: RandomSource(seed: 1))
      }
    }
  }
}
