import Tensors
import Testing

@testable import Kernels

@Suite("Products with a matrix that has many zeros")
struct ZeroSkippingTests {
  private func draw(_ count: Int, _ random: inout RandomSource) -> [Float] {
    (0..<count).map { _ in Float(random.normal()) }
  }

  @Test("agree with the definition, over random extents, both ways that the matrix may lie")
  func products() throws {
    var random = RandomSource(seed: 1)
    for round in 0..<40 {
      let rows = 32 + random.index(below: 200)
      let inner = 32 + random.index(below: 300)  // several parts of the sums as well
      let columns = max(64, (1 << 20) / (rows * inner) + 1) + random.index(below: 60)
      let isTransposed = round % 2 == 0
      let product = try #require(
        ZeroSkippingProduct(
          rows: rows, columns: columns, inner: inner, transposingA: isTransposed))
      var a = draw(rows * inner, &random)
      for place in a.indices where random.uniform() < 0.6 { a[place] = place % 3 == 0 ? -0.0 : 0 }
      var b = draw(inner * columns, &random)
      var c = [Float](repeating: .nan, count: rows * columns)
      product(&a, &b, into: &c)
      for place in stride(from: round, to: rows * columns, by: 97) {
        let (row, column) = (place / columns, place % columns)
        let exact = (0..<inner).reduce(0.0) { sum, i in
          sum + Double(a[isTransposed ? i * rows + row : row * inner + i])
            * Double(b[i * columns + column])
        }
        #expect(abs(Double(c[place]) - exact) < 1e-4, "\(rows)x\(inner)x\(columns) at \(place)")
      }
    }
  }

  @Test("a zero meets nothing, anything else whatever is there")
  func exceptions() throws {
    let product = try #require(ZeroSkippingProduct(rows: 128, columns: 128, inner: 64))
    var a = [Float](repeating: 0, count: 128 * 64)
    var b = [Float](repeating: .infinity, count: 64 * 128)
    var c = [Float](repeating: 1, count: 128 * 128)
    a[0] = .nan
    product(&a, &b, into: &c)
    #expect(c.prefix(128).allSatisfy(\.isNaN) && c.dropFirst(128).allSatisfy { $0 == 0 })
  }

  @Test("pay where three eighths are zeros, and are not looked for in small products")
  func choice() {
    var values = [Float](repeating: 1, count: 8000)
    #expect(!ZeroSkippingProduct.pays(for: &values, count: 8000))
    for place in values.indices where place % 8 < 3 { values[place] = 0 }
    #expect(ZeroSkippingProduct.pays(for: &values, count: 8000))
    values[0] = 1
    #expect(!ZeroSkippingProduct.pays(for: &values, count: 8000))
    for place in 4096..<8000 { values[place] = 0 }
    values.replaceSubrange(0..<4096, with: repeatElement(1, count: 4096))
    #expect(!ZeroSkippingProduct.pays(for: &values, count: 8000))
    #expect(ZeroSkippingProduct(rows: 64, columns: 64, inner: 64) == nil)
  }
}
