import Networks
import Tensors

/// Two layers one behind the other as one.
///
///     linear, then linear:   W = W2 W1,  b = b2 + W2 b1
///     convolutions:          W[o, c, i d1 + j s1 d2] += sum over m of W2[o, m, j] W1[m, c, i]
///
/// i and j are taps, d their distances and s1 the step of the first: the merged window is as large as
/// both together, its step s1 s2, its padding p1 + p2 s1.
struct MergedProducts {
  /// The layer that does both steps.
  let layer: ProductLayer
  /// Its output.
  let outputShape: Shape
  /// Why it is not the same at the border, as a clause behind the second's name; nil if it is.
  let obstacle: String?

  /// Merges two layers; nil for layers in groups, or of different kinds.
  init?(_ inner: ProductLayer, _ outer: ProductLayer) {
    guard inner.weights.groupCount == 1, outer.weights.groupCount == 1,
      let operation = Self.operation(inner, outer),
      let output = try? operation.outputShape(of: [inner.inputShape])
    else { return nil }
    outputShape = output
    let hasBias = inner.weights.bias != nil || outer.weights.bias != nil
    let bias = inner.weights.bias ?? [Float](repeating: 0, count: inner.weights.rowCount)
    obstacle = Self.obstacle(inner, outer, bias)
    let shape = operation.parameters(of: [inner.inputShape])[0].shape
    var weights = inner.weights
    (weights.rowCount, weights.values) = (
      outer.weights.rowCount, Tensor(shape, Self.product(inner, outer, shape))
    )
    let sums = outer.weights.sums(carrying: bias.map(Double.init))
    weights.bias =
      hasBias ? sums.indices.map { Float(Double(outer.weights.bias?[$0] ?? 0) + sums[$0]) } : nil
    layer = ProductLayer(operation, weights, reading: inner.inputShape)
  }

  /// The operation that does both steps.
  private static func operation(
    _ inner: ProductLayer, _ outer: ProductLayer
  ) -> (any NetworkOperation)? {
    switch (inner.operation, outer.operation) {
    case (let first as Linear, let second as Linear):
      return Linear(second.outputCount, hasBias: first.hasBias || second.hasBias)
    case (let first as Convolution, let second as Convolution):
      let (rows, columns) = (
        MergedWindow(first, second, \.height), MergedWindow(first, second, \.width)
      )
      let (near, far) = (first.padding, second.padding)
      let step = first.stride
      return Convolution(
        second.outputCount, kernel: Extent(rows.kernel, columns.kernel),
        stride: Extent(step.height * second.stride.height, step.width * second.stride.width),
        padding: Padding(
          top: near.top + far.top * step.height, left: near.left + far.left * step.width,
          bottom: near.bottom + far.bottom * step.height,
          right: near.right + far.right * step.width),
        dilation: Extent(rows.dilation, columns.dilation),
        hasBias: first.hasBias || second.hasBias)
    default: return nil
    }
  }

  /// Why the merged layer differs at the border.
  ///
  /// The second sees zeros around the output of the first. The merged one sees there what the first
  /// would put out beyond its border: the bias, and what its window still reads of the image.
  private static func obstacle(
    _ inner: ProductLayer, _ outer: ProductLayer, _ bias: [Float]
  ) -> String? {
    guard let first = inner.operation as? Convolution, let second = outer.operation as? Convolution
    else { return nil }
    guard outer.weights.readsBeyondBorder else { return nil }
    func reachesImage(_ axis: KeyPath<Extent, Int>, _ number: Int, _ before: Int, _ far: (Int, Int))
      -> Bool
    {
      let reach = (first.kernel[keyPath: axis] - 1) * first.dilation[keyPath: axis]
      let step = first.stride[keyPath: axis]
      return (far.0 > 0 && reach >= step + before)
        || (far.1 > 0 && step * outer.inputShape[number] - before < inner.inputShape[number])
    }
    let (near, far) = (first.padding, second.padding)
    if reachesImage(\.height, 0, near.top, (far.top, far.bottom))
      || reachesImage(\.width, 1, near.left, (far.left, far.right))
    {
      return "sees zeros around the image where one layer would see more of it"
    }
    let readings = outer.weights.readings(
      byRows: [Bool](repeating: true, count: outer.weights.rowCount))
    let isExact = zip(readings, bias).allSatisfy { !$0.contains(.acrossBorder) || $1 == 0 }
    return isExact ? nil : "sees zeros around the image instead of the bias"
  }

