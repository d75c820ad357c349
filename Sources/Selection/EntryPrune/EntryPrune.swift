import Datasets
import Networks
import Tensors
import Training

/// EntryPrune: features compete for the places of a small input layer.
///
/// A network sees K established features and a random sample of candidates. After m mini-batches
/// (a rotation) each candidate gets an entry score, how much its weights wanted to change; the K
/// best stay, the others make room for a new sample:
///
///     fit(X, y, K):  r* = run(training part; validation part).best rotation
///                    return run(all training rows; r* rotations).E
///     run:  a = N random features, all candidates;  e = -infinity
///       repeat
///         S = 0;  repeat m times { G = dL/dW1; S += G; Adam step }
///         record the validation loss of the K established features; stop by patience
///         u_j = sum_h |S_hj|;  s = (u - mean u) / sd u  over the active columns
///         e_j = combine(e_j, s_j)  for every candidate j
///         E = the K active features of largest e
///         candidates = N - K random features outside E, weights near 0
///     with N = K + ceil(c (p - K))
///
/// - Source: arXiv:2410.02344; the preset `released` follows the authors' code.
/// - Note: The preset `standard` deviates from it where that was measured to choose better; each
///   deviation is a setting, and ``EntryRule`` lists them.
public struct EntryPrune: SelectionMethod, Hashable, Codable {
  /// Where settings come from that are not given.
  public enum Preset: String, Hashable, Sendable, Codable, CaseIterable {
    /// The rule of this package, chosen by the kind of the data: ``EntryRule/standard(for:)``.
    case standard
    /// The rule of the authors' released code: ``EntryRule/released(rowCount:featureCount:)``.
    case released
  }

  /// Where settings come from that are not given below.
  public var preset = Preset.standard
  /// Whether the number of active columns follows the validation loss ("flex").
  public var isFlexible = false
  /// The share c of the features outside the selection that are candidates, above 0, at most 1;
  /// where it is given, the standard preset's least number of candidates does not apply.
  public var candidateFraction: Double?
  /// The mini-batches m of a rotation.
  public var stepsPerRotation: Int?
  /// The hidden units H.
  public var hiddenCount: Int?
  /// The rows of a mini-batch; fewer where there are fewer rows.
  public var batchCount: Int?
  /// Adam's step size.
  public var learningRate: Float?
  /// The factor of Adam's decay of the weights, decoupled in the standard preset; at least 0.
  public var weightDecay: Float?
  /// After how many rotations all weights start anew; 0 for never.
  public var restartInterval: Int?
  /// How the scores of a feature's entries become one.
  public var scoring: EntryScoring?
  /// What is summed over a rotation.
  public var quantity: ScoredQuantity?
  /// Which moments of Adam an entrant starts with.
  public var entrantMoments: EntrantMoments?
  /// Where new candidates come from.
  public var regrowth: Regrowth?
  /// The chance that an established feature is put to the test again after a rotation, in 0...1.
  public var retestProbability: Double?
  /// How long the search goes on.
  public var length: SearchLength?
  /// How the columns are scaled.
  public var scaling: InputScaling?
  /// Whether a longer list is cut down to K by what held-out rows lose without a feature.
  public var eliminates: Bool?
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false
  /// How many bytes the selection may take, the table among them; nil for no bound.
  ///
  /// It bounds the number of active features, and with it how often each is put to the test.
  public var memoryLimit: Int?

  /// Creates the method with the settings of a preset.
  ///
  /// - Parameter preset: Where settings come from that are not given.
  public init(_ preset: Preset = .standard) {
    self.preset = preset
  }

  public var name: String { isFlexible ? "entryprune-flex" : "entryprune" }
}

/// How the scores of a feature's entries become its one entry score.
public enum EntryScoring: String, Hashable, Sendable, Codable, CaseIterable {
  /// The highest score of all entries, as released; a feature that enters often is lucky sooner.
  case firstImpressionMaximum = "first-impression-max"
  /// The sum of the scores divided by one more than their number: the mean, shrunk towards the
  /// average column for features that were seen rarely.
  case mean
  /// The score of the last entry.
  case latest
  /// The exponential average with weight 1/2 on the last entry.
  case exponentialAverage = "ema"
}

/// What is summed over the mini-batches of a rotation.
public enum ScoredQuantity: String, Hashable, Sendable, Codable, CaseIterable {
  /// The gradient of the first layer's weights.
  case gradient
  /// The same after centring the column and dividing by its standard deviation, so that neither
  /// the mean nor the spread of a column counts as evidence.
  case standardizedGradient = "standardized-gradient"
  /// The weights at the end of the rotation (an ablation of the paper).
  case weight
  /// The change of the weights during the rotation (an ablation of the paper).
  case weightChange = "weight-change"
}

/// Which moments of Adam an entrant starts with.
public enum EntrantMoments: String, Hashable, Sendable, Codable, CaseIterable {
  /// None, and a step count of its own.
  case zero
  /// Those of the feature whose place it takes, as released.
  case inherited
}

/// Where new candidates come from.
public enum Regrowth: String, Hashable, Sendable, Codable, CaseIterable {
  /// A uniform random sample.
  case random
  /// The inactive features with the largest gradient on the last mini-batch, as in RigL; blind to
  /// features that matter only together.
  case gradient
}

/// How long a search goes on.
public enum SearchLength: Hashable, Sendable, Codable {
  /// Until the loss on held-out training rows no longer falls; then a second search on all
  /// training rows for as many rotations as were best.
  case validated(Validation)
  /// A number of rotations on all training rows.
  case rotations(Int)
}

/// The validation run of a search.
public struct Validation: Hashable, Sendable, Codable {
  /// The share of the training rows that is held out, above 0 and below 1.
  public var fraction = 0.2
  /// Whether every class is held out in proportion.
  public var isStratified = true
  /// After how many rotations without a lower loss, or without a change of the chosen set, the
  /// run ends.
  public var patience = 100
  /// After how many epochs the run ends in any case.
  public var maximumEpochs = 100_000

  /// Creates the settings with their defaults.
  ///
  /// - Parameter isStratified: Whether every class is held out in proportion.
  public init(isStratified: Bool = true) {
    self.isStratified = isStratified
  }
}
