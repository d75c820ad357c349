import Kernels
import Networks
import Tensors

/// Neuron attribution: how strongly the outputs react to each input.
///
///     S_cj = (1/m) sum over m rows of |df_c(x) / dx_j|
///
/// One forward pass, then one backward pass to the input per class c; the memory beyond a plan's
/// activations is one gradient [rows x features].
///
/// - Source: arXiv:2408.04583, equations 2 and 4. The released code makes the Jacobian of all
///   units of the network and throws away all but the outputs'.
/// - Note: Of two classes, probabilities react equally and oppositely, so that one pass serves both.
final class NeuronAttribution {
  private let plan: Plan
  private let settings: AttributionSettings
  private let classCount, featureCount: Int
  private let softmax: DensePrimitive?
  private let probabilities: FloatArena
  private let path: FloatArena  // the mean gradient of integrated gradients
  private let scaled: FloatArena  // the rows on the way from 0 to x

  /// - Parameters:
  ///   - trained: The plan in training, whose parameters are explained.
  ///   - settings: What is explained.
  init(of trained: Plan, _ settings: AttributionSettings) {
    self.settings = settings
    let count = min(settings.sampleCount ?? trained.batchCount, trained.batchCount)
    plan = Plan(
      trained.original, sharing: trained.parameters, batchCount: count, for: .inputGradient)
    classCount = trained.original.outputShape.elementCount
    featureCount = trained.original.inputShape.elementCount
    softmax =
      settings.output == .softmax && classCount > 1
      ? .softmax(rows: count, columns: classCount) : nil
    probabilities = FloatArena(count: count * classCount)
    let isPath = settings.form == .integratedGradients
    path = FloatArena(count: isPath ? inputSize(plan) : 0)
    scaled = FloatArena(count: isPath ? count * featureCount : 0)
  }

  /// The multiply-adds of one measurement, for a network of so many connections.
  func multiplyAdds(connectionCount: Int) -> Int {
    let passes = isSymmetric ? 1 : classCount
    let points = settings.form == .integratedGradients ? settings.pathSteps : 1
    return connectionCount * plan.batchCount * points * (1 + passes)
  }

  /// Adds the attributions of the first rows of a batch.
  ///
  /// - Parameters:
  ///   - rows: [at least the sample x features], as the network sees them.
  ///   - sums: A sum per class and feature, [classes x features].
  func add(rows: Floats, to sums: UnsafeMutableBufferPointer<Double>) {
    guard let start = sums.baseAddress else { return }
    if settings.form == .integratedGradients {
      for c in 0..<(isSymmetric ? 1 : classCount) { addPath(rows: rows, class: c, to: start) }
    } else {
      forward(rows: rows)
      for c in 0..<(isSymmetric ? 1 : classCount) {
        guard let gradient = gradient(ofClass: c) else { return }
        let other = settings.form == .inputTimesGradient ? plan.input : nil
        add(gradient, times: other, to: start + c * featureCount)
      }
    }
    if isSymmetric {  // both classes have the sums of the first
      for feature in 0..<featureCount { sums[featureCount + feature] = sums[feature] }
    }
  }

  /// Whether the two classes of a softmax react alike.
  private var isSymmetric: Bool { settings.output == .softmax && classCount == 2 }

  private func forward(rows: Floats) {
    plan.takeInput(from: rows, count: plan.batchCount)
    plan.forward()
    softmax?(plan.output, probabilities.start)
  }

  /// Runs the backward pass of one class; the result lies as the plan's input does.
  private func gradient(ofClass c: Int) -> Floats? {
    guard let seed = plan.lossGradient else { return nil }
    for row in 0..<plan.batchCount {
      for other in 0..<classCount {
        let index = row * classCount + other
        let isOwn: Float = other == c ? 1 : 0
        if softmax != nil {  // dp_c/dz_k = p_c ([c = k] - p_k)
          seed[index] =
            probabilities.start[row * classCount + c] * (isOwn - probabilities.start[index])
        } else {
          seed[index] = isOwn
        }
      }
    }
    plan.backward()
    return plan.outputGradient(ofNode: 0)
  }

  private func addPath(rows: Floats, class c: Int, to sums: UnsafeMutablePointer<Double>) {
    path.fill(0)
    let size = plan.batchCount * featureCount
    for point in 0..<settings.pathSteps {
      let share = (Float(point) + 0.5) / Float(settings.pathSteps)
      for index in 0..<size { scaled.start[index] = share * rows[index] }
      forward(rows: scaled.start)
      guard let gradient = gradient(ofClass: c) else { return }
      addScaled(1 / Float(settings.pathSteps), gradient, to: path.start, count: path.count)
    }
    plan.takeInput(from: rows, count: plan.batchCount)
    add(path.start, times: plan.input, to: sums + c * featureCount)
  }

  /// Adds the mean over the rows of the absolute values.
  private func add(_ gradient: Floats, times x: Floats?, to sums: UnsafeMutablePointer<Double>) {
    let factor = 1 / Float(plan.batchCount)
    if plan.inputLayout == .featureMajor {
      addRowAbsoluteSums(
        factor, gradient, times: x, rows: featureCount, batch: paddedBatch(plan.batchCount),
        to: sums)
    } else {
      for row in 0..<plan.batchCount {
        for feature in 0..<featureCount {
          let index = row * featureCount + feature
          let value = x.map { gradient[index] * $0[index] } ?? gradient[index]
          sums[feature] += Double(factor * abs(value))
        }
      }
    }
  }
}

/// The elements of a plan's input buffer, padding included.
private func inputSize(_ plan: Plan) -> Int {
  let samples =
    plan.inputLayout == .featureMajor ? paddedBatch(plan.batchCount) : plan.batchCount
  return samples * plan.original.inputShape.elementCount
}
