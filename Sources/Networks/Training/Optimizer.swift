import Kernels
import Tensors

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

/// The state of an optimizer for one set of parameters.
package final class Optimizer {
  package let rule: OptimizerRule
  private let parameters: ParameterStore  // owns the weights and gradients of the segments
  let first, second: FloatArena  // moments; SGD has a velocity instead, in the first
  let segments: [Segment]
  var step = 0
  var columnSteps: [ColumnSteps?]
  /// Only of layers whose connections may be replaced: until then all have taken every step.
  var connectionAges: [ConnectionAges?]
  private(set) var corrections: Corrections?
  private var zeroKeepingSlots: [Int] = []

  /// One parameter: where it, its gradient and its moments lie.
  struct Segment {
    let weights, gradient, first: Floats
    let second: Floats  // the same as the first where the rule has one only
    let rows, columns: Int
    let decays, isTrained: Bool

    var count: Int { rows * columns }
  }

  package init(
    _ rule: OptimizerRule, for parameters: ParameterStore, decay: DecayedParameters = .weights
  ) {
    self.rule = rule
    self.parameters = parameters
    let first = FloatArena(count: parameters.values.count)
    let hasSecond = if case .adam = rule { true } else { false }
    let second = FloatArena(count: hasSecond ? parameters.values.count : 0)
    self.first = first
    self.second = second
    segments = parameters.slots.indices.map { position in
      let slot = parameters.slots[position]
      return Segment(
        weights: parameters.values(position), gradient: parameters.gradients(position),
        first: first.start + slot.offset,
        second: hasSecond ? second.start + slot.offset : first.start + slot.offset,
        rows: slot.shape.extents.first ?? 1,
        columns: slot.shape.elementCount / max(slot.shape.extents.first ?? 1, 1),
        decays: slot.decays || decay == .all, isTrained: slot.isTrained)
    }
    columnSteps = segments.map { _ in nil }
    connectionAges = segments.map { _ in nil }
  }

  /// The memory of moments and ages, in bytes.
  package var byteCount: Int {
    first.byteCount + second.byteCount + columnSteps.reduce(0) { $0 + ($1?.byteCount ?? 0) }
      + connectionAges.reduce(0) { $0 + 2 * ($1?.count ?? 0) }
      + (corrections.map { $0.first.byteCount + $0.second.byteCount } ?? 0)
  }

  /// Lets the connections of a sparse layer be replaced: from now on each has an age of its own.
  ///
  /// - Parameter slot: The layer's weight.
  /// - Returns: What belongs to each connection besides its weight, in the same order: the moments,
  ///   and the steps it has taken.
  package func connectionState(
    ofSlot slot: Int
  ) -> (moments: [Floats], ages: UnsafeMutablePointer<UInt16>?) {
    guard case .adam(let adam) = rule else { return ([segments[slot].first], nil) }
    let corrections = self.corrections ?? Corrections(adam)
    self.corrections = corrections
    let ages =
      connectionAges[slot]
      ?? ConnectionAges(
        count: segments[slot].count, age: UInt16(min(step, Int(corrections.limit))))
    connectionAges[slot] = ages
    return ([segments[slot].first, segments[slot].second], ages.start)
  }

  /// Lets some columns of a matrix start anew: moments zero, and a step count of their own.
  package func restart(columns: [Int], ofSlot slot: Int) {
    let segment = segments[slot]
    for row in 0..<segment.rows {
      for column in columns {
        segment.first[row * segment.columns + column] = 0
        segment.second[row * segment.columns + column] = 0
      }
    }
    let steps = columnSteps[slot] ?? ColumnSteps(count: segment.columns, step: step)
    for column in columns { steps.counts[column] = 0 }
    columnSteps[slot] = steps
  }

  /// Takes over the state of another optimizer whose first parameter, a matrix, has more columns.
  ///
  /// - Parameters:
  ///   - other: The other optimizer; its other parameters have the shapes of these.
  ///   - columns: The columns of its first parameter that this one has, in order.
  package func adopt(_ other: Optimizer, keepingColumns columns: [Int]) {
    step = other.step
    for (position, (own, old)) in zip(segments, other.segments).enumerated() {
      for (new, before) in [(own.first, old.first), (own.second, old.second)] {
        if position > 0 {
          new.update(from: before, count: own.count)
        } else {
          copyColumns(columns, of: before, width: old.columns, rows: own.rows, to: new)
        }
      }
      if let steps = other.columnSteps[position], position == 0 {
        let adopted = ColumnSteps(count: columns.count, step: step)
        adopted.counts = columns.map { steps.counts[$0] }
        columnSteps[position] = adopted
      }
    }
  }

  /// Lets weights that are 0 stay 0 from now on: their gradients do not count.
  ///
  /// - Parameter slots: The weights. Those of them that are 0 must never have moved, so that their
  ///   moments are 0 too.
  package func keepZeros(ofSlots slots: [Int]) { zeroKeepingSlots = slots }

  /// Moves every weight along its gradient.
  ///
  /// - Parameter scale: A factor of the learning rate, for schedules.
  package func update(scale: Float = 1) {
    step += 1
    for position in zeroKeepingSlots {
      let segment = segments[position]
      clearWhereZero(segment.weights, segment.gradient, count: segment.count)
    }
    switch rule {
    case .sgd(let sgd):
      for segment in segments where segment.isTrained { update(segment, sgd, scale) }
    case .adam(let adam):
      for position in segments.indices where segments[position].isTrained {
        update(position, adam, scale)
      }
    }
  }

  private func update(_ segment: Segment, _ sgd: SGD, _ scale: Float) {
    sgdStep(
      learningRate: sgd.learningRate * scale, momentum: sgd.momentum,
      decay: segment.decays ? sgd.weightDecay : 0, nesterov: sgd.isNesterov,
      gradient: segment.gradient, weights: segment.weights, velocity: segment.first,
      count: segment.count)
  }

  private func update(_ position: Int, _ adam: Adam, _ scale: Float) {
    let segment = segments[position]
    let decay = segment.decays ? adam.weightDecay : 0
    let settings = AdamSettings(
      learning_rate: adam.learningRate * scale, beta1: adam.beta1, beta2: adam.beta2,
      epsilon: adam.epsilon, coupled_decay: adam.decayIsDecoupled ? 0 : decay,
      decoupled_decay: adam.decayIsDecoupled ? decay : 0,
      correction1: correction(adam.beta1, step), correction2: correction(adam.beta2, step))
    let moments = (segment.first, segment.second)
    if let steps = columnSteps[position] {
      steps.advance(beta1: adam.beta1, beta2: adam.beta2)
      adamStepByColumn(
        settings, corrections: (steps.first.start, steps.second.start),
        gradient: segment.gradient, weights: segment.weights, moments: moments,
        rows: segment.rows, columns: segment.columns)
    } else if let ages = connectionAges[position], let corrections {
      adamStepByAge(
        settings, corrections: (corrections.first.start, corrections.second.start),
        limit: corrections.limit, ages: ages.start, gradient: segment.gradient,
        weights: segment.weights, moments: moments,
        count: segment.count)
    } else {
      adamStep(
        settings, gradient: segment.gradient, weights: segment.weights, moments: moments,
        count: segment.count)
    }
  }
}

