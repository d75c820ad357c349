import Datasets

/// Linear regression with a quadratic penalty, on standardised columns and with an intercept.
///
///     w = argmin ‖y - b - Z w‖² + α ‖w‖²,  Z = (X - mean) / sd
///
/// Where rows have weights v, each square counts v times, in mean and sd as well. Classes are told
/// apart by one regression each, towards 1 for its own rows and -1 for the others; the largest
/// output wins. Of several labels or numbers each is an output, a label towards 1 and -1. Solved
/// exactly: (ZᵀZ + αI) w = Zᵀy where there are no more columns than rows, else
/// w = Zᵀ(ZZᵀ + αI)⁻¹ y.
///
/// - Source: Hoerl and Kennard, "Ridge Regression: Biased Estimation for Nonorthogonal Problems",
///   Technometrics 1970. The same numbers as scikit-learn's `StandardScaler` with `Ridge` and
///   `RidgeClassifier`.
public struct Ridge: Learner {
  /// The weight α of the penalty, above 0.
  public var penalty: Double

  /// The name in results, `"ridge"`.
  public var name: String { "ridge" }

  /// Creates the learner.
  ///
  /// - Parameter penalty: The weight α of the penalty, above 0; scikit-learn's default is 1.
  public init(penalty: Double = 1) {
    self.penalty = penalty
  }

  /// Learns from the training rows and predicts the target of each test row.
  ///
  /// - Parameter trial: The rows, columns and scaling.
  /// - Returns: The class with the largest output, the labels with an output above 0, or the
  ///   outputs, of each test row.
  /// - Throws: An `EvaluationError` where the trial has nothing to learn or to predict, or the
  ///   penalty is not above 0.
  public func predict(_ trial: Trial) throws(EvaluationError) -> Predictions {
    let model = try fit(trial)
    var outputs: [Double] = []
    outputs.reserveCapacity(trial.rowCount(.test) * model.outputCount)
    try trial.forEachBlock(.test) { _, block in
      outputs += model.outputs(for: block)
    }
    let starts = stride(from: 0, to: outputs.count, by: model.outputCount)
    switch trial.trainingTarget {
    case .values:
      return .values(outputs)
    case .outputs:
      return .outputs((0..<model.outputCount).map { output in starts.map { outputs[$0 + output] } })
    case .labels:
      return .labels(
        (0..<model.outputCount).map { output in starts.map { outputs[$0 + output] > 0 } })
    case .classes:
      return .classes(
        starts.map { start in
          let row = outputs[start..<(start + model.outputCount)]
          // The first of equal outputs wins.
          return row.indices.reduce(start) { row[$1] > row[$0] ? $1 : $0 } - start
        })
    }
  }

  /// Learns from the training rows.
  ///
  /// - Parameter trial: The rows, columns and scaling; the test rows are not read.
  /// - Returns: The model, with one output, or one for each class, label or number.
  /// - Throws: An `EvaluationError` where the trial has nothing to learn or to predict, or the
  ///   penalty is not above 0.
  public func fit(_ trial: Trial) throws(EvaluationError) -> LinearModel {
    try trial.validate()
    guard penalty > 0, penalty.isFinite else {
      throw .refused(learner: name, reason: "the penalty \(penalty) is not above 0")
    }
    let outputs = RidgeOutputs(
      try targets(trial), weights: trial.weights(.training) ?? trial.ones(.training))
    return trial.columns.count <= trial.rowCount(.training)
      ? try solvePrimal(trial, outputs) : try solveDual(trial, outputs)
  }

  /// The values to regress on, a list for each output.
  private func targets(_ trial: Trial) throws(EvaluationError) -> [[Double]] {
    switch trial.trainingTarget {
    case .values(let values):
      return [values.map(Double.init)]
    case .classes(let labels, let names):
      let present = Set(labels)
      guard present.count >= 2 else { throw .tooFewClasses(found: present.count) }
      return names.indices.map { index in labels.map { $0 == index ? 1 : -1 } }
    case .labels(let columns, _):
      return columns.map { $0.map { $0 ? 1 : -1 } }
    case .outputs(let columns, _):
      return columns.map { $0.map(Double.init) }
    }
  }
}
