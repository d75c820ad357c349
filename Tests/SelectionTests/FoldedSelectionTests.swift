import Datasets
import Synchronization
import Tensors
import Testing

@testable import Selection

@Suite("Selection inside folds")
struct FoldedSelectionTests {
  private static let data = makeDataset(
    rows: 60, columns: 30, informative: 2, using: RandomSource(seed: 4))

  /// The share of the planted columns among those chosen.
  private static let judge: FoldedSelection.Judge = { _, columns, _ in
    Double(columns.count { $0 < 2 }) / 2
  }

  private static func folded(
    _ data: Dataset = data, fit: FoldedSelection.Fitting? = nil,
    judge: @escaping FoldedSelection.Judge = judge
  ) throws -> FoldedSelection {
    try FoldedSelection(
      FTestSelection(), data, rows: Array(0..<data.rowCount), count: 2, foldCount: 5,
      repeatCount: 3, random: RandomSource(seed: 2), fit: fit, judge: judge)
  }

  @Test("what is chosen in a fold depends on its training rows alone, fitting included")
  func leaks() throws {
    let seen = Mutex<[[Int]]>([])
    let clean = try Self.folded(
      fit: { rows in
        seen.withLock { $0.append(rows) }
        return Self.data
      })
    for position in 0..<clean.runCount {
      let run = try clean.run(position)
      #expect(seen.withLock { $0.last } == run.split.training)
      // The rows left out are made nonsense: nothing changes but what is judged on them.
      let heldOut = Set(run.split.test)
      let poisoned = Dataset(
        features: makeFeatures(rows: 60, columns: 30) { row, column in
          heldOut.contains(row)
            ? Float(row * column) : Self.data.features.column(column, rows: [row])[0]
        }, target: Self.data.target)
      let again = try Self.folded(fit: { _ in poisoned }).run(position)
      #expect(again.features == run.features)
    }
    #expect(clean.runCount == 15)
  }

  @Test("runs are numbered by repeat and fold, and equal however often they are asked for")
  func order() throws {
    let folded = try Self.folded()
    for position in [14, 3, 0, 7] {
      let run = try folded.run(position)
      #expect(run.repetition == position / 5 && run.fold == position % 5)
      #expect(run.split == folded.folds.splits[position])
      #expect(try folded.run(position).features == run.features)
    }
  }

  @Test("chance finds no more than chance, and is another one every time")
  func permutations() throws {
    let folded = try Self.folded()
    let real = try (0..<folded.runCount).map { try folded.run($0).value }
    #expect(real.allSatisfy { $0 == 1 })
    let chance = try (0..<30).map { number in
      let permuted = try folded.permuted(number)
      #expect(permuted.runCount == 5)
      return try (0..<5).reduce(0) { try $0 + permuted.run($1).value } / 5
    }
    #expect(chance.reduce(0, +) / 30 < 0.3)
    #expect(Set(chance).count > 3)
    let again = try folded.permuted(3)
    #expect(try (0..<5).reduce(0) { try $0 + again.run($1).value } / 5 == chance[3])
  }

  @Test("a permuted table keeps its targets, and subjects keep or exchange theirs")
  func units() throws {
    var data = Self.data
    data.target = .classes(indices: (0..<60).map { $0 / 6 % 2 }, names: ["a", "b"])
    let rows = Array(10..<58)
    var generator = RandomSource(seed: 1)
    func labels(_ data: Dataset) -> [Int] {
      if case .classes(let indices, _) = data.target { indices } else { [] }
    }
    #expect(data.permutationUnit(of: rows) == .rows)
    let byRow = data.permutingTarget(of: rows, using: &generator)
    #expect(rows.map { labels(byRow)[$0] }.sorted() == rows.map { labels(data)[$0] }.sorted())
    #expect(labels(byRow) != labels(data))
    for row in (0..<60) where !rows.contains(row) {
      #expect(labels(byRow)[row] == labels(data)[row])
    }

    data.subjects = (0..<60).map { $0 / 3 }
    #expect(data.permutationUnit(of: rows) == .subjects)
    let bySubject = data.permutingTarget(of: rows, using: &generator)
    #expect(bySubject.permutationUnit(of: rows) == .subjects)
    #expect(labels(bySubject) != labels(data))

    data.subjects = (0..<60).map { $0 / 12 }
    #expect(data.permutationUnit(of: rows) == .rowsWithinSubjects)
    let within = data.permutingTarget(of: rows, using: &generator)
    #expect(labels(within) != labels(data))
    for subject in 0..<5 {
      let own = rows.filter { $0 / 12 == subject }
      #expect(own.map { labels(within)[$0] }.sorted() == own.map { labels(data)[$0] }.sorted())
    }
  }

