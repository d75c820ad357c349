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
        logarithm: logarithm, offsets: (0..<columnCount).map { _ in source.uniform(-1, 1) },
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

  @Test func bytesAreKeptAsBytesAndOthersAsNumbers() {
    func isBytes(_ values: [Float]) -> Bool {
      let store = FeatureStore(values: values, rowCount: values.count, columnNames: ["a"])
      if case .uint8 = store.storage { return true }
      return false
    }
    #expect(isBytes([0, 255, 7]))
    #expect(isBytes([-0.0]))
    for other: Float in [256, -1, 0.5, 3e38, -3e38] { #expect(!isBytes([0, other])) }
  }

  @Test func selectingKeepsOrderNamesAndNarrowsAgain() {
    let store = FeatureStore(
      values: [0.5, 1, 2, 1.5, 3, 4], rowCount: 2, columnNames: ["a", "b", "c"])
    let selected = store.selecting(columns: [2, 1])
    #expect(selected.columnNames == ["c", "b"])
    #expect(selected.storage == .uint8([2, 1, 4, 3]))
    #expect(store.column(0, rows: [1, 0, 1]) == [1.5, 0.5, 1.5])
  }

  @Test func concatenatingBytesAndNumbersGivesNumbers() {
    let bytes = FeatureStore(bytes: [1, 2], rowCount: 1, columnNames: ["a", "b"])
    let numbers = FeatureStore(values: [0.5, 3], rowCount: 1, columnNames: ["a", "b"])
    #expect(FeatureStore.concatenating([bytes, bytes]).storage == .uint8([1, 2, 1, 2]))
    #expect(FeatureStore.concatenating([bytes, numbers]).storage == .float([1, 2, 0.5, 3]))
    #expect(FeatureStore.concatenating([numbers, bytes]).rowCount == 2)
  }
}

extension FeatureStore {
  /// The naive twin of `gather`: one element.
  func element(_ row: Int, _ column: Int) -> Float {
    switch storage {
    case .uint8(let bytes): Float(bytes[row * columnCount + column])
    case .float(let values): values[row * columnCount + column]
    }
  }
}
