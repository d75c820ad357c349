import Networks
import Tensors

/// By how much the outputs of two networks differ on the same inputs: the check of every
/// transformation.
public struct OutputDifference: Hashable, Sendable {
  /// The number of inputs.
  public private(set) var sampleCount = 0
  /// The largest |difference| of two outputs; infinite where one is no number and the other is.
  public private(set) var largestDifference = 0.0
  /// The largest |output| of the first network.
  public private(set) var largestOutput = 0.0
  /// For how many inputs another output is the largest: another class, if the outputs are logits.
  public private(set) var changedDecisionCount = 0

  /// The largest difference as a share of the largest |output|.
  public var relative: Double {
    largestDifference == 0 ? 0 : largestDifference / max(largestOutput, .leastNormalMagnitude)
  }

  /// Compares outputs.
  ///
  /// - Parameters:
  ///   - first: Those of the one network, [samples x outputs].
  ///   - second: Those of the other, of the same shape.
  public init(_ first: Tensor, _ second: Tensor) {
    require(
      first.shape == second.shape && first.shape.rank > 0,
      "OutputDifference: outputs of \(first.shape) and \(second.shape)")
    add(first.elements, second.elements, sampleCount: first.shape[0])
  }

  /// Compares two networks on given inputs.
  ///
  /// - Parameters:
  ///   - first: The one network.
  ///   - second: The other, with inputs and outputs of the same shapes.
  ///   - inputs: [any number x input shape].
  public init(_ first: Network, _ second: Network, on inputs: Tensor) {
    require(
      first.inputShape == second.inputShape && first.outputShape == second.outputShape,
      "OutputDifference: \(first.inputShape) to \(first.outputShape), and \(second.inputShape)"
        + " to \(second.outputShape)")
    let width = first.inputShape.elementCount
    let rowCount = inputs.shape[0]
    require(
      inputs.count == rowCount * width, "OutputDifference: inputs \(inputs.shape) for \(width)")
    guard rowCount > 0 else { return }
    // Of large images a few at a time, so that the buffers stay small.
    let largest = first.nodes.map(\.outputShape.elementCount).max() ?? 1
    let batchCount = min(rowCount, 64, max(1, (1 << 23) / largest))
    // Not as plans that may choose Winograd's algorithm by the number of channels: it rounds
    // differently, and that is no difference of the networks.
    let plans = [first, second].map {
      Plan($0, sharing: ParameterStore($0), batchCount: batchCount, for: .inference)
    }
    let shape = Shape([batchCount] + first.inputShape.extents)
    let elements = inputs.elements
    for start in stride(from: 0, to: rowCount, by: batchCount) {
      let count = min(batchCount, rowCount - start)
      var batch = Array(elements[start * width..<(start + count) * width])
      batch += [Float](repeating: 0, count: (batchCount - count) * width)
      let outputs = plans.map { plan in
        plan.outputs(for: Tensor(shape, batch)).elements
          .prefix(count * first.outputShape.elementCount)
      }
      add(Array(outputs[0]), Array(outputs[1]), sampleCount: count)
    }
  }

  /// Compares two networks on inputs drawn from the standard normal distribution.
  ///
  /// - Parameters:
  ///   - first: The one network.
  ///   - second: The other, with inputs and outputs of the same shapes.
  ///   - sampleCount: How many inputs are drawn.
  ///   - random: From what.
  public init(
    _ first: Network, _ second: Network, sampleCount: Int = 64,
    random: RandomSource = RandomSource(seed: 0)
  ) {
    var random = random.substream("output difference")
    let shape = Shape([sampleCount] + first.inputShape.extents)
    let elements = (0..<shape.elementCount).map { _ in Float(random.normal()) }
    self.init(first, second, on: Tensor(shape, elements))
  }

  private mutating func add(_ first: [Float], _ second: [Float], sampleCount: Int) {
    guard sampleCount > 0 else { return }
    self.sampleCount += sampleCount
    let width = first.count / sampleCount
    for sample in 0..<sampleCount {
      let places = sample * width..<(sample + 1) * width
      for place in places {
        let (left, right) = (first[place], second[place])
        if left.isFinite { largestOutput = max(largestOutput, abs(Double(left))) }
        if left == right || (left.isNaN && right.isNaN) { continue }
        let difference = abs(Double(left) - Double(right))
        largestDifference = max(largestDifference, difference.isNaN ? .infinity : difference)
      }
      if first[places].firstIndexOfLargest != second[places].firstIndexOfLargest {
        changedDecisionCount += 1
      }
    }
  }
}

extension ArraySlice<Float> {
  /// The first of the largest elements; nil for none.
  fileprivate var firstIndexOfLargest: Int? { indices.max { self[$0] < self[$1] } }
}
