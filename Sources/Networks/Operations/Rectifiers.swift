import Kernels
import Tensors

/// The rectifier: y = max(x, 0).
public struct ReLU: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "relu"
  public var readsOutput: Bool { true }
  public var layoutRole: LayoutRole { .elementwise }
  public var runsInPlace: Bool { true }  // the output is positive where the input is
  public var elementwise: ElementwiseForm? { ElementwiseForm(.relu(slope: 0)) }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledRectifier(.relu(slope: 0), slope: 0, site)
  }
}

/// The rectifier with a limit: y = min(max(x, 0), 6).
public struct ReLU6: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "relu6"
  public var readsOutput: Bool { true }
  public var layoutRole: LayoutRole { .elementwise }
  public var runsInPlace: Bool { true }  // the output is inside the limits where the input is
  public var elementwise: ElementwiseForm? { ElementwiseForm(.clip(low: 0, high: 6)) }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledRectifier(.clip(low: 0, high: 6), slope: 0, limit: 6, site)
  }
}

/// The leaky rectifier: y = x above zero, slope x below.
public struct LeakyReLU: NetworkOperation {
  /// The slope below zero.
  public var slope: Float

  /// Creates the operation.
  ///
  /// - Parameter slope: The slope below zero.
  public init(slope: Float = 0.01) {
    self.slope = slope
  }

  public static let kind = "leakyrelu"
  public var readsOutput: Bool { true }
  public var layoutRole: LayoutRole { .elementwise }
  public var runsInPlace: Bool { slope >= 0 }  // the output has the sign of the input
  public var elementwise: ElementwiseForm? { ElementwiseForm(.relu(slope: slope)) }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard slope.isFinite else { throw ShapeMismatch(needed: "a slope that is a number") }
    return inputs[0]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledRectifier(.relu(slope: slope), slope: slope, site)
  }
}

private final class CompiledRectifier: CompiledOperation {
  private let site: OperationSite
  private let slope, limit: Float
  private let function: DensePrimitive

  init(
    _ function: ElementwiseFunction, slope: Float, limit: Float = .infinity, _ site: OperationSite
  ) {
    self.site = site
    (self.slope, self.limit) = (slope, limit)
    self.function = .activation(function, count: site.outputCount)
      .on(site.inputs[0], site.output)
  }

  func forward() {
    function.run()
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    rectifierGradient(
      slope: slope, limit: limit, saved: site.inputs[0], dy: gradients.output, into: target,
      count: site.outputCount)
  }
}
