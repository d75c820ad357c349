import Datasets
import Tensors
import Testing

@testable import Selection

/// A method under test; a new one adds its line to `all`.
struct MethodCase: CustomTestStringConvertible {
  let name: String
  let method: any SelectionMethod
  var testDescription: String { name }

  static let all: [MethodCase] =
    [
      MethodCase(name: "random", method: RandomSelection()),
      MethodCase(name: "f-test", method: FTestSelection()),
      MethodCase(name: "entryprune", method: EntryPrune.small(rotations: 5)),
      MethodCase(
        name: "entryprune without elimination",
        method: EntryPrune.small(rotations: 12) { $0.eliminates = false }),
      MethodCase(
        name: "entryprune, gradient regrowth",
        method: EntryPrune.small(rotations: 12) {
          $0.regrowth = .gradient
          $0.eliminates = false
        }),
      MethodCase(
        name: "entryprune, released", method: EntryPrune.small(.released) { $0.length = brief }),
      MethodCase(
        name: "entryprune-flex",
        method: EntryPrune.small(.released) {
          $0.isFlexible = true
          $0.length = brief
        }),
    ]
    + SparseSelection.Topology.allCases.flatMap { topology in
      Importance.allCases.map { importance in
        MethodCase(
          name: "\(topology), \(importance)", method: SparseSelection.small(topology, importance))
      }
    }
    + [
      MethodCase(
        name: "set, published",
        method: SparseSelection.small(.set, .attribution, preset: .published)),
      MethodCase(name: "quickselection", method: QuickSelectionTests.small()),
      MethodCase(name: "neurofs", method: NeuroFSTests.small()),
      MethodCase(name: "mutual-information", method: MutualInformationSelection()),
      MethodCase(name: "l1", method: LassoSelection()),
      MethodCase(name: "ensemble", method: RankEnsemble.small()),
      MethodCase(name: "auto", method: Race.small()),
    ]
    + (TreeSelection.isAvailable ? [MethodCase(name: "trees", method: TreeSelection.small())] : [])

  private static var brief: SearchLength {
    var validation = Validation()
    validation.patience = 12
    return .validated(validation)
  }

  func select(_ task: SelectionTask, seed: UInt64 = 1) throws -> FeatureSelection {
    try method.select(task, random: RandomSource(seed: seed))
  }
}

@Suite("Every selection method")
struct ConformanceTests {
  private static let classes = makeDataset(
    rows: 40, columns: 10, classCount: 3, using: RandomSource(seed: 31))
  private static let regression: Dataset = {
    var data = classes
    let column = data.features.column(0, rows: Array(0..<40))
    data.target = .values(column.enumerated().map { 7 - 3 * $1 + Float($0 % 3) })
    return data
  }()
  private let tables = [
    classes, regression, makeSeveralTargets(rows: 40, columns: 10, areLabels: true),
    makeSeveralTargets(rows: 40, columns: 10, areLabels: false),
  ]

  @Test("returns as many features as wanted, none twice", arguments: MethodCase.all)
  private func counts(_ method: MethodCase) throws {
    for data in tables {
      for count in [1, 2, 9, 10] {
        let selection = try method.select(SelectionTask(data, count: count))
        #expect(selection.features.count == count)
        #expect(Set(selection.indices).count == count)
        #expect(selection.indices.allSatisfy { (0..<10).contains($0) })
        #expect(!selection.isInterrupted)
      }
    }
  }

  @Test("ranks by finite scores, the best first", arguments: MethodCase.all)
  private func ranking(_ method: MethodCase) throws {
    for data in tables {
      let scores = try method.select(SelectionTask(data, count: 4)).features.map(\.score)
      #expect(scores.allSatisfy { $0.isFinite })
      #expect(scores == scores.sorted(by: >))
    }
  }

  @Test("chooses what must be kept and nothing that is dropped", arguments: MethodCase.all)
  private func keepAndDrop(_ method: MethodCase) throws {
    for data in tables {
      for seed in 0..<3 {
        let task = try SelectionTask(data, count: 4, keep: [9, 3], drop: [0, 6, 7])
        let chosen = Set(try method.select(task, seed: UInt64(seed)).indices)
        #expect(chosen.count == 4)
        #expect(chosen.isSuperset(of: [3, 9]) && chosen.isDisjoint(with: [0, 6, 7]))
      }
      let all = try SelectionTask(data, count: 2, keep: [8, 5])
      #expect(Set(try method.select(all).indices) == [5, 8])
      let rest = try SelectionTask(data, count: 3, drop: [0, 1, 2, 3, 4, 5, 6])
      #expect(Set(try method.select(rest).indices) == [7, 8, 9])
    }
  }

  @Test("returns the same under the same seed", arguments: MethodCase.all)
  private func determinism(_ method: MethodCase) throws {
    for data in tables {
      let task = try SelectionTask(data, count: 3)
      #expect(try method.select(task, seed: 5) == method.select(task, seed: 5))
    }
  }

