import Kernels
import Tensors

/// The softmax along the innermost dimension: y_c = exp(x_c) / sum_k exp(x_k).
///
/// For classification end the network in logits instead: the cross-entropy applies the softmax
/// itself, more exactly.
public struct Softmax: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "softmax"
  public var readsOutput: Bool { true }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank > 0 else {
      throw ShapeMismatch(needed: "an input with at least one dimension")
    }
    return inputs[0]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledSoftmax(site)
  }
}

private final class CompiledSoftmax: CompiledOperation {
  private let site: OperationSite
  private let function: DensePrimitive
  private var derivative: DensePrimitive?

  init(_ site: OperationSite) {
    self.site = site
    let columns = site.outputShape.innermost
    let rows = site.outputCount / columns
    function = .softmax(rows: rows, columns: columns)
    if site.gradients != nil {
      derivative = .softmaxGradient(rows: rows, columns: columns)
    }
  }

  func forward() {
    function(site.inputs[0], site.output)
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    derivative?(site.output, gradients.output, target)
  }
}
