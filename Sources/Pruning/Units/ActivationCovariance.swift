import Datasets
import Kernels
import Networks
import Tensors

/// How the units of a node vary together.
struct ActivationCovariance: Sendable {
  /// The widest node of which it is measured.
  static let mostUnits = 1024
  private let width: Int
  /// The sums of products of differences from the mean, [width x width].
  private let products: [Double]

  /// Measures nodes, rows or images, in one pass; of images all places of a channel are pooled.
  static func measure(
    _ observed: Set<Int>, of network: Network, on features: FeatureStore, rows: [Int],
    scaler: Scaler, means: (Int) -> [Double]
  ) -> [Int: ActivationCovariance] {
    var sums: [Int: [Double]] = [:]
    var centers: [Int: [Double]] = [:]
    var images: [Int: ImageProducts] = [:]
    for node in observed {
      centers[node] = means(node)
      if network.nodes[node].outputShape.rank > 1 { images[node] = ImageProducts(means(node)) }
    }
    network.forEachBatch(
      observing: observed, on: features, rows: rows, scaler: scaler,
      batchCount: min(rows.count, network.observationBatch)
    ) { view, sampleCount, batchCount in
      guard let center = centers[view.node] else { return }
      let empty = [Double](repeating: 0, count: center.count * center.count)
      if let image = images[view.node] {
        image.add(
          view.elements, rowCount: view.rowCount(sampleCount),
          to: &sums[view.node, default: empty])
      } else {
        add(
          view, center, count: sampleCount, batchCount: batchCount,
          to: &sums[view.node, default: empty])
      }
    }
    return sums.mapValues {
      ActivationCovariance(width: Int(Double($0.count).squareRoot().rounded()), products: $0)
    }
  }

  private static func add(
    _ view: ActivationView, _ center: [Double], count: Int, batchCount: Int,
    to sums: inout [Double]
  ) {
    let width = center.count
    let isTransposed = view.layout == .featureMajor
    var row = [Double](repeating: 0, count: width)
    sums.withUnsafeMutableBufferPointer { sums in
      for sample in 0..<count {
        for unit in 0..<width {
          let index = isTransposed ? unit * paddedBatch(batchCount) + sample : sample * width + unit
          row[unit] = Double(view.elements[index]) - center[unit]
        }
        row.withUnsafeBufferPointer { row in
          for first in 0..<width where row[first] != 0 {
            let factor = row[first]
            for second in 0...first { sums[first * width + second] += factor * row[second] }
          }
        }
      }
    }
  }

  private subscript(first: Int, second: Int) -> Double {
    products[max(first, second) * width + min(first, second)]
  }

  /// The factors of the ridge regression of some units on others.
  ///
  /// - Parameters:
  ///   - gone: The units that are predicted.
  ///   - kept: The units by which.
  /// - Returns: For each unit a factor per other unit; nil where none of them varies.
  func regression(of gone: [Int], on kept: [Int]) -> [[Double]]? {
    let count = kept.count
    let trace = kept.reduce(0) { $0 + self[$1, $1] }
    guard trace > 0 else { return nil }
    let ridge = 1e-4 * trace / Double(count)
    // Cholesky: A = L L^T, L below.
    var lower = [Double](repeating: 0, count: count * count)
    for row in 0..<count {
      for column in 0...row {
        var sum = self[kept[row], kept[column]] + (row == column ? ridge : 0)
        for inner in 0..<column {
          sum -= lower[row * count + inner] * lower[column * count + inner]
        }
        if row == column {
          guard sum > 0 else { return nil }
          lower[row * count + row] = sum.squareRoot()
        } else {
          lower[row * count + column] = sum / lower[column * count + column]
        }
      }
    }
    return gone.map { unit in
      var solution = kept.map { self[unit, $0] }
      for row in 0..<count {
        for inner in 0..<row { solution[row] -= lower[row * count + inner] * solution[inner] }
        solution[row] /= lower[row * count + row]
      }
      for row in (0..<count).reversed() {
        for inner in row + 1..<max(count, row + 1) {
          solution[row] -= lower[inner * count + row] * solution[inner]
        }
        solution[row] /= lower[row * count + row]
      }
      return solution
    }
  }
}

/// The sums of products of the channels of images, whose places are too many for one by one: piece
/// by piece in Float, the pieces in Double.
private final class ImageProducts {
  private static let rowCount = 4096
  private let center: [Float]
  private let product: DensePrimitive
  private let block, result: FloatArena

  init(_ means: [Double]) {
    center = means.map { Float($0) }
    let width = means.count
    block = FloatArena(count: Self.rowCount * width)
    result = FloatArena(count: width * width)
    product = DensePrimitive.matmul(
      rows: width, columns: width, inner: Self.rowCount, transposingA: true
    ).on(block.start, block.start, result.start)
  }

  /// Adds rows [rowCount x channels].
  func add(_ elements: Floats, rowCount: Int, to sums: inout [Double]) {
    let width = center.count
    for start in stride(from: 0, to: rowCount, by: Self.rowCount) {
      let count = min(Self.rowCount, rowCount - start)
      for row in 0..<count {
        let source = elements + (start + row) * width
        let target = block.start + row * width
        for channel in 0..<width { target[channel] = source[channel] - center[channel] }
      }
      // Rows behind the last are 0 and add nothing.
      (block.start + count * width).update(
        repeating: 0, count: (Self.rowCount - count) * width)
      product.run()
      for place in sums.indices { sums[place] += Double(result.start[place]) }
    }
  }
}
