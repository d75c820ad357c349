import Tensors
import Testing

@testable import Kernels

/// Attention and the products of rows against their naive twins, over random shapes.
@Suite("Attention and products of rows")
struct AttentionTests {
  private func draw(_ count: Int, _ random: inout RandomSource) -> [Float] {
    (0..<count).map { _ in Float(random.normal()) }
  }

  @Test("attention of every window and head, with regions and unasked tokens")
  func attention() {
    var random = RandomSource(seed: 5)
    for round in 0..<60 {
      let (tokens, heads, depth, samples) = (
        round == 0 ? 49 : 1 + random.index(below: 50), 1 + random.index(below: 3),
        round == 0 ? 32 : 1 + random.index(below: 40), 1 + random.index(below: 2)
      )
      let windows = (0..<1 + random.index(below: 3)).map { _ in
        AttentionKernel.Window(
          queries: (0..<tokens).filter { _ in random.uniform() < 0.7 },
          regions: (0..<tokens).map { _ in round % 2 == 0 ? 0 : random.index(below: 3) })
      }
      let kernel = AttentionKernel(
        windows: windows, tokenCount: tokens, headCount: heads, depth: depth)
      let channels = heads * depth
      var qkv = draw(samples * windows.count * tokens * 3 * channels, &random)
      var bias = draw(heads * tokens * kernel.rowWidth, &random)
      for place in bias.indices where place % kernel.rowWidth >= tokens { bias[place] = -1e30 }
      var y = [Float](repeating: .nan, count: qkv.count / 3)
      kernel.forward(&qkv, bias: &bias, count: samples, keeping: nil, into: &y)
      for n in 0..<samples * windows.count {
        let window = windows[n % windows.count]
        for head in 0..<heads {
          func rows(_ part: Int) -> [[Float]] {
            (0..<tokens).map { token in
              let start = ((n * tokens + token) * 3 + part) * channels + head * depth
              return Array(qkv[start..<start + depth])
            }
          }
          let q = rows(0)
          let exact = NaiveAttention.outputs(
            q: window.queries.map { q[$0] }, k: rows(1), v: rows(2),
            bias: window.queries.map { query in
              (0..<tokens).map { token in
                bias[(head * tokens + query) * kernel.rowWidth + token]
                  - (window.regions[query] == window.regions[token] ? 0 : 100)
              }
            })
          for token in 0..<tokens {
            let start = (n * tokens + token) * channels + head * depth
            let row = window.queries.firstIndex(of: token).map { exact[$0] }
            for column in 0..<depth {
              #expect(abs(Double(y[start + column]) - (row?[column] ?? 0)) < 1e-5)
            }
          }
        }
      }
    }
  }

  @Test("products with a matrix or a row, scale and shift, sums of products")
  func products() {
    var random = RandomSource(seed: 6)
    for _ in 0..<200 {
      let (rows, columns) = (1 + random.index(below: 9), 1 + random.index(below: 40))
      var (x, y) = (draw(rows * columns, &random), draw(rows * columns, &random))
      var shift = draw(columns, &random)
      var results = [[Float]](repeating: [Float](repeating: .nan, count: x.count), count: 3)
      var sums = [Float](repeating: .nan, count: columns)
      multiply(&x, &y, rows: rows, columns: columns, into: &results[0])
      multiply(&x, &y, isRow: true, rows: rows, columns: columns, into: &results[1])
      scaleAndShift(
        &x, scale: &y, shift: &shift, rows: rows, columns: columns, into: &results[2])
      columnProducts(&x, &y, rows: rows, columns: columns, into: &sums)
      for place in x.indices {
        let column = place % columns
        #expect(results[0][place] == x[place] * y[place])
        #expect(results[1][place] == x[place] * y[column])
        #expect(abs(results[2][place] - (x[place] * y[column] + shift[column])) < 1e-5)
      }
      for column in 0..<columns {
        let exact = stride(from: column, to: x.count, by: columns).reduce(0.0) {
          $0 + Double(x[$1]) * Double(y[$1])
        }
        #expect(abs(Double(sums[column]) - exact) < 1e-5)
      }
    }
  }
}
