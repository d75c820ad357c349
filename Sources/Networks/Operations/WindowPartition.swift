import Kernels
import Tensors

/// An image cut into windows: [height, width, C] to [windows, size x size, C].
///
/// The image is padded at the bottom and at the right to whole windows, and then rolled by the
/// shift, as in torchvision's Swin transformer. Along a dimension that has one window only, it is
/// not rolled.
///
/// Instead of an image it may take tokens, [height x width + 1, C], of which the last is what the
/// padding is filled with: see ``AppendZeroToken``.
public struct WindowPartition: NetworkOperation {
  /// The height and width of a window.
  public var size: Int
  /// By how many rows and columns the image is rolled towards its first row and column.
  public var shift: Int
  /// The height and width of the image if the input is tokens; nil if it is an image, which is
  /// padded with zeros.
  public var image: Extent?

  /// Creates the operation.
  ///
  /// - Parameters:
  ///   - size: The height and width of a window, at most 64.
  ///   - shift: By how many rows and columns the image is rolled, below the size.
  ///   - image: The height and width of the image if the input is tokens.
  public init(size: Int, shift: Int = 0, image: Extent? = nil) {
    self.size = size
    self.shift = shift
    self.image = image
  }

  public static let kind = "windowpartition"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let grid: WindowGrid
    if let image {
      grid = try WindowGrid(size: size, shift: shift, image: image)
      guard inputs[0].rank == 2, inputs[0][0] == image.height * image.width + 1 else {
        throw ShapeMismatch(
          needed: "\(image.height)x\(image.width) tokens and one for the padding")
      }
    } else {
      grid = try imageGrid(of: inputs[0])
    }
    return try Shape.limited([grid.windowCount, grid.tokenCount, inputs[0].innermost])
  }

  private func imageGrid(of shape: Shape) throws(ShapeMismatch) -> WindowGrid {
    guard shape.rank == 3 else {
      throw ShapeMismatch(needed: "an image of height x width x channels")
    }
    return try WindowGrid(size: size, shift: shift, image: Extent(shape[0], shape[1]))
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    let shape = site.inputShapes[0]
    let extent = image ?? Extent(shape[0], shape[1])
    return CompiledRowMovement(
      windowGrid(size: size, shift: shift, image: extent).movement, width: shape.innermost,
      hasFiller: image != nil, site)
  }
}

/// Windows put together to an image again: [windows, size x size, C] to [height, width, C].
///
/// The inverse of ``WindowPartition``; the padding is dropped.
public struct WindowReverse: NetworkOperation {
  /// The height and width of a window.
  public var size: Int
  /// By how many rows and columns the image was rolled.
  public var shift: Int
  /// The height of the image.
  public var height: Int
  /// The width of the image.
  public var width: Int

  /// Creates the operation.
  ///
  /// - Parameters:
  ///   - size: The height and width of a window, at most 64.
  ///   - shift: By how many rows and columns the image was rolled, below the size.
  ///   - height: The height of the image.
  ///   - width: The width of the image.
  public init(size: Int, shift: Int = 0, height: Int, width: Int) {
    self.size = size
    self.shift = shift
    self.height = height
    self.width = width
  }

  public static let kind = "windowreverse"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    let grid = try WindowGrid(size: size, shift: shift, image: Extent(height, width))
    guard inputs[0].extents.dropLast() == [grid.windowCount, grid.tokenCount] else {
      throw ShapeMismatch(
        needed: "\(grid.windowCount) window(s) of \(grid.tokenCount) token(s)")
    }
    return try Shape.limited([height, width, inputs[0].innermost])
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledRowMovement(
      windowGrid(size: size, shift: shift, image: Extent(height, width)).movement,
      width: site.outputShape.innermost, isReversed: true, site)
  }
}

/// The grid of an operation whose shapes have been checked.
func windowGrid(size: Int, shift: Int, image: Extent) -> WindowGrid {
  do {
    return try WindowGrid(size: size, shift: shift, image: image)
  } catch {
    fatalError("WindowGrid: needs \(error.needed)")
  }
}

/// The step of an operation that brings rows to other places, or back.
final class CompiledRowMovement: CompiledOperation {
  private let site: OperationSite
  private let movement: RowMovement
  private let width: Int
  private let isReversed, hasFiller: Bool

  init(
    _ movement: RowMovement, width: Int, isReversed: Bool = false, hasFiller: Bool = false,
    _ site: OperationSite
  ) {
    self.site = site
    self.movement = movement
    self.width = width
    self.isReversed = isReversed
    self.hasFiller = hasFiller
  }

  func forward() {
    move(site.inputs[0], into: site.output, back: isReversed)
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    move(gradients.output, into: target, back: !isReversed)
  }

  private func move(_ rows: Floats, into target: Floats, back: Bool) {
    if back {
      movement.scatter(
        rows, into: target, width: width, sampleCount: site.batchCount, hasFiller: hasFiller)
    } else {
      movement.gather(
        rows, into: target, width: width, sampleCount: site.batchCount, hasFiller: hasFiller)
    }
  }
}
