extension TopologyRule {
  /// SET as in the code of arXiv:2408.04583: every 10 steps, by magnitude, regrown at random.
  ///
  /// The fraction falls from 0.3 to 0.005 along half a cosine over the longest possible training.
  ///
  /// - Source: Atashgahi et al., ECAI 2024, arXiv:2408.04583, and the code released with it.
  /// - Note: Exactly as many connections are grown as were dropped, where that code grows every free
  ///   position with a probability; of equal magnitudes only as many are dropped as asked for; a
  ///   grown connection starts with moments of 0, where that code's moments kept integrating the
  ///   dense gradient; no update follows the last step.
  public static let set = TopologyRule(
    growth: .random, dropSchedule: .cosine(final: 0.005, steps: nil), interval: .steps(10))

  /// SET as first published: once per epoch, by sign, regrown at random with small weights.
  ///
  /// - Source: Mocanu et al., Nature Communications 9, 2018, arXiv:1707.04780, and the code for
  ///   sparse data released with it: fraction 0.3, weights from N(0, 0.1^2), no update after the
  ///   last epoch.
  /// - Note: The number dropped is rounded up over both signs together; weights of exactly 0 are
  ///   dropped first, but only within that number.
  public static let originalSET = TopologyRule(
    drop: .magnitudeBySign, growth: .random, interval: .epochs(1),
    grownWeight: .normal(deviation: 0.1))

  /// RigL as in the code of arXiv:2408.04583: like ``set``, but grown by the gradient of the batch.
  ///
  /// - Source: Atashgahi et al., ECAI 2024, arXiv:2408.04583, and the code released with it.
  /// - Note: The notes of ``set`` hold; the gradient is that of the loss alone, without the L2 term.
  public static let rigl = TopologyRule(
    growth: .gradient, dropSchedule: .cosine(final: 0.005, steps: nil), interval: .steps(10))

  /// RigL as first published: every 100 steps until 75 % of the training.
  ///
  /// The fraction falls from 0.3 to 0; a step that updates the topology moves no weight, and a
  /// connection that is dropped and grown at once keeps its weight.
  ///
  /// - Source: Evci et al., "Rigging the Lottery", ICML 2020, arXiv:1911.11134, Algorithm 1, and the
  ///   code released with it.
  /// - Note: The number dropped is rounded up instead of down, and ties go to the earlier connection
  ///   instead of being broken by noise.
  public static let originalRigL = TopologyRule(
    growth: .gradient, dropSchedule: .cosine(final: 0, steps: nil), interval: .steps(100),
    stopFraction: 0.75, skipsWeightUpdate: true, keepsWeightOfRegrown: true)

  /// Connections that stay as they were drawn: the baseline of the others.
  public static let `static` = TopologyRule(
    growth: .none, dropFraction: 0, interval: .epochs(1))
}
