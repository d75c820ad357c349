import Tensors
import Testing

@testable import Datasets

@Suite struct ColumnStatisticsTests {
  @Test func sparseColumnsAreMeasuredAsDenseOnes() throws {
    var random = RandomSource(seed: 2)
    let rowCount = 60
    var rows = SparseRows<Float>(width: 5)
    for row in 0..<rowCount {
      if random.index(below: 4) == 0 { rows.append(0, random.uniform(-3, 9)) }
      if random.index(below: 3) == 0 { rows.append(1, Float(1 + random.index(below: 5))) }
      if row > 0 { rows.append(2, 4) }
      rows.append(3, 0.1)
      rows.endRow()
    }
    let sparse = FeatureStore(
      parts: [.sparse(rows.block())], rowCount: rowCount,
      columnNames: ["a", "b", "c", "constant", "zero"])
    let dense = randomStore(rows: rowCount, columns: 2, bytes: false, using: &random)
    let store = sparse.appending(dense).viewing(columns: [5, 1, 0, 6, 2, 3, 4, 1])
    let twin = FeatureStore(
      values: store.cells, rowCount: rowCount, columnNames: store.columnNames.map { "\($0)" })
    #expect(!twin.isSparse(1) && store.isSparse(1))
    for logarithms in [[], [false, true, false, false, true, false, true, false]] {
      for rows in [Array(0..<rowCount), Array(1..<rowCount), [3, 9, 27]] {
        let found = store.statistics(rows: rows, logarithms: logarithms)
        let wanted = twin.statistics(rows: rows, logarithms: logarithms)
        #expect(found.minimum == wanted.minimum && found.maximum == wanted.maximum)
        #expect(found.zeroCount == wanted.zeroCount && found.rowCount == wanted.rowCount)
        #expect(found.allNonNegativeIntegers == wanted.allNonNegativeIntegers)
        #expect(found.logarithms == wanted.logarithms)
        for (found, wanted) in [
          (found.mean, wanted.mean), (found.standardDeviation, wanted.standardDeviation),
        ] {
          #expect(zip(found, wanted).allSatisfy { abs($0 - $1) < 1e-6 })
        }
        // A constant has no deviation, not even one of rounding.
        #expect(found.standardDeviation[5] == 0)
      }
    }
  }
}
