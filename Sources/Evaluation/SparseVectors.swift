import CLibSVM

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Support vectors of nearly all zeros, column by column.
///
///     ‖x - s‖² = ‖x‖² + ‖s‖² - 2 Σ_j x_j s_j
///
/// so that a row costs a visit of the cells in those columns in which it is not zero.
struct SparseVectors {
  /// The squared length of each vector.
  private var lengths: [Double]
  /// The first cell of each column, and the number of all.
  private var starts: [Int]
  /// Which vector each cell is of, and its value.
  private var cells: [(vector: Int32, value: Double)]

  /// The share of cells other than zero below which this pays.
  private static let largestFraction = 1.0 / 32

  /// Lays out the vectors of a model; nil unless nearly all cells are zero.
  ///
  /// - Parameters:
  ///   - model: The model.
  ///   - columnCount: The number of columns.
  init?(_ model: svm_model, columnCount: Int) {
    let count = Int(model.l)
    var counts = [Int](repeating: 0, count: columnCount + 1)
    Self.forEachCell(model) { _, column, _ in counts[column + 1] += 1 }
    for column in 0..<columnCount { counts[column + 1] += counts[column] }
    guard Double(counts[columnCount]) < Self.largestFraction * Double(count * columnCount) else {
      return nil
    }
    var next = counts
    var cells = [(vector: Int32, value: Double)](
      repeating: (0, 0), count: counts[columnCount])
    var lengths = [Double](repeating: 0, count: count)
    Self.forEachCell(model) { vector, column, value in
      cells[next[column]] = (Int32(vector), value)
      next[column] += 1
      lengths[vector] += value * value
    }
    (self.lengths, starts, self.cells) = (lengths, counts, cells)
  }

  private static func forEachCell(_ model: svm_model, _ body: (Int, Int, Double) -> Void) {
    for vector in 0..<Int(model.l) {
      guard var node = model.SV[vector] else { continue }
      while node.pointee.index >= 0 {
        body(vector, Int(node.pointee.index) - 1, node.pointee.value)
        node += 1
      }
    }
  }

  /// Evaluates the kernel of a row and each vector.
  ///
  /// - Parameters:
  ///   - row: The row, cell by cell.
  ///   - gamma: γ of the kernel.
  ///   - kernels: Where the values go, at least one for each vector.
  func evaluateKernels(
    _ row: UnsafeBufferPointer<Float>, gamma: Double, _ kernels: inout [Double]
  ) {
    var length = 0.0
    for vector in lengths.indices { kernels[vector] = lengths[vector] }
    for (column, value) in row.enumerated() where value != 0 {
      length += Double(value) * Double(value)
      for cell in cells[starts[column]..<starts[column + 1]] {
        kernels[Int(cell.vector)] -= 2 * Double(value) * cell.value
      }
    }
    // Rounding must not make a distance negative.
    for vector in lengths.indices {
      kernels[vector] = exp(-gamma * max(0, kernels[vector] + length))
    }
  }
}
