import Datasets

/// Scores each feature on its own by how unlikely it is that chance alone ties it to the target.
///
/// A feature of one column has the F statistic of ``fStatistics(features:target:rows:)``. The
/// columns of a group are tested jointly, and the group's score is the F statistic of a single
/// column that is as unlikely: a group of many columns, which fits any target better, has no
/// advantage from that. With k linearly independent columns, n rows and q = C - 1 for C classes,
/// or 1 for values,
///
///     V = Σ_c tr(T⁻¹ s_c s_cᵀ) / n_c,  s_c = Σ_i∈c (x_i - x̄),  T = Σ_i (x_i - x̄)(x_i - x̄)ᵀ
///     F = V / (s - V) · (n - 1 - m) / m,  s = min(k, q),  m = max(k, q)
///
/// with s m and s (n - 1 - m) degrees of freedom. For values, V is R² of the regression on the
/// columns and F exact; of one categorical column and C classes, n V is the χ² of their table.
///
/// Rows may have weights, as for a column: n and all sums are sums of weights. Of several labels or
/// numbers each is tested by itself, and the largest statistic counts.
///
/// - Source: Pillai, "Some new test criteria in multivariate analysis", Annals of Mathematical
///   Statistics 26, 1955 (the trace V and its approximation by F).
/// - Parameters:
///   - data: The table and its target.
///   - rows: The rows to look at.
///   - weights: How much each row of the table counts; nil for all the same.
///   - takesLogarithms: Whether log(1 + x) is tested instead of x, where columns stand for themselves.
/// - Returns: A number of at least 0 for each feature: 0 where there are too few rows for as many
///   columns; the greatest finite number where the columns tell the target exactly.
/// - Complexity: O(rows x columns), and for a group of k columns, of which e are not 0 in a row,
///   O(rows x e² + k³); O(rows) for the levels of a categorical column, however many they are.
func featureStatistics(
  _ data: Dataset, rows: [Int], weights: [Float]? = nil, takesLogarithms: Bool = false
) -> [Double] {
  let single = fStatistics(
    features: data.features, target: data.target, rows: rows, weights: weights,
    takesLogarithms: takesLogarithms && data.featureGroups == nil)
  guard let groups = data.featureGroups else { return single }
  let counts = countWeights(rows.map { Double(weights?[$0] ?? 1) })
  let targets = deviations(of: data.target.subset(rows), weights: counts)
  return groups.columns.map { columns in
    if columns.count == 1 { return single[columns[0]] }
    let patterns = RowPatterns(data.features, columns: columns, rows: rows, weights: counts)
    return targets.reduce(0) { largest, target in
      guard target.degrees > 0 else { return largest }  // else there is a row at least
      let explained =
        patterns?.explained(target, weights: counts)
        ?? GroupSums(data.features, columns: columns, rows: rows, weights: counts, target)
        .explained(target.sizes)
      return max(largest, equivalentStatistic(explained, target, rowCount: counts.reduce(0, +)))
    }
  }
}

/// The F statistic of a single column that is as unlikely as that of a group.
private func equivalentStatistic(
  _ explained: (rank: Int, trace: Double), _ target: TargetDeviations, rowCount: Double
) -> Double {
  let (rank, trace) = explained
  guard rank > 0 else { return 0 }
  let s = Double(min(rank, target.degrees))
  let m = Double(max(rank, target.degrees))
  let rest = rowCount - 1 - m
  let degrees = Double(target.degrees)
  guard rest >= 1, rowCount - 1 - degrees > 0, trace > 0 else { return 0 }
  guard s - trace > s * 1e-13 else { return .greatestFiniteMagnitude }
  let group = FDistribution(s * m, s * rest)
  let column = FDistribution(degrees, rowCount - 1 - degrees)
  return column.statistic(logTail: group.logTail(trace / (s - trace) * rest / m))
}

/// The target as numbers that sum to 0: an indicator for each class, or the values.
struct TargetDeviations {
  /// The class of each row; nil for values.
  let labels: [Int]?
  /// The deviation of each value from the mean; empty for classes.
  let values: [Double]
  /// The sum of squares that belongs to each indicator, or to the values.
  let sizes: [Double]
  /// q, how many of them are linearly independent.
  let degrees: Int

  init(labels: [Int], classCount: Int, weights: [Double]) {
    self.labels = labels
    values = []
    var counts = [Double](repeating: 0, count: classCount)
    for (label, weight) in zip(labels, weights) { counts[label] += weight }
    sizes = counts
    degrees = max(counts.count { $0 > 0 } - 1, 0)
  }

