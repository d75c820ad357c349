import CKernels

/// The elementwise product of two matrices, or of a matrix and one row for all of its rows.
///
/// - Parameters:
///   - x: [rows x columns].
///   - y: [rows x columns], or [columns] if it is one row.
///   - isRow: Whether y is one row.
///   - rows: The number of rows.
///   - columns: The number of columns.
///   - target: The result, [rows x columns]; may be `x`.
package func multiply(
  _ x: Floats, _ y: Floats, isRow: Bool = false, rows: Int, columns: Int, into target: Floats
) {
  espalier_multiply(x, y, isRow, rows, columns, target)
}

/// y = x scale + shift, column by column.
///
/// - Parameters:
///   - x: [rows x columns].
///   - scale: [columns].
///   - shift: [columns].
///   - rows: The number of rows.
///   - columns: The number of columns.
///   - target: The result, [rows x columns].
package func scaleAndShift(
  _ x: Floats, scale: Floats, shift: Floats, rows: Int, columns: Int, into target: Floats
) {
  espalier_scale_and_shift(x, scale, shift, rows, columns, target)
}

/// The sum of each column of the elementwise product of two matrices.
///
/// - Parameters:
///   - x: [rows x columns].
///   - y: [rows x columns].
///   - rows: The number of rows.
///   - columns: The number of columns.
///   - sums: The result, [columns].
package func columnProducts(
  _ x: Floats, _ y: Floats, rows: Int, columns: Int, into sums: Floats
) {
  espalier_column_products(x, y, rows, columns, sums)
}
