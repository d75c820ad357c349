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

  /// How much better one rival is than another where both ran, and the standard error of that.
  func difference(_ left: Int, _ right: Int) -> (mean: Double, standardError: Double) {
    let pairs = list.filter { $0.rival == left }.compactMap { heat in
      self.heat(of: right, round: heat.round).map { (heat.scores, $0.scores) }
    }
    return RowScores.difference(pairs.map(\.0), pairs.map(\.1))
  }

  /// Those of some rivals that are not clearly behind the best of them.
  ///
  /// - Parameter rivals: The positions of rivals that ran the same heats.
  /// - Returns: The best, and all within one standard error of it, in the order given.
  func close(among rivals: [Int]) -> [Int] {
    let means = rivals.map { RowScores.mean(scores(of: $0)) }
    guard let highest = means.max(), let place = means.firstIndex(of: highest) else { return [] }
    let leader = rivals[place]
    return rivals.filter { rival in
      if rival == leader { return true }
      let (mean, error) = difference(leader, rival)
      return mean <= error
    }
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
          rival: place[0], round: place[1], features: features,
          scores: RowScores(
            values: try part.floats("values", count: rows.count),
            weights: task.data.weights.map { weights in rows.map { weights[$0] } }),
          time: Elapsed(try part.double("seconds"))))
    }
  }
}
