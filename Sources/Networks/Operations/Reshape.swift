import Tensors

/// The same elements in another shape, in row-major order.
public struct Reshape: NetworkOperation {
  /// The new shape.
  public var shape: Shape

  /// Creates the operation.
  ///
  /// - Parameter shape: The new shape, with as many elements as the input has.
  public init(to shape: Shape) {
    self.shape = shape
  }

  public static let kind = "reshape"
  public var runsInPlace: Bool { true }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let result = try Shape.limited(shape.extents)
    guard inputs[0].elementCount == result.elementCount else {
      throw ShapeMismatch(needed: "as many elements as \(result) has")
    }
    return result
  }

  public func compile(at site: OperationSite) -> any CompiledOperation { CompiledCopy(site) }
}

/// The step of an operation that leaves the values as they are: nothing at all in place, else a
/// copy.
final class CompiledCopy: CompiledOperation {
  private let site: OperationSite

  init(_ site: OperationSite) {
    self.site = site
  }

  func forward() {
    if site.output != site.inputs[0] {
      site.output.update(from: site.inputs[0], count: site.outputCount)
    }
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    if target != gradients.output {
      target.update(from: gradients.output, count: site.outputCount)
    }
  }
}
