import Datasets

/// The different rows that a group of columns has, where they explain all that levels could.
///
/// The k columns of a categorical column say no more than which level a row has. If the patterns of
/// rows are affinely independent, the regression on the columns is that on the patterns, and needs
/// no matrix [k x k]: with n_p the rows of pattern p, n_c those of class c, and o_pc those of both,
///
///     V = Σ_p Σ_c (o_pc - n_p n_c / n)² / (n_p n_c),  or  V = Σ_p (Σ_i∈p y_i)² / n_p / Σ_i y_i²
///
/// for values y with mean 0, of rank P - 1 for P patterns: n V is the χ² of their table.
struct RowPatterns {
  /// The pattern of each row; -1 where it has no weight.
  private let patterns: [Int]
  private let count: Int

  /// Finds the patterns of columns that lie in compressed sparse rows; nil for other columns, and
  /// for patterns that may depend on each other.
  ///
  /// - Parameters:
  ///   - features: The table.
  ///   - columns: The columns of the group.
  ///   - rows: The rows to look at.
  ///   - weights: How much each of them counts.
  init?(_ features: FeatureStore, columns: [Int], rows: [Int], weights: [Double]) {
    guard columns.allSatisfy(features.isSparse) else { return nil }
    let cells = SparseCells(features, columns: columns)
    var known: [[UInt64]: Int] = [:]
    var (patterns, distinct) = ([Int](), [[UInt64]]())
    var key: [UInt64] = []
    for (row, weight) in zip(rows, weights) {
      guard weight > 0 else {
        patterns.append(-1)
        continue
      }
      key.removeAll(keepingCapacity: true)
      cells.forEach(row: row) { slot, value in
        key.append(UInt64(slot) << 32 | UInt64(value.bitPattern))
      }
      let pattern = known[key] ?? distinct.count
      if pattern == distinct.count {
        known[key] = pattern
        distinct.append(key)
      }
      patterns.append(pattern)
    }
    guard Self.areIndependent(distinct, columnCount: columns.count) else { return nil }
    (self.patterns, count) = (patterns, distinct.count)
  }

  /// Whether each pattern but that of zeros, the shortest first, has a column that those before it
  /// have not.
  private static func areIndependent(_ patterns: [[UInt64]], columnCount: Int) -> Bool {
    var isSeen = [Bool](repeating: false, count: columnCount)
    let order = patterns.indices.sorted { (patterns[$0].count, $0) < (patterns[$1].count, $1) }
    return order.allSatisfy { pattern in
      var isNew = patterns[pattern].isEmpty
      for cell in patterns[pattern] {
        isNew = isNew || !isSeen[Int(cell >> 32)]
        isSeen[Int(cell >> 32)] = true
      }
      return isNew
    }
  }

  /// How many columns are linearly independent, and the trace V that they explain.
  ///
  /// - Parameters:
  ///   - target: What is to be explained.
  ///   - weights: How much each row counts.
  /// - Returns: The rank and the trace.
  func explained(_ target: TargetDeviations, weights: [Double]) -> (rank: Int, trace: Double) {
    let classCount = target.sizes.count
    var sizes = [Double](repeating: 0, count: count)
    var sums = [Double](repeating: 0, count: count * classCount)
    for (row, pattern) in patterns.enumerated() where pattern >= 0 {
      sizes[pattern] += weights[row]
      let place = target.labels?[row] ?? 0
      let factor = target.labels == nil ? target.values[row] : 1
      sums[pattern * classCount + place] += factor * weights[row]
    }
    let n = sizes.reduce(0, +)
    var trace = 0.0
    for pattern in 0..<count {
      for (place, whole) in target.sizes.enumerated() where whole > 0 {
        let expected = target.labels == nil ? 0 : sizes[pattern] * whole / n
        let difference = sums[pattern * classCount + place] - expected
        trace += difference * difference / (sizes[pattern] * whole)
      }
    }
    return (count - 1, trace)
  }
}
