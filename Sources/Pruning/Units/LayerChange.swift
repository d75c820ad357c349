import Networks
import Tensors

/// What becomes of a layer with weights where units are removed.
public struct LayerChange: Sendable, Hashable {
  /// A number before and after.
  public struct Count: Sendable, Hashable {
    /// Before.
    public var before: Int
    /// After; 0 for a layer that is left out.
    public var after: Int
  }

  /// The time of a batch before and after, in seconds.
  public struct Seconds: Sendable, Hashable {
    /// Before.
    public var before: Double
    /// After; 0 for a layer that is left out.
    public var after: Double
  }

  /// The name.
  public var name: String
  /// The units.
  public var units: Count
  /// The parameters.
  public var parameters: Count
  /// The multiply-adds.
  public var multiplyAdds: Count
  /// How long the layer takes alone; nil where that was not measured, see ``LayerTiming``.
  public var seconds: Seconds?
}

extension Network {
  /// What becomes of each layer with weights, the output layer included.
  ///
  /// - Parameter smaller: This network with fewer units, its nodes under the same names.
  /// - Returns: The layers in order.
  public func changes(to smaller: Network) -> [LayerChange] {
    nodes.compactMap { node in
      guard node.operation is any UnitProduct else { return nil }
      let after = smaller.nodes.first { $0.name == node.name }
      return LayerChange(
        name: node.name,
        units: .init(
          before: node.outputShape.innermost, after: after?.outputShape.innermost ?? 0),
        parameters: .init(before: node.parameterCount, after: after?.parameterCount ?? 0),
        multiplyAdds: .init(
          before: multiplyAdds(of: node), after: after.map { smaller.multiplyAdds(of: $0) } ?? 0))
    }
  }
}
