import Espalier
import Synchronization

/// The measurement of several counts before the choice itself.
struct PathRun {
  private let choice: ChoiceOptions
  private let method: any SelectionMethod
  private let data: LoadedData
  private let session: Session

  init(_ options: Select, method: any SelectionMethod, data: LoadedData, session: Session) {
    choice = options.choice
    self.method = method
    self.data = data
    self.session = session
  }

  /// Measures every count on splits of the training rows.
  ///
  /// - Parameter list: The counts.
  /// - Returns: The path; shorter where Ctrl-C or half of the time limit ended it.
  /// - Throws: ``ToolError`` if it ended so early that there is nothing to go on with.
  func path(_ list: CountList) throws -> CountPath {
    // The largest count is checked now, not after an hour.
    let task = try choice.task(data, count: list.counts.last ?? 1)
    let splitCount = 5
    let stop = Stop(
      interruption: session.interruption,
      deadline: choice.timeLimit.map { session.start + .seconds($0 / 2) })
    defer { session.display.clear() }
    let measured = try measured(
      task, WorkUnit(phase: .path, number: list.counts.count * splitCount), stop)
    let path = try measured.path(
      over: list.counts, task, splitCount: splitCount,
      random: RandomSource(seed: choice.seed).substream("path")
    ) { count, split in
      let place = list.counts.sorted().firstIndex(of: count) ?? 0
      let keeper = session.keeper(WorkUnit(phase: .path, number: place * splitCount + split))
      if !keeper.isKnown {
        session.folder?.events.append(
          "path", in: keeper.unit, [("count", .integer(count)), ("split", .integer(split))])
      }
      session.display.show(
        "path · \(count) \(data.training.featureNoun)s · split \(split + 1)/\(splitCount)")
      return Observer(stop: stop, count: count, keeper: keeper)
    }
    .complete(endedAt: stop.count)
    try check(path)
    return path
  }

  /// The method whose counts are measured: of a race, the winner at the largest count.
  private func measured(
    _ task: SelectionTask, _ unit: WorkUnit, _ stop: Stop
  ) throws -> any SelectionMethod {
    guard let race = method as? Race else { return method }
    let keeper = session.keeper(unit)
    if let name = try keeper.savedResult?.text("winner"),
      let rival = race.rivals.first(where: { $0.name == name })
    {
      return rival
    }
    session.display.show("path · a race for \(task.count) \(data.training.featureNoun)s")
    let winner = try race.winner(
      of: task, random: RandomSource(seed: choice.seed).substream("path"),
      observer: Observer(stop: stop, count: 0, keeper: keeper))
    if !stop.isDue(at: 0) {
      keeper.finish {
        var result = Snapshot()
        result.save("winner", winner.method.name)
        return result
      }
    }
    return winner.method
  }

  private func check(_ path: CountPath) throws {
    if let failure = session.store?.failure { throw failure }
    guard path.points.isEmpty else { return }
    if session.interruption.isRequested {
      try session.store?.flush()
      let goesOn = session.store?.hasFile == true
      throw ToolError(
        goesOn ? .stoppedEarly : .interrupted,
        "interrupted before the first count of --path was measured; run it again"
          + (goesOn ? " with --resume" : ""))
    }
    if choice.count == nil {
      throw ToolError(
        .stoppedEarly,
        "the time limit came before the first count of --path was measured; raise --time-limit"
          + " or give --count")
    }
  }

  /// When a path is to end, and at which count it did.
  private final class Stop: Sendable {
    private let interruption: Interruption
    private let deadline: ContinuousClock.Instant?
    private let stoppedCount = Mutex<Int?>(nil)

    init(interruption: Interruption, deadline: ContinuousClock.Instant?) {
      self.interruption = interruption
      self.deadline = deadline
    }

    /// The count that was being measured at the end; nil if the path went to its end.
    var count: Int? { stoppedCount.withLock { $0 } }

    private var isPast: Bool { deadline.map { ContinuousClock.now >= $0 } ?? false }

    func isDue(at count: Int) -> Bool {
      guard interruption.isRequested || isPast else { return false }
      stoppedCount.withLock { $0 = $0 ?? count }
      return true
    }
  }

  private struct Observer: SelectionObserver {
    let stop: Stop
    let count: Int
    let keeper: UnitKeeper

    func report(_ progress: SelectionProgress) {}

    var shouldStop: Bool { stop.isDue(at: count) }

    var savedState: Snapshot? { keeper.savedState }
    var savedResult: Snapshot? { keeper.savedResult }

    func keep(state: () -> Snapshot) { keeper.keep(state: state) }
    func finish(with result: () -> Snapshot) { keeper.finish(with: result) }
  }
}

extension ChoiceOptions {
  /// The task of choosing a number of columns of the data.
  func task(_ data: LoadedData, count: Int) throws -> SelectionTask {
    let dropped = droppedColumns.filter { !data.leftOut.contains(data.columnName($0)) }
    return try SelectionTask(
      data.training, rows: data.trainingRows, count: count,
      keep: keptColumns.map { try data.feature($0, option: "--keep") },
      drop: dropped.map { try data.feature($0, option: "--drop") })
  }
}

extension CountPath {
  /// The points that say something: a count is measured by selections that went to their end.
  ///
  /// - Parameter count: The count that was being measured when the path was ended, or nil.
  /// - Returns: The path below it.
  func complete(endedAt count: Int?) -> CountPath {
    var path = self
    if let count { path.points.removeAll { $0.count >= count } }
    return path
  }

  /// One line: each count with its loss, and the one suggested.
  var sentence: String {
    let losses = points.map {
      "\($0.count): \(Wording.score($0.loss)) ± \(Wording.score($0.standardError))"
    }
    let suggestion = suggestedCount.map { "; \($0) is the smallest within one error of the best" }
    return "held-out loss " + losses.joined(separator: ", ") + (suggestion ?? "")
  }

  var json: JSON {
    .object([
      (
        "points",
        .array(
          points.map { point in
            var members: [(String, JSON)] = [
              ("count", .integer(point.count)), ("loss", .number(point.loss)),
              ("standardError", .number(point.standardError)),
            ]
            if let accuracy = point.accuracy { members.append(("accuracy", .number(accuracy))) }
            if let error = point.accuracyError { members.append(("accuracyError", .number(error))) }
            return .object(members)
          })
      ),
      ("suggestedCount", .optional(suggestedCount, JSON.integer)),
    ])
  }
}
