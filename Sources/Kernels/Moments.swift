import CKernels

/// Adds the sums of the differences from a shift, and of their squares, column by column.
///
/// - Parameters:
///   - x: [rows x columns].
///   - shift: [columns].
///   - rows: The number of rows.
///   - columns: The number of columns.
///   - sums: Added to, [columns].
///   - squares: Added to, [columns].
package func addMoments(
  _ x: Floats, shift: UnsafePointer<Double>, rows: Int, columns: Int,
  sums: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>
) {
  espalier_add_moments(x, shift, rows, columns, sums, squares)
}

/// Adds the sums of the differences from a shift, and of their squares, of a transposed matrix.
///
/// - Parameters:
///   - x: [columns x stride].
///   - shift: [columns].
///   - rows: The number of rows, at most the stride.
///   - stride: The distance of one column to the next.
///   - columns: The number of columns.
///   - sums: Added to, [columns].
///   - squares: Added to, [columns].
package func addTransposedMoments(
  _ x: Floats, shift: UnsafePointer<Double>, rows: Int, stride: Int, columns: Int,
  sums: UnsafeMutablePointer<Double>, squares: UnsafeMutablePointer<Double>
) {
  espalier_add_transposed_moments(x, shift, rows, stride, columns, sums, squares)
}

/// Adds the number of positive elements, column by column.
///
/// - Parameters:
///   - x: [rows x columns].
///   - rows: The number of rows.
///   - columns: The number of columns.
///   - counts: Added to, [columns].
package func countPositives(
  _ x: Floats, rows: Int, columns: Int, counts: UnsafeMutablePointer<Double>
) {
  espalier_count_positives(x, rows, columns, counts)
}
