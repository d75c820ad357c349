import Kernels
import Tensors

/// A height and a width.
public struct Extent: Hashable, Sendable, Codable, ExpressibleByIntegerLiteral {
  /// The number of rows.
  public var height: Int
  /// The number of columns.
  public var width: Int

  /// Creates an extent.
  ///
  /// - Parameters:
  ///   - height: The number of rows.
  ///   - width: The number of columns.
  public init(_ height: Int, _ width: Int) {
    (self.height, self.width) = (height, width)
  }

  /// Creates a square.
  ///
  /// - Parameter value: The height and the width.
  public init(integerLiteral value: Int) {
    self.init(value, value)
  }
}

/// How many rows and columns of zeros are added around an image.
public struct Padding: Hashable, Sendable, Codable, ExpressibleByIntegerLiteral {
  /// The rows above.
  public var top: Int
  /// The columns before.
  public var left: Int
  /// The rows below.
  public var bottom: Int
  /// The columns behind.
  public var right: Int

  /// Creates a padding.
  ///
  /// - Parameters:
  ///   - top: The rows above.
  ///   - left: The columns before.
  ///   - bottom: The rows below.
  ///   - right: The columns behind.
  public init(top: Int, left: Int, bottom: Int, right: Int) {
    (self.top, self.left, self.bottom, self.right) = (top, left, bottom, right)
  }

  /// Creates the same padding on all sides.
  ///
  /// - Parameter value: The rows and columns on each side.
  public init(integerLiteral value: Int) {
    self.init(top: value, left: value, bottom: value, right: value)
  }
}

/// A window that moves over an image: what convolution and pooling share.
struct Window {
  var kernel, stride: Extent
  var dilation: Extent = 1
  var padding: Padding

  /// The extent of the result, or why there is none.
  func outputExtent(of image: Shape) throws(ShapeMismatch) -> Extent {
    // Files may say anything: every product below stays far from the limits of Int.
    let limit = 1 << 20
    let sizes = [kernel.height, kernel.width, stride.height, stride.width, dilation.height]
    guard (sizes + [dilation.width]).allSatisfy({ (1...limit).contains($0) }) else {
      throw ShapeMismatch(needed: "a kernel, stride and dilation of at least 1x1")
    }
    let paddings = [padding.top, padding.left, padding.bottom, padding.right]
    guard paddings.allSatisfy({ (0...limit).contains($0) }) else {
      throw ShapeMismatch(needed: "a padding of at least 0")
    }
    guard image.rank == 3, image.extents.allSatisfy({ (1...limit).contains($0) }) else {
      throw ShapeMismatch(needed: "an image of height x width x channels")
    }
    let reach = Extent(
      (kernel.height - 1) * dilation.height + 1, (kernel.width - 1) * dilation.width + 1)
    let free = Extent(
      image[0] + padding.top + padding.bottom - reach.height,
      image[1] + padding.left + padding.right - reach.width)
    guard free.height >= 0, free.width >= 0 else {
      throw ShapeMismatch(
        needed: "an image, with its padding, of at least \(reach.height)x\(reach.width)")
    }
    return Extent(free.height / stride.height + 1, free.width / stride.width + 1)
  }

  /// The window over a batch of images.
  func geometry(batchCount: Int, image: Shape) -> WindowGeometry {
    WindowGeometry(
      batch: batchCount, height: image[0], width: image[1], kernel: (kernel.height, kernel.width),
      stride: (stride.height, stride.width), dilation: (dilation.height, dilation.width),
      padding: (padding.top, padding.left, padding.bottom, padding.right))
  }
}
