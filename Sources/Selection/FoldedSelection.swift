import Datasets
import Tensors

/// A selection that is done anew in every training fold and judged on the rows left out: how sure
/// one can be of the columns, and of what they are worth.
///
///     for each repeat r and fold f
///       D = fit(training rows);  E = select(D, training rows)
///       value of (r, f) = judge(D, E: learns from the training rows, predicts the others)
///
/// With few rows a single number misleads; the spread of these values shows by how much. No step
/// sees the rows on which its columns are judged.
///
/// - Note: A value depends on the fold, the repeat and the seed alone, not on the order in which
///   they are computed, so that they may be computed side by side.
public struct FoldedSelection: Sendable {
  /// Makes the table for some training rows.
  ///
  /// What is learnt from rows, such as how missing values are filled in, is learnt from these alone.
  /// Its rows are those of the original table.
  public typealias Fitting = @Sendable (_ trainingRows: [Int]) throws -> Dataset

  /// Judges columns: learns from the training rows of a split and predicts its test rows.
  public typealias Judge =
    @Sendable (_ data: Dataset, _ columns: [Int], _ split: Split) throws ->
    Double

  /// The method.
  public var method: any SelectionMethod
  /// How many features are wanted.
  public var count: Int
  /// Columns that must be chosen.
  public var keep: [Int]
  /// Columns that must not be chosen.
  public var drop: [Int]
  /// The folds of every repeat.
  public let folds: Folds
  private let data: Dataset
  private let rows: [Int]
  private let fit: Fitting
  private let judge: Judge
  private let random: RandomSource

  /// Prepares the selections.
  ///
  /// - Parameters:
  ///   - method: The method.
  ///   - data: The table, for its target and subjects; what is chosen from is what `fit` makes.
  ///   - rows: The rows that are divided into folds.
  ///   - count: How many features are wanted.
  ///   - keep: Columns that must be chosen.
  ///   - drop: Columns that must not be chosen.
  ///   - foldCount: The number of folds, at least 2.
  ///   - repeatCount: How often the rows are divided.
  ///   - random: The source of every random number.
  ///   - fit: Makes the table for some training rows; nil for `data` as it is.
  ///   - judge: What the columns of a fold are worth.
  /// - Throws: `DatasetError.badSplit` if the rows cannot be divided so, or the training rows of a
  ///   fold leave nothing to tell apart.
  public init(
    _ method: any SelectionMethod, _ data: Dataset, rows: [Int], count: Int, keep: [Int] = [],
    drop: [Int] = [], foldCount: Int, repeatCount: Int, random: RandomSource,
    fit: Fitting? = nil, judge: @escaping Judge
  ) throws(DatasetError) {
    self.method = method
    self.data = data
    self.rows = data.counted(rows)
    self.count = count
    self.keep = keep
    self.drop = drop
    self.random = random
    self.fit = fit ?? { _ in data }
    self.judge = judge
    folds = try Folds(
      data, rows: self.rows, foldCount: foldCount, repeatCount: repeatCount,
      random: random.substream("folds"))
    if folds.splits.contains(where: { data.target.isConstant(on: $0.training) }) {
      throw .badSplit(
        reason: "the training rows of a fold are of one class; ask for fewer folds, or give the"
          + " rarest class more rows")
    }
  }

  /// The number of folds.
  public var foldCount: Int { folds.repeats.first?.count ?? 0 }

  /// The number of selections.
  public var runCount: Int { folds.splits.count }

  /// Chooses in the training rows of one fold, and judges on the rows left out.
  ///
  /// - Parameters:
  ///   - position: Which of the ``runCount`` selections, repeat by repeat.
  ///   - observer: Told of the progress of the selection.
  /// - Returns: What was chosen, and what it is worth.
  /// - Throws: What the fitting, the selection or the judge throws; `SnapshotError` for a result of
  ///   other data.
  public func run(
    _ position: Int, observer: any SelectionObserver = SilentObserver()
  ) throws -> FoldRun {
    let split = folds.splits[position]
    let (number, fold) = position.quotientAndRemainder(dividingBy: foldCount)
    if let saved = observer.savedResult {
      return FoldRun(
        repetition: number, fold: fold, split: split,
        features: try saved.integers("features", in: 0..<data.featureCount),
        value: try saved.double("value"), isInterrupted: false,
        seconds: try saved.double("seconds"))
    }
    let clock = ContinuousClock()
    let start = clock.now
    let fitted = try fit(split.training)
    let task = try SelectionTask(
      fitted, rows: split.training, count: count, keep: keep, drop: drop)
    let selection = try method.select(
      task, random: random.substream("selection", position), observer: observer)
    // The order of the columns is the same whatever method found them.
    let value = try judge(fitted, selection.indices.sorted(), split)
    let run = FoldRun(
      repetition: number, fold: fold, split: split, features: selection.indices, value: value,
      isInterrupted: selection.isInterrupted, seconds: (clock.now - start) / .seconds(1))
    if !run.isInterrupted {
      observer.finish(with: {
        var result = Snapshot()
        result.save("features", run.features)
        result.save("value", run.value)
        result.save("seconds", run.seconds)
        return result
      })
    }
    return run
  }

  /// The same, once through the folds, with the target dealt out anew among the rows.
  ///
  /// The folds are drawn anew, too, so that they are stratified by the target that is learnt.
  ///
  /// - Parameter number: Which of many permutations.
  /// - Returns: The selections; their values are what chance alone reaches.
  /// - Throws: `DatasetError.badSplit` if the training rows of a fold leave nothing to tell apart.
  public func permuted(_ number: Int) throws(DatasetError) -> FoldedSelection {
    let own = random.substream("permutation", number)
    var generator = own
    let permuted = data.permutingTarget(of: rows, using: &generator)
    let fit = fit
    return try FoldedSelection(
      method, permuted, rows: rows, count: count, keep: keep, drop: drop, foldCount: foldCount,
      repeatCount: 1, random: own.substream("folds"),
      fit: {
        var fitted = try fit($0)
        fitted.target = permuted.target
        return fitted
      }, judge: judge)
  }
}

/// What was chosen in the training rows of one fold, and what it is worth on the others.
public struct FoldRun: Sendable, Equatable {
  /// The repeat, from 0.
  public var repetition: Int
  /// The fold, from 0.
  public var fold: Int
  /// The rows that the selection saw, and those on which its columns were judged.
  public var split: Split
  /// The chosen features, best first.
  public var features: [Int]
  /// The judge's value on the test rows.
  public var value: Double
  /// Whether the selection was ended early.
  public var isInterrupted: Bool
  /// The duration of selection and judgement.
  public var seconds: Double
}
