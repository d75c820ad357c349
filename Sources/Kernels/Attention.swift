import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Attention inside windows, head by head: P = softmax(Q K^T / sqrt(depth) + bias), Y = P V.
///
/// oneDNN 2.6 has no primitive for it. Products, mask and softmax of a head are one pass here, while
/// its numbers are in the first-level cache.
package final class AttentionKernel {
  /// One window of a sample.
  package struct Window {
    /// The tokens whose results are wanted; the others become 0.
    package var queries: [Int]
    /// The region that each token belongs to; tokens of different regions see each other as
    /// through a bias of -100.
    package var regions: [Int]

    package init(queries: [Int], regions: [Int]) {
      self.queries = queries
      self.regions = regions
    }
  }

  private var shape = EspalierAttention()
  private let indices: UnsafeMutablePointer<Int32>
  private let workspace: Floats
  /// How many floats a row of the bias and of the probabilities takes, at least the tokens.
  package let rowWidth: Int
  /// How many probabilities a sample has, padding included.
  package let probabilityCount: Int

  /// Prepares the kernel.
  ///
  /// - Parameters:
  ///   - windows: The windows of a sample, each of as many tokens.
  ///   - tokenCount: The tokens of a window.
  ///   - headCount: The number of heads.
  ///   - depth: The width of a head.
  package init(windows: [Window], tokenCount: Int, headCount: Int, depth: Int) {
    rowWidth = espalier_attention_row(tokenCount)
    var queries: [Int32] = []
    var starts: [Int32] = []
    var regions: [Int32] = []
    for window in windows {
      starts.append(Int32(queries.count))
      queries += window.queries.map(Int32.init)
      queries += [Int32](repeating: 0, count: (4 - queries.count % 4) % 4)
      regions += window.regions.map(Int32.init)
      regions += [Int32](repeating: 0, count: rowWidth - tokenCount)
    }
    let placeCount = queries.count
    let counts = windows.map { Int32($0.queries.count) }
    let isMasked = windows.contains { Set($0.regions).count > 1 }
    let all = queries + starts + counts + (isMasked ? regions : [])
    indices = .allocate(capacity: max(all.count, 1))
    indices.initialize(from: all, count: all.count)
    shape.tokens = tokenCount
    shape.heads = headCount
    shape.depth = depth
    shape.windows = windows.count
    shape.queries = UnsafePointer(indices)
    shape.query_starts = UnsafePointer(indices + placeCount)
    shape.query_counts = UnsafePointer(indices + placeCount + windows.count)
    shape.query_places = placeCount
    shape.regions = isMasked ? UnsafePointer(indices + placeCount + 2 * windows.count) : nil
    probabilityCount = placeCount * headCount * rowWidth
    let count = espalier_attention_workspace(&shape)
    workspace = UnsafeMutableRawPointer.allocate(
      byteCount: count * MemoryLayout<Float>.stride, alignment: 64
    ).bindMemory(to: Float.self, capacity: count)
  }

  deinit {
    indices.deallocate()
    UnsafeMutableRawPointer(workspace).deallocate()
  }

  /// Computes Y.
  ///
  /// - Parameters:
  ///   - qkv: Q, K and V side by side, [count x windows x tokens x 3 x heads x depth].
  ///   - bias: [heads x tokens x `rowWidth`], -1e30 behind the tokens of each row.
  ///   - count: The number of samples.
  ///   - probabilities: Where P is kept, [count x `probabilityCount`]; nil where nobody needs it.
  ///   - y: The result, [count x windows x tokens x heads x depth].
  package func forward(
    _ qkv: Floats, bias: Floats, count: Int, keeping probabilities: Floats?, into y: Floats
  ) {
    espalier_attention(&shape, qkv, bias, count, workspace, probabilities, y)
  }

  /// Computes the gradients.
  ///
  /// - Parameters:
  ///   - qkv: Q, K and V as in the forward pass.
  ///   - probabilities: What the forward pass kept.
  ///   - dy: The gradient of Y.
  ///   - count: The number of samples.
  ///   - dqkv: The gradient of Q, K and V.
  ///   - dbias: The gradient of the bias, [heads x tokens x `rowWidth`].
  package func backward(
    _ qkv: Floats, probabilities: Floats, dy: Floats, count: Int, into dqkv: Floats,
    bias dbias: Floats
  ) {
    dbias.update(repeating: 0, count: shape.heads * shape.tokens * rowWidth)
    espalier_attention_gradient(&shape, qkv, probabilities, dy, count, workspace, dqkv, dbias)
  }
}

/// The naive twin of the kernel: the definition, in Double, for the tests.
package enum NaiveAttention {
  /// Y of one window and one head.
  ///
  /// - Parameters:
  ///   - q: A row per query.
  ///   - k: A row per token.
  ///   - v: A row per token.
  ///   - bias: A row per query, with a number per token; the mask included.
  /// - Returns: A row per query.
  package static func outputs(
    q: [[Float]], k: [[Float]], v: [[Float]], bias: [[Float]]
  ) -> [[Double]] {
    zip(q, bias).map { query, bias in
      let scores = zip(k, bias).map { key, bias in
        zip(query, key).reduce(0.0) { $0 + Double($1.0) * Double($1.1) }
          / Double(query.count).squareRoot() + Double(bias)
      }
      let largest = scores.max() ?? 0
      let weights = scores.map { exp($0 - largest) }
      let sum = weights.reduce(0, +)
      return query.indices.map { column in
        zip(weights, v).reduce(0.0) { $0 + $1.0 / sum * Double($1.1[column]) }
      }
    }
  }
}
