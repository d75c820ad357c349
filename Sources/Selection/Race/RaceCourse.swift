import Datasets
import Evaluation
import Tensors

/// One race: heats until a winner is found, then its choice.
struct RaceCourse {
  let race: Race
  let task: SelectionTask
  let random: RandomSource
  let observer: any SelectionObserver
  let splits: RaceSplits
  let learner: any Learner
  private let start = ContinuousClock.now

  private(set) var heats = RaceHeats()
  /// The positions of the rivals that race, in their order.
  var contenders: [Int]
  /// The positions of all that can win: who does not run on may be ahead all the same.
  var entrants: [Int] = []
  /// The last round that each rival was in.
  private(set) var lastRounds: [Int: Int] = [:]
  var absentees: [RaceRecord.Absentee] = []
  /// The work of each contender: of a heat, and of the choice from all rows, both with judging.
  var works: [Int: (heat: Double, choice: Double)] = [:]
  /// The work of judging a heat.
  var judgingWork = 0.0
  /// Why the rivals that failed did so.
  var failure: SelectionError?
  private(set) var rowCounts = (training: 0, validation: 0)
  /// Whether time, or the observer, ended the heats.
  private(set) var isCutShort = false
  /// The round that was ended before its time, whose heats do not count; nil for none.
  private(set) var brokenRound: Int?
  /// What was saved of the heat, or the choice, that had begun.
  var savedPart: (place: PartPlace, state: Snapshot)?

  /// A heat by its rival and round; the choice is one of a rival that there is not.
  struct PartPlace: Equatable {
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
    entrants = all
    guard all.count > 1 else { return }
    // Work is an estimate: what is added to the first round leaves a fifth for its errors.
    let budget = 0.8 * race.workLimit * slowestWork
    var spent = 0.0
    for round in 0..<race.roundLimit {
      if round > 0 { dropWhatIsTooDear(budget - spent) }
      if contenders.count <= 1 { break }
      spent += contenders.reduce(0) { $0 + heatWork($1) }
      guard try runRound(round) else { break }
      contenders = heats.close(among: contenders)
      if contenders.count == 2,
        heats.challengers(among: entrants, lookCount: race.roundLimit).first == contenders[1]
      {
        break
      }
    }
    // Where nobody could run a heat, the first is asked for its reasons.
    if entrants.isEmpty { entrants = Array(all.prefix(1)) }
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
    if round == 0, !complete.isEmpty { entrants = complete }
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
      rival: rival, round: round, features: selection.indices, rows: split.test, scores: scores,
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
  func watcher(
    _ place: PartPlace, title: String?, deadline: ContinuousClock.Instant?
  ) -> PartObserver {
    let course = self
    return PartObserver(
      outer: observer, savedState: savedPart.flatMap { $0.place == place ? $0.state : nil },
      title: title, deadline: deadline, whole: { course.state((place, $0)) })
  }
}
