import Datasets
import Tensors
import Testing

@testable import Selection

/// A method under test on groups, with settings large enough to learn.
struct GroupCase: CustomTestStringConvertible {
  let name: String
  let method: any SelectionMethod
  var testDescription: String { name }

  static let networks: [GroupCase] = [
    GroupCase(name: "entryprune", method: EntryPrune.small(rotations: 40) { $0.grown() }),
    GroupCase(
      name: "entryprune without elimination",
      method: EntryPrune.small(rotations: 40) {
        $0.grown()
        $0.eliminates = false
      }),
    GroupCase(
      name: "entryprune-flex",
      method: EntryPrune.small(.released) {
        $0.grown()
        $0.isFlexible = true
        var validation = Validation()
        validation.patience = 20
        $0.length = .validated(validation)
      }),
    GroupCase(name: "set", method: SparseSelection.small(.set) { $0.epochCount = 20 }),
    GroupCase(
      name: "set, attribution",
      method: SparseSelection.small(.set, .attribution) { $0.epochCount = 20 }),
    GroupCase(name: "rigl", method: SparseSelection.small(.rigl) { $0.epochCount = 20 }),
    GroupCase(name: "neurofs", method: NeuroFSTests.small()),
  ]
  static let quickSelection = GroupCase(
    name: "quickselection", method: QuickSelectionTests.small())
}

extension EntryPrune {
  fileprivate mutating func grown() {
    hiddenCount = 16
    batchCount = 64
    stepsPerRotation = 10
    learningRate = 0.01
  }
}

@Suite("Scores of groups")
struct GroupScoreTests {
  @Test("MEASURE", arguments: GroupCase.networks + [GroupCase.quickSelection])
  func measure(_ method: GroupCase) throws {
    let sizes = [1, 5, 50]
    var sums = [0.0, 0, 0]
    var tops = [0.0, 0, 0]
    let seeds = 12
    for seed in 0..<seeds {
      let data = noise(sizes: Array(repeating: sizes, count: 10).flatMap { $0 }, seed: UInt64(seed))
      let task = try SelectionTask(data, count: 32)
      let all = try method.method.select(
        SelectionTask(data, count: data.featureCount - 1), random: RandomSource(seed: UInt64(seed)))
      for (rank, index) in all.indices.enumerated() where index >= 3 {
        sums[(index - 3) % 3] += Double(rank) / Double(10 * seeds)
        if rank < 10 { tops[(index - 3) % 3] += 1 / Double(seeds) }
      }
      _ = task
    }
    print("RANK", method.name, sums, tops)
  }

  /// Three strong columns, then groups of noise columns of given sizes.
  func noise(sizes: [Int], seed: UInt64) -> Dataset {
    var random = RandomSource(seed: seed).substream("noise")
    let rows = 200
    let columnCount = 3 + sizes.reduce(0, +)
    let features = makeFeatures(rows: rows, columns: columnCount) { row, column in
      Float(random.normal() + (column < 3 ? Double(row % 2) : 0))
    }
    var end = 3
    let columns = [[0], [1], [2]] + sizes.map { size in
      end += size
      return Array(end - size..<end)
    }
    return Dataset(
      features: features,
      target: .classes(indices: (0..<rows).map { $0 % 2 }, names: ["a", "b"]),
      featureGroups: FeatureGroups(names: columns.indices.map { "g\($0)" }, columns: columns))
  }
}
