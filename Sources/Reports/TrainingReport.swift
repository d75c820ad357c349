import Mustache

/// What a report of the training of a network shows: a plain value of numbers and texts.
public struct TrainingReport: Sendable, Equatable, Codable {
  /// A layer with weights.
  public struct Layer: Sendable, Equatable, Codable {
    /// The name.
    public var name: String
    /// The number of inputs.
    public var inputs: Int
    /// The number of units.
    public var units: Int
    /// The number of weights that exist.
    public var connections: Int

    /// Creates a layer.
    ///
    /// - Parameters:
    ///   - name: The name.
    ///   - inputs: The number of inputs.
    ///   - units: The number of units.
    ///   - connections: The number of weights that exist.
    public init(name: String, inputs: Int, units: Int, connections: Int) {
      self.name = name
      self.inputs = inputs
      self.units = units
      self.connections = connections
    }

    /// The share of the possible weights that exist; NaN where none is possible.
    var density: Double { Double(connections) / (Double(inputs) * Double(units)) }
  }

  /// A share of rows that grows or falls from epoch to epoch.
  public struct Curve: Sendable, Equatable, Codable {
    /// What it is the share of.
    public var name: String
    /// The share after each epoch, in 0...1.
    public var values: [Double]

    /// Creates a curve.
    ///
    /// - Parameters:
    ///   - name: What it is the share of.
    ///   - values: The share after each epoch, in 0...1.
    public init(name: String, values: [Double]) {
      self.name = name
      self.values = values
    }
  }

  /// The heading.
  public var title: String
  /// The program and its version.
  public var producer: String
  /// The name of the method.
  public var method: String
  /// What was reached, in a few numbers.
  public var headlines: [SelectionReport.Setting]
  /// The layers, in order.
  public var layers: [Layer]
  /// The training loss of each epoch.
  public var trainingLosses: [Double]
  /// The loss on held-out rows after each epoch; empty where none are held out.
  public var validationLosses: [Double]
  /// The shares of rows whose class was right after each epoch; empty where none has a class.
  public var accuracies: [Curve]
  /// The epoch whose network was kept, from 1.
  public var bestEpoch: Int
  /// What it cost.
  public var cost: [SelectionReport.Setting]
  /// The data.
  public var data: SelectionReport.DataSummary
  /// The settings.
  public var settings: [SelectionReport.Setting]
  /// Remarks and warnings, one sentence each.
  public var notes: [String]
  /// How the connections changed and are spread; nil for a dense network.
  public var connections: ConnectionReport?

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - title: The heading.
  ///   - producer: The program and its version.
  ///   - method: The name of the method.
  ///   - headlines: What was reached, in a few numbers.
  ///   - layers: The layers, in order.
  ///   - trainingLosses: The training loss of each epoch.
  ///   - validationLosses: The loss on held-out rows after each epoch.
  ///   - accuracies: The shares of rows whose class was right after each epoch.
  ///   - bestEpoch: The epoch whose network was kept, from 1.
  ///   - cost: What it cost.
  ///   - data: The data.
  ///   - settings: The settings.
  ///   - notes: Remarks and warnings.
  public init(
    title: String, producer: String, method: String, headlines: [SelectionReport.Setting],
    layers: [Layer], trainingLosses: [Double], validationLosses: [Double] = [],
    accuracies: [Curve] = [], bestEpoch: Int,
    cost: [SelectionReport.Setting], data: SelectionReport.DataSummary,
    settings: [SelectionReport.Setting] = [], notes: [String] = []
  ) {
    self.title = title
    self.producer = producer
    self.method = method
    self.headlines = headlines
    self.layers = layers
    self.trainingLosses = trainingLosses
    self.validationLosses = validationLosses
    self.accuracies = accuracies
    self.bestEpoch = bestEpoch
    self.cost = cost
    self.data = data
    self.settings = settings
    self.notes = notes
  }

  /// Renders the report as one HTML page that needs nothing else: no file and no network.
  ///
  /// - Returns: The page, encoded as UTF-8 when written.
  public func html() -> String {
    TrainingPage.template.render(TrainingPage(self))
  }
}

/// The texts and drawings of a page, under the names that the template uses.
struct TrainingPage {
  /// A row of the table of layers.
  struct Row {
    var name: String
    var inputs: String
    var units: String
    var connections: String
    var density: String
  }

  let title: String
  let producer: String
  let method: String
  let headlines: [ReportPage.Fact]
  let notes: [String]
  let hasNotes: Bool
  let layers: [Row]
  let charts: [ChartSection]
  let cost: [ReportPage.Fact]
  let data: [ReportPage.Fact]
  let settings: [ReportPage.Fact]
  let hasSettings: Bool

  init(_ report: TrainingReport) {
    func facts(_ settings: [SelectionReport.Setting]) -> [ReportPage.Fact] {
      settings.map { ReportPage.Fact(name: $0.name, value: $0.value) }
    }
    title = report.title
    producer = report.producer
    method = report.method
    headlines = facts(report.headlines)
    notes = report.notes
    hasNotes = !report.notes.isEmpty
    layers = report.layers.map {
      Row(
        name: $0.name, inputs: grouped($0.inputs), units: grouped($0.units),
        connections: grouped($0.connections),
        density: significant($0.density))
    }
    charts =
      [ChartSection.epochs(report), .accuracies(report)].compactMap(\.self)
      + (report.connections?.sections() ?? [])
    cost = facts(report.cost)
    data = ReportPage.data(report.data)
    settings = facts(report.settings)
    hasSettings = !settings.isEmpty
  }

  /// The page, compiled once.
  static let template = ReportPage.compiled(
    """
    \(ReportPage.head)
    <section>
    <h2>Connections</h2>
    <div class="scroll" tabindex="0" role="region" aria-label="Layers">
    <table><caption>The weights that exist, layer by layer</caption>
    <thead><tr><th scope="col">layer</th><th scope="col" class="number">inputs</th>
    <th scope="col" class="number">units</th><th scope="col" class="number">connections</th>
    <th scope="col" class="number">density</th></tr></thead>
    <tbody>{{#layers}}<tr><th scope="row">{{name}}</th><td class="number">{{inputs}}</td>
    <td class="number">{{units}}</td><td class="number">{{connections}}</td>
    <td class="number">{{density}}</td></tr>
    {{/layers}}</tbody></table></div>
    </section>
    \(ReportPage.chartSections())
    <section class="facts">
    <div><h2>Cost</h2>
    <dl>{{#cost}}<dt>{{name}}</dt><dd>{{value}}</dd>
    {{/cost}}</dl></div>
    </section>
    \(ReportPage.foot)
    """)
}
