import Kernels
import Networks
import Tensors

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Learning from another network: a small network is trained towards the outputs of a large one, on
/// the rows of the training and between them.
///
///     for every second row x of a batch, x' the row behind it in the batch's order:
///         λ = a uniform random number in 0 ..< mixing
///         x <- (1 - λ) x + λ x'
///     t = what the large network puts out for this batch: the shares of the classes or labels, or
///         the numbers
///     target of a mixture  t
///     of another row       (1 - τ) t + τ y,   y its target in the table, τ the share of the truth
///
/// Mixtures cost nothing and never run out, so a network that is too small to learn the rows by
/// heart learns the function instead.
///
/// - Source: Buciluă, Caruana and Niculescu-Mizil, "Model Compression", KDD 2006, for rows that are
///   made up and labelled by the large network; Hinton, Vinyals and Dean, arXiv:1503.02531, equation
///   2 with temperature 1, for its shares as targets; Zhang et al., "mixup", arXiv:1710.09412, for
///   mixtures of rows, here drawn uniformly and for half of the rows.
public struct Distillation: Hashable, Sendable, Codable {
  /// The largest share of the other row in a mixture, in 0...1; 0 for the rows as they are.
  public var mixing = 0.5
  /// The share of the truth in the target of a row that is no mixture, in 0...1.
  ///
  /// A small one, as was found best in arXiv:1503.02531.
  public var truth = 0.2

  /// Creates the method with its defaults.
  public init() {}

  func check() throws(TrainingError) {
    for (name, value) in [("the mixing", mixing), ("the share of the truth", truth)] {
      guard value >= 0 && value <= 1 else {
        throw .badSetting(name: name, value: "\(value)", range: "in 0...1")
      }
    }
  }
}

/// A large network that a small one learns from.
final class Teacher {
  private let plan: Plan
  private let method: Distillation
  private let loss: Loss
  private var random: RandomSource
  private let source: RandomSource
  private let width: Int

  /// Prepares a network to be learned from.
  ///
  /// - Parameters:
  ///   - network: The network.
  ///   - method: How rows and targets are mixed.
  ///   - loss: What becomes small: the outputs are meant accordingly.
  ///   - batchCount: The rows of a batch.
  ///   - random: The source of the mixtures.
  init(
    _ network: Network, _ method: Distillation, loss: Loss, batchCount: Int, random: RandomSource
  ) {
    plan = Plan(network, batchCount: batchCount, for: .inference)
    self.method = method
    self.loss = loss
    source = random
    self.random = random
    width = network.inputShape.elementCount
  }

  /// Begins an epoch: its mixtures depend on its number alone.
  func begin(epoch: Int) { random = source.substream("mixtures", epoch) }

  /// Mixes the rows of a batch in place, and computes what is to be learned of them.
  ///
  /// - Parameters:
  ///   - block: The rows, [rows x columns].
  ///   - targets: The targets of these rows in the table.
  ///   - count: The number of rows.
  /// - Returns: Outputs to learn, [rows x outputs], until the next call.
  func teach(_ block: Floats, _ targets: TargetBatch, count: Int) -> Floats {
    if method.mixing > 0 { mix(block, count: count) }
    plan.takeInput(from: block, count: count)
    plan.forward()
    let outputs = plan.output
    if method.truth > 0 {
      let columns = plan.original.outputShape.elementCount
      for row in 0..<count where method.mixing == 0 || row.isMultiple(of: 2) {
        tell(outputs + row * columns, columns, targets, row: row)
      }
    }
    return outputs
  }

  private func mix(_ block: Floats, count: Int) {
    for row in stride(from: 1, to: count, by: 2) {
      let share = Float(method.mixing * random.uniform())
      let own = block + row * width
      let other = row + 1 < count ? own + width : block
      for column in 0..<width { own[column] += share * (other[column] - own[column]) }
    }
  }

  /// Mixes the truth into the outputs for a row.
  private func tell(_ outputs: Floats, _ columns: Int, _ targets: TargetBatch, row: Int) {
    let truth = Float(method.truth)
    let values = targets.values + row * columns
    switch loss {
    case .meanSquaredError:
      for column in 0..<columns { outputs[column] += truth * (values[column] - outputs[column]) }
    case .binaryCrossEntropy:
      for column in 0..<columns {
        let share = 1 / (1 + expf(-outputs[column]))
        let mixed = share + truth * (values[column] - share)
        outputs[column] = logf(max(mixed, .leastNormalMagnitude) / max(1 - mixed, .ulpOfOne))
      }
    case .crossEntropy, .batchSoftmaxCrossEntropy:
      let largest = (0..<columns).reduce(-Float.infinity) { max($0, outputs[$1]) }
      var sum: Float = 0
      for column in 0..<columns {
        outputs[column] = expf(outputs[column] - largest)
        sum += outputs[column]
      }
      for column in 0..<columns {
        let share = (1 - truth) * outputs[column] / sum
        let mixed = Int(targets.labels[row]) == column ? share + truth : share
        outputs[column] = logf(max(mixed, .leastNormalMagnitude))
      }
    }
  }
}
