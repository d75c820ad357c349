import Networks
import Tensors

/// An operation that makes each of its units as a weighted sum of what it reads.
protocol UnitProduct: UnitTracing {
  /// Weights and bias in the common form.
  func weights(at site: UnitSite) -> ProductWeights

  /// The operation with other weights.
  func product(of weights: ProductWeights) -> any NetworkOperation
}

extension UnitProduct {
  func flow(at site: UnitSite) -> UnitFlow { .made }

  func ranges(of inputs: [[UnitRange]], at site: UnitSite) -> [UnitRange] {
    weights(at: site).ranges(of: inputs[0])
  }

  func terms(
    of inputs: [[UnitTerm]], at site: UnitSite, among maps: inout UnitMaps
  ) -> [UnitTerm] {
    let rows = ProportionalRows(weights(at: site), inputs: inputs[0], tolerance: maps.tolerance)
    return rows.factors.indices.map { row in
      maps.term(site, [], [Double(rows.representatives[row])], times: rows.factors[row])
    }
  }

  func cut(to kept: KeptUnits, at site: UnitSite) -> CutOperation {
    cut(weights(at: site).keeping(rows: kept.outputs, columns: kept.inputs[0]))
  }

  func cut(_ weights: ProductWeights) -> CutOperation {
    CutOperation(
      operation: product(of: weights),
      parameters: [weights.values] + (weights.bias.map { [Tensor([$0.count], $0)] } ?? []))
  }
}

extension Linear: UnitProduct {
  func weights(at site: UnitSite) -> ProductWeights {
    ProductWeights(
      dense: site.node.parameters[0], bias: hasBias ? site.node.parameters[1] : nil)
  }

  func product(of weights: ProductWeights) -> any NetworkOperation {
    Linear(weights.rowCount, hasBias: weights.bias != nil)
  }
}

extension SparseLinear: UnitProduct {
  func weights(at site: UnitSite) -> ProductWeights {
    ProductWeights(pattern, values: site.node.parameters[0], bias: site.node.parameters[1])
  }

  func product(of weights: ProductWeights) -> any NetworkOperation {
    SparseLinear(weights.pattern ?? pattern, storage: storage)
  }
}

extension Convolution: UnitProduct {
  /// A row of a grouped convolution goes with what its group reads: groups stay of one size, and
  /// the channels of a depthwise convolution are those in front of it.
  func flow(at site: UnitSite) -> UnitFlow {
    if groupCount == 1 { return .made }
    let (read, made) = (site.inputWidth / groupCount, outputCount / groupCount)
    return .follows(
      (0..<outputCount).map { row in
        (0..<read).map { UnitSource(input: 0, unit: row / made * read + $0) }
      })
  }

  func weights(at site: UnitSite) -> ProductWeights {
    ProductWeights(
      convolution: site.node.parameters[0], groupCount: groupCount,
      shares: tapShares(image: site.inputShapes[0], output: site.node.outputShape),
      bias: hasBias ? site.node.parameters[1] : nil)
  }

  func product(of weights: ProductWeights) -> any NetworkOperation {
    var layer = self
    layer.outputCount = weights.rowCount
    layer.groupCount = weights.groupCount
    layer.hasBias = weights.bias != nil
    return layer
  }

  /// At which share of the output places each tap lies inside the image; 1 without padding.
  private func tapShares(image: Shape, output: Shape) -> [Double] {
    func shares(
      taps: Int, stride: Int, dilation: Int, padding: Int, extent: Int, places: Int
    ) -> [Double] {
      (0..<taps).map { tap in
        let inside = (0..<places).count {
          (0..<extent).contains($0 * stride + tap * dilation - padding)
        }
        return Double(inside) / Double(places)
      }
    }
    let rows = shares(
      taps: kernel.height, stride: stride.height, dilation: dilation.height, padding: padding.top,
      extent: image[0], places: output[0])
    let columns = shares(
      taps: kernel.width, stride: stride.width, dilation: dilation.width, padding: padding.left,
      extent: image[1], places: output[1])
    return rows.flatMap { row in columns.map { row * $0 } }
  }
}
