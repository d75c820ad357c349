import Datasets
import Tensors
import Testing
import Training

@testable import Selection

@Suite("EntryPrune finds what was planted")
struct PlantedTruthTests {
  private func chosen(
    _ method: some SelectionMethod, _ task: SelectionTask, seed: UInt64
  ) throws -> Set<Int> {
    Set(
      try method.select(task, random: RandomSource(seed: seed)).indices)
  }

  /// Classes by the sign of the sum of the first columns, with unlike signs, among noise.
  private func linear(rows: Int, columns: Int, informative: Int) -> Dataset {
    var random = RandomSource(seed: 71)
    let features = makeFeatures(rows: rows, columns: columns) { _, _ in Float(random.normal()) }
    let labels = (0..<rows).map { row in
      let values = features.gathered(rows: [row], columns: Array(0..<informative))
      let sum = values.indices.reduce(Float(0)) { $0 + values[$1] * ($1 % 2 == 0 ? 1 : -1) }
      return sum > 0 ? 1 : 0
    }
    return Dataset(features: features, target: .classes(indices: labels, names: ["no", "yes"]))
  }

  @Test("the standard preset finds five linear columns among forty; chance does not")
  func linearProblem() throws {
    let task = try SelectionTask(linear(rows: 400, columns: 40, informative: 5), count: 5)
    var method = EntryPrune()
    method.hiddenCount = 30
    for seed in 1...2 as ClosedRange<UInt64> {
      #expect(try chosen(method, task, seed: seed).intersection(0..<5).count >= 4)
    }
    let lucky = try (0..<40).reduce(0) {
      $0 + (try chosen(RandomSelection(), task, seed: $1).intersection(0..<5).count)
    }
    #expect(lucky < 60 && lucky > 5)  // 25 expected of 200
  }

  @Test("the released rule finds them as well")
  func releasedRule() throws {
    let task = try SelectionTask(linear(rows: 400, columns: 40, informative: 5), count: 5)
    let method = EntryPrune.small(.released, rotations: 40) {
      $0.hiddenCount = 20
      $0.batchCount = 200
      $0.stepsPerRotation = 30
    }
    #expect(try chosen(method, task, seed: 1).intersection(0..<5).count >= 4)
  }

  @Test("regression: the five columns of Friedman's problem")
  func regression() throws {
    let generated = try RegressionGenerator(rowCount: 500, columnCount: 20).generate(seed: 1)
    let task = try SelectionTask(generated.dataset, count: 5)
    var method = EntryPrune()
    method.hiddenCount = 40
    #expect(try chosen(method, task, seed: 1) == Set(generated.truth.informative))
  }

  @Test("an interaction that no column shows alone")
  func interaction() throws {
    let data = try InteractionGenerator(rowCount: 1500, columnCount: 10).generate(seed: 2)
    let task = try SelectionTask(data.dataset, count: 2)
    var method = EntryPrune()
    method.hiddenCount = 40
    #expect(try chosen(method, task, seed: 1) == Set(data.truth.informative))
  }

  @Test("wide data: 40 rows of 300 columns")
  func wide() throws {
    var random = RandomSource(seed: 73)
    let features = makeFeatures(rows: 40, columns: 300) { row, column in
      Float(random.normal()) + (column < 3 ? Float(row % 2) * 4 : 0)
    }
    let data = Dataset(
      features: features,
      target: .classes(indices: (0..<40).map { $0 % 2 }, names: ["a", "b"]))
    let task = try SelectionTask(data, count: 6)
    #expect(EntryRule.DataKind(task) == .wide)
    for preset in EntryPrune.Preset.allCases {
      let method = EntryPrune.small(preset, rotations: 40) {
        $0.hiddenCount = 20
        $0.batchCount = 40
        $0.stepsPerRotation = 5
        $0.eliminates = nil
      }
      #expect(try chosen(method, task, seed: 1).isSuperset(of: [0, 1, 2]), "\(preset)")
    }
  }

  @Test("balanced classes: a rare class counts as much as a frequent one")
  func imbalance() throws {
    // Column 0 tells the frequent classes a and b apart, column 1 the rare c from both.
    var random = RandomSource(seed: 74)
    let labels = (0..<360).map { $0 % 30 == 0 ? 2 : $0 % 2 }
    let features = makeFeatures(rows: 360, columns: 8) { row, column in
      switch column {
      case 0: Float(random.normal()) + (labels[row] == 1 ? 4 : labels[row] == 2 ? 2 : 0)
      case 1: Float(random.normal()) + (labels[row] == 2 ? 6 : 0)
      default: Float(random.normal())
      }
    }
    let task = try SelectionTask(
      Dataset(features: features, target: .classes(indices: labels, names: ["a", "b", "c"])),
      count: 1)
    for (balances, wanted) in [(false, 0), (true, 1)] {
      let method = EntryPrune.small(rotations: 30) {
        $0.hiddenCount = 20
        $0.batchCount = 120
        $0.scaling = .standard
        $0.candidateFraction = 1
        $0.balancesClasses = balances
      }
      #expect(try chosen(method, task, seed: 1) == [wanted], "balanced: \(balances)")
    }
  }
}
