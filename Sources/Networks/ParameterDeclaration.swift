import Tensors

/// What an operation keeps from batch to batch, and how it starts.
///
/// Names and layouts are PyTorch's, so that a tensor of a file fits by name and shape.
public struct ParameterDeclaration: Hashable, Sendable {
  /// The name inside the node, such as `weight`.
  public var name: String
  /// The shape.
  public var shape: Shape
  /// The initial values.
  public var start: InitialValues
  /// Whether training moves it; running statistics and constants stay out of every optimizer.
  public var isTrained: Bool
  /// Whether weight decay acts on it; biases are left alone by default.
  public var decays: Bool
  /// The entries of a matrix whose values the parameter holds; nil for a dense parameter.
  public var pattern: SparsePattern?

  /// Creates a declaration.
  ///
  /// - Parameters:
  ///   - name: The name inside the node.
  ///   - shape: The shape.
  ///   - initialBound: The bound of the uniform initial values, at least 0.
  ///   - decays: Whether weight decay acts on it.
  ///   - pattern: The entries of a matrix whose values the parameter holds.
  public init(
    _ name: String, shape: Shape, initialBound: Float, decays: Bool, pattern: SparsePattern? = nil
  ) {
    self.init(
      name, shape: shape, start: .uniform(bound: initialBound), decays: decays, pattern: pattern)
  }

  /// Creates a declaration.
  ///
  /// - Parameters:
  ///   - name: The name inside the node.
  ///   - shape: The shape.
  ///   - start: The initial values.
  ///   - decays: Whether weight decay acts on it.
  ///   - isTrained: Whether training moves it.
  ///   - pattern: The entries of a matrix whose values the parameter holds.
  public init(
    _ name: String, shape: Shape, start: InitialValues, decays: Bool = false,
    isTrained: Bool = true, pattern: SparsePattern? = nil
  ) {
    self.name = name
    self.shape = shape
    self.start = start
    self.decays = decays
    self.isTrained = isTrained
    self.pattern = pattern
  }
}

/// The values with which a parameter starts.
public enum InitialValues: Hashable, Sendable {
  /// The uniform distribution between minus and plus a bound.
  case uniform(bound: Float)
  /// The normal distribution around 0.
  case normal(deviation: Float)
  /// All the same.
  case constant(Float)
}
