import Tensors

/// Where samples enter a network: the first node of every network, and only that one.
public struct Input: NetworkOperation {
  /// The shape of one sample.
  public var shape: Shape

  /// Creates the entrance for samples of one shape.
  ///
  /// - Parameter shape: The shape of one sample.
  public init(_ shape: Shape) {
    self.shape = shape
  }

  public static let kind = "input"
  public var inputCount: Int { 0 }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try Shape.limited(shape.extents)
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledInput()
  }
}

private final class CompiledInput: CompiledOperation {
  func forward() {}
  func backward() {}
}
