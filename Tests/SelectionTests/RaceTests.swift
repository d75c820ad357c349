import Datasets
import Evaluation
import Tensors
import Testing

@testable import Selection

@Suite("A race among methods")
struct RaceTests {
  /// A method that always chooses the same features, or cannot.
  private struct Fixed: SelectionMethod {
    var name: String
    var indices: [Int]
    var failure: SelectionError?

    init(_ name: String, _ indices: [Int], failure: SelectionError? = nil) {
      (self.name, self.indices, self.failure) = (name, indices, failure)
    }

    func select(
      _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
    ) throws(SelectionError) -> FeatureSelection {
      if let failure { throw failure }
      return FeatureSelection(features: indices.map { .init(index: $0, score: 1) })
    }
  }

  /// Columns 0 and 1 tell the class, 1 a little less well, the others nothing.
  private static let data: Dataset = {
    var random = RandomSource(seed: 3)
    let features = makeFeatures(rows: 400, columns: 12) { row, column in
      let shift = column == 0 ? 3 : column == 1 ? 1.5 : 0
      return Float(random.normal() + shift * Double(row % 2))
    }
    return Dataset(
      features: features,
      target: .classes(indices: (0..<400).map { $0 % 2 }, names: ["a", "b"]))
  }()

  @Test("The better rival wins, whatever the order, and the record says by how much")
  func winner() throws {
    let task = try SelectionTask(Self.data, count: 1)
    let (good, fair, bad) = (Fixed("good", [0]), Fixed("fair", [1]), Fixed("bad", [7]))
    for rivals in [[good, fair, bad], [bad, fair, good]] {
      var race = Race(rivals)
      race.workLimit = 100
      let selection = try race.select(task, seed: 1)
      #expect(selection.indices == [0])
      let record = try #require(selection.race)
      #expect(record.winner == "good" && record.judge == "svc" && record.measure == "accuracy")
      #expect(record.trainingRowCount + record.validationRowCount == 400)
      #expect(record.runnerUp?.rival == "fair")
      let behind = try #require(record.standings.first { $0.rival == "bad" })
      #expect(behind.difference > 5 * behind.standardError && behind.standardError > 0)
      #expect(behind.heatCount == 1 && behind.lastRound == 0)
      #expect(record.heats.count == 3)
    }
  }

  @Test("Of equally good rivals the first chooses, after as many rounds as the work allows")
  func ties() throws {
    let task = try SelectionTask(Self.data, count: 1)
    var race = Race([Fixed("first", [0]), Fixed("second", [0]), Fixed("third", [0])])
    race.workLimit = 1e6
    race.roundLimit = 4
    let record = try #require(try race.select(task, seed: 1).race)
    #expect(record.winner == "first" && record.heats.count == 12)
    #expect(record.standings.allSatisfy { $0.difference == 0 && $0.heatCount == 4 })
    race.workLimit = 3.5  // three heats and the choice, not six
    #expect(try race.select(task, seed: 1).race?.heats.count == 3)
  }

  @Test("The winner's choice is, bit for bit, that of the winner alone", arguments: 0..<3)
  func sameBits(seed: Int) throws {
    let data = makeDataset(rows: 120, columns: 14, classCount: 3, using: RandomSource(seed: 8))
    let task = try SelectionTask(data, count: 4, keep: [9], drop: [2])
    let race = Race.small()
    var selection = try race.select(task, seed: UInt64(seed))
    let winner = try #require(selection.race?.winner)
    let alone = try #require(race.rivals.first { $0.name == winner })
    selection.race = nil
    #expect(selection == (try alone.select(task, seed: UInt64(seed))))
    // The race by itself comes to the same.
    let known = try race.winner(
      of: task, random: RandomSource(seed: UInt64(seed)), observer: SilentObserver())
    #expect(known.method.name == winner)
  }

