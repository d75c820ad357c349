import Kernels
import Tensors

/// A fully connected layer: y = x W^T + b on the innermost dimension.
///
/// Parameters: `weight` [outputCount, inputCount], a row per unit, and `bias` [outputCount] if it
/// has one. Both start from the uniform distribution on ±1/sqrt(inputCount), PyTorch's default.
public struct Linear: NetworkOperation {
  /// The number of units.
  public var outputCount: Int
  /// Whether a bias is added to each unit.
  public var hasBias: Bool

  /// Creates a layer.
  ///
  /// - Parameters:
  ///   - outputCount: The number of units, at least 1.
  ///   - hasBias: Whether a bias is added to each unit.
  public init(_ outputCount: Int, hasBias: Bool = true) {
    require(outputCount > 0, "Linear: \(outputCount) units")
    self.outputCount = outputCount
    self.hasBias = hasBias
  }

  public static let kind = "linear"
  private static let mostUnits = 1 << 28
  public var takesFollowUp: Bool { true }
  public var layoutRole: LayoutRole { hasBias ? .flexible : .sampleMajor }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard let inner = inputs[0].extents.last, inner > 0 else {
      throw ShapeMismatch(needed: "an input with at least one column")
    }
    // A file may hold any number; the products of these do not overflow.
    guard (1...Self.mostUnits).contains(outputCount) else {
      throw ShapeMismatch(needed: "1...\(Self.mostUnits) units instead of \(outputCount)")
    }
    return Shape(inputs[0].extents.dropLast() + [outputCount])
  }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    let inputCount = inputs[0].innermost
    let bound = 1 / Float(inputCount).squareRoot()
    let weight = ParameterDeclaration(
      "weight", shape: [outputCount, inputCount], initialBound: bound, decays: true)
    let bias = ParameterDeclaration(
      "bias", shape: [outputCount], initialBound: bound, decays: false)
    return hasBias ? [weight, bias] : [weight]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int {
    inputs[0].elementCount * outputCount
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    site.inputLayouts[0] == .featureMajor
      ? CompiledFeatureMajorLinear(self, site) : CompiledLinear(self, site)
  }
}

extension Shape {
  /// The extent of the innermost dimension; 1 for a scalar.
  package var innermost: Int { extents.last ?? 1 }
}

private final class CompiledLinear: CompiledOperation {
  private let site: OperationSite
  private let rows, outputCount: Int
  private let product: DensePrimitive
  private var weightGradient, inputGradient: DensePrimitive?
  /// The same products for a gradient that a rectifier left many zeros in.
  private var sparseWeightGradient, sparseInputGradient: ZeroSkippingProduct?

  init(_ layer: Linear, _ site: OperationSite) {
    self.site = site
    let inputCount = site.inputShapes[0].innermost
    outputCount = layer.outputCount
    rows = site.batchCount * site.inputShapes[0].elementCount / inputCount
    product = .matmul(
      rows: rows, columns: outputCount, inner: inputCount, transposingB: true,
      addingBias: layer.hasBias, followUp: site.followUp)
    product.set([site.inputs[0]] + site.parameters + site.addends + [site.output])
    guard let gradients = site.gradients else { return }
    if let parameters = gradients.parameters {
      weightGradient = .matmul(
        rows: outputCount, columns: inputCount, inner: rows, transposingA: true)
      weightGradient?.set([gradients.output, site.inputs[0], parameters[0]])
      sparseWeightGradient = ZeroSkippingProduct(
        rows: outputCount, columns: inputCount, inner: rows, transposingA: true)
    }
    if let target = gradients.inputs[0] {
      inputGradient = .matmul(rows: rows, columns: inputCount, inner: outputCount)
        .on(gradients.output, site.parameters[0], target)
      sparseInputGradient = ZeroSkippingProduct(
        rows: rows, columns: inputCount, inner: outputCount)
    }
  }

  func forward() {
    product.run()
  }

  func backward() {
    guard let gradients = site.gradients else { return }
    // dW = dY^T X, db = column sums of dY, dX = dY W
    let dy = gradients.output
    let skipsZeros =
      (sparseWeightGradient != nil || sparseInputGradient != nil)
      && ZeroSkippingProduct.pays(for: dy, count: rows * outputCount)
    if skipsZeros, let sparseWeightGradient, let parameters = gradients.parameters {
      sparseWeightGradient(dy, site.inputs[0], into: parameters[0])
    } else {
      weightGradient?.run()
    }
    if let parameters = gradients.parameters, parameters.count > 1 {
      columnSums(dy, rows: rows, columns: outputCount, into: parameters[1])
    }
    if skipsZeros, let sparseInputGradient, let target = gradients.inputs[0] {
      sparseInputGradient(dy, site.parameters[0], into: target)
    } else {
      inputGradient?.run()
    }
  }
}
