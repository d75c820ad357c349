import Kernels
import Tensors

/// The rectifier: y = max(x, 0).
public struct ReLU: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public var layoutRole: LayoutRole { .elementwise }
  public static let kind = "relu"
  public var runsInPlace: Bool { true }  // the output is positive where the input is

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(.relu(slope: 0), site)
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

  public var layoutRole: LayoutRole { .elementwise }
  public static let kind = "leakyrelu"
  public var runsInPlace: Bool { slope >= 0 }  // the output has the sign of the input

  public func outputShape(of inputs: [Shape]) throws(ShapeMismatch) -> Shape {
    guard slope.isFinite else { throw ShapeMismatch(needed: "a slope that is a number") }
    return inputs[0]
  }

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(.relu(slope: slope), site)
  }
}

/// The logistic function: y = 1 / (1 + exp(-x)).
public struct Sigmoid: NetworkOperation {
  /// Creates the operation.
  public init() {}

  public var layoutRole: LayoutRole { .elementwise }
  public static let kind = "sigmoid"

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

  public func compile(at site: OperationSite) -> any CompiledOperation {
    CompiledActivation(form == .exact ? .gelu : .geluTanh, site)
  }
}

private final class CompiledActivation: CompiledOperation {
  private let site: OperationSite
  private let activation: ElementwiseFunction
  private let function: DensePrimitive
  private var derivative: DensePrimitive?

  init(_ activation: ElementwiseFunction, _ site: OperationSite) {
    self.site = site
    self.activation = activation
    function = .activation(activation, count: site.outputCount)
    if case .relu = activation { return }
    if site.gradients != nil {
      derivative = .activationGradient(activation, count: site.outputCount)
    }
  }

  func forward() {
    function(site.inputs[0], site.output)
  }

  func backward() {
    guard let gradients = site.gradients, let target = gradients.inputs[0] else { return }
    if case .relu(let slope) = activation {
      rectifierGradient(
        slope: slope, saved: site.inputs[0], dy: gradients.output, into: target,
        count: site.outputCount)
    } else {
      derivative?(site.inputs[0], gradients.output, target)
    }
  }
}
