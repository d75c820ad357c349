/// How much a trained input layer makes of each feature.
public enum Importance: String, Hashable, Sendable, Codable, CaseIterable {
  /// The sum of the absolute weights of the feature's connections: S_j = sum_i |W1_ij|.
  ///
  /// - Source: QuickSelection, arXiv:2012.00560; arXiv:2408.04583, equation 3.
  case strength
  /// The mean absolute gradient of the outputs with respect to the feature, summed over classes.
  ///
  /// - Source: arXiv:2408.04583, equations 2 and 4.
  case attribution
}

/// How the outputs are differentiated for the attribution.
public struct AttributionSettings: Hashable, Sendable, Codable {
  /// Which outputs f_c are explained.
  public enum Output: String, Hashable, Sendable, Codable, CaseIterable {
    /// The logits, before the softmax.
    case logit
    /// The class probabilities; they vanish for rows that are classified with certainty.
    case softmax
  }

  /// What is summed for a row, a feature and a class.
  public enum Form: String, Hashable, Sendable, Codable, CaseIterable {
    /// |df_c / dx_j|, as in the paper.
    case gradient
    /// |x_j df_c / dx_j|.
    case inputTimesGradient = "input-x-gradient"
    /// |x_j times the mean of df_c / dx_j on the way from 0 to x|, by the midpoint rule.
    ///
    /// - Source: Sundararajan et al., arXiv:1703.01365; the scaled columns' 0 is the baseline.
    case integratedGradients = "integrated-gradients"
  }

  /// Which outputs are explained.
  public var output = Output.logit
  /// What is summed.
  public var form = Form.gradient
  /// The optimizer steps from one measurement to the next, at least 1.
  public var interval = 1
  /// The rows of the batch that are looked at; nil for all.
  public var sampleCount: Int?
  /// The points on the way from 0 to x of the integrated gradients, at least 1.
  public var pathSteps = 8

  /// Creates the settings with their defaults.
  public init() {}
}

/// Which part of the training counts.
public enum ImportanceAggregation: String, Hashable, Sendable, Codable, CaseIterable {
  /// All epochs, those after the best one included: what the paper's text says.
  case allEpochs = "all-epochs"
  /// All epochs up to and with the best one.
  case throughBest = "through-best"
  /// All epochs before the best one, as released with arXiv:2408.04583; of a first epoch that is
  /// the best, that epoch.
  case beforeBest = "before-best"
  /// The best epoch.
  case bestEpoch = "best-epoch"
  /// The last batch of the best epoch.
  case lastIteration = "last-iteration"
}
