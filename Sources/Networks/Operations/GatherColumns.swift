import Kernels
import Tensors

/// Some columns of the innermost dimension, in any order: y[k] = x[indices[k]].
///
/// It carries the choice of columns into a model, so that the model takes whole rows.
public struct GatherColumns: NetworkOperation {
  /// The columns; one may be taken more than once.
  public var indices: [Int]

  /// Creates the operation.
  ///
  /// - Parameter indices: The columns, at least one; one may be taken more than once.
  public init(indices: [Int]) {
    self.indices = indices
  }

  public static let kind = "gathercolumns"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank > 0, let first = indices.min(), let last = indices.max(), first >= 0 else {
      throw ShapeMismatch(needed: "columns to choose from, and at least one chosen from 0 on")
    }
    guard last < inputs[0].innermost else {
      throw ShapeMismatch(needed: "an input of more than \(last) columns")
    }
    return try Shape.limited(inputs[0].extents.dropLast() + [indices.count])
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledGatherColumns(self, site)
  }
}

private final class CompiledGatherColumns: CompiledOperation {
  private let site: OperationSite
  private let indices: [Int]
  private let rows, columns: Int

  init(_ operation: GatherColumns, _ site: OperationSite) {
    self.site = site
    indices = operation.indices
    columns = site.inputShapes[0].innermost
    rows = site.outputCount / indices.count
  }

  func forward() {
    var (source, target) = (site.inputs[0], site.output)
    indices.withUnsafeBufferPointer { indices in
      for _ in 0..<rows {
        for position in indices.indices { target[position] = source[indices[position]] }
        source += columns
        target += indices.count
      }
    }
  }

  func backward() {
    guard let gradients = site.gradients, var target = gradients.inputs[0] else { return }
    var source = gradients.output
    target.update(repeating: 0, count: rows * columns)
    indices.withUnsafeBufferPointer { indices in
      for _ in 0..<rows {
        for position in indices.indices { target[indices[position]] += source[position] }
        source += indices.count
        target += columns
      }
    }
  }
}
