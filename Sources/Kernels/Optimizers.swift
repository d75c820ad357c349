import CKernels

/// The numbers of one Adam step.
package typealias AdamSettings = EspalierAdam

/// One Adam step on a run of weights that share their step count.
///
/// - Parameters:
///   - settings: The step's numbers, bias corrections included.
///   - gradient: The gradient, `count` elements.
///   - weights: The weights, changed in place.
///   - moments: The first and second moments, changed in place.
///   - count: The number of weights.
package func adamStep(
  _ settings: AdamSettings, gradient: Floats, weights: Floats,
  moments: (first: Floats, second: Floats), count: Int
) {
  espalier_adam(settings, gradient, weights, moments.first, moments.second, count)
}

/// One Adam step on a matrix whose columns have step counts of their own.
///
/// - Parameters:
///   - settings: The step's numbers; its own bias corrections are not used.
///   - corrections: 1 / (1 - beta^t) for the first and the second moment, per column.
///   - gradient: [rows x columns].
///   - weights: [rows x columns], changed in place.
///   - moments: The first and second moments, [rows x columns], changed in place.
///   - rows: The number of rows.
///   - columns: The number of columns.
package func adamStepByColumn(
  _ settings: AdamSettings, corrections: (first: Floats, second: Floats), gradient: Floats,
  weights: Floats, moments: (first: Floats, second: Floats), rows: Int, columns: Int
) {
  espalier_adam_by_column(
    settings, corrections.first, corrections.second, gradient, weights, moments.first,
    moments.second, rows, columns)
}

/// One step of stochastic gradient descent with momentum.
///
/// - Parameters:
///   - learningRate: The step size.
///   - momentum: The fraction of the velocity that is kept, in 0..<1.
///   - decay: The factor of the weight that is added to the gradient (L2).
///   - nesterov: Whether the step looks ahead along the velocity.
///   - gradient: The gradient, `count` elements.
///   - weights: The weights, changed in place.
///   - velocity: The velocity, changed in place.
///   - count: The number of weights.
package func sgdStep(
  learningRate: Float, momentum: Float, decay: Float, nesterov: Bool, gradient: Floats,
  weights: Floats, velocity: Floats, count: Int
) {
  espalier_sgd(
    learningRate, momentum, decay, nesterov ? 1 : 0, gradient, weights, velocity, count)
}

/// One Adam step on weights that have ages of their own, in steps.
///
/// - Parameters:
///   - settings: The step's numbers; its own bias corrections are not used.
///   - corrections: 1 / (1 - beta^t) of the first and the second moment for t in 0...`limit`.
///   - limit: The largest age that is told apart.
///   - ages: The steps that each weight has taken; counted up.
///   - gradient: The gradient, `count` elements.
///   - weights: The weights, changed in place.
///   - moments: The first and second moments, changed in place.
///   - count: The number of weights.
package func adamStepByAge(
  _ settings: AdamSettings, corrections: (first: Floats, second: Floats), limit: UInt16,
  ages: UnsafeMutablePointer<UInt16>, gradient: Floats, weights: Floats,
  moments: (first: Floats, second: Floats), count: Int
) {
  espalier_adam_by_age(
    settings, corrections.first, corrections.second, limit, ages, gradient, weights,
    moments.first, moments.second, count)
}
