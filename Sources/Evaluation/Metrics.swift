/// How good predictions are, as one number.
public enum Metric: String, Sendable, Hashable, Codable, CaseIterable {
  /// The fraction of rows whose class was predicted.
  case accuracy
  /// The mean over classes of the fraction of a class's rows that was predicted.
  case balancedAccuracy
  /// The fraction of the target's variance that was predicted, at most 1; it may be negative.
  case rSquared
  /// The mean squared difference of prediction and target.
  case meanSquaredError

  /// Whether a larger number means better predictions.
  public var higherIsBetter: Bool { self != .meanSquaredError }
}

/// Returns the fraction of rows whose class was predicted.
///
/// - Parameters:
///   - predicted: The predicted class of each row.
///   - truth: The true class of each row, as many.
/// - Returns: A number in 0...1, 0 without rows.
public func accuracy(of predicted: [Int], against truth: [Int]) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  guard !truth.isEmpty else { return 0 }
  let hits = zip(predicted, truth).count { $0 == $1 }
  return Double(hits) / Double(truth.count)
}

/// Returns the mean over classes of the fraction of a class's rows that was predicted.
///
/// Classes without a row in `truth` do not count.
///
/// - Parameters:
///   - predicted: The predicted class of each row.
///   - truth: The true class of each row, as many, each at least 0.
/// - Returns: A number in 0...1, 0 without rows.
public func balancedAccuracy(of predicted: [Int], against truth: [Int]) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  let classCount = (truth.max() ?? -1) + 1
  var hits = [Int](repeating: 0, count: classCount)
  var rows = hits
  for (guess, label) in zip(predicted, truth) {
    rows[label] += 1
    hits[label] += guess == label ? 1 : 0
  }
  let recalls = zip(hits, rows).filter { $0.1 > 0 }.map { Double($0.0) / Double($0.1) }
  return recalls.isEmpty ? 0 : recalls.reduce(0, +) / Double(recalls.count)
}

/// Returns the mean squared difference of prediction and target.
///
/// - Parameters:
///   - predicted: The predicted value of each row.
///   - truth: The true value of each row, as many.
/// - Returns: A number of at least 0, 0 without rows.
public func meanSquaredError(of predicted: [Double], against truth: [Double]) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  guard !truth.isEmpty else { return 0 }
  return squaredDistance(predicted, truth) / Double(truth.count)
}

/// Returns the coefficient of determination, the fraction of the target's variance that was
/// predicted.
///
/// - Parameters:
///   - predicted: The predicted value of each row.
///   - truth: The true value of each row, as many.
/// - Returns: A number of at most 1. A constant target gives 1 where it is predicted exactly and
///   0 otherwise, as in scikit-learn; so does a target without rows.
public func rSquared(of predicted: [Double], against truth: [Double]) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  let mean = truth.reduce(0, +) / Double(max(truth.count, 1))
  let residual = squaredDistance(predicted, truth)
  let total = truth.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
  guard total > 0 else { return residual == 0 ? 1 : 0 }
  return 1 - residual / total
}

private func squaredDistance(_ left: [Double], _ right: [Double]) -> Double {
  zip(left, right).reduce(0) { $0 + ($1.0 - $1.1) * ($1.0 - $1.1) }
}
