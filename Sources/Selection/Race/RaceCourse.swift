import Datasets
import Evaluation
import Tensors

/// One race: heats until a winner is found, then its choice.
struct RaceCourse {
  private let race: Race
  private let task: SelectionTask
  private let random: RandomSource
  private let observer: any SelectionObserver
  private let splits: RaceSplits
  private let learner: any Learner
  private let start = ContinuousClock.now

  private var heats = RaceHeats()
  /// The positions of the rivals that race, in their order.
  private var contenders: [Int]
  /// The last round that each rival was in.
  private var lastRounds: [Int: Int] = [:]
  private var absentees: [RaceRecord.Absentee] = []
  /// Why the rivals that failed did so.
  private var failure: SelectionError?
  private var rowCounts = (training: 0, validation: 0)
  /// Whether time, or the observer, ended the heats.
  private var isCutShort = false
  /// The round that was ended before its time, whose heats do not count; nil for none.
  private var brokenRound: Int?
  /// What was saved of the heat, or the choice, that had begun.
  private var savedPart: (place: PartPlace, state: Snapshot)?

  /// A heat by its rival and round; the choice is one of a rival that there is not.
  private struct PartPlace: Equatable {
    var rival: Int
    var round: Int
  }

  /// Begins a race, or goes on with one.
  init(
    _ race: Race, _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) {
    self.race = race
    self.task = task
    self.random = random
    self.observer = observer
    learner = race.judge(of: task)
    splits = RaceSplits(task, rowLimit: race.rowLimit, random: random.substream("race"))
    contenders = Array(race.rivals.indices)
    absentees = race.leftOut
    guard let saved = observer.savedState else { return }
    do throws(SnapshotError) {
      let (splits, rivalCount) = (splits, race.rivals.count)
      heats = try RaceHeats(
        restoredFrom: try saved.part("heats"), rivalCount: rivalCount, task,
        testRows: { round in try? splits.split(round).test })
      isCutShort = try saved.flag("isCutShort")
      if try saved.flag("hasPart") {
        let place = try saved.integers("partPlace", count: 2, in: 0..<1 << 10)
        savedPart = (PartPlace(rival: place[0], round: place[1]), try saved.part("part"))
      }
    } catch {
      throw .unusableState(error)
    }
  }

  // MARK: The heats

  /// Runs heats until a winner is found.
  mutating func run() throws(SelectionError) {
    leaveOutWhatCannotRun()
    let all = contenders
    guard all.count > 1 else { return }
    let budget = race.workLimit * slowestWork
    var spent = 0.0
    for round in 0..<race.roundLimit {
      let price = contenders.reduce(0) { $0 + heatWork($1) }
      let choice = contenders.map { work($0, task.rows.count) }.max() ?? 0
      if round > 0, spent + price + choice > budget { return }
      spent += price
      guard try runRound(round) else { break }
      contenders = heats.close(among: contenders)
      if contenders.count <= 1 { break }
    }
    // Where nobody could run a heat, the first is asked for its reasons.
    if contenders.isEmpty { contenders = Array(all.prefix(1)) }
  }

  /// Runs one heat of every contender.
  ///
  /// - Returns: Whether the race goes on.
  private mutating func runRound(_ round: Int) throws(SelectionError) -> Bool {
    let split: Split
    let part: SelectionTask
    do throws(SelectionError) {
      split = try splits.split(round)
      part = try SelectionTask(
        task.data, rows: split.training, count: task.count, keep: task.keep, drop: task.dropped)
    } catch {
      return false  // too few rows to compare anything: the first rival chooses
    }
    rowCounts = (split.training.count, split.test.count)
    // An ensemble comes last, since it takes what its members chose.
    let order =
      contenders.filter { !(race.rivals[$0] is RankEnsemble) }
      + contenders.filter { race.rivals[$0] is RankEnsemble }
    for rival in order {
      if heats.heat(of: rival, round: round) == nil {
        let outcome: FinishedHeat?
        do throws(SelectionError) {
          outcome = isCutShort ? nil : try run(rival, round: round, part, split)
        } catch {
          if case .unusableState = error { throw error }
          leaveOut(rival, error)
          continue
        }
        guard let outcome else {
          endHeats(round)
          return false
        }
        heats.append(outcome)
        let state = state(nil)
        observer.keep { state }
      }
      lastRounds[rival] = round
    }
    return true
  }

  /// Ends the heats before their time: in the first round those who ran can win, and later the heats
  /// of the round do not count.
  private mutating func endHeats(_ round: Int) {
    isCutShort = true
    brokenRound = round > 0 ? round : nil
    let complete = contenders.filter { heats.heat(of: $0, round: round) != nil }
    if round == 0, !complete.isEmpty { contenders = complete }
  }

