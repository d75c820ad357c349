import Datasets

/// Scores each column on its own by an F test: how much of it goes with the target.
///
/// For classes, the one-way analysis of variance: the variance between the class means over the
/// variance within classes,
///
///     F = (Σ_c n_c (x̄_c - x̄)² / (C - 1)) / (Σ_c Σ_i∈c (x_i - x̄_c)² / (n - C)).
///
/// For values, the test of the correlation r: F = r² / (1 - r²) · (n - 2). Both as scikit-learn's
/// `f_classif` and `f_regression`.
///
/// Of several labels or numbers each is tested by itself, and a column has the largest of its F. All
/// of these have 1 and n - 2 degrees of freedom, so that the largest F is that of the smallest p.
///
/// Rows may have weights: one of weight 2 counts as two equal rows; n, n_c and the sums are sums of
/// weights. Weights that sum to less than the number of rows are taken as proportions, and are
/// scaled to sum to that number.
///
/// - Parameters:
///   - features: The columns.
///   - target: The target of all rows.
///   - rows: The rows to look at; only the training rows, or the test rows leak.
///   - weights: How much each row of the table counts, at least 0; nil for 1.
///   - takesLogarithms: Whether log(1 + x) of each cell is tested instead of x, as suits counts; no
///     cell may be -1 or less then.
/// - Returns: A number of at least 0 for each column: 0 for a constant column, or where the rows
///   are too few or of one class; the greatest finite number where a column tells the target
///   exactly.
/// - Complexity: O(rows x columns), in one pass; O(cells that are not zero) for sparse rows.
public func fStatistics(
  features: FeatureStore, target: Target, rows: [Int], weights: [Float]? = nil,
  takesLogarithms: Bool = false
) -> [Double] {
  let features = TestedColumns(features: features, takesLogarithms: takesLogarithms)
  let weights = countWeights(rows.map { Double(weights?[$0] ?? 1) })
  func largest(_ tests: [[Double]]) -> [Double] {
    (0..<features.columnCount).map { column in tests.reduce(0) { max($0, $1[column]) } }
  }
  switch target.subset(rows) {
  case .classes(let labels, let names):
    return varianceRatios(
      features, rows: rows, weights: weights, labels: labels, classCount: names.count)
  case .values(let values):
    return correlationRatios(
      features, rows: rows, weights: weights, values: values.map(Double.init))
  case .labels(let columns, _):
    return largest(
      columns.map { column in
        varianceRatios(
          features, rows: rows, weights: weights, labels: column.map { $0 ? 1 : 0 }, classCount: 2)
      })
  case .outputs(let columns, _):
    return largest(
      columns.map { column in
        correlationRatios(
          features, rows: rows, weights: weights, values: column.map(Double.init))
      })
  }
}

/// The weights as counts: scaled where they sum to less than the number of rows that count.
func countWeights(_ weights: [Double]) -> [Double] {
  let total = weights.reduce(0, +)
  let count = Double(weights.count { $0 > 0 })
  guard total > 0, total < count else { return weights }
  return weights.map { $0 * (count / total) }
}

/// The columns as they are tested.
private struct TestedColumns {
  let features: FeatureStore
  let takesLogarithms: Bool

  var columnCount: Int { features.columnCount }

  /// What makes log(1 + x) of a cell; nil where x is tested.
  var scaler: Scaler? {
    takesLogarithms
      ? .identity(
        columnCount: columnCount, logarithms: [Bool](repeating: true, count: columnCount)) : nil
  }
}

private func varianceRatios(
  _ features: TestedColumns, rows: [Int], weights: [Double], labels: [Int], classCount: Int
) -> [Double] {
  var sizes = [Double](repeating: 0, count: classCount)
  for (label, weight) in zip(labels, weights) { sizes[label] += weight }
  let present = Double(sizes.count { $0 > 0 })
  let n = sizes.reduce(0, +)
  guard present >= 2, n > present else {
    return [Double](repeating: 0, count: features.columnCount)
  }

  let sums = columnSums(
    features, rows: rows, weights: weights, groups: labels, factors: nil, groupCount: classCount)
  return (0..<features.columnCount).map { column in
    var sum = 0.0
    var between = 0.0
    for label in 0..<classCount where sizes[label] > 0 {
      let part = sums.weighted[label * features.columnCount + column]
      sum += part
      between += part * part / sizes[label]
    }
    let total = sums.squares[column] - sum * sum / n
    let explained = between - sum * sum / n
    return ratio(explained, of: total) * (n - present) / (present - 1)
  }.map { min($0, .greatestFiniteMagnitude) }
}

