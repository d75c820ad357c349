import Networks
import Tensors

/// The weights of a linear layer, a sparse one or a convolution in one form: a row per unit, and in
/// it a number per column (input unit) and tap (place in the window).
struct ProductWeights {
  /// The number of units.
  var rowCount: Int
  /// The number of input units; a row reads those of its group only.
  var columnCount: Int
  /// The number of groups.
  var groupCount = 1
  /// The share of the output places at which each tap lies inside the image; elsewhere it reads 0.
  let shares: [Double]
  /// The entries that exist; nil if all do.
  var pattern: SparsePattern?
  /// The weights: [rows, columns / groups, taps], or those of the pattern.
  var values: Tensor
  /// What is added to each row; nil for nothing.
  var bias: [Float]?

  /// Creates the form of a layer on rows.
  init(dense values: Tensor, bias: Tensor?) {
    (rowCount, columnCount) = (values.shape[0], values.shape[1])
    (self.values, self.bias, shares) = (values, bias?.elements, [1])
  }

  /// Creates the form of a sparse layer.
  init(_ pattern: SparsePattern, values: Tensor, bias: Tensor) {
    (rowCount, columnCount) = (pattern.rowCount, pattern.columnCount)
    (self.values, self.bias, shares, self.pattern) = (values, bias.elements, [1], pattern)
  }

  /// Creates the form of a convolution.
  init(convolution values: Tensor, groupCount: Int, shares: [Double], bias: Tensor?) {
    (rowCount, columnCount) = (values.shape[0], values.shape[1] * groupCount)
    (self.values, self.groupCount, self.shares) = (values, groupCount, shares)
    self.bias = bias?.elements
  }

  var columnsPerGroup: Int { columnCount / groupCount }
  var rowsPerGroup: Int { rowCount / groupCount }

  /// Calls a closure with the weights of a row: column, tap and weight, in that order.
  @inline(__always)
  func forEachWeight(ofRow row: Int, _ body: (Int, Int, Float) -> Void) {
    values.withElements { values in
      if let pattern {
        for entry in pattern.entries(ofRow: row) {
          body(Int(pattern.columns[entry]), 0, values[entry])
        }
        return
      }
      let first = row / rowsPerGroup * columnsPerGroup
      var index = row * columnsPerGroup * shares.count
      for column in first..<first + columnsPerGroup {
        for tap in shares.indices {
          body(column, tap, values[index])
          index += 1
        }
      }
    }
  }
}

extension ProductWeights {
  /// How a column is read.
  struct Reading: OptionSet {
    let rawValue: Int
    /// By a weight that is not 0, at some place.
    static let read = Reading(rawValue: 1)
    /// By one that lies outside the image at some place, where it reads 0 instead.
    static let acrossBorder = Reading(rawValue: 2)
  }

  /// How some of the rows read each column.
  func readings(byRows isKept: [Bool]) -> [Reading] {
    var readings = [Reading](repeating: [], count: columnCount)
    for row in 0..<rowCount where isKept[row] {
      forEachWeight(ofRow: row) { column, tap, weight in
        guard weight != 0, shares[tap] > 0 else { return }
        readings[column].formUnion(shares[tap] < 1 ? [.read, .acrossBorder] : .read)
      }
    }
    return readings
  }

  /// The limits of each row.
  func ranges(of inputs: [UnitRange]) -> [UnitRange] {
    let padded = inputs.map { $0.joined(with: UnitRange(0, 0)) }
    return (0..<rowCount).map { row in
      let start = Double(bias?[row] ?? 0)
      var (lower, upper) = (start, start)
      forEachWeight(ofRow: row) { column, tap, weight in
        guard weight != 0, shares[tap] > 0 else { return }
        let range = shares[tap] < 1 ? padded[column] : inputs[column]
        let factor = Double(weight)
        lower += factor * (factor > 0 ? range.lower : range.upper)
        upper += factor * (factor > 0 ? range.upper : range.lower)
      }
      return UnitRange(lower, upper)
    }
  }

  /// What constants in some columns add to each row, on the mean over the output places: a tap
  /// counts with the share of places at which it lies inside the image.
  ///
  /// - Parameter constants: The value of each column; nil and 0 add nothing.
  /// - Returns: A number per row.
  func sums(carrying constants: [Double?]) -> [Double] {
    (0..<rowCount).map { row in
      var sum = 0.0
      forEachWeight(ofRow: row) { column, tap, weight in
        guard let constant = constants[column], constant != 0 else { return }
        sum += Double(weight) * constant * shares[tap]
      }
      return sum
    }
  }
}