  /// Runs a heat; nil if it was ended early.
  private func run(
    _ rival: Int, round: Int, _ part: SelectionTask, _ split: Split
  ) throws(SelectionError) -> FinishedHeat? {
    let clock = ContinuousClock()
    let begin = clock.now
    let method = race.rivals[rival]
    let source = random.substream("race").substream("heat", round)
    let selection: FeatureSelection
    if observer.shouldStop || isPastDeadline { return nil }
    if let lists = lists(of: method, round: round) {
      selection = RankEnsemble.selection(of: lists, part)
    } else {
      selection = try method.select(
        part, random: source,
        observer: watcher(
          PartPlace(rival: rival, round: round),
          title: "race, round \(round + 1): \(method.name)",
          deadline: race.secondsLimit.map { start + .seconds($0) }))
    }
    if selection.isInterrupted { return nil }
    let scores = try judge(selection.indices, split, number: round)
    return FinishedHeat(
      rival: rival, round: round, features: selection.indices, scores: scores,
      time: Elapsed((clock.now - begin) / .seconds(1)))
  }

  private var isPastDeadline: Bool {
    race.secondsLimit.map { ContinuousClock.now >= start + .seconds($0) } ?? false
  }

  /// What an ensemble's members chose in a split; nil if one of them was not in it.
  private func lists(of method: any SelectionMethod, round: Int) -> [[Int]]? {
    guard let ensemble = method as? RankEnsemble else { return nil }
    var lists: [[Int]] = []
    for member in ensemble.members {
      guard let rival = race.rivals.firstIndex(where: { $0.name == member.name }),
        let heat = heats.heat(of: rival, round: round)
      else { return nil }
      lists.append(heat.features)
    }
    return lists
  }

  /// Judges features: learns from the training part of a split and predicts its other rows.
  private func judge(
    _ features: [Int], _ split: Split, number: Int
  ) throws(SelectionError) -> RowScores {
    // The order of the columns is the same whatever method found them.
    let columns = task.data.columns(of: features.sorted()).sorted()
    let data = Dataset(
      features: task.data.features.selecting(columns: columns), target: task.data.target,
      weights: task.data.weights)
    let rows = splits.judgeRows(split, number: number)
    let trial = Trial(
      data, training: rows, test: split.test, columns: Array(columns.indices),
      scaler: data.features.fitted(race.scaling, rows: rows).scaler)
    do throws(EvaluationError) {
      return RowScores(
        try learner.predict(trial), against: trial.testTarget, weights: trial.weights(.test))
    } catch {
      throw .refused(reason: "the judge of the race: \(error.description)")
    }
  }

  // MARK: Who races

  /// Leaves out who cannot do the task, and who would make the race too long.
  private mutating func leaveOutWhatCannotRun() {
    for rival in contenders {
      if race.isTooWide(race.rivals[rival], task) {
        leaveOut(rival, "it would hold weights for every one of so many columns")
        continue
      }
      do throws(SelectionError) {
        _ = try race.rivals[rival].settings(for: task)
      } catch {
        leaveOut(rival, error)
      }
    }
    let first = contenders.first.map { work($0, task.rows.count) } ?? 0
    for rival in contenders {
      let own = work(rival, task.rows.count)
      if own > Self.longWork, own > 4 * first {
        leaveOut(rival, "it alone would take much longer than \(race.rivals[contenders[0]].name)")
      }
    }
    while contenders.count > 1 {
      let works = contenders.map { work($0, task.rows.count) }
      let whole = contenders.reduce(works.max() ?? 0) { $0 + heatWork($1) }
      guard whole > race.workLimit * slowestWork,
        // The last of those that cost something.
        let last = contenders.indices.last(where: { works[$0] > 0.05 * slowestWork })
      else { return }
      leaveOut(
        contenders[last], "the race would take more than three times as long as its slowest rival")
    }
  }

  private mutating func leaveOut(_ rival: Int, _ error: SelectionError) {
    leaveOut(rival, error.description)
    failure = failure ?? error
  }

  private mutating func leaveOut(_ rival: Int, _ reason: String) {
    contenders.removeAll { $0 == rival }
    absentees.append(.init(rival: race.rivals[rival].name, reason: reason))
  }

  /// What takes one core a minute or two.
  private static let longWork = 2e12

  /// The work of the slowest contender; an ensemble's is that of its members.
  private var slowestWork: Double {
    contenders.filter { !(race.rivals[$0] is RankEnsemble) }
      .map { work($0, task.rows.count) }.max() ?? 0
  }

  private func work(_ rival: Int, _ rowCount: Int) -> Double {
    expectedWork(of: race.rivals[rival], task, rowCount: rowCount)
  }

