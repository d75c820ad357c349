import Networks
import Tensors

/// The rows of a product that are multiples of each other, the bias included.
struct ProportionalRows {
  /// For each row, the first in some order of those that are multiples of it.
  private(set) var representatives: [Int]
  /// What a row is divided by to be compared: the weight that is largest in magnitude; 0 where all
  /// are 0.
  private(set) var factors: [Double]

  private let weights: ProductWeights
  private let inputs: [UnitTerm]

  /// Finds the rows.
  ///
  ///     divide each row by its largest weight; sort by a weighted sum of the quotients;
  ///     compare each row with those before it whose sums are near enough
  ///
  /// - Parameters:
  ///   - weights: The product.
  ///   - inputs: What it reads, as multiples of maps; in a grouped convolution rows are compared
  ///     across groups.
  ///   - tolerance: By how much quotients may differ.
  init(_ weights: ProductWeights, inputs: [UnitTerm], tolerance: Double) {
    self.weights = weights
    self.inputs = inputs
    representatives = Array(0..<weights.rowCount)
    factors = []
    var sums: [Double] = []
    // Differences of both signs: larger sums of them are possible, but then a copy is not found.
    let reach = tolerance * Double(weights.columnsPerGroup * weights.shares.count + 1).squareRoot()
    for row in 0..<weights.rowCount {
      let factor = largest(inRow: row)
      factors.append(factor)
      sums.append(factor == 0 ? .nan : sum(ofRow: row, factor))
    }
    let order = representatives.filter { sums[$0].isFinite }
      .sorted { (sums[$0], $0) < (sums[$1], $1) }
    var firsts: [Int] = []  // the representatives, in the same order
    for row in order {
      let near = firsts.reversed().prefix { sums[row] - sums[$0] <= reach }
      if let found = near.first(where: { isMultiple(row, of: $0, tolerance) }) {
        representatives[row] = found
      } else {
        firsts.append(row)
      }
    }
  }

  /// Calls a closure with the entries of a row that are not 0: place, coefficient and map.
  @inline(__always)
  private func forEachEntry(ofRow row: Int, _ body: (Int, Double, Int) -> Void) {
    let tapCount = weights.shares.count
    let isGrouped = weights.groupCount > 1
    let first = row / weights.rowsPerGroup * weights.columnsPerGroup
    weights.forEachWeight(ofRow: row) { column, tap, weight in
      guard weight != 0, weights.shares[tap] > 0 else { return }
      let factor = isGrouped ? inputs[column].factor : 1
      body(
        (column - first) * tapCount + tap, Double(weight) * factor,
        isGrouped ? inputs[column].map : 0)
    }
  }

  private func largest(inRow row: Int) -> Double {
    var largest = 0.0
    forEachEntry(ofRow: row) { _, value, _ in if abs(value) > abs(largest) { largest = value } }
    return largest
  }

  /// A sum in which every entry counts, at most 1 each.
  private func sum(ofRow row: Int, _ factor: Double) -> Double {
    var sum = Double(weights.bias?[row] ?? 0) / factor
    forEachEntry(ofRow: row) { place, value, _ in
      sum += value / factor * Double(place % 17 + 1) / 17
    }
    return sum
  }

  private func quotients(ofRow row: Int) -> [(place: Int, value: Double, map: Int)] {
    var quotients = [(place: -1, value: Double(weights.bias?[row] ?? 0) / factors[row], map: 0)]
    forEachEntry(ofRow: row) { place, value, map in
      quotients.append((place, value / factors[row], map))
    }
    return quotients
  }

  private func isMultiple(_ row: Int, of other: Int, _ tolerance: Double) -> Bool {
    let (left, right) = (quotients(ofRow: row), quotients(ofRow: other))
    var (own, others) = (0, 0)
    while own < left.count || others < right.count {
      let leftPlace = own < left.count ? left[own].place : .max
      let rightPlace = others < right.count ? right[others].place : .max
      var difference = 0.0
      if leftPlace <= rightPlace { difference += left[own].value }
      if rightPlace <= leftPlace { difference -= right[others].value }
      if leftPlace == rightPlace, left[own].map != right[others].map { return false }
      guard abs(difference) <= tolerance else { return false }
      if leftPlace <= rightPlace { own += 1 }
      if rightPlace <= leftPlace { others += 1 }
    }
    return true
  }
}
