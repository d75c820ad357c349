/// The values that ridge regression fits, centred.
///
/// A row of weight v is fitted as √v times the row to √v times its value, which gives its square
/// the factor v.
struct RidgeOutputs {
  /// The mean of each output.
  let means: [Double]
  /// √v times the values minus their mean, a list for each output.
  let centred: [[Double]]
  /// v, the weight of each row.
  let weights: [Double]
  /// √v of each row.
  let roots: [Double]

  init(_ values: [[Double]], weights: [Double]) {
    let total = weights.reduce(0, +)
    let roots = weights.map { $0.squareRoot() }
    let means = values.map { zip($0, weights).reduce(0) { $0 + $1.1 * $1.0 } / total }
    self.means = means
    self.weights = weights
    self.roots = roots
    centred = zip(values, means).map { values, mean in
      zip(values, roots).map { ($0 - mean) * $1 }
    }
  }
}

/// Rows or columns standardised at a time.
private let chunkSize = 256

extension Ridge {
  /// Solves (ZᵀZ + αI) w = Zᵀy, a chunk of rows at a time.
  func solvePrimal(_ trial: Trial, _ outputs: RidgeOutputs) throws(EvaluationError) -> LinearModel {
    let columnCount = trial.columns.count
    var moments = [Moments](repeating: Moments(), count: columnCount)
    try trial.forEachBlock(.training) { first, block in
      for (position, value) in block.enumerated() {
        let (row, column) = position.quotientAndRemainder(dividingBy: columnCount)
        moments[column].add(Double(value), weight: outputs.weights[first + row])
      }
    }

    var gram = SymmetricMatrix(order: columnCount)
    var products = outputs.means.map { _ in [Double](repeating: 0, count: columnCount) }
    try trial.forEachBlock(.training) { first, block in
      let rowCount = block.count / columnCount
      for start in stride(from: 0, to: rowCount, by: chunkSize) {
        let rows = start..<min(start + chunkSize, rowCount)
        var columns = [Double](repeating: 0, count: columnCount * rows.count)
        for column in 0..<columnCount {
          for row in rows {
            let value = Double(block[row * columnCount + column])
            columns[column * rows.count + row - start] =
              outputs.roots[first + row] * moments[column].standardise(value)
          }
        }
        gram.addProducts(of: columns)
        for output in outputs.centred.indices {
          for column in 0..<columnCount {
            for row in rows {
              products[output][column] +=
                columns[column * rows.count + row - start] * outputs.centred[output][first + row]
            }
          }
        }
      }
    }
    try factorise(&gram)
    return LinearModel(
      means: moments.map(\.mean), standardDeviations: moments.map(\.standardDeviation),
      coefficients: products.map { gram.solve($0) }, intercepts: outputs.means)
  }

  /// Solves w = Zᵀ(ZZᵀ + αI)⁻¹ y, a chunk of columns at a time.
  func solveDual(_ trial: Trial, _ outputs: RidgeOutputs) throws(EvaluationError) -> LinearModel {
    let rowCount = trial.rowCount(.training)
    var gram = SymmetricMatrix(order: rowCount)
    var moments: [Moments] = []
    for range in columnChunks(trial) {
      let chunk = try StandardisedColumns(trial, range, outputs)
      moments += chunk.moments
      gram.addProducts(of: chunk.values)
    }
    try factorise(&gram)
    let weights = outputs.centred.map { gram.solve($0) }

    var coefficients = weights.map { _ in [Double]() }
    for range in columnChunks(trial) {
      let chunk = try StandardisedColumns(trial, range, outputs)
      for output in weights.indices {
        var sums = [Double](repeating: 0, count: range.count)
        for row in 0..<rowCount {
          for column in 0..<range.count {
            sums[column] += weights[output][row] * chunk.values[row * range.count + column]
          }
        }
        coefficients[output] += sums
      }
    }
    return LinearModel(
      means: moments.map(\.mean), standardDeviations: moments.map(\.standardDeviation),
      coefficients: coefficients, intercepts: outputs.means)
  }

  private func columnChunks(_ trial: Trial) -> [Range<Int>] {
    stride(from: 0, to: trial.columns.count, by: chunkSize).map {
      $0..<min($0 + chunkSize, trial.columns.count)
    }
  }

  private func factorise(_ gram: inout SymmetricMatrix) throws(EvaluationError) {
    gram.addToDiagonal(penalty)
    guard gram.factorise() else {
      throw .refused(
        learner: name, reason: "the penalty \(penalty) is too small for columns this alike")
    }
  }
}

/// Some columns of the training rows with mean 0 and standard deviation 1, times √v.
private struct StandardisedColumns {
  var moments: [Moments]
  /// Row-major.
  var values: [Double]

  init(
    _ trial: Trial, _ range: Range<Int>, _ outputs: RidgeOutputs
  ) throws(EvaluationError) {
    let block = try trial.block(.training, columns: range)
    var moments = [Moments](repeating: Moments(), count: range.count)
    for (position, value) in block.enumerated() {
      moments[position % range.count].add(
        Double(value), weight: outputs.weights[position / range.count])
    }
    let fitted = moments
    self.moments = fitted
    values = block.indices.map {
      outputs.roots[$0 / range.count] * fitted[$0 % range.count].standardise(Double(block[$0]))
    }
  }
}
