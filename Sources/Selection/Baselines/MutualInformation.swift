import Datasets
import Foundation
import Tensors

/// Numbers as intervals of about equally many rows, numbered from 0.
///
/// Equal numbers are never parted, so that there may be fewer intervals than asked for; a column of
/// counts that are mostly zero has zero as an interval of its own.
struct Intervals {
  /// The interval of each row.
  let codes: [Int]
  /// How many there are.
  let count: Int

  /// The most rows from which limits are taken; of more, every second or third is looked at.
  private static let rowLimit = 20_000

  /// Divides numbers.
  ///
  /// - Parameters:
  ///   - values: The numbers, none NaN.
  ///   - limit: How many intervals there are at most.
  init(_ values: [Float], limit: Int) {
    let step = (values.count + Self.rowLimit - 1) / Self.rowLimit
    let sorted = stride(from: 0, to: values.count, by: max(step, 1)).map { values[$0] }.sorted()
    var ends: [Float] = []  // the largest number of each interval but the last
    for part in 1..<max(limit, 1) {
      let end = sorted[max(sorted.count * part / limit, 1) - 1]
      if end > ends.last ?? -.infinity, end < sorted[sorted.count - 1] { ends.append(end) }
    }
    codes = values.map { value in
      var (low, high) = (0, ends.count)
      while low < high {
        let middle = (low + high) / 2
        if ends[middle] < value { low = middle + 1 } else { high = middle }
      }
      return low
    }
    count = ends.count + 1
  }

  /// Numbers what is already told apart.
  init(codes: [Int], count: Int) {
    (self.codes, self.count) = (codes, count)
  }

  /// How many intervals leave at least five rows for each cell of a table, if all are alike.
  ///
  /// - Source: Cochran, "Some methods for strengthening the common χ² tests", Biometrics 1954.
  static func limit(rowCount: Int, otherCount: Int) -> Int {
    min(max(rowCount / (5 * max(otherCount, 1)), 2), 16)
  }
}

/// How much two divisions of the same rows tell of each other, in nats.
///
///     I = H(X) + H(Y) - H(X, Y) - (m_XY - m_X - m_Y + 1) / 2 n
///
/// H is the entropy of the shares, and m counts what is not empty: among few rows, tables of many
/// cells seem to tell more than they do.
///
/// - Source: Miller, "Note on the bias of information estimates", in "Information Theory in
///   Psychology", 1955.
/// - Parameters:
///   - left: One division.
///   - right: The other one.
///   - weights: How much each row counts.
/// - Returns: At least 0.
func mutualInformation(_ left: Intervals, _ right: Intervals, weights: [Double]) -> Double {
  var table = [Double](repeating: 0, count: left.count * right.count)
  for row in left.codes.indices {
    table[left.codes[row] * right.count + right.codes[row]] += weights[row]
  }
  var (rows, columns) = (
    [Double](repeating: 0, count: left.count), [Double](repeating: 0, count: right.count)
  )
  for (cell, weight) in table.enumerated() {
    rows[cell / right.count] += weight
    columns[cell % right.count] += weight
  }
  let total = rows.reduce(0, +)
  guard total > 0 else { return 0 }
  /// Σ w log w, and how many are above 0.
  func sum(_ weights: [Double]) -> (sum: Double, count: Double) {
    weights.reduce((0, 0)) { $1 > 0 ? ($0.0 + $1 * log($1), $0.1 + 1) : $0 }
  }
  let (x, y, both) = (sum(rows), sum(columns), sum(table))
  let plain = (both.sum - x.sum - y.sum) / total + log(total)
  let bias = (both.count - x.count - y.count + 1) / (2 * total)
  return max(plain - bias, 0)
}
