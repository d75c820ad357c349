/// What a report shows of the connections of a network in training.
public struct ConnectionReport: Sendable, Equatable, Codable {
  /// How many units have how many connections.
  public struct Degrees: Sendable, Equatable, Codable {
    /// Whose connections they are.
    public var name: String
    /// How many numbers of connections are counted together.
    public var step: Int
    /// How many have 0..<step connections, how many the next, and so on.
    public var counts: [Int]

    /// Creates a distribution.
    ///
    /// - Parameters:
    ///   - name: Whose connections they are.
    ///   - step: How many numbers of connections are counted together.
    ///   - counts: How many have so many connections.
    public init(name: String, step: Int, counts: [Int]) {
      (self.name, self.step, self.counts) = (name, step, counts)
    }
  }

  /// What an input was worth over the epochs.
  public struct Leader: Sendable, Equatable, Codable {
    /// The name of the input.
    public var name: String
    /// Its share of all importance after each epoch; NaN where it was not among the first.
    public var shares: [Double]

    /// Creates a leader.
    ///
    /// - Parameters:
    ///   - name: The name of the input.
    ///   - shares: Its share of all importance after each epoch.
    public init(name: String, shares: [Double]) {
      (self.name, self.shares) = (name, shares)
    }
  }

  /// The layers with weights, in order.
  public var layers: [TrainingReport.Layer]
  /// How many connections were gained in each epoch.
  public var gained: [Int]
  /// How many were lost in each epoch.
  public var lost: [Int]
  /// How the connections are spread; empty for dense layers.
  public var degrees: [Degrees]
  /// What the most important inputs were worth over the epochs.
  public var leaders: [Leader]

  /// Creates a report.
  ///
  /// - Parameters:
  ///   - layers: The layers with weights, in order.
  ///   - gained: How many connections were gained in each epoch.
  ///   - lost: How many were lost in each epoch.
  ///   - degrees: How the connections are spread.
  ///   - leaders: What the most important inputs were worth over the epochs.
  public init(
    layers: [TrainingReport.Layer] = [], gained: [Int] = [], lost: [Int] = [],
    degrees: [Degrees] = [], leaders: [Leader] = []
  ) {
    (self.layers, self.gained, self.lost) = (layers, gained, lost)
    (self.degrees, self.leaders) = (degrees, leaders)
  }
}

extension ConnectionReport {
  /// The charts there is something for.
  ///
  /// - Parameter seed: Of which run they are; nil where there is one alone.
  /// - Returns: The sections of the page.
  func sections(of seed: UInt64? = nil) -> [ChartSection] {
    let remark = seed.map { " The run of seed \($0)." } ?? ""
    return [density(remark), changes(remark), spread(remark), importance(remark)]
      .compactMap(\.self)
  }

  private func density(_ remark: String) -> ChartSection? {
    guard layers.contains(where: { $0.density < 1 }) else { return nil }
    let chart = BarChart(
      layers.map { .init(name: $0.name, value: $0.density, deviation: nil, isMain: true) })
    let title = "Density of each layer"
    return ChartSection(
      key: "density", heading: "How dense the layers are",
      explanation: "The share of the possible connections that exist in the end." + remark,
      title: title, svg: chart.svg(key: "density", title: title),
      table: .init(
        heads: [
          ("layer", false), ("inputs", true), ("units", true), ("connections", true),
          ("density", true),
        ],
        rows: layers.map {
          [
            $0.name, grouped($0.inputs), grouped($0.units), grouped($0.connections),
            significant($0.density),
          ]
        }))
  }

  private func changes(_ remark: String) -> ChartSection? {
    guard (gained + lost).contains(where: { $0 > 0 }) else { return nil }
    // One curve would hide the other where as many come as go.
    let isExchange = gained == lost
    let curves: [LineChart.Curve] =
      isExchange
      ? [.init(name: "gained, and as many lost", values: gained.map(Double.init))]
      : [
        .init(name: "gained", values: gained.map(Double.init)),
        .init(name: "lost", values: lost.map(Double.init)),
      ]
    return .curves(
      key: "changes", heading: "Connections gained and lost",
      explanation: "How many connections came and went in each epoch, of all layers together."
        + remark,
      title: "Connections gained and lost over epochs", axis: "epoch", curves: curves)
  }

  private func spread(_ remark: String) -> ChartSection? {
    .curves(
      key: "degrees", heading: "How the connections are spread",
      explanation: "How many units have so many connections in the end, and how many inputs."
        + remark,
      title: "Distribution of the number of connections", axis: "connections",
      curves: degrees.filter { $0.step > 0 }.map { degrees in
        .init(
          name: degrees.step == 1 ? degrees.name : "\(degrees.name) (steps of \(degrees.step))",
          values: degrees.counts.map(Double.init),
          places: degrees.counts.indices.map { $0 * degrees.step })
      })
  }

  private func importance(_ remark: String) -> ChartSection? {
    .curves(
      key: "importance", heading: "How the most important inputs came up",
      explanation: "The share of all importance after each epoch, of inputs that were among the"
        + " first; a curve has gaps where its input was not." + remark,
      title: "Importance over epochs", axis: "epoch",
      curves: leaders.map {
        .init(name: $0.name, values: $0.shares, isDotted: $0.shares.count < 60)
      })
  }
}
