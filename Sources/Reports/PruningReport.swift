/// What a report of a network made smaller shows: a plain value of numbers and texts.
public struct PruningReport: Sendable, Equatable, Codable {
  /// A number before and after.
  public struct Change: Sendable, Equatable, Codable {
    /// Before.
    public var before: Int
    /// After; 0 for what is gone.
    public var after: Int

    /// Creates the numbers.
    ///
    /// - Parameters:
    ///   - before: Before.
    ///   - after: After; 0 for what is gone.
    public init(before: Int, after: Int) {
      (self.before, self.after) = (before, after)
    }
  }

  /// A layer with weights.
  public struct Layer: Sendable, Equatable, Codable {
    /// The name.
    public var name: String
    /// The units.
    public var units: Change
    /// The parameters.
    public var parameters: Change
    /// The multiply-adds.
    public var multiplyAdds: Change
    /// How long it takes alone, before and after, as text; nil where that was not measured.
    public var times: [String]?

    /// Creates a layer.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - units: The units.
    ///   - parameters: The parameters.
    ///   - multiplyAdds: The multiply-adds.
    ///   - times: How long it takes alone, before and after, as text.
    public init(
      name: String, units: Change, parameters: Change, multiplyAdds: Change,
      times: [String]? = nil
    ) {
      (self.name, self.units) = (name, units)
      (self.parameters, self.multiplyAdds, self.times) = (parameters, multiplyAdds, times)
    }
  }

  /// A network that was tried.
  public struct Candidate: Sendable, Equatable, Codable {
    /// What is left of the parameters.
    public var parameters: Int
    /// How good it is once it was trained again.
    public var score: Double
    /// How good it was before.
    public var scoreAtOnce: Double
    /// The time of a batch; nil where it was not measured.
    public var seconds: Double?
    /// Whether it is the one that was kept.
    public var isChosen: Bool

    /// Creates a candidate.
    ///
    /// - Parameters:
    ///   - parameters: What is left of the parameters.
    ///   - score: How good it is once it was trained again.
    ///   - scoreAtOnce: How good it was before.
    ///   - seconds: The time of a batch.
    ///   - isChosen: Whether it is the one that was kept.
    public init(
      parameters: Int, score: Double, scoreAtOnce: Double, seconds: Double? = nil,
      isChosen: Bool = false
    ) {
      (self.parameters, self.score, self.scoreAtOnce) = (parameters, score, scoreAtOnce)
      (self.seconds, self.isChosen) = (seconds, isChosen)
    }
  }

  /// Facts under a heading.
  public struct Section: Sendable, Equatable, Codable {
    /// The heading.
    public var heading: String
    /// The facts.
    public var facts: [SelectionReport.Setting]

    /// Creates a section.
    ///
    /// - Parameters:
    ///   - heading: The heading.
    ///   - facts: The facts.
    public init(heading: String, facts: [SelectionReport.Setting]) {
      (self.heading, self.facts) = (heading, facts)
    }
  }

  /// The heading.
  public var title: String
  /// The program and its version.
  public var producer: String
  /// The name of the method.
  public var method: String
  /// What was reached, in a few numbers.
  public var headlines: [SelectionReport.Setting] = []
  /// The layers, in order; none where nothing changed.
  public var layers: [Layer] = []
  /// What the scores are, such as accuracy on the validation rows.
  public var scoreName = "score"
  /// What the sizes of the candidates count.
  public var sizeName = "parameters"
  /// The network before, as a candidate.
  public var original: Candidate?
  /// What was tried.
  public var path: [Candidate] = []
  /// The entropy of each layer after each iteration, that of the original first, in bits.
  public var entropies: [TrainingReport.Curve] = []
  /// The training loss of each epoch of the refinement.
  public var trainingLosses: [Double] = []
  /// The loss on held-out rows after each of them.
  public var validationLosses: [Double] = []
  /// The epoch whose network was kept, from 1; nil for that before the first.
  public var bestEpoch: Int?
  /// What was found, section by section.
  public var sections: [Section] = []
  /// What a clock told: other runs give other times.
  public var measured: [SelectionReport.Setting] = []
  /// The data; nil for none.
  public var data: SelectionReport.DataSummary?
  /// The settings.
  public var settings: [SelectionReport.Setting] = []
  /// Remarks and warnings, one sentence each.
  public var notes: [String] = []

  /// Creates a report without contents.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - producer: The program and its version.
  ///   - method: The name of the method.
  public init(title: String, producer: String, method: String) {
    (self.title, self.producer, self.method) = (title, producer, method)
  }

  /// Renders the report as one HTML page that needs nothing else: no file and no network.
  ///
  /// - Returns: The page, encoded as UTF-8 when written.
  public func html() -> String {
    PruningPage.template.render(PruningPage(self))
  }
}
