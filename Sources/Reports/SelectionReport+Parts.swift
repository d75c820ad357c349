extension SelectionReport {
  /// The data of a run.
  public struct DataSummary: Sendable, Equatable, Codable {
    /// Where the data came from.
    public var source: String
    /// The number of rows, held-out rows included.
    public var rows: Int
    /// The number of columns among which was selected.
    public var columns: Int
    /// The number of classes, `nil` for regression.
    public var classes: Int?
    /// What is predicted where it is neither classes nor one number, such as `3 labels to predict`.
    public var target: String?
    /// The fingerprint of the content.
    public var hash: String
    /// The number of rows that the selection saw.
    public var trainingRows: Int
    /// The number of rows held out for the judge.
    public var testRows: Int

    /// Creates a summary.
    ///
    /// - Parameters:
    ///   - source: Where the data came from.
    ///   - rows: The number of rows, held-out rows included.
    ///   - columns: The number of columns among which was selected.
    ///   - classes: The number of classes, `nil` for regression.
    ///   - target: What is predicted where it is neither classes nor one number.
    ///   - hash: The fingerprint of the content.
    ///   - trainingRows: The number of rows that the selection saw.
    ///   - testRows: The number of rows held out for the judge.
    public init(
      source: String, rows: Int, columns: Int, classes: Int?, target: String? = nil,
      hash: String, trainingRows: Int, testRows: Int
    ) {
      self.source = source
      self.rows = rows
      self.columns = columns
      self.classes = classes
      self.target = target
      self.hash = hash
      self.trainingRows = trainingRows
      self.testRows = testRows
    }
  }

  /// A setting and its value.
  public struct Setting: Sendable, Equatable, Codable {
    /// The name.
    public var name: String
    /// The value as text.
    public var value: String

    /// Creates a setting.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - value: The value as text.
    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  /// A chosen column.
  public struct RankedFeature: Sendable, Equatable, Codable {
    /// The place in the ranking, from 1.
    public var rank: Int
    /// The column, counted from 0.
    public var index: Int
    /// The name of the column.
    public var name: String
    /// The method's score, larger is better.
    public var score: Double
    /// The fraction of runs that chose the column, in 0...1.
    public var frequency: Double

    /// Creates a chosen column.
    ///
    /// - Parameters:
    ///   - rank: The place in the ranking, from 1.
    ///   - index: The column, counted from 0.
    ///   - name: The name of the column.
    ///   - score: The method's score, larger is better.
    ///   - frequency: The fraction of runs that chose the column, in 0...1.
    public init(rank: Int, index: Int, name: String, score: Double, frequency: Double) {
      self.rank = rank
      self.index = index
      self.name = name
      self.score = score
      self.frequency = frequency
    }
  }

  /// The run of one seed.
  public struct Run: Sendable, Equatable, Codable {
    /// The seed.
    public var seed: UInt64
    /// The number of rotations in all, a refit included; `nil` for methods without.
    public var rotations: Int?
    /// The rotation with the least validation loss, from 1.
    public var bestRotation: Int?
    /// The judge's value.
    public var judge: Double?
    /// The loss after each rotation.
    public var losses: [Double]
    /// The loss on held-out rows with ever fewer columns.
    public var elimination: [EliminationStep]
    /// What the training of a network cost; `nil` for methods without one.
    public var cost: Cost?

    /// Creates a run.
    ///
    /// - Parameters:
    ///   - seed: The seed.
    ///   - rotations: The number of rotations in all.
    ///   - bestRotation: The rotation with the least validation loss, from 1.
    ///   - judge: The judge's value.
    ///   - losses: The loss after each rotation.
    ///   - elimination: The loss on held-out rows with ever fewer columns.
    ///   - cost: What the training of a network cost.
    public init(
      seed: UInt64, rotations: Int? = nil, bestRotation: Int? = nil,
      judge: Double? = nil, losses: [Double] = [], elimination: [EliminationStep] = [],
      cost: Cost? = nil
    ) {
      self.seed = seed
      self.rotations = rotations
      self.bestRotation = bestRotation
      self.judge = judge
      self.losses = losses
      self.elimination = elimination
      self.cost = cost
    }
  }

  /// The loss that remained with a number of columns.
  public struct EliminationStep: Sendable, Equatable, Codable {
    /// The number of columns.
    public var count: Int
    /// The loss on held-out rows.
    public var loss: Double

    /// Creates a step.
    ///
    /// - Parameters:
    ///   - count: The number of columns.
    ///   - loss: The loss on held-out rows.
    public init(count: Int, loss: Double) {
      self.count = count
      self.loss = loss
    }
  }

  /// What a learner made of the chosen columns on the held-out rows.
  public struct Judge: Sendable, Equatable, Codable {
    /// The name of the learner.
    public var learner: String
    /// The name of the metric.
    public var metric: String
    /// Whether a larger value is better.
    public var higherIsBetter: Bool
    /// The mean over the runs.
    public var mean: Double
    /// The standard deviation over the runs, `nil` for one run.
    public var sd: Double?
    /// The value with all columns.
    public var allFeatures: Double?
    /// The value with a random choice of as many columns.
    public var random: Double?

    /// Creates a judgement.
    ///
    /// - Parameters:
    ///   - learner: The name of the learner.
    ///   - metric: The name of the metric.
    ///   - higherIsBetter: Whether a larger value is better.
    ///   - mean: The mean over the runs.
    ///   - sd: The standard deviation over the runs.
    ///   - allFeatures: The value with all columns.
    ///   - random: The value with a random choice of as many columns.
    public init(
      learner: String, metric: String, higherIsBetter: Bool, mean: Double, sd: Double? = nil,
      allFeatures: Double? = nil, random: Double? = nil
    ) {
      self.learner = learner
      self.metric = metric
      self.higherIsBetter = higherIsBetter
      self.mean = mean
      self.sd = sd
      self.allFeatures = allFeatures
      self.random = random
    }
  }

  /// What a number of columns is worth.
  public struct PathPoint: Sendable, Equatable, Codable {
    /// The number of columns.
    public var count: Int
    /// The mean over several splits of the loss on held-out training rows.
    public var loss: Double
    /// The standard error of that mean.
    public var standardError: Double
    /// The mean share of the held-out training rows that are right; nil for a regression.
    public var accuracy: Double?
    /// The standard error of that mean.
    public var accuracyError: Double?
    /// Whether it is the smallest count that loses nothing.
    public var isSuggested: Bool
    /// Whether this count was chosen.
    public var isChosen: Bool

    /// Creates a point.
    ///
    /// - Parameters:
    ///   - count: The number of columns.
    ///   - loss: The mean over several splits of the loss on held-out training rows.
    ///   - standardError: The standard error of that mean.
    ///   - isSuggested: Whether it is the smallest count that loses nothing.
    ///   - isChosen: Whether this count was chosen.
    public init(
      count: Int, loss: Double, standardError: Double, isSuggested: Bool, isChosen: Bool
    ) {
      self.count = count
      self.loss = loss
      self.standardError = standardError
      self.isSuggested = isSuggested
      self.isChosen = isChosen
    }
  }

  /// An index with its 95 % confidence interval, if there is one.
  public struct Interval: Sendable, Equatable, Codable {
    /// The estimate.
    public var index: Double
    /// The lower end, `nil` where there are too few runs for an interval.
    public var low: Double?
    /// The upper end, `nil` where there are too few runs for an interval.
    public var high: Double?

    /// Creates an interval.
    ///
    /// - Parameters:
    ///   - index: The estimate.
    ///   - low: The lower end.
    ///   - high: The upper end.
    public init(index: Double, low: Double? = nil, high: Double? = nil) {
      self.index = index
      self.low = low
      self.high = high
    }
  }

  /// The extents of an image, in pixels.
  public struct ImageSize: Sendable, Equatable, Codable {
    /// The number of rows of pixels.
    public var height: Int
    /// The number of pixels in a row.
    public var width: Int

    /// Creates the extents of an image.
    ///
    /// - Parameters:
    ///   - height: The number of rows of pixels.
    ///   - width: The number of pixels in a row.
    public init(height: Int, width: Int) {
      self.height = height
      self.width = width
    }
  }
}
