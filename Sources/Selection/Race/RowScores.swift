import Datasets
import Evaluation

/// How well each of some rows was predicted.
///
/// Two rivals that were judged on the same rows are compared row by row: what makes a row hard for
/// both then falls out of their difference.
struct RowScores: Sendable, Equatable {
  /// The score of each row, at most 1; their mean is the rival's value.
  var values: [Float]
  /// How much each row counts; nil for all the same.
  var weights: [Float]?

  /// The mean.
  var mean: Double { RowScores.mean([self]) }

  /// The mean over the rows of several.
  static func mean(_ scores: [RowScores]) -> Double {
    var (sum, total) = (0.0, 0.0)
    for score in scores {
      for (row, value) in score.values.enumerated() {
        let weight = Double(score.weights?[row] ?? 1)
        sum += weight * Double(value)
        total += weight
      }
    }
    return total > 0 ? sum / total : 0
  }
}

extension RowScores {
  /// Scores predictions row by row.
  ///
  /// A class is right or wrong; of labels the share that is right counts, so that the mean is the
  /// accuracy. A number y that is predicted as f scores 1 - (y - f)² / Var(y), whose mean is R².
  ///
  /// - Parameters:
  ///   - predictions: What was predicted.
  ///   - target: The truth.
  ///   - weights: How much each row counts.
  init(_ predictions: Predictions, against target: Target, weights: [Double]?) {
    self.weights = weights?.map { Float($0) }
    switch (predictions, target) {
    case (.classes(let found), .classes(let labels, _)):
      values = zip(found, labels).map { $0 == $1 ? 1 : 0 }
    case (.labels(let found), .labels(let columns, _)):
      values = Self.meanOfColumns(
        zip(found, columns).map { zip($0, $1).map { $0 == $1 ? 1 : 0 } })
    case (.values(let found), .values(let truth)):
      values = Self.explained(found, truth)
    case (.outputs(let found), .outputs(let columns, _)):
      values = Self.meanOfColumns(zip(found, columns).map { Self.explained($0, $1) })
    default:
      values = []
    }
  }

  private static func explained(_ found: [Double], _ truth: [Float]) -> [Float] {
    let count = Double(max(truth.count, 1))
    let mean = truth.reduce(0) { $0 + Double($1) } / count
    let variance =
      truth.reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / count
    return zip(found, truth).map { found, truth in
      let error = (Double(truth) - found) * (Double(truth) - found)
      return variance > 0 ? Float(1 - error / variance) : error > 0 ? 0 : 1
    }
  }

  private static func meanOfColumns(_ columns: [[Float]]) -> [Float] {
    guard let first = columns.first else { return [] }
    return first.indices.map { row in
      columns.reduce(0) { $0 + $1[row] } / Float(columns.count)
    }
  }
}
