import Kernels

/// The buffers of an operation that computes feature by feature, whatever its neighbours do.
///
/// Where an input or the output lies sample by sample, the operation works on a transposed copy.
final class FeatureMajorSite {
  /// The input, [inputs x padded batch].
  let x: Floats
  /// The output, [outputs x padded batch].
  let y: Floats
  /// The gradient of the input, to be written; nil where nobody needs it.
  let dx: Floats?
  /// The gradient of the output, 0 in the padding; nil where the plan only predicts.
  let dy: Floats?
  /// The samples, padding included.
  let batch: Int

  private let site: OperationSite
  private let inputCount, outputCount: Int
  private let scratch: FloatArena  // owns the copies

  init(_ site: OperationSite) {
    self.site = site
    inputCount = site.inputShapes[0].elementCount
    outputCount = site.outputShape.elementCount
    batch = paddedBatch(site.batchCount)
    let copiesInput = site.inputLayouts[0] == .sampleMajor
    let copiesOutput = site.outputLayout == .sampleMajor
    let (inputSize, outputSize) = (inputCount * batch, outputCount * batch)
    let hasGradients = site.gradients != nil
    let wantsInput = site.gradients?.inputs[0] != nil
    let scratch = FloatArena(
      count: (copiesInput ? (wantsInput ? 2 : 1) * inputSize : 0)
        + (copiesOutput ? (hasGradients ? 2 : 1) * outputSize : 0))
    self.scratch = scratch
    var free = scratch.start
    func take(_ count: Int) -> Floats {
      defer { free += count }
      return free
    }
    x = copiesInput ? take(inputSize) : site.inputs[0]
    y = copiesOutput ? take(outputSize) : site.output
    dx = site.gradients?.inputs[0].map { copiesInput ? take(inputSize) : $0 }
    dy = site.gradients.map { copiesOutput ? take(outputSize) : $0.output }
  }

  /// Reads the input.
  func beginForward() {
    if site.inputLayouts[0] == .sampleMajor {
      gatherFeatureMajor(
        site.inputs[0], width: inputCount, count: site.batchCount, to: x,
        batchCount: site.batchCount)
    }
  }

  /// Hands on the output.
  func endForward() {
    if site.outputLayout == .sampleMajor {
      scatterSampleMajor(y, width: outputCount, batchCount: site.batchCount, to: site.output)
    }
  }

  /// Reads the gradient of the output.
  func beginBackward() {
    guard site.outputLayout == .sampleMajor, let source = site.gradients?.output, let dy else {
      return
    }
    gatherFeatureMajor(
      source, width: outputCount, count: site.batchCount, to: dy, batchCount: site.batchCount)
  }

  /// Hands back the gradient of the input.
  func endBackward() {
    guard site.inputLayouts[0] == .sampleMajor, let dx, let target = site.gradients?.inputs[0]
    else { return }
    scatterSampleMajor(dx, width: inputCount, batchCount: site.batchCount, to: target)
  }
}

/// The dense products of a fully connected layer whose samples lie feature by feature.
final class FeatureMajorProducts {
  private let outputCount, batch: Int
  private let product: DensePrimitive
  private var weightGradient, inputGradient: DensePrimitive?

  init(inputCount: Int, outputCount: Int, _ site: FeatureMajorSite, trainsWeights: Bool) {
    self.outputCount = outputCount
    batch = site.batch
    product = .matmul(rows: outputCount, columns: batch, inner: inputCount)
    if trainsWeights {
      weightGradient = .matmul(
        rows: outputCount, columns: inputCount, inner: batch, transposingB: true)
    }
    if site.dx != nil {
      inputGradient = .matmul(
        rows: inputCount, columns: batch, inner: outputCount, transposingA: true)
    }
  }

  /// Computes y = W x + b.
  func forward(_ weights: Floats, _ x: Floats, bias: Floats, into y: Floats) {
    product(weights, x, y)
    addToRows(bias, y, rows: outputCount, batch: batch)
  }

  /// Computes dW = dy x^T.
  func weightGradient(dy: Floats, _ x: Floats, into gradient: Floats) {
    weightGradient?(dy, x, gradient)
  }

  /// Computes dx = W^T dy.
  func inputGradient(_ weights: Floats, dy: Floats, into dx: Floats) {
    inputGradient?(weights, dy, dx)
  }
}

/// A dense layer inside a stack of sparse ones.
final class CompiledFeatureMajorLinear: CompiledOperation {
  private let site: OperationSite
  private let buffers: FeatureMajorSite
  private let products: FeatureMajorProducts

  init(_ layer: Linear, _ site: OperationSite) {
    self.site = site
    buffers = FeatureMajorSite(site)
    products = FeatureMajorProducts(
      inputCount: site.inputShapes[0].elementCount, outputCount: layer.outputCount, buffers,
      trainsWeights: site.gradients?.parameters != nil)
  }

  func forward() {
    buffers.beginForward()
    products.forward(
      site.parameters[0], buffers.x, bias: site.parameters[1], into: buffers.y)
    buffers.endForward()
  }

  func backward() {
    guard let gradients = site.gradients, let dy = buffers.dy else { return }
    buffers.beginBackward()
    if let parameters = gradients.parameters {
      products.weightGradient(dy: dy, buffers.x, into: parameters[0])
      rowSums(dy, rows: site.outputShape.elementCount, batch: buffers.batch, into: parameters[1])
    }
    if let dx = buffers.dx { products.inputGradient(site.parameters[0], dy: dy, into: dx) }
    buffers.endBackward()
  }
}
