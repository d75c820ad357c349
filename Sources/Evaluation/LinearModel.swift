/// A linear function of the columns, on the scale of the standardised training rows.
public struct LinearModel: Sendable, Equatable {
  /// The mean of each column over the training rows.
  public var means: [Double]
  /// The standard deviation of each column, 0 for a constant column.
  public var standardDeviations: [Double]
  /// The weights of the standardised columns, a list for each output.
  public var coefficients: [[Double]]
  /// The value of each output at the mean of the training rows.
  public var intercepts: [Double]

  /// The number of outputs.
  public var outputCount: Int { intercepts.count }

  /// Computes the outputs of some rows.
  ///
  /// - Parameter block: The rows, row-major.
  /// - Returns: The outputs, row-major with `outputCount` columns.
  func outputs(for block: UnsafeBufferPointer<Float>) -> [Double] {
    let columnCount = means.count
    // Folds the standardisation into the weights: z·w = x·(w / sd) - mean·(w / sd).
    let slopes = coefficients.map { weights in
      zip(weights, standardDeviations).map { $1 > 0 ? $0 / $1 : 0 }
    }
    let offsets = slopes.indices.map { output in
      zip(slopes[output], means).reduce(intercepts[output]) { $0 - $1.0 * $1.1 }
    }
    var results: [Double] = []
    results.reserveCapacity(block.count / columnCount * outputCount)
    for start in stride(from: 0, to: block.count, by: columnCount) {
      for output in slopes.indices {
        var sum = offsets[output]
        slopes[output].withUnsafeBufferPointer { slopes in
          for column in 0..<columnCount {
            sum += slopes[column] * Double(block[start + column])
          }
        }
        results.append(sum)
      }
    }
    return results
  }
}