  init(values numbers: [Float], weights: [Double]) {
    labels = nil
    let total = weights.reduce(0, +)
    let sum = zip(numbers, weights).reduce(0) { $0 + Double($1.0) * $1.1 }
    let mean = total > 0 ? sum / total : 0
    values = numbers.map { Double($0) - mean }
    sizes = [zip(values, weights).reduce(0) { $0 + $1.0 * $1.0 * $1.1 }]
    degrees = sizes[0] > 0 ? 1 : 0
  }
}

/// The one target, or each of several.
private func deviations(of target: Target, weights: [Double]) -> [TargetDeviations] {
  switch target {
  case .classes(let labels, let names):
    [TargetDeviations(labels: labels, classCount: names.count, weights: weights)]
  case .values(let values): [TargetDeviations(values: values, weights: weights)]
  case .labels(let columns, _):
    columns.map {
      TargetDeviations(labels: $0.map { $0 ? 1 : 0 }, classCount: 2, weights: weights)
    }
  case .outputs(let columns, _): columns.map { TargetDeviations(values: $0, weights: weights) }
  }
}

/// The sums of products of the columns of a group, and of them and the target.
private struct GroupSums {
  /// k, the number of columns.
  private let count: Int
  /// T, [k x k].
  private var squares: [Double]
  /// s_c, [k x classes].
  private var products: [Double]

  /// - Complexity: O(rows x e²) where e columns differ from the first row in each.
  init(
    _ features: FeatureStore, columns: [Int], rows: [Int], weights: [Double],
    _ target: TargetDeviations
  ) {
    count = columns.count
    squares = [Double](repeating: 0, count: count * count)
    let classCount = target.sizes.count
    products = [Double](repeating: 0, count: count * classCount)
    // Differences from the first row keep the sums small, and most of them 0 for levels.
    let origin = features.gathered(rows: [rows[0]], columns: columns)
    var sums = [Double](repeating: 0, count: count)
    var differing: [(column: Int, value: Double)] = []
    let step = max(1, (1 << 18) / count)
    for first in stride(from: 0, to: rows.count, by: step) {
      let range = first..<min(first + step, rows.count)
      let block = features.gathered(rows: Array(rows[range]), columns: columns)
      for row in range {
        differing.removeAll(keepingCapacity: true)
        for column in 0..<count {
          let difference =
            Double(block[(row - first) * count + column]) - Double(origin[column])
          if difference != 0 { differing.append((column, difference)) }
        }
        let place = target.labels?[row] ?? 0
        let weight = weights[row]
        let factor = target.labels == nil ? target.values[row] : 1
        for (column, value) in differing {
          let weighted = weight * value
          sums[column] += weighted
          products[column * classCount + place] += factor * weighted
          for other in differing {
            squares[column * count + other.column] += weighted * other.value
          }
        }
      }
    }
    let n = weights.reduce(0, +)
    for column in 0..<count {
      for other in 0..<count { squares[column * count + other] -= sums[column] * sums[other] / n }
      guard target.labels != nil else { continue }  // those of values have mean 0 already
      for place in 0..<classCount {
        products[column * classCount + place] -= target.sizes[place] * sums[column] / n
      }
    }
  }

  /// How many columns are linearly independent, and the trace V that they explain.
  ///
  /// By a Cholesky decomposition of T that takes the column next of which the largest share is new.
  func explained(_ sizes: [Double]) -> (rank: Int, trace: Double) {
    var rest = squares
    var targets = products
    let full = (0..<count).map { squares[$0 * count + $0] }
    var isLeft = full.map { $0 > 0 }
    var rank = 0
    var trace = 0.0
    while true {
      var pivot: (column: Int, share: Double)?
      for column in 0..<count where isLeft[column] {
        let share = rest[column * count + column] / full[column]
        if share > pivot?.share ?? 1e-9 { pivot = (column, share) }
      }
      guard let column = pivot?.column else { return (rank, trace) }
      isLeft[column] = false
      rank += 1
      let size = rest[column * count + column]
      for (place, whole) in sizes.enumerated() where whole > 0 {
        let product = targets[column * sizes.count + place]
        trace += product * product / (size * whole)
      }
      for other in 0..<count where isLeft[other] {
        let factor = rest[other * count + column] / size
        guard factor != 0 else { continue }
        for next in 0..<count where isLeft[next] {
          rest[other * count + next] -= factor * rest[column * count + next]
        }
        for place in sizes.indices {
          targets[other * sizes.count + place] -= factor * targets[column * sizes.count + place]
        }
      }
    }
  }
}
