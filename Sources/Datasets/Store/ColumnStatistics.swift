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