  @Test("reads the task's rows and no other", arguments: MethodCase.all)
  private func otherRows(_ method: MethodCase) throws {
    let rows = (0..<40).filter { $0 % 4 != 1 }
    for data in tables {
      var poisoned = data
      poisoned.features = makeFeatures(rows: 40, columns: 10) { row, column in
        let value = data.features.column(column, rows: [row])[0]
        return rows.contains(row) ? value : (row % 8 == 1 ? .nan : 1e20)
      }
      switch data.target {
      case .classes(let indices, let names):
        poisoned.target = .classes(
          indices: indices.indices.map { rows.contains($0) ? indices[$0] : 0 }, names: names)
      case .values(let values):
        poisoned.target = .values(values.indices.map { rows.contains($0) ? values[$0] : .nan })
      case .labels(let columns, let names):
        poisoned.target = .labels(
          columns.map { column in column.indices.map { !rows.contains($0) || column[$0] } },
          names: names)
      case .outputs(let columns, let names):
        poisoned.target = .outputs(
          columns.map { column in column.indices.map { rows.contains($0) ? column[$0] : .nan } },
          names: names)
      }
      let clean = try method.select(SelectionTask(data, rows: rows, count: 3))
      #expect(try method.select(SelectionTask(poisoned, rows: rows, count: 3)) == clean)
    }
  }

  @Test("does not depend on the order of what is kept or dropped", arguments: MethodCase.all)
  private func orderOfColumns(_ method: MethodCase) throws {
    let data = Self.classes
    let one = try SelectionTask(data, count: 4, keep: [2, 9, 2], drop: [5, 4])
    let other = try SelectionTask(data, count: 4, keep: [9, 2], drop: [4, 5, 4])
    #expect(try method.select(one) == method.select(other))
  }

  @Test("groups of one column each change nothing", arguments: MethodCase.all)
  private func groupsOfOne(_ method: MethodCase) throws {
    for data in tables {
      var grouped = data
      grouped.featureGroups = FeatureGroups(
        names: data.features.columnNames, columns: (0..<10).map { [$0] })
      for (keep, drop) in [([], []), ([9, 3], [0, 6])] {
        let alone = try SelectionTask(data, count: 4, keep: keep, drop: drop)
        let task = try SelectionTask(grouped, count: 4, keep: keep, drop: drop)
        #expect(try method.select(task) == method.select(alone))
      }
    }
  }

  @Test("counts, keeps and drops groups", arguments: MethodCase.all)
  private func groups(_ method: MethodCase) throws {
    for data in tables {
      var grouped = data
      grouped.featureGroups = FeatureGroups(
        names: ["a", "b", "c", "d", "e", "f"],
        columns: [[7], [0, 4, 9], [1, 2], [3], [5, 8], [6]])
      for count in [1, 3, 5, 6] {
        let selection = try method.select(SelectionTask(grouped, count: count))
        #expect(Set(selection.indices).count == count && selection.features.count == count)
        #expect(selection.indices.allSatisfy { (0..<6).contains($0) })
        let scores = selection.features.map(\.score)
        #expect(scores.allSatisfy { $0.isFinite } && scores == scores.sorted(by: >))
      }
      for seed in 0..<3 {
        let task = try SelectionTask(grouped, count: 3, keep: [4, 1], drop: [2])
        let selection = try method.select(task, seed: UInt64(seed))
        #expect(selection.features.count == 3)
        #expect(Set(selection.indices).isSuperset(of: [1, 4]) && !selection.indices.contains(2))
        #expect(try method.select(task, seed: UInt64(seed)) == selection)
      }
    }
  }

  @Test("can be recorded: its settings have names and values", arguments: MethodCase.all)
  private func settings(_ method: MethodCase) throws {
    let settings = try method.method.settings(for: SelectionTask(Self.classes, count: 3))
    #expect(settings.allSatisfy { !$0.name.isEmpty && !$0.value.isEmpty })
    #expect(Set(settings.map(\.name)).count == settings.count)
    #expect(method.name.hasPrefix(method.method.name))
  }

  @Test("a weight of 1 changes no bit, other weights do", arguments: MethodCase.all)
  fileprivate func weightsOfOne(of subject: MethodCase) throws {
    var data = makeDataset(rows: 40, columns: 14, using: RandomSource(seed: 21))
    let plain = try subject.select(SelectionTask(data, count: 4))
    data.weights = [Float](repeating: 1, count: 40)
    #expect(try subject.select(SelectionTask(data, count: 4)).features == plain.features)
    data.weights = (0..<40).map { Float(1 + $0 % 5) }
    let weighted = try subject.select(SelectionTask(data, count: 4))
    #expect(weighted.features != plain.features || subject.name == "random")
  }

  @Test("a row of weight 0 is as if it were not there", arguments: MethodCase.all)
  fileprivate func weightsOfZero(of subject: MethodCase) throws {
    var data = makeDataset(rows: 50, columns: 14, using: RandomSource(seed: 22))
    let rows = (0..<50).filter { $0 % 5 != 3 }
    let without = try subject.select(SelectionTask(data, rows: rows, count: 4))
    data.weights = (0..<50).map { $0 % 5 == 3 ? 0 : 1 }
    #expect(try subject.select(SelectionTask(data, count: 4)).features == without.features)
  }

  @Test(
    "both targets count, so that a network finds the column of each", arguments: [true, false])
  fileprivate func findsBoth(areLabels: Bool) throws {
    let data = makeSeveralTargets(rows: 300, columns: 12, areLabels: areLabels)
    let sparse = SparseSelection.small(.set) {
      $0.learningRate = 0.01
      $0.epochCount = 40
    }
    for method in [EntryPrune.small(rotations: 40), sparse] as [any SelectionMethod] {
      let chosen = try method.select(
        SelectionTask(data, count: 2), random: RandomSource(seed: 3))
      #expect(Set(chosen.indices) == [0, 1], "\(method.name)")
    }
  }
}
