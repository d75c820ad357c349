import Datasets
import Networks
import Tensors

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
/// - Source: arXiv:2410.02344; `EntryPrune.released` follows the released code.
/// - Note: Deviations of the default from the released code, each a setting: see the article
///   "EntryPrune" in the documentation.
public struct EntryPrune: SelectionMethod, Hashable, Codable {
  /// Whether the number of active columns changes during the run ("flex").
  public var isFlexible = false
  /// The share c of the features outside the selection that are candidates, in 0...1; nil for 0.2
  /// where there are at least as many rows as features, 0.5 otherwise.
  public var candidateFraction: Double?
  /// The mini-batches m of a rotation; nil for 100 where there are at least as many rows as
  /// features, 5 otherwise.
  public var stepsPerRotation: Int?
  /// The hidden units H.
  public var hiddenCount = 100
  /// The rows of a mini-batch; fewer where there are fewer rows.
  public var batchCount = 1024
  /// How weights move.
  public var optimizer = Adam()
  /// How the scores of a feature's entries become one.
  public var scoring = EntryScoring.mean
  /// What is summed over a rotation.
  public var quantity = ScoredQuantity.gradient
  /// Which moments of Adam an entrant starts with.
  public var entrantMoments = EntrantMoments.zero
  /// Where new candidates come from.
  public var regrowth = Regrowth.random
  /// The chance that an established feature is put to the test again after a rotation, in 0...1.
  public var retestProbability = 0.0
  /// How long the search goes on.
  public var length = SearchLength.validated(Validation())
  /// How the columns are scaled.
  public var scaling = InputScaling.minMax
  /// Whether rows are weighted so that every class counts the same.
  public var balancesClasses = false

  /// Creates the method with its defaults.
  public init() {}

  /// The rule of the authors' released code.
  public static var released: EntryPrune {
    var method = EntryPrune()
    method.scoring = .firstImpressionMaximum
    method.entrantMoments = .inherited
    method.length = .validated(Validation(isStratified: false))
    return method
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

/// How the columns are scaled before the network sees them, always by the training rows alone.
public enum InputScaling: String, Hashable, Sendable, Codable, CaseIterable {
  /// To 0...1.
  case minMax = "minmax"
  /// To mean 0 and standard deviation 1.
  case standard
  /// log(1 + x), then to 0...1; for counts.
  case logarithmMinMax = "log-minmax"
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
