import Tensors
import Testing

@testable import Datasets

@Suite("Correlations of columns")
struct CorrelationTests {
  /// A line, twice the line down, a square, a constant.
  private let store = FeatureStore(
    values: (0..<9).flatMap { row -> [Float] in
      let x = Float(row) - 4
      return [x + 1000, -2 * x, x * x, 0.1]
    }, rowCount: 9, columnNames: ["line", "down", "square", "constant"])

  @Test("They are 1 for the same, -1 for the opposite, 0 for a square, none for a constant")
  func values() {
    let found = store.correlations(columns: [2, 0, 1, 3], rows: Array(0..<9))
    #expect(found.count == 4 && found.allSatisfy { $0.count == 4 })
    #expect(found[0][0] == 1 && found[1][1] == 1)
    #expect(abs(found[1][2] + 1) < 1e-12 && found[1][2] == found[2][1])
    #expect(abs(found[0][1]) < 1e-12)
    #expect(found[3].allSatisfy(\.isNaN) && found[0][3].isNaN)
  }

  @Test("Only the rows that are named count")
  func rows() {
    // On the right half the square rises with the line.
    let found = store.correlations(columns: [0, 2], rows: [4, 5, 6, 7, 8])
    #expect(found[0][1] > 0.9)
    #expect(store.correlations(columns: [0, 2], rows: [3])[0][1].isNaN)
  }
}
