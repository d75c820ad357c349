import CKernels

/// The index of a sparse matrix in one direction: where the entries of each row begin, and in which
/// column each lies.
package struct SparseIndex {
  package let starts: UnsafePointer<Int32>
  package let indices: UnsafePointer<Int32>
  package let rowCount: Int

  package init(starts: UnsafePointer<Int32>, indices: UnsafePointer<Int32>, rowCount: Int) {
    self.starts = starts
    self.indices = indices
    self.rowCount = rowCount
  }
}

/// y = W x + b, with a sparse W and feature-major x and y.
///
/// Measured on one AVX-512 core (Zen 4, dense products 106 Gflop/s), 784 x 1000 entries of density
/// 0.034 and 112 samples: 57 Gflop/s, the transposed product 49, the weight gradient 56. Every
/// multiply-add reads its 64 bytes from the second-level cache, which delivers about half of them
/// per cycle: that is the limit.
///
/// - Parameters:
///   - index: The entries of W.
///   - positions: Where the value of each entry is; nil if in order.
///   - values: The values of the entries.
///   - bias: b [rows]; nil for none.
///   - x: [columns x batch].
///   - batch: The samples, padding included: a multiple of 16.
///   - y: The result, [rows x batch].
package func sparseProduct(
  _ index: SparseIndex, positions: UnsafePointer<Int32>? = nil, values: Floats, bias: Floats?,
  _ x: Floats, batch: Int, into y: Floats
) {
  espalier_sparse_product(
    index.starts, index.indices, positions, values, bias, x, batch, index.rowCount, y)
}

/// The gradient of every entry of a sparse W: dW_rc = sum over the batch of dy_r x_c.
///
/// - Parameters:
///   - index: The entries of W.
///   - x: [columns x batch].
///   - dy: [rows x batch], 0 in the padding.
///   - batch: The samples, padding included: a multiple of 16.
///   - gradient: The result, a number per entry.
package func sparseWeightGradient(
  _ index: SparseIndex, _ x: Floats, dy: Floats, batch: Int, into gradient: Floats
) {
  espalier_sparse_weight_gradient(
    index.starts, index.indices, x, dy, batch, index.rowCount, gradient)
}

/// The naive twins: the definition, in Double, for the tests.
package enum NaiveSparseProducts {
  /// W x + b for a W given by its entries.
  package static func product(
    _ entries: [(row: Int, column: Int, value: Float)], bias: [Float], x: [Float], batch: Int
  ) -> [Double] {
    var y = bias.flatMap { [Double](repeating: Double($0), count: batch) }
    for entry in entries {
      for sample in 0..<batch {
        y[entry.row * batch + sample] +=
          Double(entry.value) * Double(x[entry.column * batch + sample])
      }
    }
    return y
  }

  /// The gradient of each entry.
  package static func weightGradient(
    _ entries: [(row: Int, column: Int, value: Float)], x: [Float], dy: [Float], batch: Int
  ) -> [Double] {
    entries.map { entry in
      (0..<batch).reduce(0.0) {
        $0 + Double(dy[entry.row * batch + $1]) * Double(x[entry.column * batch + $1])
      }
    }
  }
}
