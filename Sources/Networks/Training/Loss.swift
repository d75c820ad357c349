import Kernels
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// What training makes small, averaged over the batch.
public enum Loss: String, Hashable, Sendable, Codable {
  /// Cross-entropy of the softmax of the outputs (logits) against one class per row:
  /// sum_r w_r (log sum_c exp(z_rc) - z_r,label) / sum_r w_r.
  case crossEntropy
  /// Binary cross-entropy of the sigmoid of the outputs (logits) against targets in 0...1, for
  /// two classes in one output or for several labels: the mean over rows and outputs.
  case binaryCrossEntropy
  /// Squared error, the mean over rows and outputs.
  case meanSquaredError
  /// The loss of the code released with arXiv:2408.04583, kept to reproduce its numbers: the
  /// softmax of each output over the rows of the batch, taken for logits of the cross-entropy.
  ///
  /// Its gradient is about as many times smaller than that of the cross-entropy as the batch has
  /// rows. Row weights are those of the cross-entropy.
  case batchSoftmaxCrossEntropy

  /// The loss of a batch and its gradient.
  ///
  /// - Parameters:
  ///   - outputs: [rows x columns].
  ///   - targets: The targets of these rows.
  ///   - rows: The number of rows.
  ///   - columns: The number of outputs.
  ///   - smoothing: The share of the target that the cross-entropy spreads over all classes.
  ///   - gradient: [rows x columns], written; nil if only the loss is wanted.
  /// - Returns: The loss; the sum is divided by the sum of the row weights, and by `columns`
  ///   where every output has a target of its own.
  package func evaluate(
    outputs: Floats, targets: TargetBatch, rows: Int, columns: Int, smoothing: Float = 0,
    gradient: Floats?
  ) -> Double {
    switch self {
    case .crossEntropy:
      softmaxCrossEntropy(
        outputs, labels: targets.labels, weights: targets.weights, smoothing: smoothing, rows: rows,
        columns: columns, divisor: targets.weightSum(rows), gradient: gradient)
    case .binaryCrossEntropy:
      Kernels.binaryCrossEntropy(
        outputs, targets: targets.values, weights: targets.weights, rows: rows, columns: columns,
        divisor: targets.weightSum(rows) * Double(columns), gradient: gradient)
    case .meanSquaredError:
      squaredError(
        outputs, targets: targets.values, weights: targets.weights, rows: rows, columns: columns,
        divisor: targets.weightSum(rows) * Double(columns), gradient: gradient)
    case .batchSoftmaxCrossEntropy:
      Kernels.batchSoftmaxCrossEntropy(
        outputs, labels: targets.labels, weights: targets.weights, rows: rows, columns: columns,
        divisor: targets.weightSum(rows), gradient: gradient)
    }
  }

  /// The loss of a batch and its gradient where the targets are the outputs of another network.
  ///
  /// - Parameters:
  ///   - outputs: [rows x columns].
  ///   - teacher: The outputs of the other network, [rows x columns].
  ///   - targets: The row weights; values are written over.
  ///   - rows: The number of rows.
  ///   - columns: The number of outputs.
  ///   - gradient: [rows x columns], written; nil if only the loss is wanted.
  /// - Returns: The loss: the cross-entropy of the shares that both networks give to the classes or
  ///   labels, or the squared difference of their outputs.
  package func evaluate(
    outputs: Floats, teacher: Floats, targets: TargetBatch, rows: Int, columns: Int,
    gradient: Floats?
  ) -> Double {
    switch self {
    case .crossEntropy, .batchSoftmaxCrossEntropy:
      return softCrossEntropy(
        outputs, teacher: teacher, weights: targets.weights, rows: rows, columns: columns,
        divisor: targets.weightSum(rows), gradient: gradient)
    case .binaryCrossEntropy:
      for place in 0..<rows * columns { targets.values[place] = 1 / (1 + expf(-teacher[place])) }
    case .meanSquaredError:
      targets.values.update(from: teacher, count: rows * columns)
    }
    return evaluate(
      outputs: outputs, targets: targets, rows: rows, columns: columns, gradient: gradient)
  }
}

