import CKernels

/// How many samples a feature-major buffer has room for: the batch, rounded up to whole vectors.
///
/// - Parameter batchCount: The samples of the batch.
/// - Returns: The next multiple of 16.
package func paddedBatch(_ batchCount: Int) -> Int {
  (batchCount + 15) / 16 * 16
}

/// Copies some rows of a matrix so that they lie feature by feature, with zeros in the padding.
///
/// - Parameters:
///   - matrix: [any number x width].
///   - width: The number of columns.
///   - rows: The rows; nil for the first `count`.
///   - count: The number of samples.
///   - target: The copies, [width x `paddedBatch(batchCount)`].
///   - batchCount: The samples that the target is for, at least `count`.
package func gatherFeatureMajor(
  _ matrix: UnsafePointer<Float>, width: Int, rows: UnsafePointer<Int>? = nil, count: Int,
  to target: Floats, batchCount: Int
) {
  let batch = paddedBatch(batchCount)
  if let rows {
    rows.withMemoryRebound(to: Int64.self, capacity: count) {
      espalier_gather_feature_major(matrix, width, $0, count, batch, target)
    }
  } else {
    espalier_gather_feature_major(matrix, width, nil, count, batch, target)
  }
}

/// Copies feature-major samples so that they lie sample by sample.
///
/// - Parameters:
///   - x: [width x `paddedBatch(batchCount)`].
///   - width: The number of features.
///   - batchCount: The number of samples.
///   - target: The copies, [batchCount x width].
package func scatterSampleMajor(_ x: Floats, width: Int, batchCount: Int, to target: Floats) {
  espalier_scatter_sample_major(x, width, batchCount, paddedBatch(batchCount), target)
}

/// Transposes a matrix.
///
/// - Parameters:
///   - x: [rows x columns].
///   - rows: The number of rows.
///   - columns: The number of columns.
///   - target: [columns x rows], apart from `x`.
package func transpose(_ x: Floats, rows: Int, columns: Int, into target: Floats) {
  espalier_transpose(x, rows, columns, target)
}

/// x[f][s] += shifts[f], for all samples of a batch.
///
/// - Parameters:
///   - shifts: [rows].
///   - x: [rows x batch], changed in place.
///   - rows: The number of features.
///   - batch: The samples, padding included.
package func addToRows(_ shifts: Floats, _ x: Floats, rows: Int, batch: Int) {
  espalier_add_to_rows(x, shifts, rows, batch)
}

/// The sum of each row of feature-major samples.
///
/// - Parameters:
///   - x: [rows x batch], 0 in the padding.
///   - rows: The number of features.
///   - batch: The samples, padding included.
///   - sums: The result, [rows].
package func rowSums(_ x: Floats, rows: Int, batch: Int, into sums: Floats) {
  espalier_row_sums(x, rows, batch, sums)
}

/// Adds the sum of the absolute values of each row: sums[f] += factor sum_s |x[f][s] y[f][s]|.
///
/// - Parameters:
///   - factor: What the sums are multiplied by.
///   - x: [rows x batch], 0 in the padding.
///   - y: A second factor of every element, [rows x batch]; nil for 1.
///   - rows: The number of features.
///   - batch: The samples, padding included.
///   - sums: The running sums, [rows].
package func addRowAbsoluteSums(
  _ factor: Float, _ x: Floats, times y: Floats? = nil, rows: Int, batch: Int,
  to sums: UnsafeMutablePointer<Double>
) {
  espalier_add_row_absolute_sums(factor, x, y, rows, batch, sums)
}
