/// How much the values of folds and repeats differ, and how often chance does as well.
public struct FoldSpread: Sendable, Equatable {
  /// Some values in short.
  public struct Summary: Sendable, Equatable {
    /// How many there are.
    public let count: Int
    /// The mean.
    public let mean: Double
    /// The sample standard deviation, nil for a single value.
    public let deviation: Double?
    /// The lowest.
    public let lowest: Double
    /// The highest.
    public let highest: Double

    /// Summarises values; nil without any.
    ///
    /// - Parameter values: The values.
    public init?(_ values: [Double]) {
      guard let lowest = values.min(), let highest = values.max() else { return nil }
      count = values.count
      let mean = values.reduce(0, +) / Double(values.count)
      let squares = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      self.mean = mean
      deviation = values.count > 1 ? (squares / Double(values.count - 1)).squareRoot() : nil
      self.lowest = lowest
      self.highest = highest
    }
  }

  /// The values of single folds.
  public let folds: Summary
  /// The means of whole repeats; nil where not one is complete.
  public let repeats: Summary?
  /// The 95 % interval of what the method is worth on rows like these, nil for fewer than five folds.
  ///
  /// Folds share most of their training rows, so that their values vary less than those of other
  /// samples would. The standard error is therefore that of Nadeau and Bengio, with n1 and n2 the
  /// training and test rows of a fold and J the number of folds,
  ///
  ///     sqrt((1 / J + n2 / n1) · variance of the values),
  ///
  /// times the quantile of Student's t with J - 1 degrees of freedom. It is an approximation.
  ///
  /// - Source: Nadeau and Bengio, "Inference for the generalization error", Machine Learning 52,
  ///   2003.
  public let interval: ClosedRange<Double>?
  /// How much the selections agree.
  ///
  /// They share most of their rows, so that no interval is given.
  public let stability: Double?
  /// The features that any selection chose, with the fraction of the selections that did; the most
  /// frequent first, of equals the lower one.
  public let frequencies: [(feature: Int, share: Double)]

  /// Summarises the runs there are.
  ///
  /// - Parameters:
  ///   - runs: The runs; nil without any.
  ///   - foldCount: The folds of a repeat.
  ///   - featureCount: The number of features among which was chosen.
  public init?(_ runs: [FoldRun], foldCount: Int, featureCount: Int) {
    guard let folds = Summary(runs.map(\.value)) else { return nil }
    self.folds = folds
    let numbers = Set(runs.map(\.repetition)).sorted()
    repeats = Summary(
      numbers.compactMap { number in
        let values = runs.filter { $0.repetition == number }.map(\.value)
        return values.count == foldCount ? values.reduce(0, +) / Double(foldCount) : nil
      })
    interval = Self.interval(folds, runs)
    let selections = runs.map(\.features)
    stability = Stability(selections: selections, featureCount: featureCount)?.index
    let shares = selectionFrequencies(selections, featureCount: featureCount)
    frequencies = shares.indices.filter { shares[$0] > 0 }
      .sorted { (shares[$1], $0) < (shares[$0], $1) }.map { ($0, shares[$0]) }
  }

  private static func interval(_ folds: Summary, _ runs: [FoldRun]) -> ClosedRange<Double>? {
    let (training, test) = runs.reduce((0, 0)) {
      ($0.0 + $1.split.training.count, $0.1 + $1.split.test.count)
    }
    guard let deviation = folds.deviation, folds.count >= 5, training > 0 else { return nil }
    let factor = 1 / Double(folds.count) + Double(test) / Double(training)
    let width = studentQuantile(folds.count - 1) * deviation * factor.squareRoot()
    guard width.isFinite else { return nil }
    return folds.mean - width...folds.mean + width
  }

  /// The 97.5 % quantile of Student's t, by the expansion of Cornish and Fisher; for 4 degrees of
  /// freedom it is 1.7 % too small, for 9 it is 0.1 %.
  private static func studentQuantile(_ degrees: Int) -> Double {
    let (z, v) = (1.959_963_984_540_054, Double(degrees))
    let (z3, z5) = (z * z * z, z * z * z * z * z)
    return z + (z3 + z) / (4 * v) + (5 * z5 + 16 * z3 + 3 * z) / (96 * v * v)
  }

  /// Whether two have the same numbers.
  ///
  /// - Parameters:
  ///   - left: One.
  ///   - right: The other.
  /// - Returns: Whether they do.
  public static func == (left: FoldSpread, right: FoldSpread) -> Bool {
    left.folds == right.folds && left.repeats == right.repeats && left.interval == right.interval
      && left.stability == right.stability
      && left.frequencies.elementsEqual(right.frequencies) { $0 == $1 }
  }
}

/// What chance reaches: the value of the same selection on targets that were dealt out anew.
///
/// p = (1 + number of permutations that do at least as well) / (1 + number of permutations). Each
/// permutation goes once through the folds; a mean over several repeats, with which it is compared,
/// varies less than a single one, so that p errs on the side of caution.
///
/// - Source: Phipson and Smyth, "Permutation P-values should never be zero", Statistical
///   Applications in Genetics and Molecular Biology 9 (1), 2010; Ojala and Garriga, "Permutation
///   tests for studying classifier performance", JMLR 11, 2010, test 1.
public struct ChanceComparison: Sendable, Equatable {
  /// The mean value of each permutation.
  public let values: [Double]
  /// How many of them do at least as well.
  public let asGoodCount: Int

  /// Compares a value with those of permutations.
  ///
  /// - Parameters:
  ///   - value: The value on the true target.
  ///   - values: The values on permuted targets.
  ///   - higherIsBetter: Whether a larger value is better.
  public init(_ value: Double, with values: [Double], higherIsBetter: Bool) {
    self.values = values
    // Equal but for rounding is as good.
    let tolerance = 1e-12 * max(1, value.magnitude)
    asGoodCount = values.count {
      higherIsBetter ? $0 >= value - tolerance : $0 <= value + tolerance
    }
  }

  /// The share of chance, never 0.
  public var p: Double { Double(1 + asGoodCount) / Double(1 + values.count) }
}
