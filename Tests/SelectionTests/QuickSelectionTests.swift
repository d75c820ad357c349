import Datasets
import Tensors
import Testing
import Training

@testable import Selection

@Suite("QuickSelection")
struct QuickSelectionTests {
  static func small(_ change: (inout QuickSelection) -> Void = { _ in }) -> QuickSelection {
    var method = QuickSelection()
    method.hiddenCount = 40
    method.connectionsPerUnit = 3
    method.epochCount = 6
    method.batchCount = 20
    change(&method)
    return method
  }

  /// Columns 0..<`shared` follow two hidden numbers of the row, the others are noise.
  private func correlated(rows: Int, columns: Int, shared: Int) -> Dataset {
    var random = RandomSource(seed: 81)
    let hidden = (0..<rows).map { _ in (random.normal(), random.normal()) }
    let features = makeFeatures(rows: rows, columns: columns) { row, column in
      guard column < shared else { return Float(random.normal()) }
      let value = column % 2 == 0 ? hidden[row].0 : hidden[row].1
      return Float(value + 0.2 * random.normal())
    }
    return Dataset(
      features: features,
      target: .classes(indices: (0..<rows).map { $0 % 2 }, names: ["a", "b"]))
  }

  @Test("the same seed gives the same bits, another seed others")
  func determinism() throws {
    let task = try SelectionTask(correlated(rows: 80, columns: 20, shared: 5), count: 6)
    let once = try Self.small().select(task, random: RandomSource(seed: 5))
    let again = try Self.small().select(task, random: RandomSource(seed: 5))
    #expect(once.features == again.features && once.history == again.history)
    let other = try Self.small().select(task, random: RandomSource(seed: 6))
    #expect(once.features != other.features)
  }

  @Test(
    "columns that tell about each other come before noise",
    arguments: QuickSelection.Score.allCases)
  func plantedTruth(_ score: QuickSelection.Score) throws {
    let task = try SelectionTask(correlated(rows: 400, columns: 40, shared: 8), count: 8)
    let method = Self.small {
      $0.hiddenCount = 60
      $0.connectionsPerUnit = 4
      $0.epochCount = 10
      $0.score = score
    }
    let found = try (1...4).reduce(0) {
      $0
        + Set(try method.select(task, random: RandomSource(seed: $1)).indices)
        .intersection(0..<8).count
    }
    #expect(found >= 18)  // of 32; by chance 6.4
  }

  @Test("labels are not looked at, nor is whether there are classes")
  func labels() throws {
    var data = correlated(rows: 80, columns: 20, shared: 5)
    let chosen = try Self.small().select(
      SelectionTask(data, count: 6), random: RandomSource(seed: 1))
    for target in [
      Target.classes(indices: (0..<80).map { $0 * 7 % 3 }, names: ["a", "b", "c"]),
      .values((0..<80).map { Float($0 * $0) }),
    ] {
      data.target = target
      let other = try Self.small().select(
        SelectionTask(data, count: 6), random: RandomSource(seed: 1))
      #expect(other.features == chosen.features && other.history == chosen.history)
    }
  }

  @Test("the last epoch and what is grown last do not count, unless they are asked for")
  func survivors() throws {
    // With all connections dropped at the end of the first epoch, nothing survives.
    let task = try SelectionTask(correlated(rows: 60, columns: 10, shared: 4), count: 10)
    func scores(_ score: QuickSelection.Score) throws -> [Double] {
      let method = Self.small {
        $0.epochCount = 2
        $0.dropFraction = 1
        $0.score = score
      }
      return try method.select(task, random: RandomSource(seed: 1)).features.map(\.score)
    }
    #expect(try scores(.survivors).allSatisfy { $0 == 0 })
    #expect(try scores(.final).contains { $0 > 0 })
    // A single epoch has no evolution at all.
    let single = try Self.small { $0.epochCount = 1 }.select(task, random: RandomSource(seed: 1))
    #expect(single.features.contains { $0.score > 0 })
  }

