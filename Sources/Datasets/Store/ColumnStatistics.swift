import Tensors

/// What a scaler or a rule wants to know of each column, over some rows.
public struct ColumnStatistics: Sendable, Equatable {
  /// Whether the numbers are those of log(1 + x) instead of x: for each column, or empty for none.
  public let logarithms: [Bool]
  /// The number of rows seen.
  public let rowCount: Int
  /// The smallest value of each column.
  public let minimum: [Float]
  /// The largest value of each column.
  public let maximum: [Float]
  /// The mean of each column.
  public let mean: [Double]
  /// The standard deviation of each column, of the population: divided by n.
  public let standardDeviation: [Double]
  /// How many values of each column are zero.
  public let zeroCount: [Int]
  /// Whether all values of a column are integers and none is negative, as counts are.
  public let allNonNegativeIntegers: [Bool]
}

extension FeatureStore {
  /// Measures each column over some rows, in one pass.
  ///
  /// Of a column in compressed sparse rows only the cells that are not zero are visited.
  ///
  /// - Parameters:
  ///   - rows: The rows to look at, each in `0..<rowCount`, at least one; those of the training
  ///     set, if anything is to be learnt from the result.
  ///   - logarithms: Whether to measure log(1 + x), for each column, or empty for none; no value of
  ///     such a column may be -1 or less.
  /// - Returns: The statistics of all columns.
  /// - Complexity: O(`rows.count` x p).
  public func statistics(rows: [Int], logarithms: [Bool] = []) -> ColumnStatistics {
    require(!rows.isEmpty, "FeatureStore: statistics of no rows")
    require(
      rows.allSatisfy { $0 >= 0 && $0 < rowCount }, "FeatureStore: a row outside 0..<\(rowCount)")
    let scaler =
      logarithms.isEmpty
      ? nil : Scaler.identity(columnCount: columnCount, logarithms: logarithms)
    let sparse = (0..<columnCount).filter(isSparse)
    guard !sparse.isEmpty else {
      return denseStatistics(rows: rows, logarithms: logarithms, scaler: scaler)
    }
    let rest = (0..<columnCount).filter { !isSparse($0) }
    let restLogarithms = logarithms.isEmpty ? [] : rest.map { logarithms[$0] }
    let dense = viewing(columns: rest).denseStatistics(
      rows: rows, logarithms: restLogarithms,
      scaler: logarithms.isEmpty
        ? nil : .identity(columnCount: rest.count, logarithms: restLogarithms))
    var sums = SparseSums(columnCount: sparse.count)
    let cells = SparseCells(self, columns: sparse)
    let takesLogarithm = logarithms.isEmpty ? nil : sparse.map { logarithms[$0] }
    for row in rows {
      cells.forEach(row: row) { slot, x in
        sums.add(takesLogarithm?[slot] == true ? x.logarithm : x, slot: slot)
      }
    }
    return dense.placed(rest, and: sums.statistics(rowCount: rows.count), at: sparse, logarithms)
  }

  /// Measures columns cell by cell, those that are zero among them.
  private func denseStatistics(
    rows: [Int], logarithms: [Bool], scaler: Scaler?
  ) -> ColumnStatistics {
    var sums = ColumnSums(columnCount: columnCount)
    let (width, height) = (1024, 16)
    var block = [Float](repeating: 0, count: min(width, columnCount) * height)
    for start in stride(from: 0, to: columnCount, by: width) {
      let columns = start..<min(start + width, columnCount)
      let gatherer = ColumnGatherer(self, columns: Array(columns), scaler: scaler)
      for first in stride(from: 0, to: rows.count, by: height) {
        let slice = rows[first..<min(first + height, rows.count)]
        block.withUnsafeMutableBufferPointer { block in
          gatherer.gather(rows: slice, into: block)
          for line in 0..<slice.count {
            let cells = block[(line * columns.count)..<((line + 1) * columns.count)]
            sums.add(
              UnsafeBufferPointer(rebasing: cells), columns: columns, isFirst: first + line == 0)
          }
        }
      }
    }
    return sums.statistics(rowCount: rows.count, logarithms: logarithms)
  }
}

extension ColumnStatistics {
  /// The statistics of two tables whose columns belong together.
  ///
  /// - Parameters:
  ///   - places: Where each column of this one goes.
  ///   - other: The other one.
  ///   - otherPlaces: Where each column of the other one goes.
  ///   - logarithms: Those of all columns.
  /// - Returns: The statistics of all columns.
  fileprivate func placed(
    _ places: [Int], and other: ColumnStatistics, at otherPlaces: [Int], _ logarithms: [Bool]
  ) -> ColumnStatistics {
    func joined<Value>(_ values: KeyPath<ColumnStatistics, [Value]>) -> [Value] {
      var all = self[keyPath: values] + other[keyPath: values]
      for (value, place) in zip(self[keyPath: values], places) { all[place] = value }
      for (value, place) in zip(other[keyPath: values], otherPlaces) { all[place] = value }
      return all
    }
    return ColumnStatistics(
      logarithms: logarithms, rowCount: rowCount, minimum: joined(\.minimum),
      maximum: joined(\.maximum), mean: joined(\.mean),
      standardDeviation: joined(\.standardDeviation), zeroCount: joined(\.zeroCount),
      allNonNegativeIntegers: joined(\.allNonNegativeIntegers))
  }
}

