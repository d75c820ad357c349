import Datasets
import Networks
import Tensors
import Testing
import Training

@testable import Selection

/// What made the authors' code stop or go astray, each a test.
@Suite("EntryPrune, on awkward data")
struct RobustnessTests {
  private let random = RandomSource(seed: 11)

  /// The methods that differ in scaling, scored quantity and what comes after the search.
  private static let methods: [EntryPrune] = [
    .small(.released) { $0.length = .validated(Self.brief) },
    .small(.released) {
      $0.isFlexible = true
      $0.length = .validated(Self.brief)
    },
    .small(rotations: 8) { $0.eliminates = true },
    .small(rotations: 8) {
      $0.quantity = .standardizedGradient
      $0.scaling = .standard
      $0.balancesClasses = true
    },
  ]

  private static var brief: Validation {
    var validation = Validation(isStratified: false)
    validation.patience = 5
    return validation
  }

  private func expectSound(
    _ selection: FeatureSelection, _ task: SelectionTask, _ comment: Comment? = nil
  ) {
    #expect(Set(selection.indices).count == task.count, comment)
    #expect(selection.features.count == task.count, comment)
    #expect(Set(selection.indices).isSubset(of: task.eligible), comment)
    #expect(selection.features.allSatisfy { $0.score.isFinite }, comment)
    #expect(selection.history.allSatisfy { $0.loss >= 0 && $0.loss.isFinite }, comment)
  }

  @Test("constant columns score below every other and are never chosen", arguments: methods)
  func constantColumns(_ method: EntryPrune) throws {
    var random = random.substream("noise")
    let features = makeFeatures(rows: 40, columns: 12) { row, column in
      column % 3 == 0 ? Float(column) - 7.25 : Float(random.normal()) + Float(column * (row % 2))
    }
    let target = Target.classes(indices: (0..<40).map { $0 % 2 }, names: ["a", "b"])
    let task = try SelectionTask(Dataset(features: features, target: target), count: 4)
    for seed in 0..<2 {
      let selection = try method.select(
        task, random: RandomSource(seed: UInt64(seed)))
      expectSound(selection, task)
      #expect(selection.indices.allSatisfy { $0 % 3 != 0 })
    }
  }

  @Test("a table of constant columns scores 0 all over", arguments: methods)
  func constantTable(_ method: EntryPrune) throws {
    let features = makeFeatures(rows: 20, columns: 6) { _, column in Float(column) + 0.5 }
    let target = Target.classes(indices: (0..<20).map { $0 % 2 }, names: ["a", "b"])
    let task = try SelectionTask(Dataset(features: features, target: target), count: 2)
    let selection = try method.select(task, random: random)
    expectSound(selection, task)
    if method.eliminates != true { #expect(selection.features.allSatisfy { $0.score == 0 }) }
  }

  @Test("dead hidden units give the score 0, never NaN")
  func deadUnits() throws {
    let task = try SelectionTask(makeDataset(rows: 30, columns: 8, using: random), count: 2)
    for quantity in [ScoredQuantity.gradient, .standardizedGradient, .weightChange] {
      var rule = try EntryPrune.small(.released).rule(for: task)
      rule.quantity = quantity
      var search = EntrySearch(task, task.view(), rule: rule, random: random)
      for unit in 0..<6 { search.network.parameter(1)[unit] = -1e6 }
      _ = search.train()
      #expect(search.network.changes().allSatisfy { $0 == 0 })
      search.prune()
      let active = search.network.slots
      #expect(active.allSatisfy { search.scores[$0] == 0 })
      #expect(search.established == Array(active.sorted().prefix(2)))
    }
  }

  @Test("a number that is none is refused with its place, unless nobody reads it")
  func notANumber() throws {
    let clean = makeDataset(rows: 30, columns: 4, using: random)
    for bad in [Float.nan, .infinity, -.infinity] {
      var values = clean.features.gathered(rows: Array(0..<30), columns: Array(0..<4))
      values[17 * 4 + 2] = bad
      let data = Dataset(
        features: FeatureStore(
          values: values, rowCount: 30, columnNames: clean.features.columnNames),
        target: clean.target)
      let error = SelectionError.notFinite(row: 17, column: "x2")
      #expect(throws: error) { try SelectionTask(data, count: 2) }
      #expect(!error.isUsage && error.description.contains("column 'x2'"))
      let other = Array(0..<17)
      for task in [
        try SelectionTask(data, count: 2, drop: [2]),
        try SelectionTask(data, rows: other, count: 2),
      ] {
        for method in Self.methods {
          expectSound(try method.select(task, random: random), task)
        }
      }
      let target = Target.values((0..<30).map { $0 == 4 ? bad : Float($0) })
      #expect(throws: SelectionError.notFinite(row: 4, column: nil)) {
        try SelectionTask(Dataset(features: clean.features, target: target), count: 2)
      }
    }
  }

