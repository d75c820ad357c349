import CKernels

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Cross-entropy of softmax(logits) against class labels.
///
/// loss = sum_r w_r (log sum_c exp(z_rc) - z_r,label) / divisor;
/// gradient_rc = w_r (softmax(z_r)_c - [c = label]) / divisor. With smoothing s, the target of a
/// class is (1 - s) [c = label] + s / columns (Szegedy et al., arXiv:1512.00567, section 7).
///
/// - Parameters:
///   - logits: [rows x columns].
///   - labels: [rows], each in `0..<columns`.
///   - weights: [rows], or nil where every row weighs 1.
///   - smoothing: The share of the target that is spread over all classes, in 0...1.
///   - rows: The number of rows.
///   - columns: The number of classes.
///   - divisor: What the sum is divided by, positive.
///   - gradient: [rows x columns], written; nil if only the loss is wanted.
/// - Returns: The loss.
package func softmaxCrossEntropy(
  _ logits: Floats, labels: UnsafePointer<Int32>, weights: Floats?, smoothing: Float = 0,
  rows: Int, columns: Int, divisor: Double, gradient: Floats?
) -> Double {
  espalier_softmax_cross_entropy(
    logits, labels, weights, smoothing, rows, columns, divisor, gradient)
}

/// Cross-entropy of softmax(logits) against the classes' shares p = softmax(teacher).
///
/// loss = sum_r w_r (log sum_c exp(z_rc) - sum_c p_rc z_rc) / divisor;
/// gradient_rc = w_r (softmax(z_r)_c - p_rc) / divisor. Parameters as in
/// ``softmaxCrossEntropy(_:labels:weights:smoothing:rows:columns:divisor:gradient:)``; `teacher` is
/// [rows x columns].
package func softCrossEntropy(
  _ logits: Floats, teacher: Floats, weights: Floats?, rows: Int, columns: Int, divisor: Double,
  gradient: Floats?
) -> Double {
  espalier_soft_cross_entropy(logits, teacher, weights, rows, columns, divisor, gradient)
}

/// Binary cross-entropy of sigmoid(logits) against targets in 0...1, summed over the columns.
///
/// Parameters as in ``softmaxCrossEntropy(_:labels:weights:smoothing:rows:columns:divisor:gradient:)``;
/// `targets` is [rows x columns].
package func binaryCrossEntropy(
  _ logits: Floats, targets: Floats, weights: Floats?, rows: Int, columns: Int, divisor: Double,
  gradient: Floats?
) -> Double {
  espalier_binary_cross_entropy(logits, targets, weights, rows, columns, divisor, gradient)
}

/// Squared error, summed over the columns; parameters as in the binary cross-entropy.
package func squaredError(
  _ outputs: Floats, targets: Floats, weights: Floats?, rows: Int, columns: Int, divisor: Double,
  gradient: Floats?
) -> Double {
  espalier_squared_error(outputs, targets, weights, rows, columns, divisor, gradient)
}

/// Cross-entropy that takes s, the softmax of each column over the rows, for its logits; parameters
/// as in the cross-entropy.
///
/// With g the gradient of the cross-entropy at s: gradient_rc = s_rc (g_rc - sum_k g_kc s_kc).
package func batchSoftmaxCrossEntropy(
  _ logits: Floats, labels: UnsafePointer<Int32>, weights: Floats?, rows: Int, columns: Int,
  divisor: Double, gradient: Floats?
) -> Double {
  withUnsafeTemporaryAllocation(of: Float.self, capacity: rows * columns) { buffer in
    guard let shares = buffer.baseAddress else { return 0 }
    for column in 0..<columns {
      let places = stride(from: column, to: rows * columns, by: columns)
      let highest = places.reduce(-Float.infinity) { max($0, logits[$1]) }
      var sum: Float = 0
      for place in places {
        shares[place] = expf(logits[place] - highest)
        sum += shares[place]
      }
      for place in places { shares[place] /= sum }
    }
    let loss = softmaxCrossEntropy(
      shares, labels: labels, weights: weights, rows: rows, columns: columns, divisor: divisor,
      gradient: gradient)
    guard let gradient else { return loss }
    for column in 0..<columns {
      let places = stride(from: column, to: rows * columns, by: columns)
      let mean = places.reduce(Float(0)) { $0 + gradient[$1] * shares[$1] }
      for place in places { gradient[place] = shares[place] * (gradient[place] - mean) }
    }
    return loss
  }
}

/// The naive twins of the losses, in Double, for the tests.
package enum NaiveLosses {
  package static func softmaxCrossEntropy(
    _ logits: [Double], labels: [Int], weights: [Double], columns: Int, divisor: Double
  ) -> Double {
    labels.indices.reduce(0.0) { loss, r in
      let row = logits[r * columns..<(r + 1) * columns]
      let sum = row.reduce(0.0) { $0 + exp($1) }
      return loss + weights[r] * (log(sum) - logits[r * columns + labels[r]]) / divisor
    }
  }

  package static func softCrossEntropy(
    _ logits: [Double], teacher: [Double], weights: [Double], columns: Int, divisor: Double
  ) -> Double {
    weights.indices.reduce(0.0) { loss, r in
      let places = r * columns..<(r + 1) * columns
      let sum = places.reduce(0.0) { $0 + exp(logits[$1]) }
      let total = places.reduce(0.0) { $0 + exp(teacher[$1]) }
      let product = places.reduce(0.0) { $0 + exp(teacher[$1]) / total * logits[$1] }
      return loss + weights[r] * (log(sum) - product) / divisor
    }
  }

  package static func binaryCrossEntropy(
    _ logits: [Double], targets: [Double], weights: [Double], columns: Int, divisor: Double
  ) -> Double {
    logits.indices.reduce(0.0) { loss, i in
      // -log p = log(1 + exp(-z)) and -log(1 - p) = z + log(1 + exp(-z)), exact also where p is 1
      let softplus = log1p(exp(-logits[i]))
      let term = targets[i] * softplus + (1 - targets[i]) * (logits[i] + softplus)
      return loss + weights[i / columns] * term / divisor
    }
  }
}
