import Datasets
import Tensors
import Testing

@testable import Selection

@Suite("Elimination")
struct EliminationTests {
  private let random = RandomSource(seed: 61)

  /// Columns 0 and 1 are one strong feature twice, 2 and 3 weaker ones, the rest is noise.
  private func task(count: Int = 3, keep: [Int] = []) throws -> SelectionTask {
    var random = random.substream("data")
    let rows = 300
    var columns = (0..<12).map { _ in (0..<rows).map { _ in Float(random.normal()) } }
    columns[1] = columns[0]
    let labels = (0..<rows).map { row in
      3 * columns[0][row] + 2 * columns[2][row] + 2 * columns[3][row] > 0 ? 1 : 0
    }
    let features = makeFeatures(rows: rows, columns: 12) { columns[$1][$0] }
    return try SelectionTask(
      Dataset(features: features, target: .classes(indices: labels, names: ["a", "b"])),
      count: count, keep: keep)
  }

  private func rule(_ task: SelectionTask) throws -> EntryRule {
    try EntryPrune.small(rotations: 20) {
      $0.hiddenCount = 12
      $0.batchCount = 64
      $0.learningRate = 0.01
    }.rule(for: task)
  }

  private var short: Elimination {
    var elimination = Elimination()
    elimination.firstSteps = 150
    elimination.laterSteps = 30
    elimination.phaseCount = 8
    return elimination
  }

  @Test("of two copies it keeps one, where both have top entry scores")
  func redundancy() throws {
    let task = try task()
    var search = EntrySearch(task, task.view(), rule: try rule(task), random: random)
    for _ in 0..<12 {
      _ = search.train()
      search.prune()
      search.regrow()
    }
    #expect(Set(search.best(3)).isSuperset(of: [0, 1]))
    for seed in 0..<2 {
      let features = try short.reduce(
        Array(0..<12), task, rule: try rule(task), random: RandomSource(seed: UInt64(seed)),
        shouldStop: { false }, afterPhase: { _ in })
      let chosen = Set(features.map(\.index))
      #expect(chosen == [0, 2, 3] || chosen == [1, 2, 3])
    }
  }

  @Test("the list shrinks phase by phase to K, and the best is first")
  func phases() throws {
    let task = try task(count: 2)
    var phases: [Elimination.Phase] = []
    let features = try short.reduce(
      Array((0..<12).reversed()), task, rule: try rule(task), random: random,
      shouldStop: { false }, afterPhase: { phases.append($0) })
    // From 12 features to 2 x 6^(1 - phase / 8) for the phases 1...8, then the 2 once more.
    let counts = phases.map(\.featureCount)
    #expect(counts == [12, 10, 8, 6, 5, 4, 3, 3, 2])
    let left = zip(phases, counts.dropFirst() + [2])
    #expect(left.allSatisfy { $0.removed.count == $0.featureCount - $1 })
    #expect(phases.allSatisfy { $0.loss > 0 && $0.loss < 0.7 })
    let removed = phases.flatMap(\.removed)
    #expect(Set(removed + features.map(\.index)) == Set(0..<12) && removed.count == 10)
    #expect(features.count == 2 && features[0].score >= features[1].score)
    #expect(features.allSatisfy { $0.score > 0.05 })
    #expect(Set(features.map { max($0.index, 1) }).isSubset(of: [1, 2, 3]))
  }

  @Test("what must be kept survives, although it is noise")
  func keptColumns() throws {
    let task = try task(count: 3, keep: [7, 10])
    let features = try short.reduce(
      Array(0..<12), task, rule: try rule(task), random: random, shouldStop: { false },
      afterPhase: { _ in })
    let chosen = Set(features.map(\.index))
    #expect(chosen.count == 3 && chosen.isSuperset(of: [7, 10]))
    #expect(chosen.contains { $0 < 4 })
  }

  @Test("an end after any phase leaves K features, those to be kept among them")
  func interruption() throws {
    let task = try task(count: 3, keep: [9])
    for last in [0, 3, 7] {
      var phases = 0
      let features = try short.reduce(
        Array(0..<12), task, rule: try rule(task), random: random,
        shouldStop: { phases == last + 1 }, afterPhase: { _ in phases += 1 })
      #expect(phases == last + 1)
      #expect(features.count == 3 && Set(features.map(\.index)).count == 3)
      #expect(features.contains { $0.index == 9 })
    }
  }

  @Test("the list is as long as wanted, or as there are features")
  func listLength() throws {
    var elimination = Elimination()
    elimination.listFactor = 2.5
    for (count, length) in [(1, 3), (2, 5), (4, 10), (5, 12), (12, 12)] {
      #expect(elimination.listLength(try task(count: count)) == length)
    }
  }

  @Test("two rows are enough for it to end")
  func fewRows() throws {
    let task = try SelectionTask(makeDataset(rows: 2, columns: 6, using: random), count: 2)
    let features = try short.reduce(
      Array(0..<6), task, rule: try rule(task), random: random, shouldStop: { false },
      afterPhase: { _ in })
    #expect(Set(features.map(\.index)).count == 2)
  }
}

extension EliminationTests {
  @Test("a stop before the first phase ends leaves the search's own choice")
  func earlyStop() throws {
    let task = try task(count: 3)
    let features = try short.reduce(
      Array(0..<12), task, rule: try rule(task), random: random, shouldStop: { true },
      afterPhase: { _ in })
    #expect(features.isEmpty)
  }
}
