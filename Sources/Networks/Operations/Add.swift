import Kernels
import Tensors

/// The sum of two inputs of one shape, as in a residual connection.
public struct Add: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public var layoutRole: LayoutRole { .elementwise }
  public static let kind = "add"
  public var runsInPlace: Bool { true }
  public var inputCount: Int { 2 }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0] == inputs[1] else {
      throw ShapeMismatch(needed: "two inputs of one shape")
    }
    return inputs[0]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledAdd(site)
  }
}

private final class CompiledAdd: CompiledOperation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  func forward() {
    if site.output != site.inputs[0] {
      site.output.update(from: site.inputs[0], count: site.outputCount)
    }
    addScaled(1, site.inputs[1], to: site.output, count: site.outputCount)
  }

  func backward() {
    guard let gradients = site.gradients else { return }
    for target in gradients.inputs where target != gradients.output {
      target?.update(from: gradients.output, count: site.outputCount)
    }
  }
}