private func correlationRatios(
  _ features: TestedColumns, rows: [Int], weights: [Double], values: [Double]
) -> [Double] {
  let n = weights.reduce(0, +)
  guard n > 2 else { return [Double](repeating: 0, count: features.columnCount) }
  let mean = zip(values, weights).reduce(0) { $0 + $1.1 * $1.0 } / n
  let centred = values.map { $0 - mean }
  let spread = zip(centred, weights).reduce(0) { $0 + $1.1 * ($1.0 * $1.0) }
  guard spread > 0 else { return [Double](repeating: 0, count: features.columnCount) }

  let zeros = [Int](repeating: 0, count: rows.count)
  let sums = columnSums(
    features, rows: rows, weights: weights, groups: zeros, factors: centred, groupCount: 1)
  return (0..<features.columnCount).map { column in
    let total = sums.squares[column] - sums.plain[column] * sums.plain[column] / n
    let covariance = sums.weighted[column]
    return min(
      ratio(covariance * covariance / spread, of: total) * (n - 2), .greatestFiniteMagnitude)
  }
}

/// Returns explained / (total - explained), infinite where nothing but rounding is left over.
private func ratio(_ explained: Double, of total: Double) -> Double {
  guard total > 0, explained > 0 else { return 0 }
  let rest = total - explained
  // Sums of n squares carry a relative error of some 1e-16 each.
  return rest > total * 1e-13 ? explained / rest : .infinity
}

/// Sums over rows, of the differences of each column from its value in the first row, or of its
/// values where it lies in compressed sparse rows.
///
/// The differences keep sums small where a column's mean is far from zero, and make those of a
/// constant column exactly zero.
private struct ColumnSums {
  /// Σ w x, one for each column.
  var plain: [Double]
  /// Σ w x², one for each column.
  var squares: [Double]
  /// Σ w f x over the rows of a group with their factors f, groups x columns.
  var weighted: [Double]
}

private func columnSums(
  _ features: TestedColumns, rows: [Int], weights: [Double], groups: [Int], factors: [Double]?,
  groupCount: Int
) -> ColumnSums {
  let columnCount = features.columnCount
  var sums = ColumnSums(
    plain: [Double](repeating: 0, count: columnCount),
    squares: [Double](repeating: 0, count: columnCount),
    weighted: [Double](repeating: 0, count: columnCount * groupCount))
  guard columnCount > 0 else { return sums }
  sums.addDense(features, rows: rows, weights: weights, groups: groups, factors: factors)
  sums.addSparse(features, rows: rows, weights: weights, groups: groups, factors: factors)
  return sums
}

extension ColumnSums {
  /// Adds the columns that do not lie in compressed sparse rows, cell by cell.
  fileprivate mutating func addDense(
    _ features: TestedColumns, rows: [Int], weights: [Double], groups: [Int], factors: [Double]?
  ) {
    let columnCount = features.columnCount
    let columns = (0..<columnCount).filter { !features.features.isSparse($0) }
    guard !columns.isEmpty else { return }
    let gatherer = ColumnGatherer(features.features, columns: columns, scaler: features.scaler)
    let origin = features.features.gathered(
      rows: [rows[0]], columns: columns, scaler: features.scaler)
    let step = max(1, (1 << 18) / columns.count)
    var block = [Float](repeating: 0, count: min(step, rows.count) * columns.count)
    for first in stride(from: 0, to: rows.count, by: step) {
      let range = first..<min(first + step, rows.count)
      block.withUnsafeMutableBufferPointer { gatherer.gather(rows: rows[range], into: $0) }
      for row in range {
        let weight = weights[row]
        let factor = factors?[row] ?? 1
        let start = (row - first) * columns.count
        let group = groups[row] * columnCount
        for (slot, column) in columns.enumerated() {
          let difference = Double(block[start + slot]) - Double(origin[slot])
          let weighted = weight * difference
          plain[column] += weighted
          squares[column] += weighted * difference
          self.weighted[group + column] += factor * weighted
        }
      }
    }
  }

  /// Adds the columns in compressed sparse rows, of which only the cells that are not zero count.
  fileprivate mutating func addSparse(
    _ features: TestedColumns, rows: [Int], weights: [Double], groups: [Int], factors: [Double]?
  ) {
    let columnCount = features.columnCount
    let columns = (0..<columnCount).filter(features.features.isSparse)
    guard !columns.isEmpty else { return }
    let cells = SparseCells(features.features, columns: columns)
    for (line, row) in rows.enumerated() {
      let weight = weights[line]
      let factor = factors?[line] ?? 1
      let group = groups[line] * columnCount
      cells.forEach(row: row) { slot, cell in
        let value = features.takesLogarithms ? logarithm(ofOnePlus: cell) : cell
        let weighted = weight * Double(value)
        plain[columns[slot]] += weighted
        squares[columns[slot]] += weighted * Double(value)
        self.weighted[group + columns[slot]] += factor * weighted
      }
    }
    // What rounding leaves of a constant column is nothing.
    let total = weights.reduce(0, +)
    for column in columns where squares[column] > 0 {
      let rest = squares[column] - plain[column] * plain[column] / total
      if rest <= 1e-13 * squares[column] { squares[column] = 0 }
    }
  }
}
