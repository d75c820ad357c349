import Datasets
import Kernels
import Networks
import Tensors
import Training

/// How the units of some nodes vary over rows of a table, from one forward pass.
///
/// Of a convolution all places of a channel are pooled with the rows.
public struct ActivationStatistics: Sendable, Equatable {
  /// The units of a node.
  public struct Node: Sendable, Equatable {
    /// The mean of each unit.
    public var means: [Double]
    /// The standard deviation of each unit, of the rows as the whole population; exactly 0 for a
    /// unit that puts out the same number for all rows.
    public var deviations: [Double]
    /// The share of the numbers that are above 0; empty where it was not counted.
    public var positiveShares: [Double]
  }

  /// The statistics by the position of the node.
  public private(set) var nodes: [Int: Node]
  /// The number of rows.
  public let rowCount: Int

  /// The statistics of a node.
  ///
  /// - Parameter position: A node that was measured.
  public subscript(position: Int) -> Node {
    guard let node = nodes[position] else {
      fatalError("ActivationStatistics: node \(position) was not measured")
    }
    return node
  }

  /// Measures the nodes of a network.
  ///
  /// - Parameters:
  ///   - observed: The positions of the nodes.
  ///   - network: The network.
  ///   - features: A table with the inputs as its columns.
  ///   - rows: The rows, at least one.
  ///   - scaler: How the columns are scaled.
  ///   - countsPositives: Whether the numbers above 0 are counted as well.
  /// - Complexity: One pass of inference.
  public init(
    of observed: Set<Int>, in network: Network, on features: FeatureStore, rows: [Int],
    scaler: Scaler, countsPositives: Bool = false
  ) {
    require(!rows.isEmpty, "ActivationStatistics: no rows")
    let batchCount = min(rows.count, network.observationBatch)
    var sums: [Int: MomentSums] = [:]
    network.forEachBatch(
      observing: observed, on: features, rows: rows, scaler: scaler, batchCount: batchCount
    ) { view, sampleCount, batchCount in
      sums[
        view.node,
        default: MomentSums(view, batchCount: batchCount, countsPositives: countsPositives)
      ].add(view, sampleCount: sampleCount, batchCount: batchCount)
    }
    nodes = sums.mapValues(\.statistics)
    rowCount = rows.count
  }
}

/// The sums of a node's outputs, unit by unit, as differences from those of the first sample.
///
/// The first sample is one of the population, so it is at most sqrt(n) deviations away from the
/// mean: the variance loses at most log2(n) of the 53 bits of a Double, whatever the numbers.
private struct MomentSums {
  private let shift: [Double]
  private var sums, squares, positives: [Double]
  private var count = 0

  init(_ view: ActivationView, batchCount: Int, countsPositives: Bool) {
    let units = view.unitCount
    let step = view.layout == .featureMajor ? paddedBatch(batchCount) : 1
    shift = (0..<units).map { Double(view.elements[$0 * step]) }
    sums = [Double](repeating: 0, count: units)
    squares = sums
    positives = countsPositives ? sums : []
  }

  mutating func add(_ view: ActivationView, sampleCount: Int, batchCount: Int) {
    let units = shift.count
    if view.layout == .featureMajor {
      addTransposedMoments(
        view.elements, shift: shift, rows: sampleCount, stride: paddedBatch(batchCount),
        columns: units, sums: &sums, squares: &squares)
      for unit in positives.indices {
        let start = view.elements + unit * paddedBatch(batchCount)
        positives[unit] += Double((0..<sampleCount).count { start[$0] > 0 })
      }
      count += sampleCount
      return
    }
    let rows = sampleCount * view.shape.elementCount / max(units, 1)
    addMoments(
      view.elements, shift: shift, rows: rows, columns: units, sums: &sums, squares: &squares)
    if !positives.isEmpty {
      countPositives(view.elements, rows: rows, columns: units, counts: &positives)
    }
    count += rows
  }

  var statistics: ActivationStatistics.Node {
    let count = Double(count)
    return ActivationStatistics.Node(
      means: shift.indices.map { shift[$0] + sums[$0] / count },
      deviations: shift.indices.map { unit in
        let mean = sums[unit] / count
        return max(squares[unit] / count - mean * mean, 0).squareRoot()
      },
      positiveShares: positives.map { $0 / count })
  }
}

extension ActivationView {
  /// The units: the innermost dimension.
  fileprivate var unitCount: Int { shape.extents.last ?? 1 }
}

extension Network {
  /// How many samples are computed together: 256, or fewer where they are very large.
  var observationBatch: Int {
    let largest = nodes.map(\.outputShape.elementCount).max() ?? 1
    return max(1, min(256, (1 << 26) / max(largest, 1)))
  }
}
