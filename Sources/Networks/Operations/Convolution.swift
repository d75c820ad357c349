import Kernels
import Tensors

/// A convolution of an image [height, width, channels].
///
/// Parameters: `weight` [outputCount, channels / groupCount, kernel height, kernel width], which
/// starts from the normal distribution of variance 2 / (outputCount / groupCount x kernel area), as
/// in torchvision's models, and `bias` [outputCount] at 0 if it has one.
///
/// - Source: He et al., "Delving Deep into Rectifiers", arXiv:1502.01852, equation 14.
public struct Convolution: NetworkOperation {
  /// The number of output channels.
  public var outputCount: Int
  /// The extent of the window.
  public var kernel: Extent
  /// How far the window moves.
  public var stride: Extent
  /// The zeros around the image.
  public var padding: Padding
  /// The distance of the inputs of a window; 1 where they are neighbours.
  public var dilation: Extent
  /// The number of groups: an output reads the inputs of its group only; as many as channels for
  /// a depthwise convolution.
  public var groupCount: Int
  /// Whether a bias is added to each channel.
  public var hasBias: Bool

  /// Creates a convolution.
  ///
  /// - Parameters:
  ///   - outputCount: The number of output channels, at least 1.
  ///   - kernel: The extent of the window.
  ///   - stride: How far the window moves.
  ///   - padding: The zeros around the image.
  ///   - dilation: The distance of the inputs of a window.
  ///   - groupCount: The number of groups, which divides both numbers of channels.
  ///   - hasBias: Whether a bias is added to each channel.
  public init(
    _ outputCount: Int, kernel: Extent, stride: Extent = 1, padding: Padding = 0,
    dilation: Extent = 1, groupCount: Int = 1, hasBias: Bool = true
  ) {
    self.outputCount = outputCount
    (self.kernel, self.stride) = (kernel, stride)
    (self.padding, self.dilation) = (padding, dilation)
    self.groupCount = groupCount
    self.hasBias = hasBias
  }

  public static let kind = "convolution"
  public var takesFollowUp: Bool { true }

  var window: Window {
    Window(kernel: kernel, stride: stride, dilation: dilation, padding: padding)
  }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let extent = try window.outputExtent(of: inputs[0])
    guard groupCount > 0, outputCount > 0, outputCount <= 1 << 20,
      outputCount.isMultiple(of: groupCount), inputs[0][2].isMultiple(of: groupCount)
    else {
      throw ShapeMismatch(
        needed: "a number of groups (\(groupCount)) that divides the channels of the image and "
          + "the \(outputCount) output channels")
    }
    return [extent.height, extent.width, outputCount]
  }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    let area = kernel.height * kernel.width
    let fanOut = Float(outputCount / groupCount * area)
    let weight = ParameterDeclaration(
      "weight", shape: [outputCount, inputs[0][2] / groupCount, kernel.height, kernel.width],
      start: .normal(deviation: (2 / fanOut).squareRoot()), decays: true)
    let bias = ParameterDeclaration("bias", shape: [outputCount], start: .constant(0))
    return hasBias ? [weight, bias] : [weight]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int {
    guard let extent = try? window.outputExtent(of: inputs[0]) else { return 0 }
    return extent.height * extent.width * outputCount * (inputs[0][2] / groupCount)
      * kernel.height * kernel.width
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledConvolution(self, site)
  }
}

private final class CompiledConvolution: CompiledOperation {
  private let product: DensePrimitive
  private var weightGradient, inputGradient: DensePrimitive?

  init(_ layer: Convolution, _ site: OperationSite) {
    let image = site.inputShapes[0]
    let geometry = ConvolutionGeometry(
      window: layer.window.geometry(batchCount: site.batchCount, image: image),
      inputCount: image[2], outputCount: layer.outputCount, groupCount: layer.groupCount)
    let use: ConvolutionUse =
      site.purpose != .inference ? .training : site.keepsParameters ? .lastingWeights : .inference
    product = .convolution(
      geometry, addingBias: layer.hasBias, use: use, followUp: site.followUp)
    product.set([site.inputs[0]] + site.parameters + site.addends + [site.output])
    if site.keepsParameters { product.keep(1) }
    guard let gradients = site.gradients else { return }
    if let parameters = gradients.parameters {
      weightGradient = .convolutionWeightGradient(geometry, hasBias: layer.hasBias)
      weightGradient?.set([gradients.output, site.inputs[0]] + parameters)
    }
    if let target = gradients.inputs[0] {
      inputGradient = .convolutionInputGradient(geometry)
        .on(gradients.output, site.parameters[0], target)
    }
  }

  func forward() {
    product.run()
  }

  func backward() {
    weightGradient?.run()
    inputGradient?.run()
  }
}