/// What is summed up of each column of which only the cells that are not zero are seen.
private struct SparseSums {
  private var count: [Int]
  private var minimum: [Float]
  private var maximum: [Float]
  private var sum: [Double]
  private var squares: [Double]
  private var areCounts: [Bool]

  init(columnCount: Int) {
    count = [Int](repeating: 0, count: columnCount)
    minimum = [Float](repeating: .infinity, count: columnCount)
    maximum = [Float](repeating: -.infinity, count: columnCount)
    sum = [Double](repeating: 0, count: columnCount)
    squares = sum
    areCounts = [Bool](repeating: true, count: columnCount)
  }

  mutating func add(_ x: Float, slot: Int) {
    count[slot] += 1
    minimum[slot] = min(minimum[slot], x)
    maximum[slot] = max(maximum[slot], x)
    sum[slot] += Double(x)
    squares[slot] += Double(x) * Double(x)
    if !(x >= 0 && x == x.rounded(.towardZero)) { areCounts[slot] = false }
  }

  func statistics(rowCount: Int) -> ColumnStatistics {
    let (low, high) = (
      count.indices.map { count[$0] < rowCount ? min(minimum[$0], 0) : minimum[$0] },
      count.indices.map { count[$0] < rowCount ? max(maximum[$0], 0) : maximum[$0] }
    )
    let mean = sum.map { $0 / Double(rowCount) }
    return ColumnStatistics(
      logarithms: [], rowCount: rowCount, minimum: low, maximum: high, mean: mean,
      standardDeviation: count.indices.map { slot in
        // Rounding gives a constant column no deviation.
        low[slot] == high[slot]
          ? 0
          : max(0, squares[slot] / Double(rowCount) - mean[slot] * mean[slot]).squareRoot()
      },
      zeroCount: count.map { rowCount - $0 }, allNonNegativeIntegers: areCounts)
  }
}

/// What is summed up of each column.
private struct ColumnSums {
  /// Sums are of differences from the first row: nothing cancels where the mean is far from zero.
  private var origin: [Float]
  private var minimum: [Float]
  private var maximum: [Float]
  private var sum: [Double]
  private var squares: [Double]
  private var zeros: [Int32]
  private var counts: [Int32]

  init(columnCount: Int) {
    origin = [Float](repeating: 0, count: columnCount)
    (minimum, maximum) = (origin, origin)
    sum = [Double](repeating: 0, count: columnCount)
    squares = sum
    zeros = [Int32](repeating: 0, count: columnCount)
    counts = zeros
  }

  /// Takes a row of some columns.
  mutating func add(_ line: UnsafeBufferPointer<Float>, columns: Range<Int>, isFirst: Bool) {
    if isFirst {
      for (x, column) in zip(line, columns) {
        (origin[column], minimum[column], maximum[column]) = (x, x, x)
      }
    }
    // One short loop per pair of sums: the compiler turns each into vector instructions.
    update(&minimum, &maximum, line, columns) { low, high, x in
      low = x < low ? x : low
      high = x > high ? x : high
    }
    update(&zeros, &counts, line, columns) { zeros, counts, x in
      zeros &+= x == 0 ? 1 : 0
      counts &+= x >= 0 && x == x.rounded(.towardZero) ? 1 : 0
    }
    let first = columns.lowerBound
    origin.withUnsafeBufferPointer { origin in
      sum.withUnsafeMutableBufferPointer { sum in
        squares.withUnsafeMutableBufferPointer { squares in
          for j in line.indices {
            let difference = Double(line[j]) - Double(origin[first + j])
            sum[first + j] += difference
            squares[first + j] += difference * difference
          }
        }
      }
    }
  }

  @inline(__always)
  private func update<First, Second>(
    _ first: inout [First], _ second: inout [Second], _ line: UnsafeBufferPointer<Float>,
    _ columns: Range<Int>, _ body: (inout First, inout Second, Float) -> Void
  ) {
    let start = columns.lowerBound
    first.withUnsafeMutableBufferPointer { first in
      second.withUnsafeMutableBufferPointer { second in
        for j in line.indices { body(&first[start + j], &second[start + j], line[j]) }
      }
    }
  }

  func statistics(rowCount: Int, logarithms: [Bool]) -> ColumnStatistics {
    let count = Double(rowCount)
    return ColumnStatistics(
      logarithms: logarithms, rowCount: rowCount, minimum: minimum, maximum: maximum,
      mean: origin.indices.map { Double(origin[$0]) + sum[$0] / count },
      standardDeviation: origin.indices.map {
        max(0, squares[$0] / count - (sum[$0] / count) * (sum[$0] / count)).squareRoot()
      },
      zeroCount: zeros.map(Int.init),
      allNonNegativeIntegers: counts.map { Int($0) == rowCount })
  }
}
