import Datasets
import Evaluation
import Tensors

/// A heat that came to its end.
struct FinishedHeat: Sendable, Equatable {
  /// The position of the rival.
  var rival: Int
  /// The round, each of which has a split of its own.
  var round: Int
  /// What was chosen, best first.
  var features: [Int]
  /// The validation rows.
  var rows: [Int]
  var scores: RowScores
  var time: Elapsed
}

/// The heats so far, in the order in which they were run.
struct RaceHeats: Sendable, Equatable {
  private(set) var list: [FinishedHeat] = []

  mutating func append(_ heat: FinishedHeat) { list.append(heat) }

  func heat(of rival: Int, round: Int) -> FinishedHeat? {
    list.first { $0.rival == rival && $0.round == round }
  }

  /// The heats of the rounds before one.
  func before(round: Int) -> RaceHeats {
    var earlier = RaceHeats()
    earlier.list = list.filter { $0.round < round }
    return earlier
  }

  /// The scores of a rival in its heats, round by round.
  func scores(of rival: Int) -> [RowScores] {
    list.filter { $0.rival == rival }.sorted { $0.round < $1.round }.map(\.scores)
  }

  /// How much better one rival is than another where both ran.
  func difference(_ left: Int, _ right: Int) -> RowDifference {
    RowDifference(
      list.filter { $0.rival == left }.compactMap { heat in
        self.heat(of: right, round: heat.round).map { (heat.rows, heat.scores, $0.scores) }
      })
  }

  /// Those of some rivals that are worth another round.
  ///
  /// - Parameter rivals: The positions of rivals that ran the same heats, in their order.
  /// - Returns: The first, with which all are compared, the best, and all within one standard error
  ///   of it, in the order given.
  func close(among rivals: [Int]) -> [Int] {
    let means = rivals.map { RowScores.mean(scores(of: $0)) }
    guard let highest = means.max(), let place = means.firstIndex(of: highest) else { return [] }
    let leader = rivals[place]
    return rivals.filter { rival in
      if rival == leader || rival == rivals[0] { return true }
      let difference = difference(leader, rival)
      return difference.mean <= difference.errorIfEqual
    }
  }

  /// Those that are so far ahead of the first rival as chance makes hardly any of so many.
  ///
  /// - Parameters:
  ///   - rivals: The positions of rivals that ran, in their order.
  ///   - lookCount: How often it is asked.
  /// - Returns: Their positions, the one that is ahead most clearly first.
  func challengers(among rivals: [Int], lookCount: Int = 1) -> [Int] {
    guard let first = rivals.first, rivals.count > 1 else { return [] }
    let bound = boundOfChance(comparisonCount: (rivals.count - 1) * lookCount)
    let statistics = rivals.dropFirst().map { rival in
      (rival, difference(rival, first).statistic(ofChoices: heatCount(rival, first)))
    }
    // Sorting keeps no order among equals by itself.
    return statistics.filter { $0.1 > bound }.sorted { ($1.1, $0.0) < ($0.1, $1.0) }.map(\.0)
  }

  /// In how many rounds both ran.
  func heatCount(_ left: Int, _ right: Int) -> Int {
    list.count { $0.rival == left && heat(of: right, round: $0.round) != nil }
  }
}

extension RaceHeats {
  /// All heats; what a row counts is told by the data.
  var state: Snapshot {
    var state = Snapshot()
    state.save("count", list.count)
    for (position, heat) in list.enumerated() {
      var part = Snapshot()
      part.save("place", [heat.rival, heat.round])
      part.save("features", heat.features)
      part.save("values", .float(heat.scores.values))
      part.save("seconds", heat.time.seconds)
      state.save("heat\(position)", part)
    }
    return state
  }

  /// The heats that were saved.
  ///
  /// - Parameters:
  ///   - state: What ``state`` was.
  ///   - rivalCount: The number of rivals.
  ///   - task: The task.
  ///   - testRows: The validation rows of a round's split; nil if there is none.
  /// - Throws: `SnapshotError` if they are none of such a race.
  init(
    restoredFrom state: Snapshot, rivalCount: Int, _ task: SelectionTask,
    testRows: (_ round: Int) -> [Int]?
  ) throws(SnapshotError) {
    for position in 0..<(try state.integer("count", in: 0...1 << 20)) {
      let part = try state.part("heat\(position)")
      let place = try part.integers("place", count: 2, in: 0..<1 << 10)
      guard place[0] < rivalCount, let rows = testRows(place[1]) else {
        throw .impossibleValue("place")
      }
      let features = try part.integers(
        "features", count: task.count, in: 0..<task.data.featureCount)
      append(
        FinishedHeat(
          rival: place[0], round: place[1], features: features, rows: rows,
          scores: RowScores(
            values: try part.floats("values", count: rows.count),
            weights: task.data.weights.map { weights in rows.map { weights[$0] } }),
          time: Elapsed(try part.double("seconds"))))
    }
  }
}
