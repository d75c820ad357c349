import Datasets

/// Why a set of columns cannot be judged.
public enum EvaluationError: Error, Sendable, Equatable, CustomStringConvertible {
  /// No training rows.
  case noTrainingRows
  /// No test rows.
  case noTestRows
  /// No columns.
  case noColumns
  /// The training rows have fewer than two classes.
  case tooFewClasses(found: Int)
  /// The target is of values, and the learner predicts classes only.
  case needsClasses(learner: String)
  /// The metric does not fit the target.
  case unsuitableMetric(Metric)
  /// A value that is not a finite number, among the training or the test rows.
  case notFinite(row: Int, column: Int)
  /// The rows have weights that cannot be used.
  case weights(WeightFault)
  /// The learner's library is not on this machine.
  case unavailable(learner: String)
  /// The learner's library refused its settings.
  case refused(learner: String, reason: String)

  /// One sentence that says what is wrong and what helps.
  public var description: String {
    switch self {
    case .noTrainingRows:
      "there are no training rows to learn from; hold out fewer rows"
    case .noTestRows:
      "there are no test rows to judge on; hold out some rows"
    case .noColumns:
      "there are no columns to judge; choose at least one"
    case .tooFewClasses(let found):
      "the training rows have \(found) class\(found == 1 ? "" : "es"), at least 2 are needed; "
        + "check the split"
    case .needsClasses(let learner):
      "\(learner) predicts classes, and the target has values; judge with ridge or nearest"
    case .unsuitableMetric(let metric):
      "the metric \(metric.rawValue) does not fit this target"
    case .notFinite(let row, let column):
      "row \(row), column \(column) (counted from 0) is not a finite number"
    case .weights(let fault):
      fault.description
    case .unavailable(let learner):
      "\(learner): \(TreeFault.unavailable)"
    case .refused(let learner, let reason):
      "\(learner) refused its settings: \(reason)"
    }
  }
}
