import CKernels

/// The limits by which numbers are told apart; see ``StateCounts``.
package struct StateLimits: Hashable, Sendable {
  /// Numbers below it are counted as below.
  package let low: Float
  /// Numbers above it are counted as above.
  package let high: Float
  /// Numbers above it are counted once more, as beyond.
  package let beyond: Float

  /// Creates the limits.
  package init(low: Float, high: Float, beyond: Float = .infinity) {
    (self.low, self.high, self.beyond) = (low, high, beyond)
  }
}

/// By column: how many numbers lie below, above and beyond the limits, and the range of all.
///
/// A NaN counts nowhere. The counts are exact: whole numbers of 64 bits.
package struct StateCounts: Equatable, Sendable {
  package private(set) var below, above, beyond: [Int64]
  package private(set) var lowest, highest: [Float]

  /// Creates counts of nothing.
  package init(columns: Int) {
    below = [Int64](repeating: 0, count: columns)
    (above, beyond) = (below, below)
    lowest = [Float](repeating: .infinity, count: columns)
    highest = [Float](repeating: -.infinity, count: columns)
  }

  /// Adds the numbers of a matrix.
  ///
  /// - Parameters:
  ///   - x: [rows x columns].
  ///   - rows: The number of rows, below 2^31.
  ///   - limits: The limits.
  package mutating func add(_ x: Floats, rows: Int, limits: StateLimits) {
    let columns = below.count
    withStates { espalier_count_states(x, rows, columns, limits.c, $0) }
  }

  /// Adds the numbers of a transposed matrix.
  ///
  /// - Parameters:
  ///   - x: [columns x stride].
  ///   - rows: The number of rows, at most the stride.
  ///   - stride: The distance of one column to the next.
  ///   - limits: The limits.
  package mutating func add(transposed x: Floats, rows: Int, stride: Int, limits: StateLimits) {
    let columns = below.count
    withStates { espalier_count_transposed_states(x, rows, stride, columns, limits.c, $0) }
  }

  /// Adds other counts of as many columns.
  package mutating func add(_ other: StateCounts) {
    for column in below.indices {
      below[column] += other.below[column]
      above[column] += other.above[column]
      beyond[column] += other.beyond[column]
      lowest[column] = min(lowest[column], other.lowest[column])
      highest[column] = max(highest[column], other.highest[column])
    }
  }

  private mutating func withStates(_ body: (espalier_states) -> Void) {
    below.withUnsafeMutableBufferPointer { below in
      above.withUnsafeMutableBufferPointer { above in
        beyond.withUnsafeMutableBufferPointer { beyond in
          lowest.withUnsafeMutableBufferPointer { lowest in
            highest.withUnsafeMutableBufferPointer { highest in
              body(
                espalier_states(
                  below: below.baseAddress, above: above.baseAddress, beyond: beyond.baseAddress,
                  lowest: lowest.baseAddress, highest: highest.baseAddress))
            }
          }
        }
      }
    }
  }
}

extension StateLimits {
  fileprivate var c: espalier_limits { espalier_limits(low: low, high: high, beyond: beyond) }
}

/// Sets values to 0 where the weight beside them is 0.
///
/// - Parameters:
///   - weights: The weights, `count` of them.
///   - values: The values, changed in place.
///   - count: The number of elements.
package func clearWhereZero(_ weights: Floats, _ values: Floats, count: Int) {
  espalier_clear_where_zero(weights, values, count)
}
