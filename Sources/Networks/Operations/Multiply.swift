import Kernels
import Tensors

/// The elementwise product of two inputs.
///
/// The second has the shape of the first, or one number per column of its innermost dimension,
/// such as the gates of squeeze and excitation.
public struct Multiply: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "multiply"
  public var inputCount: Int { 2 }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0] == inputs[1] || (inputs[0].rank > 0 && inputs[1] == [inputs[0].innermost])
    else {
      throw ShapeMismatch(
        needed: "two inputs of one shape, or a second one with a number per column of the first")
    }
    return inputs[0]
  }

  public func multiplyAdds(of inputs: [Shape]) -> Int { inputs[0].elementCount }

  public func compile(at site: OperationSite) -> any CompiledOperation { CompiledMultiply(site) }
}

private final class CompiledMultiply: CompiledOperation {
  private let site: OperationSite
  private let isRow: Bool
  /// The first input is `blockCount` blocks of rows, each multiplied by one part of the second.
  private let blockCount, rows, columns: Int

  init(_ site: OperationSite) {
    self.site = site
    isRow = site.inputShapes[0] != site.inputShapes[1]
    blockCount = isRow ? site.batchCount : 1
    columns = site.inputShapes[1].innermost
    rows = columns > 0 ? site.outputCount / columns / blockCount : 0
  }

  func forward() {
    product(site.inputs[0], into: site.output)
  }

  func backward() {
    guard let gradients = site.gradients else { return }
    if let target = gradients.inputs[0] { product(gradients.output, into: target) }
    guard let target = gradients.inputs[1] else { return }
    if isRow {
      for block in 0..<blockCount {
        let start = block * rows * columns
        columnProducts(
          gradients.output + start, site.inputs[0] + start, rows: rows, columns: columns,
          into: target + block * columns)
      }
    } else {
      multiply(
        gradients.output, site.inputs[0], rows: rows, columns: columns, into: target)
    }
  }

  /// Multiplies a matrix that lies like the first input by the second.
  private func product(_ x: Floats, into target: Floats) {
    for block in 0..<blockCount {
      let start = block * rows * columns
      multiply(
        x + start, site.inputs[1] + (isRow ? block * columns : 0), isRow: isRow, rows: rows,
        columns: columns, into: target + start)
    }
  }
}
