import Datasets
import Networks
import Tensors
import Testing

@testable import Training

@Suite("Training for several labels or numbers")
struct SeveralTargetTests {
  private static let data: (labels: Dataset, numbers: Dataset) = {
    let data = makeNumbers(rows: 300, columns: 5)
    let columns = (0..<2).map { data.features.gathered(rows: Array(0..<300), columns: [$0]) }
    return (
      Dataset(
        features: data.features,
        target: .labels(columns.map { $0.map { $0 > 0.5 } }, names: ["a", "b"])),
      Dataset(
        features: data.features,
        target: .outputs([columns[0].map { 500 + 3 * $0 }, columns[1]], names: ["u", "v"]))
    )
  }()

  private let recipe = TrainingRecipe.small(sparsity: 0.2, epochs: 40)

  @Test("labels are learnt by a sigmoid each, and predicted under their names")
  func labels() throws {
    let data = Self.data.labels
    let rows = Array(0..<240)
    let trained = try recipe.train(data, rows: rows, random: RandomSource(seed: 1))
    #expect(trained.meaning == .labels(names: ["a", "b"]))
    #expect(trained.classNames == nil)
    #expect((trained.epochs[trained.bestEpoch].validationAccuracy ?? 0) > 0.9)
    guard case .labels(let found, let names) = trained.predict(data.features),
      case .labels(let truth, _) = data.target
    else {
      Issue.record("no labels")
      return
    }
    #expect(names == ["a", "b"])
    for (found, truth) in zip(found, truth) {
      #expect((240..<300).count { found[$0] == truth[$0] } > 50)
    }
    // The first loss is near log 2, what a network that knows nothing has for every label.
    let first = try TrainingRecipe.small(epochs: 1).train(data, random: RandomSource(seed: 1))
    #expect(abs(first.epochs[0].trainingLoss - 0.693) < 0.2)
  }

  @Test("numbers are standardised each by itself, and predicted in their own units")
  func numbers() throws {
    let data = Self.data.numbers
    let rows = Array(0..<240)
    let trained = try recipe.train(data, rows: rows, random: RandomSource(seed: 1))
    guard case .outputs(let found, _) = trained.predict(data.features),
      case .outputs(let truth, _) = data.target
    else {
      Issue.record("no outputs")
      return
    }
    for (output, deviation) in [(0, Float(3)), (1, 1)] {
      let errors = (240..<300).map { (found[output][$0] - truth[output][$0]) / deviation }
      #expect(errors.reduce(0) { $0 + $1 * $1 } / 60 < 0.3)
    }
  }

  @Test("labels in which no row differs are refused")
  func constant() {
    var data = Self.data.labels
    data.target = .labels(
      [[Bool](repeating: true, count: 300), [Bool](repeating: false, count: 300)],
      names: ["a", "b"])
    #expect(throws: TrainingError.oneClass) {
      try recipe.train(data, random: RandomSource(seed: 1))
    }
  }
}
