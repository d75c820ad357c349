import Kernels
import Tensors

/// Several inputs side by side along the innermost dimension.
public struct Concatenate: NetworkOperation {
  public var inputCount: Int

  /// Creates the operation.
  ///
  /// - Parameter inputCount: The number of inputs, at least 1.
  public init(inputCount: Int) {
    require(inputCount > 0, "Concatenate: \(inputCount) inputs")
    self.inputCount = inputCount
  }

  public static let kind = "concatenate"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard let first = inputs.first, first.rank > 0 else {
      throw ShapeMismatch(needed: "inputs of at least one dimension")
    }
    let outer = first.extents.dropLast()
    var columns = 0
    for shape in inputs {
      guard shape.rank > 0, shape.extents.dropLast() == outer else {
        throw ShapeMismatch(needed: "inputs that differ in the innermost dimension only")
      }
      let (sum, overflows) = columns.addingReportingOverflow(shape.innermost)
      columns = overflows ? .max : sum
    }
    return try Shape.limited(outer + [columns])
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledConcatenate(site)
  }
}

private final class CompiledConcatenate: CompiledOperation {
  private let site: OperationSite
  private let rows, columns: Int

  init(_ site: OperationSite) {
    self.site = site
    columns = site.outputShape.innermost
    rows = site.outputCount / columns
  }

  func forward() {
    var start = 0
    for (input, shape) in zip(site.inputs, site.inputShapes) {
      let width = shape.innermost
      for row in 0..<rows {
        (site.output + row * columns + start).update(from: input + row * width, count: width)
      }
      start += width
    }
  }

  func backward() {
    guard let gradients = site.gradients else { return }
    var start = 0
    for (target, shape) in zip(gradients.inputs, site.inputShapes) {
      let width = shape.innermost
      if let target {
        for row in 0..<rows {
          (target + row * width).update(
            from: gradients.output + row * columns + start, count: width)
        }
      }
      start += width
    }
  }
}
