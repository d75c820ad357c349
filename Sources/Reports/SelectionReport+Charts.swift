extension SelectionReport {
  /// When a feature was among the chosen ones of a run.
  public struct Life: Sendable, Equatable, Codable {
    /// Rotations without a gap between them.
    public struct Span: Sendable, Equatable, Codable {
      /// The first of them, from 1.
      public var first: Int
      /// The last of them.
      public var last: Int

      /// Creates a span.
      ///
      /// - Parameters:
      ///   - first: The first rotation, from 1.
      ///   - last: The last one.
      public init(first: Int, last: Int) {
        (self.first, self.last) = (first, last)
      }
    }

    /// The name of the feature.
    public var name: String
    /// Whether it was chosen in the end.
    public var isChosen: Bool
    /// After which rotations it was among the chosen, ascending.
    public var spans: [Span]

    /// Creates a life.
    ///
    /// - Parameters:
    ///   - name: The name of the feature.
    ///   - isChosen: Whether it was chosen in the end.
    ///   - spans: After which rotations it was among the chosen.
    public init(name: String, isChosen: Bool, spans: [Span]) {
      (self.name, self.isChosen, self.spans) = (name, isChosen, spans)
    }
  }

  /// How alike chosen features are.
  public struct Correlations: Sendable, Equatable, Codable {
    /// The names, best first.
    public var names: [String]
    /// The correlation of each with each, in -1...1; NaN where one is constant.
    public var values: [[Double]]

    /// Creates correlations.
    ///
    /// - Parameters:
    ///   - names: The names, best first.
    ///   - values: The correlation of each with each.
    public init(names: [String], values: [[Double]]) {
      (self.names, self.values) = (names, values)
    }
  }
}

extension ReportPage {
  /// The accuracies, or losses, of several counts, with their errors.
  static func path(_ points: [SelectionReport.PathPoint]) -> ChartSection? {
    let sorted = points.sorted { $0.count < $1.count }
    let accuracies = sorted.compactMap(\.accuracy)
    let isAccuracy = accuracies.count == sorted.count
    let name = isAccuracy ? "accuracy" : "loss"
    let title = "\(isAccuracy ? "Accuracy" : "Loss") over the number of columns"
    guard
      let chart = LineChart([
        .init(
          name: name, values: isAccuracy ? accuracies : sorted.map(\.loss),
          places: sorted.map(\.count), marked: sorted.first(where: \.isChosen)?.count,
          isDotted: true,
          errors: sorted.map { isAccuracy ? $0.accuracyError ?? 0 : $0.standardError })
      ])
    else { return nil }
    let rows = sorted.map { point in
      let remarks = [
        point.isChosen ? "chosen" : nil,
        point.isSuggested ? "smallest within one error of the best" : nil,
      ]
      let accuracy =
        isAccuracy
        ? [point.accuracy, point.accuracyError].map { significant($0 ?? .nan) } : []
      return [grouped(point.count)] + accuracy + [
        significant(point.loss), significant(point.standardError),
        remarks.compactMap { $0 }.joined(separator: ", "),
      ]
    }
    let heads =
      [("columns", true)]
      + (isAccuracy ? [("accuracy", true), ("standard error", true)] : [])
      + [("loss", true), ("standard error", true), ("remark", false)]
    return ChartSection(
      key: "path", heading: "How many columns to choose",
      explanation: "\(isAccuracy ? "Accuracy" : "Loss") of a network on the columns chosen, on"
        + " training rows it did not see: the mean over several splits and its standard error;"
        + " \(isAccuracy ? "higher" : "lower") is better. The large dot is the number that was chosen"
        + (isAccuracy ? ", by the loss, which tells more numbers of columns apart." : "."),
      title: title, svg: chart.svg(key: "path", title: title, axis: "columns"),
      table: .init(
        heads: heads, rows: rows, chosen: Set(sorted.indices.filter { sorted[$0].isChosen })))
  }

  /// What a judge makes of the columns, beside what it is compared with.
  static func worth(_ judge: SelectionReport.Judge, count: Int) -> ChartSection? {
    var items = [
      BarChart.Item(
        name: "Chosen columns (\(count))", value: judge.mean, deviation: judge.sd, isMain: true)
    ]
    if let all = judge.allFeatures {
      items.append(.init(name: "All columns", value: all, deviation: nil, isMain: false))
    }
    if let random = judge.random {
      items.append(
        .init(name: "Random columns (\(count))", value: random, deviation: nil, isMain: false))
    }
    let chart = BarChart(items)
    guard !chart.bars.isEmpty else { return nil }
    let (metric, title) = (readable(judge.metric), "Judge on chosen, all and random columns")
    return ChartSection(
      key: "judge", heading: "What the columns are worth",
      explanation: "Judged by \(judge.learner) on the held-out rows: \(metric),"
        + " \(judge.higherIsBetter ? "higher is better" : "lower is better").",
      title: title, svg: chart.svg(key: "judge", title: title),
      table: .init(
        heads: [("columns", false), (metric, true)], rows: chart.bars.map { [$0.name, $0.value] }))
  }

  /// The lives of features, and how alike the chosen ones are.
  static func features(_ report: SelectionReport) -> [ChartSection] {
    let last = report.runs.first?.losses.count ?? 0
    let lives = LifeLines(report.lives, last: last, roundName: report.roundName)
    return [
      lives?.section(remark: report.livesRemark),
      report.correlations.flatMap(CorrelationMap.init)?.section(
        remark: report.correlationsRemark),
    ].compactMap(\.self)
  }
}
