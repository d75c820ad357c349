import Foundation
import Tensors
import Testing

@testable import Datasets

@Suite struct FeatureStoreTests {
  @Test(arguments: [true, false], [true, false])
  func gatherEqualsTheNaiveLoop(bytes: Bool, logarithm: Bool) {
    var source = RandomSource(seed: 7)
    for _ in 0..<1000 {
      let (rowCount, columnCount) = (1 + source.index(below: 12), 1 + source.index(below: 12))
      let store = randomStore(
        rows: rowCount, columns: columnCount, bytes: bytes || logarithm, using: &source)
      let scaler = Scaler(
        logarithms: logarithm ? (0..<columnCount).map { _ in true } : [],
        offsets: (0..<columnCount).map { _ in source.uniform(-1, 1) },
        scales: (0..<columnCount).map { _ in source.uniform(-1, 1) })
      let rows = (0..<source.index(below: 20)).map { _ in source.index(below: rowCount) }
      let first = source.index(below: columnCount)
      let columns =
        source.index(below: 2) == 0
        ? Array(first..<columnCount)
        : (0..<source.index(below: 20)).map { _ in source.index(below: columnCount) }
      let expected = rows.flatMap { row in
        columns.map { column in
          let x = store.element(row, column)
          return ((logarithm ? log1pf(x) : x) - scaler.offsets[column]) * scaler.scales[column]
        }
      }
      #expect(store.gathered(rows: rows, columns: columns, scaler: scaler) == expected)
      let plain = rows.flatMap { row in columns.map { store.element(row, $0) } }
      #expect(store.gathered(rows: rows, columns: columns) == plain)
    }
  }

  @Test func gatherOfASliceWritesNothingBehindItsBlock() {
    var source = RandomSource(seed: 8)
    let store = randomStore(rows: 10, columns: 4, bytes: true, using: &source)
    let gatherer = ColumnGatherer(store, columns: [3, 1], scaler: nil)
    var block = [Float](repeating: -1, count: 8)
    block.withUnsafeMutableBufferPointer {
      gatherer.gather(rows: [5, 6, 7, 8, 9][1..<4], into: $0)
    }
    #expect(
      block == [6, 7, 8].flatMap { [store.element($0, 3), store.element($0, 1)] } + [-1, -1])
  }

  @Test func anInfiniteNumberIsMissing() {
    let store = FeatureStore(values: [-.infinity, 2], rowCount: 2, columnNames: ["a"])
    #expect(store.hasMissing(0) && store.exact(0)[0].isNaN && store.exact(0)[1] == 2)
    #expect(store.losses.infinite == ["a"])
  }

  @Test(
    arguments: [
      ([0, 255, 7], .uint8), ([-0.0], .uint8), ([0, 256], .int16), ([-1], .int16),
      ([-32_768, 32_767], .int16), ([32_768], .int32), ([-2_147_483_648], .int32),
      ([2_147_483_648], .float), ([0.5], .float), ([3e38], .float),
      // One value stands for a missing cell.
      ([254, .nan], .uint8), ([255, .nan], .int16), ([-32_768, .nan], .int32),
      ([-2_147_483_648, .nan], .float), ([.nan], .uint8),
    ] as [([Float], ElementType)])
  func aColumnIsKeptInItsNarrowestType(_ values: [Float], _ type: ElementType) {
    let store = FeatureStore(values: values, rowCount: values.count, columnNames: ["a"])
    #expect(store.elementType(of: 0) == type)
    #expect(store.hasMissing(0) == values.contains(where: \.isNaN))
    for (cell, value) in zip(store.cells, values) {
      #expect(cell == value || cell.isNaN && value.isNaN)
    }
  }

  @Test func selectingKeepsOrderNamesAndNarrowsAgain() {
    let store = FeatureStore(
      values: [0.5, 1, 2, 1.5, 3, 4], rowCount: 2, columnNames: ["a", "b", "c"])
    let selected = store.selecting(columns: [2, 1])
    #expect(selected.columnNames == ["c", "b"])
    #expect(selected.cells == [2, 1, 4, 3] && selected.types == [.uint8, .uint8])
    #expect(store.column(0, rows: [1, 0, 1]) == [1.5, 0.5, 1.5])
  }

  @Test func rowsBelowEachOtherAreNarrowedTogether() throws {
    let bytes = FeatureStore(bytes: [1, 2], rowCount: 1, columnNames: ["a", "b"])
    let numbers = FeatureStore(values: [0.5, 3], rowCount: 1, columnNames: ["a", "b"])
    func joined(_ stores: FeatureStore...) throws -> FeatureStore {
      try Table.concatenating(stores.map { Table(features: $0) }, path: "f").features
    }
    #expect(try joined(bytes, bytes).cells == [1, 2, 1, 2])
    #expect(try joined(bytes, numbers).cells == [1, 2, 0.5, 3])
    #expect(try joined(numbers, bytes).types == [.float, .uint8])
  }
}

extension FeatureStore {
  /// The naive twin of `gather`: one element, without fills.
  func element(_ row: Int, _ column: Int) -> Float { Float(exact(column)[row]) }
}
