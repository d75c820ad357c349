import Kernels
import Tensors

/// An image as one row: [height, width, channels] to [channels x height x width].
///
/// The channel is the outermost of the three, as in PyTorch, so that the weights of a layer
/// behind it can be exchanged. A single row stays as it is.
public struct Flatten: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "flatten"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank == 3 || inputs[0].rank == 1 else {
      throw ShapeMismatch(needed: "an image of height x width x channels, or one row")
    }
    return [inputs[0].elementCount]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation { CompiledFlatten(site) }
}

private final class CompiledFlatten: CompiledOperation {
  private let site: OperationSite
  private let area, channelCount: Int

  init(_ site: OperationSite) {
    self.site = site
    let shape = site.inputShapes[0]
    channelCount = shape.rank == 3 ? shape[2] : 1
    area = shape.elementCount / max(channelCount, 1)
  }

  func forward() {
    transposeEach(
      site.batchCount, rows: area, columns: channelCount, of: site.inputs[0], into: site.output)
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    transposeEach(
      site.batchCount, rows: channelCount, columns: area, of: gradients.output, into: target)
  }

  /// Transposes each of `count` matrices [rows x columns].
  private func transposeEach(
    _ count: Int, rows: Int, columns: Int, of source: Floats, into target: Floats
  ) {
    let size = rows * columns
    if rows == 1 || columns == 1 { return target.update(from: source, count: count * size) }
    for sample in 0..<count {
      transpose(source + sample * size, rows: rows, columns: columns, into: target + sample * size)
    }
  }
}