/// What a network is trained towards, for all rows of a data set.
public enum TrainingTargets: Sendable {
  /// One class per row, in `0..<classCount`; `classWeights` (or nil for all 1) weighs the rows.
  case labels([Int32], classCount: Int, classWeights: [Float]?)
  /// A row of values per sample, [rows x columns].
  case values(Tensor)

  /// The number of rows.
  public var rowCount: Int {
    switch self {
    case .labels(let labels, _, _): labels.count
    case .values(let values): values.shape[0]
    }
  }

  /// The number of outputs that a network for these targets has.
  public var outputCount: Int {
    switch self {
    case .labels(_, let classCount, _): classCount
    case .values(let values): values.shape[1]
    }
  }

  /// Class weights n / (C n_c), with which every class counts the same in the sum.
  ///
  /// - Parameters:
  ///   - labels: One class per row.
  ///   - rowWeights: How much each row counts in n and n_c; nil for 1.
  ///   - classCount: The number of classes.
  /// - Returns: The weights; 0 for a class without rows.
  public static func balancedWeights(
    _ labels: [Int32], rowWeights: [Float]? = nil, classCount: Int
  ) -> [Float] {
    var counts = [Double](repeating: 0, count: classCount)
    for (row, label) in labels.enumerated() { counts[Int(label)] += Double(rowWeights?[row] ?? 1) }
    let total = counts.reduce(0, +)
    return counts.map { $0 == 0 ? 0 : Float(total) / Float(Double(classCount) * $0) }
  }
}

/// The targets of one batch, in buffers that are filled again for every batch.
package final class TargetBatch {
  package let labels: UnsafeMutablePointer<Int32>
  private let valueArena: FloatArena
  private let weightArena: FloatArena?
  private let targets: TrainingTargets
  private let rowWeights: [Float]?

  /// - Parameters:
  ///   - targets: The targets of all rows.
  ///   - rowWeights: How much each of these rows counts, times the weight of its class; nil for 1.
  ///   - capacity: The largest number of rows of a batch.
  package init(_ targets: TrainingTargets, rowWeights: [Float]? = nil, capacity: Int) {
    require(
      rowWeights?.count ?? targets.rowCount == targets.rowCount,
      "TargetBatch: \(rowWeights?.count ?? 0) weights for \(targets.rowCount) rows")
    self.targets = targets
    self.rowWeights = rowWeights
    labels = .allocate(capacity: max(capacity, 1))
    labels.initialize(repeating: 0, count: capacity)
    switch targets {
    case .labels(_, _, let classWeights):
      valueArena = FloatArena(count: 0)
      weightArena =
        classWeights == nil && rowWeights == nil ? nil : FloatArena(count: capacity)
    case .values(let values):
      valueArena = FloatArena(count: capacity * values.shape[1])
      weightArena = rowWeights == nil ? nil : FloatArena(count: capacity)
    }
  }

  deinit {
    labels.deallocate()
  }

  package var values: Floats { valueArena.start }
  package var weights: Floats? { weightArena?.start }

  /// Takes the targets of some rows.
  package func fill(_ rows: UnsafeBufferPointer<Int>) {
    switch targets {
    case .labels(let all, _, let classWeights):
      for (position, row) in rows.enumerated() {
        labels[position] = all[row]
        if let weights {
          weights[position] = (classWeights?[Int(all[row])] ?? 1) * (rowWeights?[row] ?? 1)
        }
      }
    case .values(let all):
      let columns = all.shape[1]
      all.withElements { elements in
        for (position, row) in rows.enumerated() {
          if let weights { weights[position] = rowWeights?[row] ?? 1 }
          for column in 0..<columns {
            values[position * columns + column] = elements[row * columns + column]
          }
        }
      }
    }
  }

  /// The sum of the weights of the first rows.
  package func weightSum(_ rows: Int) -> Double {
    guard let weights else { return Double(rows) }
    return max((0..<rows).reduce(0.0) { $0 + Double(weights[$1]) }, .leastNormalMagnitude)
  }
}
