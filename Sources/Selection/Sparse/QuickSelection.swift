import Datasets
import Kernels
import Networks
import Tensors
import Training

/// QuickSelection: the inputs that a sparse denoising auto-encoder holds on to.
///
///     W1 [h x d], W2 [d x h]: e (d + h) random connections each, N(0, 0.1^2);  no labels
///     for each epoch
///       for each batch: a step of descent on |W2 dropout(sigmoid(W1 (x + noise) + b1)) + b2 - x|^2
///       but for the last epoch, in W1 and W2 (SET): drop the share zeta of the negative and of
///         the positive weights that lie nearest 0; grow as many elsewhere at random
///     S_j = sum_i |W1_ij|;  the K features of largest S
///
/// - Source: Atashgahi et al., "Quick and robust feature selection: the strength of
///   energy-efficient sparse training for autoencoders", Machine Learning 111, 2022,
///   arXiv:2012.00560, Algorithm 1.
/// - Note: Connections are drawn without replacement, so that there are exactly e (d + h) of them
///   where that many fit. The noise of a row is a stretch of one table of normal numbers, not a
///   matrix as large as the data. Columns are scaled by the training rows alone. The released code
///   was read for what the paper leaves open; see ``Score``.
/// - Note: An auto-encoder learns first what many columns share, and then the columns that no
///   other tells about: in a long training, columns of pure noise gain on the others.
public struct QuickSelection: SelectionMethod, Hashable, Codable {
  /// Which weights make the strength.
  public enum Score: String, Hashable, Sendable, Codable, CaseIterable {
    /// Those that the last drop leaves, as in the released code: without what is grown last, and
    /// without the last epoch.
    case survivors
    /// All at the end of training.
    case final
  }

  /// The hidden units, h.
  public var hiddenCount = 1000
  /// The number of connections per unit at either side of a matrix, epsilon.
  public var connectionsPerUnit = 13.0
  /// The standard deviation of the first weights, and of those of grown connections.
  public var initialDeviation = 0.1
  /// The standard deviation of the noise that is added to the scaled columns, once for each row.
  public var noise: Float = 0.2
  /// The share of the hidden values that a step ignores, in 0..<1.
  public var dropout = 0.2
  /// The share of the connections that is replaced after an epoch, in 0...1; zeta.
  public var dropFraction = 0.2
  /// The epochs.
  public var epochCount = 100
  /// The rows of a mini-batch, fewer where there are fewer rows.
  public var batchCount = 100
  /// The step size, for the squared error summed over the columns and halved.
  public var learningRate: Float = 0.01
  /// The fraction of the velocity that is kept, in 0..<1.
  public var momentum: Float = 0.9
  /// By which share weights and biases shrink in every step, apart from the gradient.
  public var weightDecay: Float = 1e-5
  /// Which weights make the strength.
  public var score = Score.survivors
  /// How the columns are scaled.
  public var scaling = InputScaling.standard
  /// Whether rows are weighted so that every class counts the same; labels are not read otherwise.
  public var balancesClasses = false

  /// Creates the method with the settings of the paper.
  public init() {}

  public var name: String { "quickselection" }

  /// Only to balance classes.
  public var needsTarget: Bool { balancesClasses }

  public func settings(for task: SelectionTask) throws(SelectionError) -> [(
    name: String, value: String
  )] {
    try check()
    return [
      ("hidden", "\(hiddenCount)"), ("connectionsPerUnit", "\(connectionsPerUnit)"),
      ("noise", "\(noise)"), ("dropout", "\(dropout)"), ("dropFraction", "\(dropFraction)"),
      ("epochs", "\(epochCount)"), ("batch", "\(min(batchCount, task.rows.count))"),
      ("learningRate", "\(learningRate)"), ("score", score.rawValue),
      ("momentum", "\(momentum)"), ("weightDecay", "\(weightDecay)"),
      ("initialDeviation", "\(initialDeviation)"), ("scale", scaling.rawValue),
      ("classWeight", balancesClasses ? "balanced" : "none"),
    ]
  }

  public func select(
    _ task: SelectionTask, random: RandomSource, observer: any SelectionObserver
  ) throws(SelectionError) -> FeatureSelection {
    setThreadCount(1)  // bits must not depend on the cores
    try check()
    let encoder = DenoisingAutoencoder(self, on: task, random: random)
    let ranking = FeatureRanking(task)
    var record = EpochRecord()
    var strength: [Double] = []
    if let saved = observer.savedState {
      do throws(SnapshotError) {
        try encoder.restore(from: try saved.part("encoder"))
        record = try EpochRecord(restoredFrom: try saved.part("record"), task)
        strength = try saved.doubles("strength", count: task.eligibleColumns.count)
      } catch {
        throw .unusableState(error)
      }
    }
    for epoch in min(record.history.count, epochCount)..<epochCount {
      let loss = encoder.runEpoch()
      guard loss.isFinite else { throw .trainingDiverged(epoch: epoch, loss: "\(loss)") }
      if epoch < epochCount - 1 {
        encoder.markDropped()
        strength = encoder.inputStrength(survivorsOnly: score == .survivors)
        encoder.growAgain()
      } else if score == .final || epoch == 0 {
        strength = encoder.inputStrength(survivorsOnly: false)
      }
      record.append(
        TrainingEpoch(trainingLoss: loss), best: ranking.best(strength).map(\.index),
        connectedCount: encoder.connectedInputCount)
      observer.report(record.progress(lastEpoch: epochCount - 1))
      observer.keep {
        var state = Snapshot()
        state.save("encoder", encoder.state)
        state.save("record", record.state)
        state.save("strength", .double(strength))
        return state
      }
      if observer.shouldStop {
        record.isInterrupted = epoch < epochCount - 1
        break
      }
    }
    var selection = FeatureSelection(
      features: ranking.best(strength), history: record.history,
      rotationCount: record.history.count, isInterrupted: record.isInterrupted)
    selection.notes = ranking.notes
    selection.cost = encoder.cost
    return selection
  }

  private func check() throws(SelectionError) {
    try requireSetting(
      (1...1_000_000).contains(hiddenCount), "the hidden layer", hiddenCount, "in 1...1000000")
    try requireSetting(
      connectionsPerUnit > 0, "the connections per unit", connectionsPerUnit, "above 0")
    try requireSetting(
      initialDeviation >= 0 && initialDeviation.isFinite, "the initial deviation",
      initialDeviation, "at least 0")
    try requireSetting(noise >= 0 && noise.isFinite, "the noise", noise, "at least 0")
    try requireSetting(
      dropout >= 0 && dropout < 1, "the dropout", dropout, "at least 0 and below 1")
    try requireSetting(
      (0...1).contains(dropFraction), "the dropped fraction", dropFraction, "in 0...1")
    try requireSetting(epochCount >= 1, "the number of epochs", epochCount, "at least 1")
    try requireSetting(batchCount >= 1, "the batch", batchCount, "at least 1")
    try requireSetting(
      learningRate > 0 && learningRate.isFinite, "the learning rate", learningRate, "above 0")
    try requireSetting(
      momentum >= 0 && momentum < 1, "the momentum", momentum, "at least 0 and below 1")
    try requireSetting(
      weightDecay >= 0 && weightDecay < 1, "the weight decay", weightDecay, "at least 0 and below 1"
    )
  }
}

/// Refuses a setting that is out of its range.
func requireSetting(
  _ isGood: Bool, _ name: String, _ value: some CustomStringConvertible, _ range: String
) throws(SelectionError) {
  guard isGood else {
    throw .badSetting(name: name, value: value.description, range: range)
  }
}
