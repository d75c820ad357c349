import Datasets
import Networks
import Synchronization
import Tensors
import Testing

@testable import Training

@Suite("A training that goes on later")
struct ResumptionTests {
  private static let recipes: [(name: String, recipe: TrainingRecipe, pruning: PruningRecipe?)] = [
    ("set", .small(.set), nil), ("set, original", .small(.originalSET), nil),
    ("rigl", .small(.rigl), nil), ("rigl, original", .small(.originalRigL), nil),
    ("static", .small(.static), nil), ("dense", .small(.static, sparsity: 0), nil),
    ("no validation", .small(.rigl) { $0.validationFraction = 0 }, nil),
    ("momentum", .small(.set) { $0.optimizer = .sgd(SGD(learningRate: 0.01, momentum: 0.9)) }, nil),
    ("impatient", .small(.set, epochs: 200) { $0.patience = 3 }, nil),
    ("magnitude", .small(epochs: 5), rounds(1)), ("iterative", .small(epochs: 4), rounds(3)),
  ]

  private static func rounds(_ count: Int) -> PruningRecipe {
    var pruning = PruningRecipe(sparsity: 0.8, roundCount: count)
    pruning.epochCount = 3
    return pruning
  }

  @Test("From any of its states it comes to the same bits", arguments: recipes.indices)
  func everyState(_ position: Int) throws {
    let first = Keeper()
    let whole = try train(position, first)
    #expect(first.states.count == whole.epochs.count)
    for place in first.states.indices {
      let later = Keeper(savedState: first.states[place])
      #expect(try train(position, later) == whole)
      #expect(later.states.count == first.states.count - place - 1)
    }
  }

  @Test("After an early end it comes to the same bits", arguments: recipes.indices)
  func earlyEnd(_ position: Int) throws {
    let whole = try train(position, Keeper())
    var saved: Snapshot?
    for _ in 0..<300 {
      let keeper = Keeper(savedState: saved, stopAfter: 1)
      let trained = try train(position, keeper)
      if !trained.isInterrupted {
        #expect(trained == whole)
        return
      }
      saved = keeper.states.last ?? saved
    }
    Issue.record("it never came to its end")
  }

  @Test("The state of another training is refused")
  func otherTraining() throws {
    let keeper = Keeper()
    _ = try train(0, keeper)
    for position in [5, 10] {
      #expect(throws: TrainingError.self) {
        try train(position, Keeper(savedState: keeper.states[1]))
      }
    }
  }

  private func train(_ position: Int, _ observer: Keeper) throws -> TrainedNetwork {
    let (_, recipe, pruning) = Self.recipes[position]
    let random = RandomSource(seed: 3)
    guard let pruning else {
      return try recipe.train(makeClasses(), random: random, observer: observer)
    }
    return try recipe.train(makeClasses(), pruning: pruning, random: random, observer: observer)
  }
}
