import Datasets
import Tensors
import Testing
import Training

@testable import Selection

@Suite("NeuroFS")
struct NeuroFSTests {
  static func small(_ change: (inout NeuroFS) -> Void = { _ in }) -> NeuroFS {
    var method = NeuroFS()
    method.hiddenCounts = [24, 16]
    method.connectionsPerUnit = 3
    method.epochCount = 10
    method.batchCount = 20
    method.gradientRowCount = 50
    method.learningRate = 0.05
    change(&method)
    return method
  }

  private let data = makeDataset(
    rows: 200, columns: 40, classCount: 3, informative: 5, using: RandomSource(seed: 91))

  @Test("the same seed gives the same bits, another seed others")
  func determinism() throws {
    let task = try SelectionTask(data, count: 6)
    let once = try Self.small().select(task, random: RandomSource(seed: 5))
    let again = try Self.small().select(task, random: RandomSource(seed: 5))
    #expect(once.features == again.features && once.history == again.history)
    let other = try Self.small().select(task, random: RandomSource(seed: 6))
    #expect(once.features != other.features)
  }

  @Test("informative columns come before noise", arguments: NeuroFS.Activation.allCases)
  func plantedTruth(_ activation: NeuroFS.Activation) throws {
    let task = try SelectionTask(data, count: 5)
    for seed in 1...3 as ClosedRange<UInt64> {
      let method = Self.small {
        $0.epochCount = 30
        $0.activation = activation
      }
      let chosen = try method.select(task, random: RandomSource(seed: seed)).indices
      #expect(Set(chosen).intersection(0..<5).count >= 4)  // by chance 0.6
    }
  }

  @Test("regression: columns that the target depends on come first")
  func regression() throws {
    var random = RandomSource(seed: 92)
    let features = makeFeatures(rows: 300, columns: 30) { _, _ in Float(random.normal()) }
    let values = (0..<300).map { row in
      let x = features.gathered(rows: [row], columns: [0, 1, 2])
      return 3 * x[0] - 2 * x[1] + x[2]
    }
    let task = try SelectionTask(
      Dataset(features: features, target: .values(values)), count: 3)
    let method = Self.small {
      $0.hiddenCounts = [40, 20]
      $0.connectionsPerUnit = 8
      $0.epochCount = 40
      $0.scaling = .standard
    }
    let chosen = try method.select(task, random: RandomSource(seed: 1)).indices
    #expect(Set(chosen).isSuperset(of: [0, 1]))
  }

  @Test("inputs are removed down to K and the spare share, and no further")
  func removal() throws {
    let task = try SelectionTask(data, count: 6)
    let history = try Self.small { $0.epochCount = 20 }.select(
      task, random: RandomSource(seed: 1)
    ).history
    let counts = history.map(\.activeCount)
    #expect(counts.prefix(3).allSatisfy { $0 == 40 })
    #expect(counts == counts.sorted(by: >))
    #expect(counts[13...].allSatisfy { $0 == 6 + 8 })  // K + zeta d, after 0.65 of 20 epochs
    #expect(counts[8] < 40 && counts[8] > 14)
  }

