/// How weights move along their gradient.
public enum OptimizerRule: Hashable, Sendable, Codable {
  /// Stochastic gradient descent.
  case sgd(SGD)
  /// Adam, or AdamW with decoupled decay.
  case adam(Adam)
}

/// The parameters that weight decay acts on.
public enum DecayedParameters: String, Hashable, Sendable, Codable, CaseIterable {
  /// Weights of products, not biases and not the scale and shift of a normalisation.
  case weights
  /// All that is trained, as in PyTorch without parameter groups.
  case all
}

/// Stochastic gradient descent with momentum, in PyTorch's form: g <- g + decay w;
/// v <- momentum v + g; w <- w - learningRate v (with Nesterov: g + momentum v).
public struct SGD: Hashable, Sendable, Codable {
  /// The step size.
  public var learningRate: Float
  /// The fraction of the velocity that is kept, in 0..<1.
  public var momentum: Float
  /// The factor of the L2 penalty's gradient.
  public var weightDecay: Float
  /// Whether the step looks ahead along the velocity.
  public var isNesterov: Bool

  /// Creates the rule.
  ///
  /// - Parameters:
  ///   - learningRate: The step size.
  ///   - momentum: The fraction of the velocity that is kept, in 0..<1.
  ///   - weightDecay: The factor of the L2 penalty's gradient, at least 0.
  ///   - isNesterov: Whether the step looks ahead along the velocity.
  public init(
    learningRate: Float, momentum: Float = 0, weightDecay: Float = 0, isNesterov: Bool = false
  ) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.isNesterov = isNesterov
  }
}

/// Adam: steps scaled by running moments of the gradient.
///
///     m <- b1 m + (1 - b1) g;  v <- b2 v + (1 - b2) g^2
///     w <- w - lr (m / (1 - b1^t)) / (sqrt(v / (1 - b2^t)) + epsilon)
///
/// - Source: Kingma and Ba, arXiv:1412.6980, Algorithm 1; the decoupled decay is AdamW's,
///   Loshchilov and Hutter, arXiv:1711.05101.
public struct Adam: Hashable, Sendable, Codable {
  /// The step size.
  public var learningRate: Float
  /// The decay rate of the first moment, in 0..<1.
  public var beta1: Float
  /// The decay rate of the second moment, in 0..<1.
  public var beta2: Float
  /// Keeps the division finite.
  public var epsilon: Float
  /// The factor of the decay.
  public var weightDecay: Float
  /// Whether the decay shrinks the weights directly (AdamW) instead of entering the gradient.
  public var decayIsDecoupled: Bool

  /// Creates the rule.
  ///
  /// - Parameters:
  ///   - learningRate: The step size.
  ///   - beta1: The decay rate of the first moment, in 0..<1.
  ///   - beta2: The decay rate of the second moment, in 0..<1.
  ///   - epsilon: Keeps the division finite, positive.
  ///   - weightDecay: The factor of the decay, at least 0.
  ///   - decayIsDecoupled: Whether the decay shrinks the weights directly (AdamW).
  public init(
    learningRate: Float = 1e-3, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8,
    weightDecay: Float = 0, decayIsDecoupled: Bool = false
  ) {
    self.learningRate = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.decayIsDecoupled = decayIsDecoupled
  }
}
