import Datasets
import Tensors
import Testing

@testable import Selection

/// A method under test on groups, with settings large enough to learn.
struct GroupCase: CustomTestStringConvertible {
  let name: String
  let method: any SelectionMethod
  var testDescription: String { name }

  /// The methods that look at the target.
  static let supervised: [GroupCase] =
    [
      GroupCase(name: "f-test", method: FTestSelection()),
      GroupCase(name: "entryprune", method: entryPrune()),
      GroupCase(
        name: "entryprune without elimination", method: entryPrune { $0.eliminates = false }),
      GroupCase(
        name: "entryprune, standardized gradient",
        method: entryPrune { $0.quantity = .standardizedGradient }),
      GroupCase(
        name: "entryprune, gradient regrowth", method: entryPrune { $0.regrowth = .gradient }),
      GroupCase(name: "entryprune, released", method: entryPrune(.released)),
      GroupCase(
        name: "entryprune-flex", method: entryPrune(.released) { $0.isFlexible = true }),
    ]
    + SparseSelection.Topology.allCases.flatMap { topology in
      Importance.allCases.map { importance in
        GroupCase(
          name: "\(topology), \(importance)",
          method: SparseSelection.small(topology, importance) {
            $0.epochCount = importance == .strength ? 60 : 20
          })
      }
    } + [
      GroupCase(name: "neurofs", method: NeuroFSTests.small { $0.epochCount = 20 })
    ]
  /// All methods, but chance.
  static let all =
    supervised + [GroupCase(name: "quickselection", method: QuickSelectionTests.small())]

  private static func entryPrune(
    _ preset: EntryPrune.Preset = .standard, _ change: (inout EntryPrune) -> Void = { _ in }
  ) -> EntryPrune {
    EntryPrune.small(preset, rotations: preset == .standard ? 40 : nil) {
      $0.hiddenCount = 16
      $0.batchCount = 64
      $0.stepsPerRotation = 10
      $0.learningRate = 0.01
      if preset == .released {
        var validation = Validation()
        validation.patience = 20
        $0.length = .validated(validation)
        $0.candidateFraction = 0.5
        $0.scaling = .standard
      }
      change(&$0)
    }
  }
}