  /// W2 W1: [rows, columns, taps].
  private static func product(
    _ inner: ProductLayer, _ outer: ProductLayer, _ shape: Shape
  ) -> [Float] {
    let places = places(inner.operation, outer.operation)
    let (outerTaps, innerTaps) = (outer.weights.shares.count, inner.weights.shares.count)
    let (columnCount, middleCount) = (inner.weights.columnCount, inner.weights.rowCount)
    let tapCount = shape.elementCount / (outer.weights.rowCount * columnCount)
    var result: [Float] = []
    result.reserveCapacity(shape.elementCount)
    outer.weights.values.withElements { outerValues in
      inner.weights.values.withElements { innerValues in
        for row in 0..<outer.weights.rowCount {
          var sums = [Double](repeating: 0, count: columnCount * tapCount)
          for middle in 0..<middleCount {
            for outerTap in 0..<outerTaps {
              let factor = Double(
                outerValues[(row * middleCount + middle) * outerTaps + outerTap])
              if factor == 0 { continue }
              for column in 0..<columnCount {
                for innerTap in 0..<innerTaps {
                  let value = innerValues[(middle * columnCount + column) * innerTaps + innerTap]
                  sums[column * tapCount + places[outerTap * innerTaps + innerTap]] +=
                    factor * Double(value)
                }
              }
            }
          }
          result.append(contentsOf: sums.map(Float.init))
        }
      }
    }
    return result
  }

  /// The tap of the merged window that each pair of taps falls on, those of the second outermost.
  private static func places(
    _ inner: any NetworkOperation, _ outer: any NetworkOperation
  ) -> [Int] {
    guard let first = inner as? Convolution, let second = outer as? Convolution else { return [0] }
    let (rows, columns) = (
      MergedWindow(first, second, \.height), MergedWindow(first, second, \.width)
    )
    var places: [Int] = []
    for outerRow in 0..<second.kernel.height {
      for outerColumn in 0..<second.kernel.width {
        for innerRow in 0..<first.kernel.height {
          for innerColumn in 0..<first.kernel.width {
            places.append(
              rows.tap(innerRow, outerRow) * columns.kernel + columns.tap(innerColumn, outerColumn))
          }
        }
      }
    }
    return places
  }
}

/// The window of two convolutions in one, along one axis.
private struct MergedWindow {
  let kernel, dilation: Int
  private let innerStep, outerStep: Int

  init(_ first: Convolution, _ second: Convolution, _ axis: KeyPath<Extent, Int>) {
    let (inner, outer) = (first.kernel[keyPath: axis], second.kernel[keyPath: axis])
    let near = inner > 1 ? first.dilation[keyPath: axis] : 0
    let far = outer > 1 ? first.stride[keyPath: axis] * second.dilation[keyPath: axis] : 0
    dilation = max(greatestCommonDivisor(near, far), 1)
    (innerStep, outerStep) = (near / dilation, far / dilation)
    kernel = (inner - 1) * innerStep + (outer - 1) * outerStep + 1
  }

  /// The tap that a tap of each falls on.
  func tap(_ inner: Int, _ outer: Int) -> Int { inner * innerStep + outer * outerStep }
}

/// The largest number that divides both; of 0 and another, the other.
private func greatestCommonDivisor(_ a: Int, _ b: Int) -> Int {
  b == 0 ? a : greatestCommonDivisor(b, a % b)
}

extension ProductWeights {
  /// Whether a weight that is not 0 lies outside the image at some place.
  fileprivate var readsBeyondBorder: Bool {
    var found = false
    for row in 0..<rowCount {
      forEachWeight(ofRow: row) { _, tap, weight in
        if weight != 0, shares[tap] < 1 { found = true }
      }
    }
    return found
  }
}
