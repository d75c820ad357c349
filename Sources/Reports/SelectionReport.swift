/// What a report of a selection run shows.
///
/// It is a plain value of numbers and texts: any text may hold any character, the page shows it
/// as it is. A number that is not finite is shown as a dash.
public struct SelectionReport: Sendable, Equatable, Codable {
  /// The heading, such as "50 of 784 columns of train.csv".
  public var title: String
  /// The program and its version.
  public var producer: String
  /// The data.
  public var data: DataSummary
  /// The name of the method.
  public var method: String
  /// The settings of the method and of the run.
  public var settings: [Setting]
  /// The chosen columns, best first.
  public var ranking: [RankedFeature]
  /// The runs, one for each seed.
  public var runs: [Run]
  /// Which loss the runs' losses are, such as "validation loss".
  public var lossName: String
  /// What a run goes through over and over: `rotation` or `epoch`.
  public var roundName: String
  /// The classes that each chosen column speaks for; nil where nobody measured it.
  public var classes: ClassShares?
  /// What a learner made of the chosen columns.
  public var judge: Judge?
  /// How much the runs agree.
  public var stability: Interval?
  /// What several counts are worth; empty where one was given.
  public var path: [PathPoint]
  /// How sure one can be; nil where nobody asked.
  public var folds: Folds?
  /// The extents of the image that a row is; its pixels are the columns in row-major order.
  public var image: ImageSize?
  /// Remarks and warnings, one sentence each.
  public var notes: [String]
  /// The columns of each chosen feature, where features are groups of them.
  public var members: [Setting] = []
  /// The rows that each step saw, such as `0-59,62`.
  public var rows: [Setting] = []
  /// How the method of each run was found; empty where it was given.
  public var races: [Race] = []
  /// When features were among the chosen of the first run.
  public var lives: [Life] = []
  /// What is said of the lives that are left out, or of the run.
  public var livesRemark = ""
  /// How alike the chosen features are; nil where nobody measured it.
  public var correlations: Correlations?
  /// What is said of the features that are left out of it.
  public var correlationsRemark = ""
  /// The mean of each pixel of ``image`` from dark to light, or nothing.
  public var meanImage: [UInt8] = []
  /// The connections of the network of the first run; nil for methods without one.
  public var connections: ConnectionReport?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - producer: The program and its version.
  ///   - data: The data.
  ///   - method: The name of the method.
  ///   - settings: The settings of the method and of the run.
  ///   - ranking: The chosen columns, best first.
  ///   - runs: The runs, one for each seed.
  ///   - lossName: Which loss the runs' losses are.
  ///   - roundName: What a run goes through over and over.
  ///   - classes: The classes that each chosen column speaks for.
  ///   - judge: What a learner made of the chosen columns.
  ///   - stability: How much the runs agree.
  ///   - path: What several counts are worth.
  ///   - folds: How sure one can be.
  ///   - image: The extents of the image that a row is.
  ///   - notes: Remarks and warnings.
  public init(
    title: String, producer: String, data: DataSummary, method: String, settings: [Setting] = [],
    ranking: [RankedFeature], runs: [Run], lossName: String = "validation loss",
    roundName: String = "rotation", classes: ClassShares? = nil, judge: Judge? = nil,
    stability: Interval? = nil, path: [PathPoint] = [], folds: Folds? = nil,
    image: ImageSize? = nil, notes: [String] = []
  ) {
    self.title = title
    self.producer = producer
    self.data = data
    self.method = method
    self.settings = settings
    self.ranking = ranking
    self.runs = runs
    self.lossName = lossName
    self.roundName = roundName
    self.classes = classes
    self.judge = judge
    self.stability = stability
    self.path = path
    self.folds = folds
    self.image = image
    self.notes = notes
  }
}
