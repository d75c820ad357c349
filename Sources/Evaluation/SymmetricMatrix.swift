/// A symmetric positive definite matrix that is summed up from products, then factorised.
///
/// Only the lower triangle is used.
struct SymmetricMatrix {
  /// The number of rows and of columns.
  let order: Int
  private var elements: [Double]

  /// Creates a matrix of zeros.
  ///
  /// - Parameter order: The number of rows and of columns.
  init(order: Int) {
    self.order = order
    elements = [Double](repeating: 0, count: order * order)
  }

  /// The element in a row and column.
  subscript(row: Int, column: Int) -> Double {
    get { elements[max(row, column) * order + min(row, column)] }
    set { elements[max(row, column) * order + min(row, column)] = newValue }
  }

  /// Adds a number to each element of the diagonal.
  mutating func addToDiagonal(_ value: Double) {
    for index in 0..<order { self[index, index] += value }
  }

  /// Adds the inner products of vectors: A += V Vᵀ.
  ///
  /// - Parameter vectors: `order` vectors of one length, one after the other.
  mutating func addProducts(of vectors: [Double]) {
    let order = order
    let length = vectors.count / max(order, 1)
    elements.withUnsafeMutableBufferPointer { elements in
      vectors.withUnsafeBufferPointer { vectors in
        for row in stride(from: 0, to: order, by: 4) {
          for column in stride(from: 0, to: min(row + 4, order), by: 2) {
            addTile(row, column, of: vectors, length: length, to: elements, order: order)
          }
        }
      }
    }
  }
}

extension SymmetricMatrix {
  /// Replaces the matrix A by its Cholesky factor L, A = L Lᵀ.
  ///
  /// - Returns: Whether A was positive definite; if not, the content is useless.
  mutating func factorise() -> Bool {
    let order = order
    return elements.withUnsafeMutableBufferPointer { elements in
      let readable = UnsafeBufferPointer(elements)
      for row in 0..<order {
        for column in 0..<row {
          let sum = dot(readable, row * order, readable, column * order, count: column)
          elements[row * order + column] =
            (elements[row * order + column] - sum) / elements[column * order + column]
        }
        let sum = dot(readable, row * order, readable, row * order, count: row)
        let pivot = elements[row * order + row] - sum
        guard pivot > 0 else { return false }
        elements[row * order + row] = pivot.squareRoot()
      }
      return true
    }
  }

  /// Solves A x = b after `factorise()`.
  ///
  /// - Parameter right: The right-hand side b.
  /// - Returns: The solution x.
  func solve(_ right: [Double]) -> [Double] {
    var solution = right
    for row in 0..<order {
      for column in 0..<row { solution[row] -= elements[row * order + column] * solution[column] }
      solution[row] /= elements[row * order + row]
    }
    for row in (0..<order).reversed() {
      solution[row] /= elements[row * order + row]
      for column in 0..<row { solution[column] -= elements[row * order + column] * solution[row] }
    }
    return solution
  }
}

/// Adds a tile of four rows and two columns; elements above the diagonal stay unused.
private func addTile(
  _ row: Int, _ column: Int, of vectors: UnsafeBufferPointer<Double>, length: Int,
  to elements: UnsafeMutableBufferPointer<Double>, order: Int
) {
  guard row + 4 <= order, column + 2 <= order else {
    for row in row..<min(row + 4, order) {
      for column in column..<min(column + 2, order) {
        elements[row * order + column] += dot(
          vectors, row * length, vectors, column * length, count: length)
      }
    }
    return
  }
  // Named accumulators stay in registers, an array of them would not.
  typealias Pair = SIMD2<Double>
  var s00 = Pair.zero, s01 = Pair.zero, s10 = Pair.zero, s11 = Pair.zero
  var s20 = Pair.zero, s21 = Pair.zero, s30 = Pair.zero, s31 = Pair.zero
  let (r0, r1, r2, r3) = (
    row * length, (row + 1) * length, (row + 2) * length, (row + 3) * length
  )
  let (c0, c1) = (column * length, (column + 1) * length)
  let even = length & ~1
  for position in stride(from: 0, to: even, by: 2) {
    let x = Pair(vectors[c0 + position], vectors[c0 + position + 1])
    let y = Pair(vectors[c1 + position], vectors[c1 + position + 1])
    let v0 = Pair(vectors[r0 + position], vectors[r0 + position + 1])
    s00 += v0 * x
    s01 += v0 * y
    let v1 = Pair(vectors[r1 + position], vectors[r1 + position + 1])
    s10 += v1 * x
    s11 += v1 * y
    let v2 = Pair(vectors[r2 + position], vectors[r2 + position + 1])
    s20 += v2 * x
    s21 += v2 * y
    let v3 = Pair(vectors[r3 + position], vectors[r3 + position + 1])
    s30 += v3 * x
    s31 += v3 * y
  }
  for (offset, sums) in [(s00, s01), (s10, s11), (s20, s21), (s30, s31)].enumerated() {
    var (first, second) = (sums.0.sum(), sums.1.sum())
    if even < length {
      let last = vectors[(row + offset) * length + even]
      first += last * vectors[c0 + even]
      second += last * vectors[c1 + even]
    }
    elements[(row + offset) * order + column] += first
    elements[(row + offset) * order + column + 1] += second
  }
}
