import Datasets
import Networks
import Tensors
import Testing
import Training

@testable import Selection

@Suite("EntryPrune, the procedure")
struct ProcedureTests {
  private let random = RandomSource(seed: 21)

  private func task(rows: Int = 50, columns: Int = 12, count: Int = 3) throws -> SelectionTask {
    try SelectionTask(
      makeDataset(rows: rows, columns: columns, using: random), count: count)
  }

  private func validated(
    patience: Int = 6, maximumEpochs: Int = 100_000, _ change: (inout EntryPrune) -> Void = { _ in }
  ) -> EntryPrune {
    var validation = Validation()
    validation.patience = patience
    validation.maximumEpochs = maximumEpochs
    return .small(.released) {
      $0.length = .validated(validation)
      change(&$0)
    }
  }

  @Test("the result is that of a search on all rows for the best number of rotations")
  func refit() throws {
    let task = try task()
    let method = validated { $0.learningRate = 0.05 }
    let selection = try method.select(task, random: random)
    let best = try #require(selection.bestRotation)
    let losses = selection.history.filter { $0.phase == "validation run" }.map(\.loss)
    // The first set is a random one and cannot be the best.
    #expect(losses.dropFirst().min() == losses[best] && best > 0)
    #expect(selection.history.filter { $0.phase == "refit" }.count == best)
    #expect(losses.count > best + 1, "a test in which the last rotation was not the best")

    var search = EntrySearch(
      task, task.view(), rule: try method.rule(for: task), random: random.substream("refit"))
    for rotation in 0..<best {
      _ = search.train()
      search.prune()
      if rotation < best - 1 { search.regrow() }
    }
    #expect(selection.features == search.ranking())
  }

  @Test("the validation run ends once the loss or the set has not moved for long enough")
  func patience() throws {
    let selection = try validated(patience: 4).select(
      task(), random: random)
    let run = selection.history.filter { $0.phase == "validation run" }
    let best = try #require(selection.bestRotation)
    let unchanged = run.reversed().prefix { $0.entered.isEmpty }.count
    #expect(run.count - 1 - best == 4 || unchanged == 4)
    #expect(run.count - 1 - best <= 4 && unchanged <= 4)
  }

  @Test("the validation run ends with the last epoch it may have, not before and not after")
  func epochLimit() throws {
    // 40 rows to train on, 2 batches of 16 in an epoch.
    for (steps, epochs, rotations) in [(2, 5, 5), (1, 3, 6), (4, 6, 3), (3, 1, 1), (50, 2, 1)] {
      let method = validated(patience: 1000, maximumEpochs: epochs) { $0.stepsPerRotation = steps }
      let selection = try method.select(task(), random: random)
      let run = selection.history.filter { $0.phase == "validation run" }
      #expect(run.count == rotations, "\(steps) steps, \(epochs) epochs")
      #expect(selection.features.count == 3)
      #expect(try #require(selection.bestRotation) >= 1)
    }
  }

  @Test("rows that do not fill a batch wait for the next epoch, and the blocks hold the rows")
  func batches() throws {
    let task = try task(rows: 10, columns: 5)
    let view = task.view()
    for (batchCount, steps) in [(4, 1), (4, 100), (10, 1), (64, 3)] {
      let method = EntryPrune.small(.released) {
        $0.batchCount = batchCount
        $0.stepsPerRotation = steps
      }
      let source = BatchSource(view, rule: try method.rule(for: task), random: random)
      source.activate([4, 0, 2])
      var columns = [4, 0, 2]
      let size = min(batchCount, 10)
      let perEpoch = 10 / size
      let block = FloatArena(count: size * 3)
      var seen = [Int](repeating: 0, count: 10)
      var orders: Set<[Int]> = []
      for epoch in 0..<60 {
        var rows: [Int] = []
        for _ in 0..<perEpoch {
          let batch = source.next(into: block.start) { positions in
            rows += positions
            return Double(positions.count)
          }
          #expect(batch == Double(size) && Array(source.last) == Array(rows.suffix(size)))
          let wanted = view.features.gathered(
            rows: Array(rows.suffix(size)), columns: columns, scaler: view.scaler)
          let found = (0..<size * 3).map { block.start[$0] }
          #expect(size == 10 || found == wanted)
          #expect(size < 10 || Set(found) == Set(wanted))
        }
        #expect(Set(rows).count == rows.count && rows.count == perEpoch * size)
        for row in rows { seen[row] += 1 }
        orders.insert(rows)
        if epoch == 30 {
          columns = [1, 3, 2]
          source.activate(columns)
        }
      }
      #expect(seen.reduce(0, +) == 60 * perEpoch * size)
      if size < 10 {
        #expect(seen.allSatisfy { $0 > 35 && $0 < 60 } && orders.count == 60)
      }
    }
  }

  @Test("an entrant that no gradient moves stays where it entered, unless it inherits moments")
  func entrantMoments() throws {
    // Column 1 is constant, hence without gradient; column 0 leaves moments behind in the slot.
    let features = makeFeatures(rows: 30, columns: 3) { row, column in
      column == 1 ? 4 : Float((row * 7 + column) % 5) + Float(row % 2)
    }
    let task = try SelectionTask(
      Dataset(
        features: features,
        target: .classes(indices: (0..<30).map { $0 % 2 }, names: ["a", "b"])), count: 1)
    for moments in EntrantMoments.allCases {
      let method = EntryPrune.small(.released) { $0.entrantMoments = moments }
      let network = ActiveNetwork(
        task.view(), slots: [2, 0], rule: try method.rule(for: task), random: random)
      _ = network.train(steps: 20)
      var generator = random
      network.enter([1], at: [1], using: &generator)
      func column(_ slot: Int) -> [Float] { (0..<6).map { network.parameter(0)[$0 * 2 + slot] } }
      let (entered, other) = (column(1), column(0))
      #expect(Set(entered).count == 1 && abs(entered[0]) <= 1e-8 && entered[0] != 0)
      _ = network.train(steps: 3)
      #expect((column(1) == entered) == (moments == .zero))
      #expect(column(0) != other)
    }
    let runs = try EntrantMoments.allCases.map { moments in
      try EntryPrune.small(.released, rotations: 20) { $0.entrantMoments = moments }.select(
        self.task(), random: random)
    }
    #expect(runs[0].history != runs[1].history)
  }

  @Test("the history holds changes only, from which every set can be told")
  func history() throws {
    let (rotations, columns, count) = (300, 400, 5)
    let task = try task(rows: 20, columns: columns, count: count)
    let method = EntryPrune.small(.released, rotations: rotations) {
      $0.learningRate = 0.01
      $0.scoring = .latest
    }
    let selection = try method.select(task, random: random)
    #expect(selection.history.count == rotations)
    let stored = selection.history.reduce(0) { $0 + $1.entered.count + $1.left.count }
    #expect(stored <= 2 * count * rotations)
    #expect(stored < columns * rotations / 20, "\(stored)")
    var search = EntrySearch(
      task, task.view(), rule: try method.rule(for: task), random: random.substream("search"))
    var current: Set<Int> = []
    for rotation in selection.history {
      _ = search.train()
      search.prune()
      #expect(current.isSuperset(of: rotation.left) && current.isDisjoint(with: rotation.entered))
      current = current.subtracting(rotation.left).union(rotation.entered)
      #expect(current == Set(search.established))
      search.regrow()
    }
    #expect(current == Set(selection.indices))
  }
}