  @Test("Who cannot do the task is left out with the reason; if none can, that is the error")
  func failures() throws {
    let task = try SelectionTask(Self.data, count: 1)
    let broken = Fixed("broken", [], failure: .refused(reason: "no such thing"))
    var race = Race([broken, Fixed("good", [0]), Fixed("bad", [5])])
    race.workLimit = 10
    let selection = try race.select(task, seed: 0)
    #expect(selection.race?.winner == "good")
    #expect(selection.race?.absentees == [.init(rival: "broken", reason: "no such thing")])
    #expect(throws: SelectionError.refused(reason: "no such thing")) {
      try Race([broken, broken]).select(task, seed: 0)
    }
  }

  @Test("With too few rows, or no time, the first rival chooses, and that is said")
  func noRace() throws {
    let features = makeFeatures(rows: 2, columns: 3) { Float($0 + $1) }
    let tiny = Dataset(features: features, target: .classes(indices: [0, 1], names: ["a", "b"]))
    var race = Race([Fixed("one", [2]), Fixed("two", [1])])
    let selection = try race.select(SelectionTask(tiny, count: 1), seed: 0)
    #expect(selection.indices == [2] && selection.race == nil)
    #expect(selection.notes == ["there was nothing to race for: one chose"])
    race.secondsLimit = 0
    let hasty = try race.select(SelectionTask(Self.data, count: 1), seed: 0)
    #expect(hasty.indices == [2] && !hasty.isInterrupted)
    #expect(hasty.notes == ["there was no time for a race: one chose"])
  }

  @Test("Who is ahead by no more than chance gives among so many does not win")
  func chance() throws {
    #expect(abs(boundOfChance(comparisonCount: 1) - 1.6449) < 1e-3)
    #expect(abs(boundOfChance(comparisonCount: 7) - 2.4500) < 1e-3)
    // Of 40 rows the first has 20 right; of the others the second has five more, the third eight.
    func heats(_ extra: [Int]) -> RaceHeats {
      var heats = RaceHeats()
      for (rival, more) in extra.enumerated() {
        heats.append(
          FinishedHeat(
            rival: rival, round: 0, features: [0], rows: Array(0..<40),
            scores: RowScores(values: (0..<40).map { $0 < 20 + more ? 1 : 0 }), time: Elapsed(0)))
      }
      return heats
    }
    // McNemar's statistics are 2.24 and 2.83, with what another choice may be worth 2.09 and 2.71; of
    // one, two, seven the bounds are 1.64, 1.96, 2.45.
    #expect(heats([0, 5]).challengers(among: [0, 1]).first == 1)
    #expect(heats([0, 5, 8]).challengers(among: [0, 1, 2]).first == 2)
    #expect(heats([0, 5, 0, 0, 0, 0, 0, 0]).challengers(among: Array(0..<8)).first == nil)
    #expect(heats([0, 8, 0, 0, 0, 0, 0, 0]).challengers(among: Array(0..<8)).first == 1)
    #expect(heats([0, 8]).challengers(among: [0, 1], lookCount: 40).first == nil)
    #expect(heats([8, 0]).challengers(among: [0, 1]).first == nil)
    #expect(heats([0]).challengers(among: [0]).first == nil)
    // The first runs on, whoever leads; one row is no reason to leave.
    #expect(heats([0, 8, 7, 6]).close(among: [0, 1, 2, 3]) == [0, 1, 2])
  }

  @Test("Many rows tell how good two choices are, and not how good the next ones will be")
  func luckyChoice() {
    // Of 4,000 rows the second has so many more right, in each of some rounds.
    func heats(_ extra: Int, rounds: Int) -> RaceHeats {
      var heats = RaceHeats()
      for round in 0..<rounds {
        for (rival, right) in [2_000, 2_000 + extra].enumerated() {
          let rows = (0..<4_000).map { $0 + 4_000 * round }
          let values = (0..<4_000).map { Float($0 < right ? 1 : 0) }
          heats.append(
            FinishedHeat(
              rival: rival, round: round, features: [0], rows: rows,
              scores: RowScores(values: values), time: Elapsed(0)))
        }
      }
      return heats
    }
    // Three points are 11 standard errors over the rows; three deviations of a choice are 4.5.
    #expect(heats(120, rounds: 1).challengers(among: [0, 1]) == [])
    #expect(heats(120, rounds: 2).challengers(among: [0, 1]) == [1])
    #expect(heats(240, rounds: 1).challengers(among: [0, 1]) == [1])
  }

  @Test("Every row is a validation row once before any is again")
  func folds() throws {
    let task = try SelectionTask(Self.data, rows: Array(0..<390), count: 1)
    let splits = RaceSplits(task, rowLimit: 1_000, random: RandomSource(seed: 2))
    #expect(splits.foldCount == 2)
    let rounds = try (0..<4).map { try splits.split($0) }
    for pair in [rounds[..<2], rounds[2...]] {
      #expect(pair.flatMap(\.test).sorted() == Array(0..<390))
      for split in pair { #expect((split.training + split.test).sorted() == Array(0..<390)) }
    }
    #expect(rounds[0] != rounds[2])
    let limited = RaceSplits(task, rowLimit: 100, random: RandomSource(seed: 2))
    let (one, two) = (try limited.split(0), try limited.split(1))
    #expect(one.training == two.test && one.test == two.training && one.test.count == 50)
    let later = try limited.split(2)
    #expect(Set(later.training + later.test) != Set(one.training + one.test))
  }

  @Test("A round that cannot be paid for all is run by those that cost less")
  func dear() throws {
    // One of unknown kind is taken to cost twenty times what mutual information does.
    let task = try SelectionTask(Self.data, count: 1)
    var race = Race([MutualInformationSelection(), Fixed("dear", [0]), FTestSelection()])
    race.workLimit = 3.4
    race.roundLimit = 3
    let record = try #require(try race.select(task, seed: 1).race)
    let counts = ["mutual-information", "dear", "f-test"].map { name in
      record.standings.first { $0.rival == name }?.heatCount
    }
    #expect(record.winner == "mutual-information" && counts == [3, 2, 3], "\(record.standings)")
  }

  @Test("What would take too long does not race")
  func work() throws {
    let task = try SelectionTask(Self.data, count: 2)
    var race = Race([
      SparseSelection.small(.set), FTestSelection(), SparseSelection.small(.rigl),
    ])
    race.workLimit = 2
    let record = try #require(try race.select(task, seed: 0).race)
    #expect(record.absentees.map(\.rival) == ["rigl"])
    let work = RaceWork(task)
    for method in Race.standardRivals {
      let (few, many) = (
        work.expected(of: method, rowCount: 100), work.expected(of: method, rowCount: 400)
      )
      #expect(few > 0 && many >= few, "\(method.name)")
    }
    for learner in [SVC(), Ridge(), NearestNeighbour()] as [any Learner] {
      #expect(work.expected(of: learner, rowCount: 100) > 0)
    }
  }

  @Test("Rivals are compared row by row")
  func differences() {
    let left = RowScores(values: [1, 1, 0, 1], weights: nil)
    let right = RowScores(values: [1, 0, 0, 0], weights: nil)
    #expect(left.mean == 0.75)
    let difference = RowDifference([(rows: [3, 5, 6, 9], left, right)])
    #expect(difference.mean == 0.5)
    #expect(difference.standardError == 0.25)  // deviations of ±1/2: sqrt(4/4) / 4
    #expect(difference.errorIfEqual == 2.0.squareRoot() / 4)
    // McNemar's statistic is (2 - 0) / sqrt(2 + 0) = 0.5 / sqrt(0.125).
    let variance = 0.125 + 2 * 0.015 * 0.015
    #expect(abs(difference.statistic(ofChoices: 1) - 0.5 / variance.squareRoot()) < 1e-12)
    #expect(difference.statistic(ofChoices: 1) < difference.statistic(ofChoices: 2))
    // A row that was predicted twice is one row.
    let other = RowDifference([
      (rows: [1, 2], RowScores(values: [1, 1]), RowScores(values: [0, 1])),
      (rows: [2, 1], RowScores(values: [1, 0]), RowScores(values: [1, 0])),
    ])
    #expect(other.mean == 0.25 && other.standardError == 0.125.squareRoot() / 2)
    #expect(RowDifference([]).statistic(ofChoices: 0) == 0)
    let weighted = RowScores(values: [1, 0], weights: [3, 1])
    #expect(weighted.mean == 0.75)
    // The mean of the scores of numbers is R².
    let scores = RowScores(
      .values([1, 2, 3, 5]), against: .values([1, 2, 3, 4]), weights: nil)
    #expect(abs(scores.mean - (1 - 1 / 5.0)) < 1e-6)
    let labels = RowScores(
      .labels([[true, false], [true, true]]),
      against: .labels([[true, true], [true, true]], names: ["a", "b"]), weights: nil)
    #expect(labels.values == [1, 0.5])
  }

  @Test("An ensemble takes what several rank high")
  func ensemble() throws {
    let task = try SelectionTask(Self.data, count: 3, keep: [11])
    let ensemble = RankEnsemble([
      Fixed("one", [4, 5, 11]), Fixed("two", [6, 4, 11]), Fixed("three", [5, 4, 11]),
    ])
    let selection = try ensemble.select(task, seed: 0)
    // 4 has 1 + 2/3 + 2/3 points, 5 has 2/3 + 1, 6 has 1; 11 is kept.
    #expect(selection.indices == [4, 5, 11])
    #expect(abs(selection.features[0].score - 7.0 / 3) < 1e-12)
  }
}
