import Datasets
import Evaluation
import Tensors

/// A race among methods, on the task's rows alone: the winner chooses.
///
///     rivals = all, the one to be beaten first
///     repeat
///       take the next of k folds of the rows, the same for all rivals
///       for each rival left:  E = select(other folds);  s = judge(E; fold), row by row
///       the leader is the one of largest mean score
///       out goes who is behind the leader by more than one standard error, but not the first
///     until none but the first is left, or the work would be three times that of the slowest rival
///     of those ahead of the first by more than chance gives among so many, the one most clearly
///     ahead chooses from all rows, or else the first
///
/// The largest of seven differences is ahead by more than one standard error in most races between
/// equals; one among them is taken for better only where the chance of that is 5 in 100 at most,
/// given the rows and that the same methods with other random numbers choose better or worse. Where
/// that is not reached, and with a hundred rows it seldom is, the first chooses, which stands there
/// since it did best on most data. A round that cannot be paid for all is run by those that cost
/// less.
///
/// Every rival has the random numbers of the split, and the winner those of the run: its choice is,
/// bit for bit, that of the winner by itself. Which round is the last is decided by expected work,
/// not by a clock, so that the same seed gives the same race; unless ``secondsLimit`` says otherwise.
///
/// - Source: Jamieson and Talwalkar, "Non-stochastic Best Arm Identification and Hyperparameter
///   Optimization", AISTATS 2016 (successive halving); Maron and Moore, "The Racing Algorithm",
///   1997 (who is clearly behind leaves); Dunn, "Multiple Comparisons Among Means", JASA 1961 (many
///   compared with one); McNemar, "Note on the sampling error of the difference between correlated
///   proportions", Psychometrika 1947 (rows that one of two has right).
/// - Note: Not half of the rivals leave in a round but those that are clearly behind: among few rows
///   the better half is a matter of luck.
public struct Race: SelectionMethod {
  /// The methods; the first chooses unless another one is clearly better.
  public var rivals: [any SelectionMethod]
  /// The learner that judges; nil for a support vector classifier, or ridge for numbers.
  public var learner: (any Learner)?
  /// Methods that somebody left out beforehand, for the record.
  public var leftOut: [RaceRecord.Absentee] = []
  /// How the learner's columns are scaled.
  public var scaling = InputScaling.minMax
  /// After how many seconds the winner is named, whatever the rules say; nil for never.
  public var secondsLimit: Double?
  /// How many times the work of the slowest rival the race and the choice may take.
  public var workLimit = 2.8
  /// How many rows take part at most; of more, so many are drawn for each split.
  public var rowLimit = 24_000
  /// How many rounds there are at most.
  public var roundLimit = 6

  /// Creates the race.
  ///
  /// - Parameters:
  ///   - rivals: The methods, at least one; the first is the one to be beaten, and the
  ///     last are left out where the race would take too long.
  ///   - learner: The learner that judges; nil for a support vector classifier, or ridge for
  ///     numbers.
  public init(_ rivals: [any SelectionMethod] = Race.standardRivals, learner: (any Learner)? = nil)
  {
    require(!rivals.isEmpty, "Race: no rivals")
    self.rivals = rivals
    self.learner = learner
  }

  /// The rivals of `--method auto`, in the order of how they did on real data.
  public static var standardRivals: [any SelectionMethod] {
    let others: [any SelectionMethod] = [
      EntryPrune(), TreeSelection(), LassoSelection(), MutualInformationSelection(),
      SparseSelection(.set), SparseSelection(.rigl), FTestSelection(),
    ]
    return others + [RankEnsemble([EntryPrune(), TreeSelection(), LassoSelection()])]
  }

  public var name: String { "auto" }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    var settings = [(name: "rivals", value: rivals.map(\.name).joined(separator: ","))]
    settings.append(("raceJudge", judge(of: task).name))
    settings.append(("raceScale", scaling.rawValue))
    // A mistake in a setting of a rival is one of the race; what is not there is left out of it.
    for rival in rivals where !isTooWide(rival, task) {
      do throws(SelectionError) {
        settings += try rival.settings(for: task).map { ("\(rival.name).\($0.name)", $0.value) }
      } catch {
        if case .unavailable = error { continue }
        if error.isUsage { throw error }
      }
    }
    return settings
  }

  /// Whether a rival holds weights for all of so many columns that it had better not race.
  func isTooWide(_ rival: any SelectionMethod, _ task: SelectionTask) -> Bool {
    rival is SparseSelection && task.eligibleColumns.count > 100_000
  }

  /// The learner that judges a task.
  func judge(of task: SelectionTask) -> any Learner {
    if let learner { return learner }
    return switch task.data.target {
    case .classes, .labels: SVC()
    case .values, .outputs: Ridge()
    }
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    var course = try RaceCourse(self, task, random: random, observer: observer)
    try course.run()
    return try course.choice()
  }

  /// Runs the race alone.
  ///
  /// - Parameters:
  ///   - task: The data, the rows to learn from and how many features are wanted.
  ///   - random: The source of every random number of the race.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The winner, and how the race went.
  /// - Throws: ``SelectionError`` if no rival can do the task.
  public func winner(
    of task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> (method: any SelectionMethod, record: RaceRecord) {
    var course = try RaceCourse(self, task, random: random, observer: observer)
    try course.run()
    return try course.result()
  }
}
