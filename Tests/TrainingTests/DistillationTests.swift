import Datasets
import Foundation
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Learning from another network")
struct DistillationTests {
  /// A network of 24 hidden units that knows 600 rows, and 45 rows to teach a smaller one on.
  private func lesson(mixing: Double?) throws -> (rows: Refinement, small: Network) {
    var recipe = TrainingRecipe.small(.static, sparsity: 0, epochs: 30)
    recipe.hiddenCounts = [24]
    let model = try recipe.train(makeClasses(rows: 600), random: RandomSource(seed: 3))
    recipe.epochCount = 60
    var rows = try Refinement(
      of: model, recipe, makeClasses(rows: 45, seed: 9), random: RandomSource(seed: 3))
    if let mixing {
      var distillation = Distillation()
      (distillation.mixing, distillation.truth) = (mixing, 0)
      rows.distillation = distillation
    }
    let small = Network.multilayerPerceptron(
      inputCount: 8, hidden: [6], outputCount: 3, random: RandomSource(seed: 5))
    return (rows, small)
  }

  /// How far the shares that a network gives to the classes are from the model's, on other rows.
  private func distance(_ trained: TrainedNetwork, _ model: TrainedNetwork) -> Double {
    let features = makeClasses(rows: 500, seed: 11).features
    func shares(_ network: TrainedNetwork) -> [Float] {
      let outputs = network.outputs(for: features, rows: Array(0..<500)).elements
      return stride(from: 0, to: outputs.count, by: 3).flatMap { start in
        softmax(Array(outputs[start..<start + 3]))
      }
    }
    return zip(shares(trained), shares(model)).reduce(0) {
      $0 + Double(($1.0 - $1.1) * ($1.0 - $1.1))
    }
  }

  @Test("A small network comes nearer to the large one than by the targets, with mixtures the most")
  func nearer() throws {
    func reached(_ mixing: Double?) throws -> Double {
      let (rows, small) = try lesson(mixing: mixing)
      return distance(
        try rows.train(small, epochCount: 60, random: RandomSource(seed: 7)), rows.model)
    }
    let (targets, plain, mixed) = (try reached(nil), try reached(0), try reached(0.5))
    #expect(plain < 0.8 * targets)
    #expect(mixed < plain)
  }

  @Test("From any of its states it comes to the same bits")
  func resumption() throws {
    let (rows, small) = try lesson(mixing: 0.5)
    let first = Keeper()
    let whole = try rows.train(
      small, epochCount: 6, random: RandomSource(seed: 7), observer: first)
    for state in first.states {
      let again = try rows.train(
        small, epochCount: 6, random: RandomSource(seed: 7), observer: Keeper(savedState: state))
      #expect(again == whole)
    }
    #expect(first.states.count == 6)
  }

  @Test("Rows cannot be mixed by more than all of another one", arguments: [-0.1, 1.5, .nan])
  func badMixing(_ mixing: Double) throws {
    let (rows, small) = try lesson(mixing: mixing)
    #expect(throws: TrainingError.self) {
      try rows.train(small, epochCount: 1, random: RandomSource(seed: 7))
    }
  }
}

private func softmax(_ values: [Float]) -> [Float] {
  let largest = values.max() ?? 0
  let shares = values.map { exp($0 - largest) }
  return shares.map { $0 / shares.reduce(0, +) }
}
