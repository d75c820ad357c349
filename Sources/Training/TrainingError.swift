import Datasets
import Tensors

/// Why a network cannot be trained.
public enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
  /// A setting is outside its range.
  case badSetting(name: String, value: String, range: String)
  /// The rows are no images, or a network does not fit them.
  case network(String)
  /// There are too few rows to learn from.
  case tooFewRows(Int)
  /// All rows to learn from are of one class.
  case oneClass
  /// A number is NaN or infinite; without a column it is one of the target.
  case notFinite(row: Int, column: String?)
  /// The rows have weights that cannot be used.
  case weights(WeightFault)
  /// The rows cannot be divided into those to train on and those for validation.
  case split(SplitFault)
  /// The loss is no longer a number.
  case diverged(epoch: Int, loss: Double)
  /// The state from which the training was to go on is none of this training.
  case unusableState(SnapshotError)

  /// Whether the request is at fault, rather than the data.
  public var isUsage: Bool {
    if case .badSetting = self { true } else { false }
  }

  /// One sentence with the remedy.
  public var description: String {
    switch self {
    case .badSetting(let name, let value, let range):
      "\(name) is \(value), but must be \(range)"
    case .network(let reason):
      reason
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
    case .diverged(let epoch, let loss):
      "the loss became \(loss.isNaN ? "no number" : "infinite") in epoch \(epoch + 1); lower the learning rate"
    case .unusableState(let error):
      error.description
    }
  }
}
