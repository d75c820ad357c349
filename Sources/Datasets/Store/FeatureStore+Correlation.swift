import Tensors

extension FeatureStore {
  /// The correlations of columns over some rows, after Pearson.
  ///
  /// - Parameters:
  ///   - columns: The columns, each in `0..<columnCount`.
  ///   - rows: The rows to look at, each in `0..<rowCount`, at least one.
  /// - Returns: The correlation of each with each, in -1...1; NaN where a column is constant.
  /// - Complexity: O(`rows.count` x `columns.count`²).
  public func correlations(columns: [Int], rows: [Int]) -> [[Double]] {
    require(!rows.isEmpty, "FeatureStore: correlations over no rows")
    let count = columns.count
    let gatherer = ColumnGatherer(self, columns: columns, scaler: nil)
    var row = [Float](repeating: 0, count: count)
    func forEachRow(_ body: ([Float]) -> Void) {
      for place in rows {
        row.withUnsafeMutableBufferPointer { gatherer.gather(rows: [place], into: $0) }
        body(row)
      }
    }
    // The means first: sums of products of numbers far from 0 would lose their digits.
    var means = [Double](repeating: 0, count: count)
    forEachRow { row in for slot in 0..<count { means[slot] += Double(row[slot]) } }
    for slot in 0..<count { means[slot] /= Double(rows.count) }
    var sums = [Double](repeating: 0, count: count * count)
    forEachRow { row in
      for left in 0..<count {
        let distance = Double(row[left]) - means[left]
        for right in 0...left {
          sums[left * count + right] += distance * (Double(row[right]) - means[right])
        }
      }
    }
    // What rounding makes of equal numbers is no spread.
    let isConstant = (0..<count).map { slot in
      let spread = (sums[slot * count + slot] / Double(rows.count)).squareRoot()
      return !(spread > 1e-10 * abs(means[slot]))
    }
    return (0..<count).map { left in
      (0..<count).map { right in
        if isConstant[left] || isConstant[right] { return .nan }
        let (high, low) = (max(left, right), min(left, right))
        let lengths = (sums[left * count + left] * sums[right * count + right]).squareRoot()
        return left == right ? 1 : min(max(sums[high * count + low] / lengths, -1), 1)
      }
    }
  }
}
