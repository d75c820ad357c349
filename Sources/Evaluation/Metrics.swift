/// How good predictions are, as one number.
public enum Metric: String, Sendable, Hashable, Codable, CaseIterable {
  /// The fraction of rows whose class was predicted.
  case accuracy
  /// The mean over classes of the fraction of a class's rows that was predicted.
  case balancedAccuracy
  /// The mean over labels of F1, the harmonic mean of precision and recall.
  case macroF1
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
///   - weights: How much each row counts, at least 0; nil for 1.
/// - Returns: A number in 0...1, 0 without rows that count.
public func accuracy(
  of predicted: [Int], against truth: [Int], weights: [Double]? = nil
) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  return weightedMean(of: zip(predicted, truth).map { $0 == $1 ? 1 : 0 }, weights: weights)
}

/// Returns the mean over classes of the fraction of a class's rows that was predicted.
///
/// Classes without a row in `truth` that counts do not count.
///
/// - Parameters:
///   - predicted: The predicted class of each row.
///   - truth: The true class of each row, as many, each at least 0.
///   - weights: How much each row counts, at least 0; nil for 1.
/// - Returns: A number in 0...1, 0 without rows that count.
public func balancedAccuracy(
  of predicted: [Int], against truth: [Int], weights: [Double]? = nil
) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  let classCount = (truth.max() ?? -1) + 1
  var hits = [Double](repeating: 0, count: classCount)
  var rows = hits
  for (row, label) in truth.enumerated() {
    let weight = weights?[row] ?? 1
    rows[label] += weight
    hits[label] += predicted[row] == label ? weight : 0
  }
  let recalls = zip(hits, rows).filter { $0.1 > 0 }.map { $0.0 / $0.1 }
  return recalls.isEmpty ? 0 : recalls.reduce(0, +) / Double(recalls.count)
}

/// Returns the mean over labels of F1 = 2 tp / (2 tp + fp + fn).
///
/// A label that no row has and none is predicted to have does not count.
///
/// - Parameters:
///   - predicted: For each label, which rows are predicted to have it.
///   - truth: For each label, which rows have it.
///   - weights: How much each row counts, at least 0; nil for 1.
/// - Returns: A number in 0...1, 1 where no label counts.
public func macroF1(
  of predicted: [[Bool]], against truth: [[Bool]], weights: [Double]? = nil
) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  var scores: [Double] = []
  for (predicted, truth) in zip(predicted, truth) {
    requireEqualCounts(predicted.count, truth.count)
    var (both, either) = (0.0, 0.0)
    for row in truth.indices {
      let weight = weights?[row] ?? 1
      if predicted[row] && truth[row] { both += weight }
      either += weight * ((predicted[row] ? 1 : 0) + (truth[row] ? 1 : 0))
    }
    if either > 0 { scores.append(2 * both / either) }
  }
  return scores.isEmpty ? 1 : scores.reduce(0, +) / Double(scores.count)
}

/// Returns the mean squared difference of prediction and target.
///
/// - Parameters:
///   - predicted: The predicted value of each row.
///   - truth: The true value of each row, as many.
///   - weights: How much each row counts, at least 0; nil for 1.
/// - Returns: A number of at least 0, 0 without rows that count.
public func meanSquaredError(
  of predicted: [Double], against truth: [Double], weights: [Double]? = nil
) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  return weightedMean(of: squaredDifferences(predicted, truth), weights: weights)
}

/// Returns the coefficient of determination, the fraction of the target's variance that was
/// predicted.
///
/// - Parameters:
///   - predicted: The predicted value of each row.
///   - truth: The true value of each row, as many.
///   - weights: How much each row counts, at least 0; nil for 1.
/// - Returns: A number of at most 1. A constant target gives 1 where it is predicted exactly and
///   0 otherwise, as in scikit-learn; so does a target without rows.
public func rSquared(
  of predicted: [Double], against truth: [Double], weights: [Double]? = nil
) -> Double {
  requireEqualCounts(predicted.count, truth.count)
  let mean = weightedMean(of: truth, weights: weights)
  let residual = weightedSum(of: squaredDifferences(predicted, truth), weights: weights)
  let total = weightedSum(of: truth.map { ($0 - mean) * ($0 - mean) }, weights: weights)
  guard total > 0 else { return residual == 0 ? 1 : 0 }
  return 1 - residual / total
}

private func squaredDifferences(_ left: [Double], _ right: [Double]) -> [Double] {
  zip(left, right).map { ($0 - $1) * ($0 - $1) }
}

private func weightedSum(of values: [Double], weights: [Double]?) -> Double {
  guard let weights else { return values.reduce(0, +) }
  return zip(weights, values).reduce(0) { $0 + $1.0 * $1.1 }
}

/// The mean by weights; 0 where they are all 0 or there are none.
private func weightedMean(of values: [Double], weights: [Double]?) -> Double {
  let total = weights?.reduce(0, +) ?? Double(values.count)
  return total > 0 ? weightedSum(of: values, weights: weights) / total : 0
}
