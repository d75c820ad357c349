import Kernels
import Tensors

/// A scale and a shift per column of the innermost dimension: y = scale x + shift.
///
/// It carries the scaler of the data into a model. Parameters, [innermost extent] each: `scale`,
/// which starts at 1, and `shift` at 0; both are constants that training leaves alone.
public struct ScaleAndShift: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "scaleandshift"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank > 0, inputs[0].elementCount > 0 else {
      throw ShapeMismatch(needed: "an input with at least one column")
    }
    return inputs[0]
  }

  public func parameters(of inputs: [Shape]) -> [ParameterDeclaration] {
    let shape: Shape = [inputs[0].innermost]
    return [
      ParameterDeclaration("scale", shape: shape, start: .constant(1), isTrained: false),
      ParameterDeclaration("shift", shape: shape, start: .constant(0), isTrained: false),
    ]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int { inputs[0].elementCount }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledScaleAndShift(site)
  }
}

private final class CompiledScaleAndShift: CompiledOperation {
  private let site: OperationSite
  private let rows, columns: Int

  init(_ site: OperationSite) {
    self.site = site
    columns = site.outputShape.innermost
    rows = site.outputCount / columns
  }

  func forward() {
    scaleAndShift(
      site.inputs[0], scale: site.parameters[0], shift: site.parameters[1], rows: rows,
      columns: columns, into: site.output)
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    multiply(
      gradients.output, site.parameters[0], isRow: true, rows: rows, columns: columns,
      into: target)
  }
}