/// Copies some columns of a row-major matrix.
///
/// - Parameters:
///   - columns: The columns, in the order of the copy.
///   - matrix: [rows x width].
///   - width: The number of columns of the matrix.
///   - rows: The number of rows.
///   - target: [rows x `columns.count`].
package func copyColumns(
  _ columns: [Int], of matrix: Floats, width: Int, rows: Int, to target: Floats
) {
  for row in 0..<rows {
    for (position, column) in columns.enumerated() {
      target[row * columns.count + position] = matrix[row * width + column]
    }
  }
}

/// The bias correction of a moment after `step` steps: 1 / (1 - beta^step).
private func correction(_ beta: Float, _ step: Int) -> Float {
  Float(1 / (1 - power(Double(beta), step)))
}

/// The step counts of a matrix whose columns were restarted, and the corrections they imply.
final class ColumnSteps {
  var counts: [Int]
  let first, second: FloatArena

  init(count: Int, step: Int) {
    counts = [Int](repeating: step, count: count)
    first = FloatArena(count: count)
    second = FloatArena(count: count)
  }

  var byteCount: Int {
    counts.count * MemoryLayout<Int>.stride + first.byteCount + second.byteCount
  }

  func advance(beta1: Float, beta2: Float) {
    // Columns that were restarted together share their count, so most powers repeat.
    var known = (step: 0, first: Float(0), second: Float(0))
    for column in counts.indices {
      counts[column] += 1
      if counts[column] != known.step {
        known = (
          counts[column], correction(beta1, counts[column]), correction(beta2, counts[column])
        )
      }
      first.start[column] = known.first
      second.start[column] = known.second
    }
  }
}

/// The bias corrections of both moments by age, up to the age at which they are 1.
final class Corrections {
  let limit: UInt16
  let first, second: FloatArena

  init(_ adam: Adam) {
    // From the limit on, the larger beta's correction is 1 to the precision of Float.
    let slowest = Double(max(adam.beta1, adam.beta2))
    var steps = 1
    while power(slowest, steps) > 0x1p-25 && steps < Int(UInt16.max) { steps += 1 }
    limit = UInt16(steps)
    first = FloatArena(count: steps + 1)
    second = FloatArena(count: steps + 1)
    for age in 1...steps {
      first.start[age] = correction(adam.beta1, age)
      second.start[age] = correction(adam.beta2, age)
    }
  }
}

/// The steps that each connection of a sparse layer has taken.
final class ConnectionAges {
  let start: UnsafeMutablePointer<UInt16>
  let count: Int

  init(count: Int, age: UInt16) {
    self.count = count
    start = .allocate(capacity: max(count, 1))
    start.initialize(repeating: age, count: count)
  }

  deinit {
    start.deallocate()
  }
}

/// base^exponent by squaring; the exponent is a step count.
private func power(_ base: Double, _ exponent: Int) -> Double {
  var result = 1.0
  var square = base
  var bits = exponent
  while bits > 0 {
    if bits & 1 == 1 { result *= square }
    square *= square
    bits >>= 1
  }
  return result
}
