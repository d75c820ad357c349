import Kernels
import Tensors

/// The largest value of each window of an image [height, width, channels].
public struct MaxPool: NetworkOperation {
  /// The extent of the window.
  public var kernel: Extent
  /// How far the window moves.
  public var stride: Extent
  /// The border around the image, which no maximum falls on.
  public var padding: Padding

  /// Creates the operation.
  ///
  /// - Parameters:
  ///   - kernel: The extent of the window.
  ///   - stride: How far the window moves; nil for the extent of the window.
  ///   - padding: The border around the image, smaller than the window.
  public init(_ kernel: Extent, stride: Extent? = nil, padding: Padding = 0) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
  }

  public static let kind = "maxpool"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try pooledShape(of: inputs[0], kernel, stride, padding)
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledPooling(.maximum, kernel, stride, padding, site)
  }
}

/// The mean of each window of an image [height, width, channels].
public struct AveragePool: NetworkOperation {
  /// The extent of the window.
  public var kernel: Extent
  /// How far the window moves.
  public var stride: Extent
  /// The zeros around the image.
  public var padding: Padding
  /// Whether these zeros count in the mean.
  public var countsPadding: Bool

  /// Creates the operation.
  ///
  /// - Parameters:
  ///   - kernel: The extent of the window.
  ///   - stride: How far the window moves; nil for the extent of the window.
  ///   - padding: The zeros around the image, smaller than the window.
  ///   - countsPadding: Whether these zeros count in the mean.
  public init(
    _ kernel: Extent, stride: Extent? = nil, padding: Padding = 0, countsPadding: Bool = true
  ) {
    self.kernel = kernel
    self.stride = stride ?? kernel
    self.padding = padding
    self.countsPadding = countsPadding
  }

  public static let kind = "averagepool"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    try pooledShape(of: inputs[0], kernel, stride, padding)
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledPooling(
      .mean(countingPadding: countsPadding), kernel, stride, padding, site)
  }
}

/// The mean of each channel of an image: [height, width, channels] to [channels].
public struct GlobalAveragePool: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "globalaveragepool"

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard inputs[0].rank == 3, inputs[0].elementCount > 0 else {
      throw ShapeMismatch(needed: "an image of height x width x channels")
    }
    return [inputs[0][2]]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    let image = Extent(site.inputShapes[0][0], site.inputShapes[0][1])
    return CompiledPooling(.mean(countingPadding: true), image, image, 0, site)
  }
}

private func pooledShape(
  of image: Shape, _ kernel: Extent, _ stride: Extent, _ padding: Padding
) throws(ShapeMismatch) -> Shape {
  let extent = try Window(kernel: kernel, stride: stride, padding: padding)
    .outputExtent(of: image)
  guard max(padding.top, padding.bottom) < kernel.height,
    max(padding.left, padding.right) < kernel.width
  else {
    throw ShapeMismatch(needed: "a padding smaller than the window")
  }
  return [extent.height, extent.width, image[2]]
}

private final class CompiledPooling: CompiledOperation {
  private let pool: DensePrimitive
  private var gradient: DensePrimitive?
  private var places: FloatArena?  // of the maxima, from the forward to the backward pass

  init(
    _ kind: PoolingKind, _ kernel: Extent, _ stride: Extent, _ padding: Padding,
    _ site: OperationSite
  ) {
    let image = site.inputShapes[0]
    let window = Window(kernel: kernel, stride: stride, padding: padding)
      .geometry(batchCount: site.batchCount, image: image)
    let target = site.gradients?.inputs[0]
    pool = .pooling(kind, window, channelCount: image[2], isTraining: target != nil)
    var buffers = [site.inputs[0], site.output]
    if target != nil, kind == .maximum {
      let places = FloatArena(count: pool.floatCount(ofBuffer: 2))
      buffers.append(places.start)
      self.places = places
    }
    pool.set(buffers)
    if let gradients = site.gradients, let target {
      gradient = .poolingGradient(kind, window, channelCount: image[2])
      gradient?.set([gradients.output, target] + (places.map { [$0.start] } ?? []))
    }
  }

  func forward() {
    pool.run()
  }

  func backward() {
    gradient?.run()
  }
}