  @Test("the schedule: what is gone rises to its end, what comes back falls to none")
  func schedule() {
    var schedule = InputSchedule(
      inputCount: 256, count: 50, fraction: 0.2, removalPhase: 0.65, epochCount: 100)
    #expect(schedule.finalActiveCount == 102)
    var returned: [Int] = []
    for epoch in 2..<99 {
      let before = schedule.removedCount
      schedule.advance(after: epoch)
      returned.append(schedule.returnedCount)
      #expect(schedule.removedCount - before <= 3 && schedule.removedCount >= before)
      #expect(schedule.keptCount == 256 - schedule.removedCount - schedule.returnedCount)
      if epoch == 64 { #expect(schedule.removedCount == 154) }
    }
    #expect(schedule.removedCount == 154)
    // r zeta (1 - t / T) with 154 gone: 30.8 (1 - 65 / 100) = 10.78
    #expect(returned[0] == 0 && returned[63] == 10 && returned[96] == 0)
    // Nothing to remove, and fewer epochs than the removal would need.
    var none = InputSchedule(
      inputCount: 5, count: 5, fraction: 0.2, removalPhase: 0.65, epochCount: 100)
    none.advance(after: 2)
    #expect(none.keptCount == 5)
    var brief = InputSchedule(
      inputCount: 20, count: 3, fraction: 0.2, removalPhase: 0.65, epochCount: 4)
    brief.advance(after: 2)
    #expect(brief.removedCount == 13)
  }

  @Test("few rows, empty columns, all columns, a single one")
  func edges() throws {
    let features = makeFeatures(rows: 7, columns: 6) { row, column in
      column == 2 || column == 4 ? 0 : Float((row * 5 + column * 3) % 7)
    }
    let table = Dataset(
      features: features, target: .classes(indices: (0..<7).map { $0 % 2 }, names: ["a", "b"]))
    for scaling in [InputScaling.standard, .minMax] {
      for (count, drop) in [(1, []), (3, [0]), (6, []), (1, [0, 1, 2, 3, 4])] {
        let task = try SelectionTask(table, count: count, drop: drop)
        let method = Self.small { $0.scaling = scaling }
        let selection = try method.select(task, random: RandomSource(seed: 1))
        #expect(selection.features.count == count)
        #expect(Set(selection.indices).count == count)
        #expect(Set(selection.indices).isDisjoint(with: drop))
        #expect(selection.features.allSatisfy { $0.score.isFinite })
      }
    }
  }

  @Test("a table of nothing but zeros")
  func zeros() throws {
    let table = Dataset(
      features: makeFeatures(rows: 12, columns: 30) { _, _ in 0 },
      target: .classes(indices: (0..<12).map { $0 % 2 }, names: ["a", "b"]))
    let selection = try Self.small().select(
      SelectionTask(table, count: 3), random: RandomSource(seed: 1))
    #expect(Set(selection.indices).count == 3)
  }

  @Test("never removes what must be kept")
  func keeps() throws {
    let task = try SelectionTask(data, count: 4, keep: [37, 39], drop: [0, 38])
    let selection = try Self.small().select(task, random: RandomSource(seed: 1))
    #expect(Set(selection.indices).isSuperset(of: [37, 39]))
    #expect(Set(selection.indices).isDisjoint(with: [0, 38]))
    #expect(selection.features.allSatisfy { $0.score > 0 })
  }

  @Test("reports every epoch, and stops when asked with what it has")
  func observer() throws {
    let task = try SelectionTask(data, count: 4)
    let whole = Recorder()
    let all = try Self.small().select(task, random: RandomSource(seed: 1), observer: whole)
    #expect(whole.all.map(\.rotation) == Array(0..<10))
    #expect(whole.all.allSatisfy { $0.lastRotation == 9 && $0.loss.isFinite })
    #expect(!all.isInterrupted && all.history.count == 10 && all.cost?.epochCount == 10)

    let stopped = Recorder(stopAfter: 5)
    let some = try Self.small().select(task, random: RandomSource(seed: 1), observer: stopped)
    #expect(stopped.all == Array(whole.all.prefix(5)))
    #expect(some.isInterrupted && some.features.count == 4)
    #expect(some.history == Array(all.history.prefix(5)))
  }

  @Test("a step size that is too large ends in an error that says so")
  func divergence() throws {
    let task = try SelectionTask(data, count: 4)
    let method = Self.small {
      $0.activation = .relu
      $0.learningRate = 1e20
    }
    #expect {
      try method.select(task, random: RandomSource(seed: 1))
    } throws: { error in
      guard case SelectionError.trainingDiverged = error else { return false }
      return true
    }
  }

  @Test(
    "settings out of range are refused",
    arguments: [
      { $0.hiddenCounts = [] }, { $0.hiddenCounts = [5, 0] }, { $0.inputFraction = 1.1 },
      { $0.hiddenFraction = -0.1 }, { $0.removalPhase = .nan }, { $0.epochCount = 0 },
      { $0.batchCount = 0 }, { $0.gradientRowCount = 0 }, { $0.learningRate = 0 },
      { $0.connectionsPerUnit = 0 }, { $0.penalty = -1 },
    ] as [@Sendable (inout NeuroFS) -> Void])
  func badSettings(_ change: @Sendable (inout NeuroFS) -> Void) throws {
    let task = try SelectionTask(data, count: 2)
    let method = Self.small(change)
    #expect(throws: SelectionError.self) { try method.settings(for: task) }
    #expect(throws: SelectionError.self) {
      try method.select(task, random: RandomSource(seed: 1))
    }
  }

  @Test("batches are small where rows are few")
  func batches() {
    #expect(NeuroFS().batch(rowCount: 199) == 20 && NeuroFS().batch(rowCount: 200) == 100)
    #expect(NeuroFS().batch(rowCount: 7) == 7)
    #expect(Self.small().batch(rowCount: 5000) == 20)
  }
}