  /// The work of a heat; an ensemble's members have done its work already.
  private func heatWork(_ rival: Int) -> Double {
    let rowCount = Int((1 - splits.heldOutShare) * Double(splits.rowCount))
    guard let ensemble = race.rivals[rival] as? RankEnsemble else { return work(rival, rowCount) }
    let racing = Set(contenders.map { race.rivals[$0].name })
    return ensemble.members.filter { !racing.contains($0.name) }.reduce(0) {
      $0 + expectedWork(of: $1, task, rowCount: rowCount)
    }
  }

  // MARK: The choice

  /// The winner, and how the race went.
  func result() throws(SelectionError) -> (method: any SelectionMethod, record: RaceRecord) {
    guard let winner else { throw failure ?? .tooFewRows(task.rows.count) }
    return (race.rivals[winner], record(winner))
  }

  /// Lets the winner choose from all rows.
  func choice() throws(SelectionError) -> FeatureSelection {
    guard let winner else { throw failure ?? .tooFewRows(task.rows.count) }
    if observer.shouldStop, savedPart?.place != placeOfChoice { return try choiceSoFar(winner) }
    let method = race.rivals[winner]
    var selection = try method.select(
      task, random: random,
      observer: watcher(placeOfChoice, title: nil, deadline: nil))
    if heats.list.isEmpty {
      let reason =
        isCutShort ? "there was no time for a race" : "there was nothing to race for"
      selection.notes.append("\(reason): \(method.name) chose")
    } else {
      selection.race = record(winner)
    }
    return selection
  }

  private var placeOfChoice: PartPlace { PartPlace(rival: race.rivals.count, round: 0) }

  /// What there is to choose where an end was asked for before the race had one.
  private func choiceSoFar(_ winner: Int) throws(SelectionError) -> FeatureSelection {
    var selection: FeatureSelection
    if let heat = heats.heat(of: winner, round: 0) {
      selection = FeatureSelection(
        features: heat.features.enumerated().map {
          .init(index: $1, score: Double(heat.features.count - $0))
        },
        notes: ["the race was ended early: these features were chosen from a part of the rows"])
      selection.race = record(winner)
    } else {
      selection = try FTestSelection().select(task, random: random, observer: SilentObserver())
      selection.notes.append("the race was ended early: these features are the F-test's")
    }
    selection.isInterrupted = true
    return selection
  }

  /// The first of those that are not clearly behind.
  private var winner: Int? {
    let counted = brokenRound.map { heats.before(round: $0) } ?? heats
    let complete = contenders.filter { counted.heat(of: $0, round: 0) != nil }
    return complete.isEmpty ? contenders.first : counted.close(among: complete).first
  }

  private func record(_ winner: Int) -> RaceRecord {
    let measure =
      switch task.data.target {
      case .classes, .labels: "accuracy"
      case .values, .outputs: "rSquared"
      }
    var record = RaceRecord(
      judge: learner.name, measure: measure, trainingRowCount: rowCounts.training,
      validationRowCount: rowCounts.validation)
    record.isCutShort = isCutShort
    record.absentees = absentees
    record.heats = heats.list.map {
      .init(
        rival: race.rivals[$0.rival].name, round: $0.round, value: $0.scores.mean, time: $0.time)
    }
    let standings = race.rivals.indices.compactMap { rival -> RaceRecord.Standing? in
      let own = heats.list.filter { $0.rival == rival }
      guard !own.isEmpty else { return nil }
      let difference = rival == winner ? (0, 0) : heats.difference(winner, rival)
      return .init(
        rival: race.rivals[rival].name, value: RowScores.mean(heats.scores(of: rival)),
        heatCount: own.count, lastRound: lastRounds[rival] ?? 0, difference: difference.0,
        standardError: difference.1, time: Elapsed(own.reduce(0) { $0 + $1.time.seconds }))
    }
    let name = race.rivals[winner].name
    let others = standings.filter { $0.rival != name }
    record.standings =
      standings.filter { $0.rival == name }
      + others.indices.sorted {
        let (left, right) = (others[$0], others[$1])
        if left.lastRound != right.lastRound { return left.lastRound > right.lastRound }
        if left.difference != right.difference { return left.difference < right.difference }
        return $0 < $1
      }.map { others[$0] }
    return record
  }

  // MARK: Going on later

  private func state(_ part: (place: PartPlace, state: Snapshot)?) -> Snapshot {
    var state = Snapshot()
    state.save("heats", heats.state)
    state.save("isCutShort", isCutShort)
    state.save("hasPart", part != nil)
    if let part {
      state.save("partPlace", [part.place.rival, part.place.round])
      state.save("part", part.state)
    }
    return state
  }

  /// The observer of a heat, or of the choice.
  private func watcher(
    _ place: PartPlace, title: String?, deadline: ContinuousClock.Instant?
  ) -> PartObserver {
    let course = self
    return PartObserver(
      outer: observer, savedState: savedPart.flatMap { $0.place == place ? $0.state : nil },
      title: title, deadline: deadline, whole: { course.state((place, $0)) })
  }
}
