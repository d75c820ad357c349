import Kernels
import Tensors

/// The logistic function: y = 1 / (1 + exp(-x)).
public struct Sigmoid: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public var layoutRole: LayoutRole { .elementwise }
  public static let kind = "sigmoid"
  public var elementwise: ElementwiseForm? { ElementwiseForm(.sigmoid) }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(.sigmoid, site)
  }
}

/// The hyperbolic tangent.
public struct Tanh: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public var layoutRole: LayoutRole { .elementwise }
  public static let kind = "tanh"
  public var elementwise: ElementwiseForm? { ElementwiseForm(.tanh) }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(.tanh, site)
  }
}

/// The Gaussian error linear unit: y = x Phi(x), Phi the normal distribution function.
///
/// - Source: Hendrycks and Gimpel, "Gaussian Error Linear Units", arXiv:1606.08415.
public struct GELU: NetworkOperation {
  /// How Phi is computed.
  public enum Form: String, Hashable, Sendable, Codable {
    /// By the error function.
    case exact
    /// By the paper's approximation with the hyperbolic tangent.
    case tanh
  }

  /// How Phi is computed.
  public var form: Form

  /// Creates the operation.
  ///
  /// - Parameter form: How Phi is computed.
  public init(_ form: Form = .exact) {
    self.form = form
  }

  public var layoutRole: LayoutRole { .elementwise }
  public static let kind = "gelu"
  public var elementwise: ElementwiseForm? { ElementwiseForm(form == .exact ? .gelu : .geluTanh) }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(form == .exact ? .gelu : .geluTanh, site)
  }
}

/// The sigmoid linear unit: y = x / (1 + exp(-x)).
public struct SiLU: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "silu"
  public var layoutRole: LayoutRole { .elementwise }
  public var elementwise: ElementwiseForm? { ElementwiseForm(.swish) }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(.swish, site)
  }
}

/// The piecewise relative of the sigmoid linear unit: y = x min(max(x + 3, 0), 6) / 6.
///
/// - Source: Howard et al., "Searching for MobileNetV3", arXiv:1905.02244, section 5.2.
public struct HardSwish: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public static let kind = "hardswish"
  public var layoutRole: LayoutRole { .elementwise }
  public var elementwise: ElementwiseForm? { ElementwiseForm(.hardSwish) }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(.hardSwish, site)
  }
}

/// The exponential linear unit: y = x above zero, alpha (exp(x) - 1) below.
///
/// - Source: Clevert, Unterthiner and Hochreiter, arXiv:1511.07289, equation 15.
public struct ELU: NetworkOperation {
  /// What y comes to far below zero, without its sign.
  public var alpha: Float

  /// Creates the operation.
  ///
  /// - Parameter alpha: What y comes to far below zero, without its sign.
  public init(alpha: Float = 1) {
    self.alpha = alpha
  }

  public static let kind = "elu"
  public var layoutRole: LayoutRole { .elementwise }
  public var elementwise: ElementwiseForm? { ElementwiseForm(.elu(alpha: alpha)) }

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard alpha.isFinite else { throw ShapeMismatch(needed: "an alpha that is a number") }
    return inputs[0]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(.elu(alpha: alpha), site)
  }
}

private final class CompiledActivation: CompiledOperation {
  private let site: OperationSite
  private let function: DensePrimitive
  private var derivative: DensePrimitive?

  init(_ activation: ElementwiseFunction, _ site: OperationSite) {
    self.site = site
    function = .activation(activation, count: site.outputCount).on(site.inputs[0], site.output)
    if let gradients = site.gradients, let target = gradients.inputs[0] {
      derivative = .activationGradient(activation, count: site.outputCount)
        .on(site.inputs[0], gradients.output, target)
    }
  }

  func forward() {
    function.run()
  }

  func backward() {
    derivative?.run()
  }
}
