import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct ScalerTests {
  /// Rows 0, 2 and 4 of two columns are 1, 2, 6 and 5, 5, 5; the others must not be seen.
  private let store = FeatureStore(
    values: [1, 5, -900, 900.5, 2, 5, 700, -900, 6, 5], rowCount: 5, columnNames: ["a", "b"])
  private let rows = [0, 2, 4]

  @Test func statisticsSeeTheGivenRowsOnly() {
    let statistics = store.statistics(rows: rows)
    #expect(statistics.minimum == [1, 5])
    #expect(statistics.maximum == [6, 5])
    #expect(statistics.mean == [3, 5])
    #expect(abs(statistics.standardDeviation[0] - (14.0 / 3).squareRoot()) < 1e-12)
    #expect(statistics.standardDeviation[1] == 0)
    #expect(statistics.allNonNegativeIntegers == [true, true])
    #expect(store.statistics(rows: [0, 1]).allNonNegativeIntegers == [false, false])
  }

  @Test func statisticsCountZerosAndAgreeForBytesAndNumbers() {
    var source = RandomSource(seed: 3)
    let bytes = (0..<600).map { _ in UInt8(source.index(below: 4)) }
    let narrow = FeatureStore(bytes: bytes, rowCount: 200, columnNames: ["a", "b", "c"])
    let wide = FeatureStore(
      values: bytes.map { Float($0) } + [0.5, 0.5, 0.5], rowCount: 201,
      columnNames: ["a", "b", "c"])
    let rows = (0..<150).map { _ in source.index(below: 200) }
    for logarithms in [[], [true, false, true]] {
      let statistics = narrow.statistics(rows: rows, logarithms: logarithms)
      #expect(statistics == wide.statistics(rows: rows, logarithms: logarithms))
      #expect(
        statistics.zeroCount == (0..<3).map { j in rows.count { bytes[3 * $0 + j] == 0 } })
    }
  }

  @Test func statisticsSurviveAMeanFarFromZero() {
    let values = (0..<1000).map { Float(8_000_000 + $0 % 2) }
    let store = FeatureStore(values: values, rowCount: 1000, columnNames: ["a"])
    #expect(store.statistics(rows: Array(0..<1000)).standardDeviation == [0.5])
  }

  @Test func minMaxMapsTheTrainingRangeToZeroAndOne() {
    let scaler = Scaler.minMax(store.statistics(rows: rows))
    #expect(store.gathered(rows: rows, columns: [0], scaler: scaler) == [0, 0.2, 1])
    #expect(store.gathered(rows: [3], columns: [0], scaler: scaler)[0] > 100)
  }

  @Test func standardGivesMeanZeroAndDeviationOne() {
    let scaler = Scaler.standard(store.statistics(rows: rows))
    let scaled = store.gathered(rows: rows, columns: [0], scaler: scaler)
    #expect(abs(scaled.reduce(0, +)) < 1e-6)
    #expect(abs(scaled.reduce(0) { $0 + $1 * $1 } / 3 - 1) < 1e-6)
  }

  @Test func aConstantColumnIsZeroEverywhere() {
    for scaler in [
      Scaler.minMax(store.statistics(rows: rows)), .standard(store.statistics(rows: rows)),
    ] {
      #expect(scaler.scales[1] == 0)
      #expect(store.gathered(rows: [0, 1, 3], columns: [1], scaler: scaler) == [0, 0, 0])
    }
  }

  @Test func logarithmsAreScaledToTheUnitRange() {
    let counts = FeatureStore(values: [0, 1, 7, 300], rowCount: 4, columnNames: ["a"])
    let scaler = Scaler.minMax(counts.statistics(rows: [0, 1, 2], logarithms: [true]))
    let scaled = counts.gathered(rows: [0, 1, 2, 3], columns: [0], scaler: scaler)
    #expect(scaled[0] == 0 && abs(scaled[1] - 1 / 3) < 1e-6 && abs(scaled[2] - 1) < 1e-6)
    #expect(abs(scaled[3] - log1pf(300) / log1pf(7)) < 1e-5)
  }

  @Test func everyScalingFitsItsColumns() {
    // Positive with an outlier, negative, rare, constant.
    let store = FeatureStore(
      values: [1, -3, 0, 7, 2, -1, 0, 7, 3, 0, 0, 7, 4, 5, 0, 7, 900, 9, 5, 7], rowCount: 5,
      columnNames: ["a", "b", "c", "d"])
    let rows = Array(0..<5)
    func scaled(_ scaling: InputScaling, _ column: Int) -> [Float] {
      store.gathered(
        rows: rows, columns: [column], scaler: store.fitted(scaling, rows: rows).scaler)
    }
    #expect(scaled(.none, 1) == [-3, -1, 0, 5, 9] && scaled(.none, 3) == [7, 7, 7, 7, 7])
    #expect(scaled(.robust, 0) == [-1, -0.5, 0, 0.5, 448.5])
    #expect(scaled(.robust, 1).min() == -0.5 && scaled(.robust, 3) == [0, 0, 0, 0, 0])
    #expect(scaled(.robust, 2)[..<4] == [0, 0, 0, 0] && scaled(.robust, 2)[4] == 2.5)
    #expect(scaled(.logarithmMinMax, 1) == scaled(.minMax, 1))
    #expect(scaled(.logarithmMinMax, 0) != scaled(.minMax, 0))
    for scaling in InputScaling.allCases {
      #expect(!(0..<4).contains { scaled(scaling, $0).contains { !$0.isFinite } })
    }
  }

  @Test func sparseColumnsAreNotCentred() {
    var cells = SparseRows<Float>(width: 2)
    for row in 0..<10 {
      if row == 3 { cells.append(1, -4) }
      if row % 2 == 0 { cells.append(0, 2) }
      cells.endRow()
    }
    let store = FeatureStore(
      parts: [.sparse(cells.block())], rowCount: 10, columnNames: ["a", "b"])
    for scaling in InputScaling.allCases {
      let fitted = store.fitted(scaling, rows: Array(0..<10))
      #expect(store.gathered(rows: [1], columns: [0, 1], scaler: fitted.scaler) == [0, 0])
      let block = store.gathered(rows: Array(0..<10), columns: [0, 1], scaler: fitted.scaler)
      for column in 0..<2 {
        let values = (0..<10).map { Double(block[2 * $0 + column]) }
        let mean = values.reduce(0, +) / 10
        #expect(abs(mean - Double(fitted.means[column])) < 1e-6)
        let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
        #expect(abs((squares / 10).squareRoot() - Double(fitted.deviations[column])) < 1e-6)
      }
    }
  }
}
