import Foundation

/// How much better one rival is than another on the same rows.
///
/// A row that was predicted in several rounds counts once, with the mean of its differences: to
/// predict it again tells more of the rivals, but not of other rows.
struct RowDifference: Equatable {
  /// The mean over the rows.
  let mean: Double
  /// The standard error of the mean.
  let standardError: Double
  /// What the standard error is if the rivals are equally good: of b rows that only one of them has
  /// right and c that only the other has, (b - c) / √(b + c) is McNemar's statistic.
  let errorIfEqual: Double

  /// Compares two rivals.
  ///
  /// - Parameter rounds: What both reached in each round, and the rows there.
  init(_ rounds: [(rows: [Int], left: RowScores, right: RowScores)]) {
    var entries: [(row: Int, value: Double, weight: Double)] = []
    for (rows, left, right) in rounds {
      for (place, row) in rows.enumerated() {
        entries.append(
          (
            row, Double(left.values[place] - right.values[place]),
            Double(left.weights?[place] ?? 1)
          ))
      }
    }
    entries.sort { $0.row < $1.row }
    var rows: [(value: Double, weight: Double)] = []
    var start = 0
    while start < entries.count {
      var end = start
      var sum = 0.0
      while end < entries.count, entries[end].row == entries[start].row {
        sum += entries[end].value
        end += 1
      }
      rows.append((sum / Double(end - start), entries[start].weight))
      start = end
    }
    let total = rows.reduce(0) { $0 + $1.weight }
    let mean = total > 0 ? rows.reduce(0) { $0 + $1.weight * $1.value } / total : 0
    func error(around center: Double) -> Double {
      let squares = rows.reduce(0) { sum, row in
        let deviation = row.weight * (row.value - center)
        return sum + deviation * deviation
      }
      return total > 0 ? squares.squareRoot() / total : 0
    }
    self.mean = mean
    standardError = error(around: mean)
    errorIfEqual = error(around: 0)
  }

  /// How many standard errors the mean is above 0, were the rivals equally good.
  ///
  /// - Parameter choiceCount: Of how many choices of each rival it is the mean.
  /// - Returns: The mean over its standard error.
  func statistic(ofChoices choiceCount: Int) -> Double {
    mean / Self.error(errorIfEqual, ofChoices: choiceCount)
  }

  /// The standard error of the mean as a statement about the rivals, and not about these choices.
  ///
  /// - Parameter choiceCount: Of how many choices of each rival it is the mean.
  /// - Returns: The standard error.
  func standardError(ofChoices choiceCount: Int) -> Double {
    Self.error(standardError, ofChoices: choiceCount)
  }

  /// Rows tell how good some choices were, not how good the next one will be.
  private static func error(_ ofRows: Double, ofChoices choiceCount: Int) -> Double {
    let ofChoices = 2 * choiceDeviation * choiceDeviation / Double(max(choiceCount, 1))
    return (ofRows * ofRows + ofChoices).squareRoot()
  }

  /// The standard deviation of what choices by one method are worth, with other random numbers.
  ///
  /// Accuracies on the same rows of ten data sets, with three seeds, deviate by .010 for EntryPrune
  /// to .026 for RigL. It is taken for R², too.
  static let choiceDeviation = 0.015
}

/// What the largest of several comparisons with the same rival exceeds by chance in 5 of 100 races
/// at most, in standard errors (Bonferroni and Dunn).
///
/// - Parameter comparisonCount: The number of comparisons, at least 1.
/// - Returns: The bound.
func boundOfChance(comparisonCount: Int) -> Double {
  let probability = 0.05 / Double(max(comparisonCount, 1))
  var (low, high) = (0.0, 40.0)
  for _ in 0..<60 {
    let middle = (low + high) / 2
    if 0.5 * erfc(middle / 2.0.squareRoot()) > probability { low = middle } else { high = middle }
  }
  return high
}
