import Kernels
import Tensors

/// Prunes trained weights: only the connections of largest |w| survive.
///
/// Of equal ones the earlier survives; a NaN counts as 0. No layer loses all its connections.
///
/// - Source: Han, Pool, Tran and Dally, "Learning both weights and connections for efficient neural
///   networks", 2015, arXiv:1506.02626.
public struct MagnitudePruning: Hashable, Sendable, Codable {
  /// Over what the weights compete.
  public enum Scope: String, Hashable, Sendable, Codable {
    /// All layers together, as in the lottery-ticket work for deep networks.
    case global
    /// Each layer by itself, all at the same sparsity.
    case perLayer
    /// Each layer by itself, at its density of an Erdos-Renyi graph; see ``ErdosRenyi``.
    case erdosRenyi
  }

  /// The fraction of the weights of all layers that is removed, in 0...1.
  public var sparsity: Double
  /// Over what the weights compete.
  public var scope: Scope

  /// Creates the rule.
  ///
  /// - Parameters:
  ///   - sparsity: The fraction of the weights that is removed, in 0...1.
  ///   - scope: Over what the weights compete.
  public init(sparsity: Double, scope: Scope = .global) {
    self.sparsity = sparsity
    self.scope = scope
  }

  /// The connections that survive.
  ///
  /// Together they are `(1 - sparsity)` times the cells, rounded; at least one per layer.
  ///
  /// - Parameter weights: The weight matrix of each layer, [rows x columns].
  /// - Returns: The survivors of each layer.
  public func survivors(of weights: [Tensor]) -> [SparsePattern] {
    require((0...1).contains(sparsity), "MagnitudePruning: sparsity \(sparsity)")
    for weight in weights {
      require(weight.shape.rank == 2, "MagnitudePruning: weights of shape \(weight.shape)")
    }
    let layers = weights.map(\.shape)
    switch scope {
    case .global:
      return globalSurvivors(of: weights)
    case .perLayer:
      let densities = layers.map { _ in 1 - sparsity }
      return survivors(of: weights, ErdosRenyi.entryCounts(of: layers, densities: densities))
    case .erdosRenyi:
      return survivors(of: weights, ErdosRenyi.entryCounts(of: layers, overall: 1 - sparsity))
    }
  }

  private func survivors(of weights: [Tensor], _ counts: [Int]) -> [SparsePattern] {
    zip(weights, counts).map { weight, count in
      pattern(weight.shape, marks: largest(count, of: magnitudes(of: weight))[...])
    }
  }

  private func globalSurvivors(of weights: [Tensor]) -> [SparsePattern] {
    var all: [Float] = []
    var layerCount = 0
    for weight in weights {
      var layer = magnitudes(of: weight)
      if let strongest = layer.indices.max(by: {
        layer[$0] < layer[$1] || (layer[$0] == layer[$1] && $0 > $1)
      }) {
        layer[strongest] = Float(bitPattern: 0x7fff_ffff)  // above all others: it stays
        layerCount += 1
      }
      all += layer
    }
    let kept = Int(((1 - sparsity) * Double(all.count)).rounded())
    let marks = largest(max(kept, layerCount), of: all)
    var start = 0
    return weights.map { weight in
      defer { start += weight.count }
      return pattern(weight.shape, marks: marks[start..<start + weight.count])
    }
  }

  private func magnitudes(of weight: Tensor) -> [Float] {
    weight.elements.map { $0.isNaN ? 0 : $0.magnitude }
  }

  private func largest(_ count: Int, of magnitudes: [Float]) -> [Bool] {
    var marks = [Bool](repeating: false, count: magnitudes.count)
    magnitudes.withUnsafeBufferPointer { values in
      marks.withUnsafeMutableBufferPointer { marks in
        guard let values = values.baseAddress, let start = marks.baseAddress else { return }
        FloatSelection().mark(
          count, of: values, count: marks.count, by: .largestMagnitude, in: start)
      }
    }
    return marks
  }

  private func pattern(_ shape: Shape, marks: ArraySlice<Bool>) -> SparsePattern {
    let width = shape[1]
    var rowStarts: [Int32] = [0]
    var columns: [Int32] = []
    for row in 0..<shape[0] {
      for column in 0..<width where marks[marks.startIndex + row * width + column] {
        columns.append(Int32(column))
      }
      rowStarts.append(Int32(columns.count))
    }
    return SparsePattern(
      rowCount: shape[0], columnCount: width, rowStarts: rowStarts, columns: columns)
  }
}
