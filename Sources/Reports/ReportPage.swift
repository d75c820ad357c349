import Mustache

extension SelectionReport {
  /// Renders the report as one HTML page that needs nothing else: no file and no network.
  ///
  /// - Returns: The page, encoded as UTF-8 when written.
  public func html() -> String {
    ReportPage.template.render(ReportPage(self))
  }
}

/// The texts and drawings of a page, under the names that the template uses.
///
/// The template escapes every text. User's texts appear between tags only, never within one: the
/// escaping goes character by character, and a quote joined to a combining mark is another one.
struct ReportPage {
  /// A term and what it is.
  struct Fact {
    var name: String
    var value: String
  }

  /// A row of the table of columns.
  struct Row {
    var rank: Int
    var index: Int
    var name: String
    var score: String
    var frequency: String
    /// The length of the bar behind the frequency, in percent.
    var share: Int
  }

  /// A row of the table of runs.
  struct RunRow {
    var seed: String
    var rotations: String
    var bestRotation: String
    var judge: String
  }

  let title: String
  let producer: String
  let method: String
  let headlines: [Fact]
  let notes: [String]
  let hasNotes: Bool
  /// What the columns are worth, and where they lie.
  let firstCharts: [ChartSection]
  let charts: [ChartSection]
  let folds: FoldSection?
  let races: [RaceSection]
  let rows: [Row]
  let runs: [RunRow]
  let roundName: String
  let hasRotations: Bool
  let hasBestRotation: Bool
  let hasRunJudge: Bool
  let classes: ClassSection?
  let costs: [CostRow]
  let hasCosts: Bool
  let data: [Fact]
  let settings: [Fact]
  let hasSettings: Bool
  let members: [Fact]
  let hasMembers: Bool
  let seenRows: [Fact]
  let hasSeenRows: Bool

  init(_ report: SelectionReport) {
    title = report.title
    producer = report.producer
    method = report.method
    headlines = Self.headlines(report)
    notes = report.notes
    hasNotes = !report.notes.isEmpty
    firstCharts = [
      report.judge.flatMap { Self.worth($0, count: report.ranking.count) },
      report.image.flatMap {
        PixelMap(report.ranking, size: $0, mean: report.meanImage)?.section
      },
    ].compactMap(\.self)
    charts =
      [Self.path(report.path), .rotations(report)].compactMap(\.self) + Self.features(report)
      + [ChartSection.elimination(report)].compactMap(\.self)
      + (report.connections?.sections(of: report.runs.count > 1 ? report.runs[0].seed : nil) ?? [])
    folds = report.folds.map(FoldSection.init)
    races = report.races.prefix(20).map(RaceSection.init)
    rows = report.ranking.map(Self.row)
    runs = report.runs.map(Self.runRow)
    roundName = report.roundName
    classes = report.classes.flatMap(ClassSection.init)
    costs = report.runs.compactMap(CostRow.init)
    hasCosts = !costs.isEmpty
    hasRotations = report.runs.contains { $0.rotations != nil }
    hasBestRotation = report.runs.contains { $0.bestRotation != nil }
    hasRunJudge = report.runs.contains { $0.judge != nil }
    data = Self.data(report.data)
    settings = report.settings.map { Fact(name: $0.name, value: $0.value) }
    hasSettings = !settings.isEmpty
    members = report.members.map { Fact(name: $0.name, value: $0.value) }
    hasMembers = !members.isEmpty
    seenRows = report.rows.map { Fact(name: $0.name, value: $0.value) }
    hasSeenRows = !seenRows.isEmpty
  }
}

extension ReportPage {
  private static func headlines(_ report: SelectionReport) -> [Fact] {
    var facts = [
      Fact(
        name: "columns chosen",
        value: "\(grouped(report.ranking.count)) of \(grouped(report.data.columns))")
    ]
    if let judge = report.judge {
      let name = "\(readable(judge.metric)), \(judge.learner)"
      facts.append(Fact(name: name, value: significant(judge.mean)))
    }
    if let stability = report.stability {
      var name = "stability"
      if let low = stability.low, let high = stability.high {
        name += " (\(decimal(low, 2)) to \(decimal(high, 2)))"
      }
      facts.append(Fact(name: name, value: decimal(stability.index, 2)))
    }
    facts.append(Fact(name: "runs", value: grouped(report.runs.count)))
    return facts
  }

  private static func row(_ feature: SelectionReport.RankedFeature) -> Row {
    let share = feature.frequency.isFinite ? min(max(feature.frequency, 0), 1) : 0
    return Row(
      rank: feature.rank, index: feature.index, name: feature.name,
      score: significant(feature.score), frequency: decimal(feature.frequency, 2),
      share: Int((share * 100).rounded()))
  }

  private static func runRow(_ run: SelectionReport.Run) -> RunRow {
    RunRow(
      seed: "\(run.seed)", rotations: run.rotations.map { "\($0)" } ?? "–",
      bestRotation: run.bestRotation.map { "\($0)" } ?? "–",
      judge: run.judge.map(significant) ?? "–")
  }

  static func data(_ data: SelectionReport.DataSummary) -> [Fact] {
    var facts = [
      Fact(name: "source", value: data.source), Fact(name: "rows", value: grouped(data.rows)),
      Fact(name: "columns", value: grouped(data.columns)),
    ]
    if let classes = data.classes {
      facts.append(Fact(name: "classes", value: grouped(classes)))
    } else {
      facts.append(Fact(name: "target", value: data.target ?? "a number"))
    }
    facts += [
      Fact(name: "training rows", value: grouped(data.trainingRows)),
      Fact(name: "held-out rows", value: grouped(data.testRows)),
      Fact(name: "content hash", value: data.hash),
    ]
    return facts
  }

  /// `rSquared` as "r squared": a metric's name for people.
  static func readable(_ name: String) -> String {
    name.map { $0.isUppercase ? " " + $0.lowercased() : String($0) }.joined()
  }
}
