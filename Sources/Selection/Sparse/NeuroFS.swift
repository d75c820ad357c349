import Datasets
import Kernels
import Networks
import Tensors
import Training

/// NeuroFS: a sparse network that lets go of its inputs bit by bit and takes some back.
///
///     d - h - h - h - C, tanh; the first three matrices have e (a + b) random connections each
///     for each epoch t = 0, 1, ... but the last, after it:
///       hidden matrices: drop the share zeta_h of each sign nearest 0, grow as many where the
///         |gradient of the loss| is largest
///       input matrix, t < 2: the same;  otherwise
///         keep the d - r_t - u_t strongest inputs, S_j = sum_i |W1_ij|; the others lose all
///         drop the share zeta_in of the kept inputs' connections, by sign
///         take back the u_t inactive inputs of largest max_i |gradient_ij|
///         grow what is missing in the active inputs where |gradient| is largest
///     the K active inputs of largest S
///
/// r_t, the inputs that are gone for now, rises to (1 - zeta_in) d - K over the removal phase, and
/// u_t falls to 0; see ``InputSchedule``.
///
/// - Source: Atashgahi et al., "Supervised feature selection with neuron evolution in sparse neural
///   networks", TMLR 2023, arXiv:2303.07200, Algorithm 1.
/// - Note: Deviations. Growth follows the gradient of the loss; the released code takes that of the
///   sum of the softmax outputs, which is 0 but for rounding. The gradient is that of a sample of
///   rows, drawn anew after every epoch (``gradientRowCount``). Columns are scaled by the training
///   rows alone, where the released code looks at the test rows too. The velocities of connections
///   that stay are kept. Every update restores the number of connections of the input matrix,
///   which is from the start no larger than the fewest active inputs have room for.
public struct NeuroFS: SelectionMethod, Hashable, Codable {
  /// What the hidden units compute.
  public enum Activation: String, Hashable, Sendable, Codable, CaseIterable {
    /// The hyperbolic tangent.
    case tanh
    /// The rectifier.
    case relu
  }

  /// The widths of the hidden layers, at least one.
  public var hiddenCounts = [1000, 1000, 1000]
  /// What the hidden units compute; the paper takes the rectifier for Isolet.
  public var activation = Activation.tanh
  /// The number of connections per unit at either side of a matrix, epsilon.
  public var connectionsPerUnit = 30.0
  /// The share of the kept inputs' connections that is replaced, and of the inputs that stay
  /// active beside the K, in 0...1; zeta_in.
  public var inputFraction = 0.2
  /// The share of the connections of hidden matrices that is replaced, in 0...1; zeta_h.
  public var hiddenFraction = 0.3
  /// The share of the epochs in which inputs are removed, in 0...1.
  public var removalPhase = 0.65
  /// The epochs.
  public var epochCount = 100
  /// The rows of a mini-batch; nil for 100, but 20 where there are fewer than 200 rows.
  public var batchCount: Int?
  /// The rows whose loss gradient says where connections grow, fewer where there are fewer rows.
  public var gradientRowCount = 512
  /// The step size.
  public var learningRate: Float = 0.01
  /// The fraction of the velocity that is kept, in 0..<1.
  public var momentum: Float = 0.9
  /// The factor of the penalty on the squared weights.
  public var penalty: Float = 1e-5
  /// How the columns are scaled; the paper standardises those of text and of Madelon.
  public var scaling = InputScaling.minMax
  /// Whether every class counts the same in the loss.
  public var balancesClasses = false

  /// Creates the method with the settings of the paper.
  public init() {}

  public var name: String { "neurofs" }

  /// The rows of a mini-batch.
  ///
  /// - Parameter rowCount: The training rows.
  /// - Returns: The number, at most `rowCount`.
  public func batch(rowCount: Int) -> Int {
    min(batchCount ?? (rowCount < 200 ? 20 : 100), rowCount)
  }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    try check()
    return [
      ("hidden", hiddenCounts.map(String.init).joined(separator: "-")),
      ("activation", activation.rawValue), ("connectionsPerUnit", "\(connectionsPerUnit)"),
      ("inputFraction", "\(inputFraction)"), ("hiddenFraction", "\(hiddenFraction)"),
      ("removalPhase", "\(removalPhase)"), ("epochs", "\(epochCount)"),
      ("batch", "\(batch(rowCount: task.rows.count))"),
      ("gradientRows", "\(min(gradientRowCount, task.rows.count))"),
      ("learningRate", "\(learningRate)"), ("momentum", "\(momentum)"),
      ("penalty", "\(penalty)"), ("classWeight", balancesClasses ? "balanced" : "none"),
      ("scale", scaling.rawValue),
    ]
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    setThreadCount(1)  // bits must not depend on the cores
    try check()
    return try NeuroFSProcedure(self, task, random: random).run(observer)
  }

  private func check() throws(SelectionError) {
    try requireSetting(!hiddenCounts.isEmpty, "the number of hidden layers", 0, "at least 1")
    for width in hiddenCounts {
      try requireSetting((1...1_000_000).contains(width), "a hidden layer", width, "in 1...1000000")
    }
    try requireSetting(
      connectionsPerUnit > 0, "the connections per unit", connectionsPerUnit, "above 0")
    try requireSetting(
      (0...1).contains(inputFraction), "the input fraction", inputFraction, "in 0...1")
    try requireSetting(
      (0...1).contains(hiddenFraction), "the hidden fraction", hiddenFraction, "in 0...1")
    try requireSetting(
      (0...1).contains(removalPhase), "the removal phase", removalPhase, "in 0...1")
    try requireSetting(epochCount >= 1, "the number of epochs", epochCount, "at least 1")
    try requireSetting(
      batchCount.map { $0 >= 1 } ?? true, "the batch", batchCount ?? 0, "at least 1")
    try requireSetting(gradientRowCount >= 1, "the gradient rows", gradientRowCount, "at least 1")
    try requireSetting(
      learningRate > 0 && learningRate.isFinite, "the learning rate", learningRate, "above 0")
    try requireSetting(
      momentum >= 0 && momentum < 1, "the momentum", momentum, "at least 0 and below 1")
    try requireSetting(penalty >= 0 && penalty.isFinite, "the penalty", penalty, "at least 0")
  }
}