@Suite("Scores of groups")
struct GroupScoreTests {
  @Test("a group's excess over the noise counts by the root of its size, without constants")
  func combination() {
    let columns = [[4], [0, 2, 5, 9], [1, 3], [6], [7], [8, 10]]
    let data = Dataset(
      features: makeFeatures(rows: 2, columns: 11) { row, _ in Float(row) },
      target: .values([1, 2]),
      featureGroups: FeatureGroups(names: columns.map { "\($0)" }, columns: columns))
    let wanted = [1, 2, 0, 3, 4, 5]
    let features = FeatureColumns([0, 2, 5, 9, 1, 3, 4, 6, 7, 8, 10], of: wanted, in: data) {
      [9, 1, 3, 10].contains($0)
    }
    #expect(features.places == [[0, 1, 2, 3], [4, 5], [6], [7], [8], [9, 10]])
    // Roots 4, 5, 9 and a constant; two constants of 2; 2, 2, 2; 1 and a constant.
    let scores = features.combined([16, 25, 81, 0, 4, 4, 4, 4, 4, 1, 9])
    // The level is 2, of which the first has 4 more in the mean of three columns.
    #expect(abs(scores[0] - (2 + 4 * 3.0.squareRoot()) * (2 + 4 * 3.0.squareRoot())) < 1e-9)
    #expect(abs(scores[1] - 4) < 1e-9)
    #expect(scores[2...] == [4, 4, 4, 1])
    #expect(
      features.spread([false, true, true, false, true, false])
        == [false, false, false, false, true, true, true, false, true, false, false])
    #expect(features.fewestColumns(of: 4) == 5)
  }

  @Test("the level of noise is near most of the columns, but not a great group's")
  func level() {
    #expect(noiseLevel([], sizes: []) == 0)
    #expect(noiseLevel([0, 0], sizes: [1, 3]) == 0)
    #expect(noiseLevel([0, 5, 0], sizes: [1, 3, 1]) == 5)
    let means = [1, 1.2, 0.8, 1.1, 0.9, 1, 9]
    #expect(abs(noiseLevel(means, sizes: [1, 1, 1, 1, 1, 1, 5000]) - 1) < 1e-9)
    #expect(abs(noiseLevel([2, 3, 1, 2.01, 1.99, 7], sizes: [1, 1, 1, 50, 50, 1]) - 2) < 0.01)
  }

  @Test("a column of twelve levels is found among noise", arguments: GroupCase.supervised)
  func levels(_ method: GroupCase) throws {
    for seed in 0..<2 as Range<UInt64> {
      let task = try SelectionTask(levels(seed: seed), count: 3)
      let chosen = try method.method.select(task, random: RandomSource(seed: seed)).indices
      #expect(chosen.contains(7))
    }
  }

  /// Twelve levels that go with two classes, among eleven numbers and three columns of levels of
  /// noise; feature 7.
  private func levels(seed: UInt64) -> Dataset {
    var random = RandomSource(seed: seed).substream("levels")
    let rows = 400
    let counts = [3, 12, 20, 6]
    let drawn = counts.map { count in (0..<rows).map { _ in random.index(below: count) } }
    let starts = [0, 3, 15, 35]
    let features = makeFeatures(rows: rows, columns: 52) { row, column in
      guard column < 41, let group = starts.lastIndex(where: { $0 <= column }) else {
        return Float(random.normal())
      }
      return drawn[group][row] == column - starts[group] ? 1 : 0
    }
    let labels = (0..<rows).map { row in
      (drawn[1][row] * 5 % 12 < 6 ? 0 : 1) ^ (random.uniform() < 0.1 ? 1 : 0)
    }
    let groups = zip(starts, counts).map { Array($0..<$0 + $1) }
    let columns = (41..<47).map { [$0] } + groups + (47..<52).map { [$0] }
    return Dataset(
      features: features, target: .classes(indices: labels, names: ["a", "b"]),
      featureGroups: FeatureGroups(names: columns.indices.map { "g\($0)" }, columns: columns))
  }

  @Test("a group that follows a hidden number is found without labels")
  func hiddenNumber() throws {
    var random = RandomSource(seed: 8)
    let hidden = (0..<200).map { _ in random.normal() }
    let features = makeFeatures(rows: 200, columns: 60) { row, column in
      Float(random.normal() + (20..<32 ~= column ? 2 * hidden[row] : 0))
    }
    let columns = [Array(0..<20), Array(20..<32), Array(32..<50)] + (50..<60).map { [$0] }
    let data = Dataset(
      features: features,
      target: .classes(indices: (0..<200).map { $0 % 2 }, names: ["a", "b"]),
      featureGroups: FeatureGroups(names: columns.indices.map { "g\($0)" }, columns: columns))
    let selection = try QuickSelectionTests.small().select(
      SelectionTask(data, count: 1), random: random)
    #expect(selection.indices == [1])
  }

  @Test("among noise, no size of group wins over others", arguments: GroupCase.all)
  func noise(_ method: GroupCase) throws {
    let sizes = (0..<30).map { [1, 5, 50][$0 % 3] }
    var ranks = [0.0, 0, 0]
    var chosen = [0.0, 0, 0]
    let seeds = 8
    for seed in 0..<seeds {
      let data = noise(sizes: sizes, seed: UInt64(seed))
      let random = RandomSource(seed: UInt64(seed))
      let all = try method.method.select(SelectionTask(data, count: 32), random: random)
      for (rank, index) in all.indices.enumerated() where index >= 3 {
        ranks[index % 3] += Double(rank) / Double(10 * seeds)
      }
      let few = try method.method.select(SelectionTask(data, count: 9), random: random)
      for index in few.indices where index >= 3 { chosen[index % 3] += 1 / Double(seeds) }
    }
    // All would be 17, with a standard deviation of about 1 each.
    #expect((ranks.max() ?? 0) - (ranks.min() ?? 0) < 5.5)
    // Two each of the six places that are left for noise.
    #expect(chosen.allSatisfy { $0 < 4 })
  }

  /// Three strong columns, then groups of noise columns of given sizes.
  private func noise(sizes: [Int], seed: UInt64) -> Dataset {
    var random = RandomSource(seed: seed).substream("noise")
    let rows = 200
    var end = 3
    let columns =
      [[0], [1], [2]]
      + sizes.map { size in
        end += size
        return Array(end - size..<end)
      }
    let features = makeFeatures(rows: rows, columns: end) { row, column in
      Float(random.normal() + (column < 3 ? Double(row % 2) : 0))
    }
    return Dataset(
      features: features,
      target: .classes(indices: (0..<rows).map { $0 % 2 }, names: ["a", "b"]),
      featureGroups: FeatureGroups(names: columns.indices.map { "g\($0)" }, columns: columns))
  }
}