  @Test("a learning rate that is far too high ends in an error")
  func divergence() throws {
    let task = try SelectionTask(
      Dataset(
        features: makeDataset(rows: 30, columns: 6, using: random).features,
        target: .values((0..<30).map { Float($0 % 7) })), count: 2)
    for method in Self.methods {
      var method = method
      method.learningRate = 1e30
      #expect(throws: SelectionError.diverged(rotation: 0)) {
        try method.select(task, random: random)
      }
    }
  }

  @Test("classes that are rare, absent, or held out altogether do no harm", arguments: methods)
  func rareClasses(_ method: EntryPrune) throws {
    let features = makeDataset(rows: 24, columns: 7, using: random).features
    let names = ["-3", "0", "5", "12", "99"]  // as labels with gaps are mapped
    // Class 1 has one row, class 3 has none, class 4 is outside the task's rows.
    let indices = (0..<24).map { $0 == 5 ? 1 : $0 > 20 ? 4 : $0 % 2 * 2 }
    let task = try SelectionTask(
      Dataset(features: features, target: .classes(indices: indices, names: names)),
      rows: Array(0..<20), count: 3)
    for seed in 0..<5 {  // the lone row is held out in some of them
      let selection = try method.select(
        task, random: RandomSource(seed: UInt64(seed)))
      expectSound(selection, task, "seed \(seed)")
    }
  }

  @Test("a view without rows of some class still has an output for each class")
  func absentClasses() throws {
    let features = makeDataset(rows: 24, columns: 7, using: random).features
    let indices = (0..<24).map { $0 < 12 ? $0 % 2 * 2 : 3 }
    let data = Dataset(
      features: features, target: .classes(indices: indices, names: ["a", "b", "c", "d"]))
    let task = try SelectionTask(data, rows: Array(0..<24), count: 3)
    for balances in [false, true] {
      // Class d is held out altogether: it has no weight where classes are balanced.
      let (training, heldOut) = (Array(0..<12), Array(12..<24))
      let views = [training, heldOut].map {
        TrainingView(
          task, rows: $0, scaling: .minMax, fittingRows: training, balancesClasses: balances)
      }
      #expect(views.allSatisfy { $0.targets.outputCount == 4 })
      let rule = try EntryPrune.small(.released).rule(for: task)
      var search = EntrySearch(task, views[0], rule: rule, random: random)
      #expect(search.train() > 0)
      search.prune()
      let loss = HeldOutLoss(views[1], rule: rule)
        .measure(search.network, establishedSlots: search.establishedSlots).loss
      #expect(balances ? loss == 0 : loss > 0 && loss.isFinite)
    }
  }

  @Test("all features, all but one, and one of one", arguments: methods)
  func allFeatures(_ method: EntryPrune) throws {
    for (columns, count) in [(5, 5), (5, 4), (2, 1), (1, 1), (2, 2)] {
      let data = makeDataset(rows: 20, columns: columns, using: random)
      let task = try SelectionTask(data, count: count)
      let selection = try method.select(task, random: random)
      expectSound(selection, task, "\(count) of \(columns)")
      if count == columns { #expect(selection.indices.sorted() == Array(0..<columns)) }
    }
  }

  @Test("two rows, a batch of one row, as many rows as a batch and one more", arguments: methods)
  func fewRows(_ method: EntryPrune) throws {
    for rows in [2, 5, 16, 21] {
      let task = try SelectionTask(makeDataset(rows: rows, columns: 6, using: random), count: 2)
      var method = method
      method.batchCount = rows == 5 ? 1 : 16
      let selection = try method.select(task, random: random)
      expectSound(selection, task, "\(rows) rows")
    }
  }

  @Test("nobody's data are changed", arguments: methods)
  func callersData(_ method: EntryPrune) throws {
    for isByte in [false, true] {
      var data = makeDataset(rows: 30, columns: 6, using: random)
      if isByte {
        data.features = makeFeatures(rows: 30, columns: 6) { Float(($0 * 7 + $1 * $0) % 11) }
      }
      let before = data.contentHash()
      let task = try SelectionTask(data, count: 2)
      _ = try method.select(task, random: random)
      #expect(data.contentHash() == before)
      #expect(task.data.contentHash() == before)
    }
  }
}
