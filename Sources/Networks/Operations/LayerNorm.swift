import Kernels
import Tensors

/// Normalisation over the innermost dimension.
///
/// y = weight (x - mean) / sqrt(variance + epsilon) + bias, with the mean and the biased variance of
/// each row.
///
/// Parameters, [innermost extent] each: `weight`, which starts at 1, and `bias` at 0.
///
/// - Source: Ba, Kiros and Hinton, arXiv:1607.06450.
public struct LayerNorm: NetworkOperation {
  /// Keeps the division finite.
  public var epsilon: Float

  /// Creates the operation.
  ///
  /// - Parameter epsilon: Keeps the division finite, positive.
  public init(epsilon: Float = 1e-5) {
    self.epsilon = epsilon
  }

  public static let kind = "layernorm"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank > 0, inputs[0].elementCount > 0 else {
      throw ShapeMismatch(needed: "an input with at least one column")
    }
    guard epsilon >= 0, epsilon.isFinite else {
      throw ShapeMismatch(needed: "an epsilon of at least 0")
    }
    return inputs[0]
  }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    let shape: Shape = [inputs[0].innermost]
    return [
      ParameterDeclaration("weight", shape: shape, start: .constant(1)),
      ParameterDeclaration("bias", shape: shape, start: .constant(0)),
    ]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int { 2 * inputs[0].elementCount }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledLayerNorm(self, site)
  }
}

private final class CompiledLayerNorm: CompiledOperation {
  private let statistics, unused: FloatArena
  private let normalize: DensePrimitive
  private var gradient: DensePrimitive?

  init(_ layer: LayerNorm, _ site: OperationSite) {
    let columns = site.outputShape.innermost
    let rows = site.outputCount / columns
    let statistics = FloatArena(count: 2 * rows)
    self.statistics = statistics
    let (mean, variance) = (statistics.start, statistics.start + rows)
    normalize = .layerNormalization(rows: rows, columns: columns, epsilon: layer.epsilon)
    normalize.set(
      [site.inputs[0], site.parameters[0], site.parameters[1], mean, variance, site.output])
    let gradients = site.gradients
    let wantsInput = gradients?.inputs[0] != nil
    // Where nobody wants a gradient that the primitive gives.
    let unused = FloatArena(
      count: gradients == nil ? 0 : wantsInput ? 2 * columns : site.outputCount + 2 * columns)
    self.unused = unused
    guard let gradients else { return }
    gradient = .layerNormalizationGradient(rows: rows, columns: columns, epsilon: layer.epsilon)
    gradient?.set(
      [site.inputs[0], gradients.output, mean, variance] + site.parameters.prefix(2)
        + [gradients.inputs[0] ?? unused.start + 2 * columns]
        + [gradients.parameters?[0] ?? unused.start]
        + [gradients.parameters?[1] ?? unused.start + columns])
  }

  func forward() {
    normalize.run()
  }

  func backward() {
    gradient?.run()
  }
}
