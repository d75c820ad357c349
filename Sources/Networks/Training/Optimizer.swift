import Kernels
import Tensors

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
