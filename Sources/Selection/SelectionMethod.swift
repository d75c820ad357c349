import Datasets
import Tensors

/// A way to choose features: a value that holds settings only.
///
/// Selecting returns a result and leaves nothing behind in the method, so that selecting twice
/// with equal random sources is selecting once.
public protocol SelectionMethod: Sendable {
  /// The name on the command line, such as `entryprune`.
  var name: String { get }

  /// Whether the target of the rows is looked at; without, there need not be one.
  var needsTarget: Bool { get }

  /// The settings by name, for the record.
  ///
  /// - Parameter task: The task, on whose data defaults may depend.
  /// - Returns: The names and values.
  /// - Throws: ``SelectionError/badSetting(name:value:range:)`` if one is out of its range.
  func settings(for task: SelectionTask) throws(SelectionError) -> [(name: String, value: String)]

  /// Chooses features.
  ///
  /// - Parameters:
  ///   - task: The data, the rows to learn from and how many features are wanted.
  ///   - random: The source of every random number of the run.
  ///   - observer: Told of progress, and asked whether to stop early.
  /// - Returns: The chosen features with their scores, best first.
  /// - Throws: ``SelectionError`` if the task cannot be done.
  func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection
}

extension SelectionMethod {
  /// It is, unless a method says otherwise.
  public var needsTarget: Bool { true }

  /// Chooses features under a seed, without being watched.
  ///
  /// - Parameters:
  ///   - task: The data, the rows to learn from and how many features are wanted.
  ///   - seed: The seed of every random number of the run.
  /// - Returns: The chosen features with their scores, best first.
  /// - Throws: ``SelectionError`` if the task cannot be done.
  public func select(
    _ task: SelectionTask, seed: UInt64
  ) throws(SelectionError) -> FeatureSelection {
    try select(task, random: RandomSource(seed: seed), observer: SilentObserver())
  }

  /// No settings, unless a method says otherwise.
  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] { [] }
}

/// What is to be chosen, and from what.
///
/// Features are the groups of the data where there are any, and columns otherwise.
public struct SelectionTask: Sendable {
  /// The table and its target.
  public let data: Dataset
  /// The rows that may be looked at; no other row is ever read.
  ///
  /// Rows of weight 0 are not among them.
  public let rows: [Int]
  /// How many features are wanted.
  public let count: Int
  /// Features that are chosen whatever their score, in ascending order.
  public let keep: [Int]
  /// Features that may be chosen, in ascending order; those of ``keep`` are among them.
  public let eligible: [Int]
  /// Features that may not be chosen, in ascending order.
  public let dropped: [Int]

  /// Checks and creates a task.
  ///
  /// - Parameters:
  ///   - data: The table and its target.
  ///   - rows: The rows that may be looked at; nil for all.
  ///   - count: How many features are wanted, in `1...` the number of eligible ones.
  ///   - keep: Features that must be chosen.
  ///   - drop: Features that must not be chosen.
  /// - Throws: ``SelectionError`` if that cannot be.
  public init(
    _ data: Dataset, rows: [Int]? = nil, count: Int, keep: [Int] = [], drop: [Int] = []
  ) throws(SelectionError) {
    let featureCount = data.featureCount
    let allRows = rows ?? Array(0..<data.rowCount)
    if let fault = data.weightFault(in: allRows) { throw .weights(fault) }
    let rows = data.counted(allRows)
    for feature in keep + drop where !(0..<featureCount).contains(feature) {
      throw .noSuchColumn(feature, columnCount: featureCount)
    }
    let dropped = Set(drop)
    if let both = keep.sorted().first(where: dropped.contains) {
      throw .keptAndDropped(data.featureNames[both])
    }
    guard count >= 1 else { throw .countTooSmall(count) }
    let eligible = (0..<featureCount).filter { !dropped.contains($0) }
    guard count <= eligible.count else {
      throw .countTooLarge(count, eligible: eligible.count)
    }
    let kept = Set(keep).sorted()
    guard kept.count <= count else { throw .keepsTooMany(kept.count, count: count) }
    guard rows.count >= 2 else { throw .tooFewRows(rows.count) }
    if data.target.isConstant(on: rows) { throw .oneClass }
    if let place = data.firstNonFinite(rows: rows, columns: data.columns(of: eligible)) {
      throw .notFinite(row: place.row, column: place.column)
    }
    self.data = data
    self.rows = rows
    self.count = count
    self.keep = kept
    self.eligible = eligible
    self.dropped = dropped.sorted()
  }
}

