import Datasets
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Accuracy while a network learns")
struct AccuracyTests {
  @Test("The place of a class: the largest output first, of equal ones the first, NaN last")
  func places() {
    let outputs: [Float] = [0.5, 2, 0.5, -1, 2, .nan]
    let found = outputs.indices.map { AccuracySum.place(of: $0, in: outputs, outputs.count) }
    #expect(found == [2, 0, 3, 4, 1, 6])
  }

  @Test("Shares are weighted, and top-5 is there where there are more than five classes")
  func shares() {
    let names = (0..<7).map { "c\($0)" }
    // Row r: class r comes after r others.
    let line = (0..<7).map { Float(-$0) }
    let outputs = Tensor([7, 7], (0..<7).flatMap { _ in line })
    let truth = Target.classes(indices: Array(0..<7), names: names)
    #expect(AccuracySum.topFive(of: outputs, truth, weights: nil) == 5.0 / 7)
    #expect(
      AccuracySum.topFive(of: outputs, truth, weights: [0, 0, 0, 0, 1, 3, 0]) == 0.25)
    let few = Target.classes(indices: [0, 1], names: Array(names.prefix(5)))
    #expect(AccuracySum.topFive(of: Tensor([2, 5]), few, weights: nil) == nil)
  }

  @Test("Every epoch tells how often it was right on the rows it learned")
  func epochs() throws {
    let many = try TrainingRecipe.small(epochs: 8).train(
      makeClasses(columns: 8, names: (0..<6).map { "c\($0)" }), random: RandomSource(seed: 1))
    for epoch in many.epochs {
      let (first, five) = (epoch.trainingAccuracy ?? -1, epoch.trainingTopFive ?? -1)
      #expect(first >= 0 && five <= 1 && first <= five)
      #expect((epoch.validationAccuracy ?? 2) <= (epoch.validationTopFive ?? -1))
    }
    let few = try TrainingRecipe.small(epochs: 30).train(
      makeClasses(), random: RandomSource(seed: 1))
    #expect(few.epochs.allSatisfy { $0.trainingTopFive == nil && $0.validationTopFive == nil })
    let (first, last) = (few.epochs[0].trainingAccuracy, few.epochs.last?.trainingAccuracy)
    #expect((first ?? 1) < (last ?? 0) && (last ?? 0) > 0.9)
    let numbers = try TrainingRecipe.small(epochs: 1).train(
      makeNumbers(), random: RandomSource(seed: 1))
    #expect(numbers.epochs[0].trainingAccuracy == nil)
  }

  @Test("A step that moves nothing is right on the training rows as often as the network is")
  func measured() throws {
    let data = makeClasses(rows: 96)
    let recipe = TrainingRecipe.small(.static, sparsity: 0, epochs: 1) {
      $0.optimizer = .sgd(SGD(learningRate: 1e-30))
      $0.validationFraction = 0
    }
    let trained = try recipe.train(data, random: RandomSource(seed: 1))
    #expect(trained.epochs[0].trainingAccuracy == trained.accuracy(on: data))
  }
}
