import Datasets

/// Gradient-boosted trees, through XGBoost.
///
/// Of several labels or numbers each has trees of its own. Trees do not ask how columns are scaled.
///
/// - Source: Chen and Guestrin, "XGBoost: A Scalable Tree Boosting System", KDD 2016.
/// - Note: The library is opened when it is needed, and may be missing.
public struct BoostedTrees: Learner {
  /// How trees are boosted.
  public var settings: TreeSettings

  /// The name in results, `"trees"`.
  public var name: String { "trees" }

  /// Whether XGBoost is on this machine.
  public static var isAvailable: Bool { TreeEnsemble.isAvailable }

  /// Creates the learner.
  ///
  /// A branch chooses among all columns: they are few, and chosen because they matter.
  public init() {
    settings = TreeSettings()
    settings.columnFraction = 1
  }

  /// Learns from the training rows and predicts the target of each test row.
  ///
  /// - Parameter trial: The rows, columns and scaling.
  /// - Returns: The classes, labels or values of the test rows.
  /// - Throws: An `EvaluationError` where the trial has nothing to learn or to predict, or XGBoost
  ///   is missing.
  public func predict(_ trial: Trial) throws(EvaluationError) -> Predictions {
    try trial.validate()
    guard Self.isAvailable else { throw .unavailable(learner: name) }
    switch trial.trainingTarget {
    case .classes(let labels, let names):
      let found = Set(labels).count
      guard found >= 2 else { throw .tooFewClasses(found: found) }
      return .classes(try classes(trial, labels, count: names.count))
    case .values(let values):
      return .values(try self.values(trial, values))
    case .labels(let columns, _):
      var found: [[Bool]] = []
      for column in columns {
        found.append(try classes(trial, column.map { $0 ? 1 : 0 }, count: 2).map { $0 == 1 })
      }
      return .labels(found)
    case .outputs(let columns, _):
      var found: [[Double]] = []
      for column in columns { found.append(try values(trial, column)) }
      return .outputs(found)
    }
  }

  private func classes(
    _ trial: Trial, _ labels: [Int], count: Int
  ) throws(EvaluationError) -> [Int] {
    guard case .classes(let found, _) = try predict(trial, .classes(labels, count: count)) else {
      return []
    }
    return found
  }

  private func values(_ trial: Trial, _ values: [Float]) throws(EvaluationError) -> [Double] {
    guard case .values(let found) = try predict(trial, .values(values)) else { return [] }
    return found.map(Double.init)
  }

  private func predict(
    _ trial: Trial, _ goal: TreeEnsemble.Goal
  ) throws(EvaluationError) -> TreeEnsemble.Goal {
    let all = 0..<trial.columns.count
    let training = try trial.block(.training, columns: all)
    let test = try trial.block(.test, columns: all)
    do {
      return try TreeEnsemble(
        training, columnCount: all.count, goal,
        weights: trial.weights(.training)?.map { Float($0) }, settings: settings
      ).predict(test)
    } catch {
      throw .refused(learner: name, reason: error.description)
    }
  }
}
