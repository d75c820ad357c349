import Kernels
import Tensors

/// An image as tokens, and a token of zeros behind them: [height, width, C] to
/// [height x width + 1, C].
///
/// What a layer makes of the last token is what it makes of padding: ``WindowPartition`` fills it in,
/// and the layer has not to compute it anew for each padded place.
public struct AppendZeroToken: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "appendzerotoken"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank == 3, inputs[0].elementCount > 0 else {
      throw ShapeMismatch(needed: "an image of height x width x channels")
    }
    return try Shape.limited([inputs[0][0] * inputs[0][1] + 1, inputs[0][2]])
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    let count = site.outputShape[0] - 1
    return CompiledRowMovement(
      RowMovement(sources: Array(0..<count) + [nil], sourceCount: count),
      width: site.outputShape.innermost, site)
  }
}
