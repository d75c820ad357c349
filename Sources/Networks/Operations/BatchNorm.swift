import Kernels
import Tensors

/// Normalisation of each channel over the batch and over all places of a sample:
/// y = weight (x - mean) / sqrt(variance + epsilon) + bias.
///
/// In training, mean and variance are those of the batch, and move the running ones:
/// running <- (1 - momentum) running + momentum batch, with the unbiased variance. Otherwise the
/// running ones are used.
///
/// Parameters, [channels] each: `weight` (1), `bias` (0), and `running_mean` (0) and `running_var`
/// (1), which are not trained.
///
/// - Source: Ioffe and Szegedy, arXiv:1502.03167, algorithms 1 and 2; the running mean is
///   PyTorch's.
public struct BatchNorm: NetworkOperation {
  /// Keeps the division finite.
  public var epsilon: Float
  /// How much a batch moves the running statistics, in 0...1.
  public var momentum: Float

  /// Creates the operation.
  ///
  /// - Parameters:
  ///   - epsilon: Keeps the division finite, positive.
  ///   - momentum: How much a batch moves the running statistics, in 0...1.
  public init(epsilon: Float = 1e-5, momentum: Float = 0.1) {
    (self.epsilon, self.momentum) = (epsilon, momentum)
  }

  public static let kind = "batchnorm"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank > 0, inputs[0].elementCount > 0 else {
      throw ShapeMismatch(needed: "an input with channels")
    }
    guard epsilon >= 0, epsilon.isFinite, (0...1).contains(momentum) else {
      throw ShapeMismatch(needed: "an epsilon of at least 0 and a momentum in 0...1")
    }
    return inputs[0]
  }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    let shape: Shape = [inputs[0].innermost]
    return [
      ParameterDeclaration("weight", shape: shape, start: .constant(1)),
      ParameterDeclaration("bias", shape: shape, start: .constant(0)),
      ParameterDeclaration("running_mean", shape: shape, start: .constant(0), isTrained: false),
      ParameterDeclaration("running_var", shape: shape, start: .constant(1), isTrained: false),
    ]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int { inputs[0].elementCount }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledBatchNorm(self, site)
  }
}

private final class CompiledBatchNorm: CompiledOperation {
  private let layer: BatchNorm
  private let site: OperationSite
  private let channelCount, placeCount: Int
  private let statistics: FloatArena?  // mean and variance of the batch
  private let unused: FloatArena
  private let normalize: DensePrimitive
  private var gradient: DensePrimitive?

  init(_ layer: BatchNorm, _ site: OperationSite) {
    self.layer = layer
    self.site = site
    let channelCount = site.outputShape.innermost
    let area = site.outputShape.elementCount / channelCount
    self.channelCount = channelCount
    placeCount = site.batchCount * area
    let usesBatch = site.purpose == .training
    let statistics = usesBatch ? FloatArena(count: 2 * channelCount) : nil
    self.statistics = statistics
    let mean = statistics?.start ?? site.parameters[2]
    let variance = statistics.map { $0.start + channelCount } ?? site.parameters[3]
    normalize = .batchNormalization(
      batch: site.batchCount, area: area, channelCount: channelCount, epsilon: layer.epsilon,
      isGiven: !usesBatch)
    normalize.set(
      [site.inputs[0], site.parameters[0], site.parameters[1], mean, variance, site.output])
    let gradients = site.gradients
    let wantsInput = gradients?.inputs[0] != nil
    // Where nobody wants a gradient that the primitive gives.
    let unused = FloatArena(
      count: gradients == nil ? 0 : wantsInput ? 2 * channelCount : site.outputCount)
    self.unused = unused
    guard let gradients else { return }
    gradient = .batchNormalizationGradient(
      batch: site.batchCount, area: area, channelCount: channelCount, epsilon: layer.epsilon,
      isGiven: !usesBatch)
    gradient?.set(
      [site.inputs[0], gradients.output, mean, variance] + site.parameters.prefix(2)
        + [gradients.inputs[0] ?? unused.start]
        + [gradients.parameters?[0] ?? unused.start]
        + [gradients.parameters?[1] ?? unused.start + channelCount])
  }

  func forward() {
    normalize.run()
    guard let statistics else { return }
    let unbiased = Float(placeCount) / Float(max(placeCount - 1, 1))
    let kept = 1 - layer.momentum
    let (mean, variance) = (statistics.start, statistics.start + channelCount)
    for channel in 0..<channelCount {
      site.parameters[2][channel] =
        kept * site.parameters[2][channel] + layer.momentum * mean[channel]
      site.parameters[3][channel] =
        kept * site.parameters[3][channel] + layer.momentum * unbiased * variance[channel]
    }
  }

  func recompute() {
    normalize.run()  // the running statistics have moved already
  }

  func backward() {
    gradient?.run()
  }
}
