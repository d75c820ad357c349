import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What a scaler or a rule wants to know of each column, over some rows.
public struct ColumnStatistics: Sendable, Equatable {
  /// Whether the numbers are those of log(1 + x) instead of x.
  public let logarithm: Bool
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
  ///   - logarithm: Whether to measure log(1 + x); then no value may be -1 or less.
  /// - Returns: The statistics of all columns.
  /// - Complexity: O(`rows.count` x p).
  public func statistics(rows: [Int], logarithm: Bool = false) -> ColumnStatistics {
    require(!rows.isEmpty, "FeatureStore: statistics of no rows")
    switch storage {
    case .uint8(let bytes):
      let table = logarithm ? byteLogarithms : (0...255).map(Float.init)
      return table.withUnsafeBufferPointer { table in
        statistics(bytes, rows: rows, logarithm: logarithm) { table[Int($0)] }
      }
    case .float(let values) where logarithm:
      return statistics(values, rows: rows, logarithm: true) { log1pf($0) }
    case .float(let values):
      return statistics(values, rows: rows, logarithm: false) { $0 }
    }
  }

  @inline(__always)
  private func statistics<Element>(
    _ elements: [Element], rows: [Int], logarithm: Bool, _ value: (Element) -> Float
  ) -> ColumnStatistics {
    let width = columnCount
    require(
      rows.allSatisfy { $0 >= 0 && $0 < rowCount }, "FeatureStore: a row outside 0..<\(rowCount)")
    // Sums of differences from the first row: nothing cancels where the mean is far from zero.
    let origin = (0..<width).map { value(elements[rows[0] * width + $0]) }
    var minimum = origin
    var maximum = origin
    var sum = [Double](repeating: 0, count: width)
    var squares = sum
    var zeros = [Int32](repeating: 0, count: width)
    var counts = zeros
    for row in rows {
      elements.withUnsafeBufferPointer { elements in
        let line = UnsafeBufferPointer(rebasing: elements[(row * width)..<(row * width + width)])
        // One short loop per pair of sums: the compiler turns each into vector instructions.
        update(&minimum, &maximum, line) { low, high, element in
          let x = value(element)
          low = x < low ? x : low
          high = x > high ? x : high
        }
        update(&zeros, &counts, line) { zeros, counts, element in
          let x = value(element)
          zeros &+= x == 0 ? 1 : 0
          counts &+= x >= 0 && x == x.rounded(.towardZero) ? 1 : 0
        }
        origin.withUnsafeBufferPointer { origin in
          sum.withUnsafeMutableBufferPointer { sum in
            squares.withUnsafeMutableBufferPointer { squares in
              for j in 0..<width {
                let difference = Double(value(line[j])) - Double(origin[j])
                sum[j] += difference
                squares[j] += difference * difference
              }
            }
          }
        }
      }
    }
    let count = Double(rows.count)
    return ColumnStatistics(
      logarithm: logarithm, rowCount: rows.count, minimum: minimum, maximum: maximum,
      mean: (0..<width).map { Double(origin[$0]) + sum[$0] / count },
      standardDeviation: (0..<width).map {
        max(0, squares[$0] / count - (sum[$0] / count) * (sum[$0] / count)).squareRoot()
      },
      zeroCount: zeros.map(Int.init),
      allNonNegativeIntegers: counts.map { Int($0) == rows.count })
  }

  @inline(__always)
  private func update<First, Second, Element>(
    _ first: inout [First], _ second: inout [Second], _ line: UnsafeBufferPointer<Element>,
    _ body: (inout First, inout Second, Element) -> Void
  ) {
    first.withUnsafeMutableBufferPointer { first in
      second.withUnsafeMutableBufferPointer { second in
        for j in line.indices { body(&first[j], &second[j], line[j]) }
      }
    }
  }
}
