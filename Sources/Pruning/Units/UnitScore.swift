/// What makes a unit worth keeping.
///
/// Of a unit that is read or made in several places, as behind a residual addition, the largest
/// score counts.
public enum UnitScore: String, CaseIterable, Sendable, Codable {
  /// The standard deviation of what it puts out, behind its activation: ODF2NNA.
  case deviation
  /// The standard deviation in front of the activation.
  case preactivation
  /// The deviation times the norm of the weights by which the next layer reads it: what a rectified
  /// unit scaled up, with its outgoing weights scaled down, does not change.
  case outgoing
  /// The deviation over |mean|.
  case variation
  /// The norm of the weights that make it.
  case weightNorm = "weight-norm"
  /// |scale| of its batch normalisation (arXiv:1708.06519).
  case normScale = "norm-scale"
  /// What its weights are worth to the loss, to first order: the mean over batches of
  /// (sum of w dL/dw)^2 (arXiv:1906.10771, equation 8).
  case taylor
  /// A number drawn for it.
  case random
}