  @Test("few rows, empty columns, all columns, a single one")
  func edges() throws {
    let features = makeFeatures(rows: 7, columns: 6) { row, column in
      column == 2 || column == 4 ? 0 : Float((row * 5 + column * 3) % 7)
    }
    let data = Dataset(
      features: features, target: .classes(indices: (0..<7).map { $0 % 2 }, names: ["a", "b"]))
    for scaling in [InputScaling.standard, .minMax] {
      for (count, drop) in [(1, []), (3, [0]), (6, []), (1, [0, 1, 2, 3, 4])] {
        let task = try SelectionTask(data, count: count, drop: drop)
        let method = Self.small { $0.scaling = scaling }
        let selection = try method.select(task, random: RandomSource(seed: 1))
        #expect(selection.features.count == count)
        #expect(Set(selection.indices).count == count)
        #expect(Set(selection.indices).isDisjoint(with: drop))
        #expect(selection.features.allSatisfy { $0.score.isFinite })
      }
    }
  }

  @Test("keeps what must be kept, whatever its strength")
  func keeps() throws {
    let task = try SelectionTask(
      correlated(rows: 80, columns: 20, shared: 5), count: 4, keep: [17, 19], drop: [0, 18])
    let chosen = Set(try Self.small().select(task, random: RandomSource(seed: 1)).indices)
    #expect(chosen.isSuperset(of: [17, 19]) && chosen.isDisjoint(with: [0, 18]))
  }

  @Test("reports every epoch, and stops when asked with what it has")
  func observer() throws {
    let task = try SelectionTask(correlated(rows: 80, columns: 20, shared: 5), count: 4)
    let whole = Recorder()
    let all = try Self.small().select(task, random: RandomSource(seed: 1), observer: whole)
    #expect(whole.all.map(\.rotation) == Array(0..<6))
    #expect(whole.all.allSatisfy { $0.lastRotation == 5 && $0.loss.isFinite })
    #expect(!all.isInterrupted && all.history.count == 6 && all.cost?.epochCount == 6)

    let stopped = Recorder(stopAfter: 2)
    let some = try Self.small().select(task, random: RandomSource(seed: 1), observer: stopped)
    #expect(stopped.all == Array(whole.all.prefix(2)))
    #expect(some.isInterrupted && some.features.count == 4 && some.history.count == 2)
    #expect(some.history == Array(all.history.prefix(2)))
  }

  @Test("a step size that is too large ends in an error that says so")
  func divergence() throws {
    let task = try SelectionTask(correlated(rows: 80, columns: 20, shared: 5), count: 4)
    let method = Self.small { $0.learningRate = 1e6 }
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
      { $0.hiddenCount = 0 }, { $0.dropout = 1 }, { $0.dropFraction = -0.1 },
      { $0.noise = .nan }, { $0.epochCount = 0 }, { $0.batchCount = 0 },
      { $0.learningRate = 0 }, { $0.connectionsPerUnit = 0 }, { $0.weightDecay = 1 },
    ] as [@Sendable (inout QuickSelection) -> Void])
  func badSettings(_ change: @Sendable (inout QuickSelection) -> Void) throws {
    let task = try SelectionTask(correlated(rows: 20, columns: 5, shared: 2), count: 2)
    let method = Self.small(change)
    #expect(throws: SelectionError.self) { try method.settings(for: task) }
    #expect(throws: SelectionError.self) {
      try method.select(task, random: RandomSource(seed: 1))
    }
  }

  @Test("the noise of a row is the same whenever it comes, and that of another row is not")
  func noise() {
    let table = NoiseTable(rowCount: 50, columnCount: 30, random: RandomSource(seed: 3))
    var x = [Float](repeating: 0, count: 30)
    func noise(_ row: Int) -> [Float] {
      var y = [Float](repeating: 0, count: 30)
      x.withUnsafeMutableBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          guard let x = x.baseAddress, let y = y.baseAddress else { return }
          table.add(2, ofRow: row, to: x, into: y)
        }
      }
      return y
    }
    #expect(noise(4) == noise(4))
    #expect(noise(4) != noise(5))
    let all = (0..<50).flatMap(noise).map(Double.init)
    let variance = all.reduce(0) { $0 + $1 * $1 } / Double(all.count)
    #expect(abs(variance - 4) < 1.2)
  }
}
