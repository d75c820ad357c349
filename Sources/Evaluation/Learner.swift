import Datasets

/// A learner that tells how much of the target a set of columns can predict.
///
/// It learns on the training rows of a trial and predicts the test rows. A learner is a value
/// that holds settings only: judging twice gives the same score.
public protocol Learner: Sendable {
  /// The name in results, such as `"svc"`.
  var name: String { get }

  /// Learns from the training rows and predicts the test rows.
  ///
  /// - Parameter trial: The rows, columns and scaling.
  /// - Returns: A class index for each test row where the target is classes, its labels or values
  ///   where it is one of these.
  /// - Throws: An `EvaluationError` where the trial cannot be judged.
  func predict(_ trial: Trial) throws(EvaluationError) -> Predictions
}

/// What a learner says about the test rows of a trial, in their order.
public enum Predictions: Sendable, Equatable {
  /// The class index of each row.
  case classes([Int])
  /// The value of each row.
  case values([Double])
  /// For each label, which rows have it.
  case labels([[Bool]])
  /// For each output, the value of each row.
  case outputs([[Double]])
}

/// The result of judging a set of columns.
public struct Score: Sendable, Equatable, Codable {
  /// The name of the learner that judged.
  public var learner: String
  /// The name of the metric, a raw value of `Metric`.
  public var metric: String
  /// The value of the metric on the test rows.
  public var value: Double
  /// Whether a larger value means better predictions.
  public var higherIsBetter: Bool

  /// Creates a score.
  ///
  /// - Parameters:
  ///   - learner: The name of the learner.
  ///   - metric: The metric.
  ///   - value: Its value on the test rows.
  public init(learner: String, metric: Metric, value: Double) {
    self.learner = learner
    self.metric = metric.rawValue
    self.value = value
    higherIsBetter = metric.higherIsBetter
  }
}

extension Learner {
  /// Learns from the training rows of a trial and scores the predictions of its test rows.
  ///
  /// - Parameters:
  ///   - trial: The rows, columns and scaling.
  ///   - metric: The metric; `nil` means accuracy for classes, F1 for labels and R² for values.
  /// - Returns: The score on the test rows.
  /// - Throws: An `EvaluationError` where the trial cannot be judged.
  public func judge(_ trial: Trial, by metric: Metric? = nil) throws(EvaluationError) -> Score {
    let predictions = try predict(trial)
    let chosen = metric ?? predictions.defaultMetric
    guard
      let value = predictions.value(
        of: chosen, against: trial.testTarget, weights: trial.weights(.test))
    else { throw .unsuitableMetric(chosen) }
    return Score(learner: name, metric: chosen, value: value)
  }
}

extension Predictions {
  /// Takes what was predicted as a target, such as that of a trained network.
  ///
  /// - Parameter target: The predictions, with the names of the true target.
  public init(_ target: Target) {
    switch target {
    case .classes(let indices, _): self = .classes(indices)
    case .values(let values): self = .values(values.map(Double.init))
    case .labels(let columns, _): self = .labels(columns)
    case .outputs(let columns, _): self = .outputs(columns.map { $0.map(Double.init) })
    }
  }

  /// Accuracy for classes, R² for values; for labels F1, since an accuracy says little of rare ones.
  public var defaultMetric: Metric {
    switch self {
    case .classes: .accuracy
    case .values, .outputs: .rSquared
    case .labels: .macroF1
    }
  }

  /// Compares the predictions with the truth.
  ///
  /// - Parameters:
  ///   - metric: The metric.
  ///   - truth: The target of the same rows.
  ///   - weights: How much each row counts, at least 0; nil for 1.
  /// - Returns: The metric's value; `nil` where it does not fit the predictions or the target.
  public func value(
    of metric: Metric, against truth: Target, weights: [Double]? = nil
  ) -> Double? {
    switch (metric, self, truth) {
    case (.accuracy, .classes(let predicted), .classes(let labels, _)):
      accuracy(of: predicted, against: labels, weights: weights)
    case (.balancedAccuracy, .classes(let predicted), .classes(let labels, _)):
      balancedAccuracy(of: predicted, against: labels, weights: weights)
    case (.rSquared, .values(let predicted), .values(let values)):
      rSquared(of: predicted, against: values.map(Double.init), weights: weights)
    case (.meanSquaredError, .values(let predicted), .values(let values)):
      meanSquaredError(of: predicted, against: values.map(Double.init), weights: weights)
    case (_, .labels(let predicted), .labels(let labels, _)):
      labelScore(of: metric, predicted, against: labels, weights: weights)
    case (.rSquared, .outputs(let predicted), .outputs(let values, _)):
      mean(predicted, values) {
        Evaluation.rSquared(of: $0, against: $1.map(Double.init), weights: weights)
      }
    case (.meanSquaredError, .outputs(let predicted), .outputs(let values, _)):
      mean(predicted, values) {
        Evaluation.meanSquaredError(of: $0, against: $1.map(Double.init), weights: weights)
      }
    default:
      nil
    }
  }

  /// The mean over the labels, each of which is a target of two classes.
  private func labelScore(
    of metric: Metric, _ predicted: [[Bool]], against truth: [[Bool]], weights: [Double]?
  ) -> Double? {
    func classes(_ column: [Bool]) -> [Int] { column.map { $0 ? 1 : 0 } }
    return switch metric {
    case .macroF1:
      Evaluation.macroF1(of: predicted, against: truth, weights: weights)
    case .accuracy:
      mean(predicted, truth) {
        Evaluation.accuracy(of: classes($0), against: classes($1), weights: weights)
      }
    case .balancedAccuracy:
      mean(predicted, truth) {
        Evaluation.balancedAccuracy(of: classes($0), against: classes($1), weights: weights)
      }
    case .rSquared, .meanSquaredError: nil
    }
  }

  private func mean<Left, Right>(
    _ left: [Left], _ right: [Right], _ score: (Left, Right) -> Double
  ) -> Double {
    zip(left, right).reduce(0) { $0 + score($1.0, $1.1) } / Double(max(right.count, 1))
  }
}