  @Test("a fold without a second class to learn is refused before any work")
  func oneClass() {
    var data = Self.data
    data.target = .classes(indices: (0..<60).map { $0 == 7 ? 1 : 0 }, names: ["a", "b"])
    #expect(throws: DatasetError.self) { try Self.folded(data) }
  }

  private func run(_ repetition: Int, _ fold: Int, _ features: [Int], _ value: Double) -> FoldRun {
    FoldRun(
      repetition: repetition, fold: fold, split: Split(training: [], test: []),
      features: features, value: value, isInterrupted: false, seconds: 0)
  }

  @Test("the spread over folds, over whole repeats, and of the columns")
  func spread() throws {
    let runs = [
      run(0, 0, [4, 1], 0.5), run(0, 1, [1, 2], 1), run(1, 0, [1, 4], 0.75),
      run(1, 1, [4, 1], 0.75),
      run(2, 0, [1, 3], 0.25),
    ]
    let spread = try #require(FoldSpread(runs, foldCount: 2, featureCount: 6))
    #expect(spread.folds.count == 5 && spread.folds.mean == 0.65)
    #expect(spread.folds.lowest == 0.25 && spread.folds.highest == 1)
    // The third repeat is not complete.
    #expect(spread.repeats == FoldSpread.Summary([0.75, 0.75]))
    #expect(spread.repeats?.deviation == 0)
    #expect(spread.frequencies.map(\.feature) == [1, 4, 2, 3])
    #expect(spread.frequencies.map(\.share) == [1, 0.6, 0.2, 0.2])
    #expect(
      spread.stability == Stability(selections: runs.map(\.features), featureCount: 6)?.index)
    #expect(spread.interval == nil)
    #expect(FoldSpread([], foldCount: 2, featureCount: 6) == nil)
  }

  @Test("the interval allows for folds that share rows")
  func interval() throws {
    let runs = [0.8, 0.9, 1, 0.7, 0.6, 0.9, 0.8, 1, 0.9, 0.9].enumerated().map { position, value in
      FoldRun(
        repetition: position / 5, fold: position % 5,
        split: Split(training: Array(0..<40), test: Array(40..<50)), features: [0], value: value,
        isInterrupted: false, seconds: 0)
    }
    let spread = try #require(FoldSpread(runs, foldCount: 5, featureCount: 3))
    let interval = try #require(spread.interval)
    // Mean 0.85, variance 0.15 / 9... by hand: squares sum to 0.145; t of 9 degrees is 2.2622.
    let width = 2.2622 * ((0.1 + 0.25) * (0.145 / 9)).squareRoot()
    #expect(abs(interval.upperBound - 0.85 - width) < 2e-3 * width)
    #expect(abs(0.85 - interval.lowerBound - width) < 2e-3 * width)
  }

  @Test("p counts the true target among the permutations, and ties as good")
  func chance() {
    let values = [0.5, 0.7, 0.9, 0.6]
    #expect(ChanceComparison(0.7, with: values, higherIsBetter: true).p == 3.0 / 5)
    #expect(ChanceComparison(0.7, with: values, higherIsBetter: false).asGoodCount == 3)
    #expect(ChanceComparison(1, with: values, higherIsBetter: true).p == 1.0 / 5)
    #expect(ChanceComparison(1, with: [], higherIsBetter: true).p == 1)
  }
}
