import Datasets
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Weights of rows in training")
struct RowWeightTests {
  private static let counts: [Float] = (0..<30).map { Float([1, 3, 2][$0 / 3 % 3]) }

  /// The table with weights, and the one in which each row stands as often as its weight says.
  private static func tables(_ data: Dataset) -> (weighted: Dataset, repeated: Dataset) {
    var weighted = data
    weighted.weights = counts
    let rows = counts.indices.flatMap { Array(repeating: $0, count: Int(counts[$0])) }
    let columns = Array(0..<data.features.columnCount)
    return (
      weighted,
      Dataset(
        features: FeatureStore(
          values: data.features.gathered(rows: rows, columns: columns), rowCount: rows.count,
          columnNames: data.features.columnNames),
        target: data.target.subset(rows))
    )
  }

  /// The loss of all rows in one batch, and the gradients of all parameters.
  private func step(_ data: Dataset, balances: Bool) -> (loss: Double, gradients: [Float]) {
    let rows = Array(0..<data.rowCount)
    let view = TrainingView(
      data, rows: rows, scaling: .minMax, fittingRows: rows, balancesClasses: balances)
    let network = Network.multilayerPerceptron(
      inputCount: data.features.columnCount, hidden: [5], outputCount: view.targets.outputCount,
      random: RandomSource(seed: 4))
    let trainer = Trainer(
      network, loss: view.loss, rule: .adam(Adam()), targets: view.targets,
      rowWeights: view.weights, batchCount: rows.count)
    let batches = SampleBatches(view, batchCount: rows.count, random: RandomSource(seed: 1))
    let loss = batches.take(0) {
      trainer.plan.takeInput(from: batches.block.start, count: rows.count)
      return trainer.computeGradients(rows: $0)
    }
    let parameters = trainer.plan.parameters
    let gradients = parameters.slots.indices.flatMap { slot in
      (0..<parameters.slots[slot].shape.elementCount).map { parameters.gradients(slot)[$0] }
    }
    return (loss, gradients)
  }

  @Test(
    "loss and gradient take a weight for so many equal rows",
    arguments: [makeClasses(rows: 30), makeNumbers(rows: 30)], [false, true])
  func repeatedRows(data: Dataset, balances: Bool) {
    let (weighted, repeated) = Self.tables(data)
    let (found, wanted) = (
      step(weighted, balances: balances), step(repeated, balances: balances)
    )
    #expect(abs(found.loss - wanted.loss) < 1e-6 * max(1, wanted.loss))
    for (found, wanted) in zip(found.gradients, wanted.gradients) {
      #expect(abs(found - wanted) < 1e-5)
    }
    #expect(abs(found.loss - step(data, balances: balances).loss) > 1e-4)
  }

  @Test("a weight of 1 changes no bit of a training", arguments: [false, true])
  func ones(balances: Bool) throws {
    for data in [makeClasses(), makeNumbers()] {
      let recipe = TrainingRecipe.small(epochs: 4) { $0.balancesClasses = balances }
      let plain = try recipe.train(data, random: RandomSource(seed: 5))
      var weighted = data
      weighted.weights = [Float](repeating: 1, count: data.rowCount)
      let found = try recipe.train(weighted, random: RandomSource(seed: 5))
      #expect(found.network == plain.network)
      #expect(found.epochs == plain.epochs)
    }
  }

  @Test("scores of a trained network count rows by their weights")
  func scores() throws {
    let data = makeClasses()
    let trained = try TrainingRecipe.small(epochs: 2).train(data, random: RandomSource(seed: 6))
    guard case .classes(let predicted, _) = trained.predict(data.features),
      case .classes(let truth, _) = data.target
    else { return }
    var weighted = data
    weighted.weights = predicted.indices.map { predicted[$0] == truth[$0] ? 3 : 1 }
    let hits = Double(predicted.indices.count { predicted[$0] == truth[$0] })
    let total = Double(data.rowCount)
    #expect(trained.accuracy(on: data) == hits / total)
    #expect(trained.accuracy(on: weighted) == 3 * hits / (total + 2 * hits))
  }

  @Test("weights of 0 alone are refused")
  func allZero() {
    var data = makeClasses()
    data.weights = [Float](repeating: 0, count: data.rowCount)
    #expect(throws: TrainingError.weights(.allZero)) {
      try TrainingRecipe.small().train(data, random: RandomSource(seed: 7))
    }
  }
}
