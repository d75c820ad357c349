import Kernels
import Tensors

/// Each square of four pixels as one: [height, width, C] to [height / 2, width / 2, 4 C].
///
/// An odd height or width is padded with zeros. The channels of the four follow each other in
/// torchvision's order: top left, bottom left, top right, bottom right.
public struct PatchMerging: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "patchmerging"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank == 3, inputs[0].elementCount > 0 else {
      throw ShapeMismatch(needed: "an image of height x width x channels")
    }
    let shape = inputs[0]
    return try Shape.limited([(shape[0] + 1) / 2, (shape[1] + 1) / 2, 4 * shape[2]])
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    let (shape, merged) = (site.inputShapes[0], site.outputShape)
    let sources: [Int?] = (0..<4 * merged[0] * merged[1]).map { place in
      let (square, part) = (place / 4, place % 4)
      let row = 2 * (square / merged[1]) + part % 2
      let column = 2 * (square % merged[1]) + part / 2
      return row < shape[0] && column < shape[1] ? row * shape[1] + column : nil
    }
    return CompiledRowMovement(
      RowMovement(sources: sources, sourceCount: shape[0] * shape[1]), width: shape[2], site)
  }
}
