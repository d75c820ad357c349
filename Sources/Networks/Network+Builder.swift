import Tensors

/// A part of a network in a builder: one operation, or several with a path around them.
public protocol NetworkPart {
  /// Adds the part behind the last node.
  ///
  /// - Parameter network: The network that grows.
  /// - Throws: ``NetworkError`` if the part does not fit.
  func append(to network: inout Network) throws(NetworkError)
}

extension Network {
  /// Creates a network from its parts, each fed by the one before.
  ///
  /// - Parameters:
  ///   - input: The shape of one sample.
  ///   - random: The source of the initial parameters.
  ///   - parts: The operations in order; ``Residual`` adds a path around some of them.
  /// - Throws: ``NetworkError`` if two parts do not fit.
  public init(
    input: Shape, random: RandomSource = RandomSource(seed: 0),
    @NetworkBuilder _ parts: () -> [any NetworkPart]
  ) throws(NetworkError) {
    self.init(input: input, random: random)
    for part in parts() {
      try part.append(to: &self)
    }
  }
}

/// Operations with a path around them: y = x + f(x).
public struct Residual: NetworkPart {
  private let parts: [any NetworkPart]

  /// Creates the branch.
  ///
  /// - Parameter parts: The operations of f, whose output must have the shape of their input.
  public init(@NetworkBuilder _ parts: () -> [any NetworkPart]) {
    self.parts = parts()
  }

  /// Adds the branch and the sum behind the last node.
  ///
  /// - Parameter network: The network that grows.
  /// - Throws: ``NetworkError`` if f changes the shape.
  public func append(to network: inout Network) throws(NetworkError) {
    let start = network.nodes.count - 1
    for part in parts {
      try part.append(to: &network)
    }
    try network.append(Add(), to: [network.nodes.count - 1, start])
  }
}

/// Collects the parts of a network.
@resultBuilder
public enum NetworkBuilder {
  /// One part.
  public static func buildExpression(_ part: some NetworkOperation) -> [any NetworkPart] {
    [OperationPart(operation: part)]
  }

  /// One composed part.
  public static func buildExpression(_ part: Residual) -> [any NetworkPart] { [part] }

  /// Parts in order.
  public static func buildBlock(_ parts: [any NetworkPart]...) -> [any NetworkPart] {
    parts.flatMap { $0 }
  }

  /// Parts made in a loop.
  public static func buildArray(_ parts: [[any NetworkPart]]) -> [any NetworkPart] {
    parts.flatMap { $0 }
  }

  /// Parts under a condition.
  public static func buildOptional(_ parts: [any NetworkPart]?) -> [any NetworkPart] {
    parts ?? []
  }

  /// The parts of the first alternative.
  public static func buildEither(first parts: [any NetworkPart]) -> [any NetworkPart] { parts }

  /// The parts of the second alternative.
  public static func buildEither(second parts: [any NetworkPart]) -> [any NetworkPart] { parts }
}

private struct OperationPart<Wrapped: NetworkOperation>: NetworkPart {
  let operation: Wrapped

  func append(to network: inout Network) throws(NetworkError) {
    try network.append(operation)
  }
}