/// Why features cannot be chosen.
public enum SelectionError: Error, Hashable, Sendable, CustomStringConvertible {
  /// Fewer than one feature is wanted.
  case countTooSmall(Int)
  /// More features are wanted than there are.
  case countTooLarge(Int, eligible: Int)
  /// More features must be kept than are wanted.
  case keepsTooMany(Int, count: Int)
  /// A feature is both to be kept and to be dropped.
  case keptAndDropped(String)
  /// The index of a feature is out of range.
  case noSuchColumn(Int, columnCount: Int)
  /// There are too few rows to learn from.
  case tooFewRows(Int)
  /// All rows to learn from are of one class.
  case oneClass
  /// A number is NaN or infinite; without a column it is one of the target.
  case notFinite(row: Int, column: String?)
  /// The rows have weights that cannot be used.
  case weights(WeightFault)
  /// The rows cannot be divided into those to learn from and those for validation.
  case split(SplitFault)
  /// The training loss is no longer a number.
  case diverged(rotation: Int)
  /// The training loss of a network is no longer a number.
  case trainingDiverged(epoch: Int, loss: String)
  /// The flexible input layer follows a validation loss, which a search of fixed length has not.
  case fixedLengthOfFlexible
  /// A setting is outside its range.
  case badSetting(name: String, value: String, range: String)
  /// A method needs what is not on this machine.
  case unavailable(method: String, reason: String)
  /// A method's library, or a judge, refused the data.
  case refused(reason: String)
  /// The state from which the selection was to go on is none of this selection.
  case unusableState(SnapshotError)

  /// Whether the request is at fault, rather than the data.
  public var isUsage: Bool {
    switch self {
    case .tooFewRows, .oneClass, .notFinite, .weights, .split, .diverged, .trainingDiverged,
      .refused, .unusableState:
      false
    default: true
    }
  }

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .countTooSmall(let count):
      "cannot choose \(count) features; ask for at least 1"
    case .countTooLarge(let count, let eligible):
      "cannot choose \(count) features: there \(eligible == 1 ? "is" : "are") only \(eligible); ask"
        + " for at most \(eligible)"
    case .keepsTooMany(let kept, let count):
      "\(kept) features are to be kept, but only \(count) chosen; raise the count"
    case .keptAndDropped(let name):
      "column '\(name)' is to be kept and to be dropped; decide for one"
    case .noSuchColumn(let column, let columnCount):
      "there is no column \(column): indices run from 0 to \(columnCount - 1)"
    case .tooFewRows(let count):
      "\(count) training row(s) are too few to learn from; at least 2 are needed"
    case .oneClass:
      "all training rows are of one class; there is nothing to tell apart"
    case .notFinite(let row, let column):
      "\(column.map { "column '\($0)'" } ?? "the target") has no finite number in row \(row) "
        + "(from 0); remove the row or fill in a number"
    case .weights(let fault):
      fault.description
    case .split(let fault):
      "validation rows: \(fault)"
    case .diverged(let rotation):
      "the training loss became infinite in rotation \(rotation); lower the learning rate"
    case .trainingDiverged(let epoch, let loss):
      "the loss became \(loss.hasSuffix("nan") ? "no number" : "infinite") in epoch \(epoch + 1); lower the learning rate"
    case .fixedLengthOfFlexible:
      "the flexible input layer follows a validation loss; give a patience, not a number of rotations"
    case .badSetting(let name, let value, let range):
      "\(name) is \(value), but must be \(range)"
    case .unavailable(let method, let reason):
      "\(method): \(reason)"
    case .refused(let reason):
      reason
    case .unusableState(let error):
      error.description
    }
  }
}

/// Told how a selection goes on, and asked whether it should stop.
///
/// After every rotation it takes note, says whether to go on, and is offered the state from which
/// that is possible.
public protocol SelectionObserver: StateKeeper {
  /// Takes note of a finished rotation (or step) of a selection.
  ///
  /// - Parameter progress: What was reached.
  func report(_ progress: SelectionProgress)

  /// Whether the selection should end early with the best it has.
  var shouldStop: Bool { get }
}

/// What a selection has reached.
public struct SelectionProgress: Sendable, Equatable {
  /// The part of the procedure, such as `validation run`.
  public var phase: String
  /// The rotation that ended, from 0.
  public var rotation: Int
  /// The rotation that is expected to be the last; nil if nobody knows.
  public var lastRotation: Int?
  /// The loss on validation rows, or on training rows where none are held out.
  public var loss: Double
  /// How many of the chosen features changed.
  public var changes: Int
}

/// An observer that does nothing.
public struct SilentObserver: SelectionObserver {
  /// Creates the observer.
  public init() {}

  /// Does nothing.
  ///
  /// - Parameter progress: What was reached.
  public func report(_ progress: SelectionProgress) {}

  /// Never.
  public var shouldStop: Bool { false }
}
