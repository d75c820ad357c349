import Espalier
import Foundation
import Studies

/// What a study found, for every form of output.
struct StudyFindings {
  private let study: OpenStudy
  private let status: StudyStatus
  private let tables: StudyTables

  init(_ study: OpenStudy, _ status: StudyStatus) {
    self.study = study
    self.status = status
    tables = StudyTables(runs: study.runs, done: status.done) { choices, count in
      Self.stability(choices, count)
    }
  }

  /// How alike choices are; their columns are named by their place in the file.
  private static func stability(_ choices: [[Int]], _ count: Int) -> Double? {
    let columns = Set(choices.joined()).sorted()
    guard columns.count <= count else { return nil }
    let places = Dictionary(uniqueKeysWithValues: columns.enumerated().map { ($1, $0) })
    return Stability(
      selections: choices.map { $0.compactMap { places[$0] } }, featureCount: count)?.index
  }

  /// What is to be said before the tables, a sentence each.
  private var remarks: [String] {
    let text = StudyStatusText(status, folder: study.folder)
    var remarks = [text.counts + "."]
    for (run, reason) in (status.failed + status.uncounted).prefix(20) {
      remarks.append("Not counted: \(run.name), \(reason).")
    }
    let rest = status.failed.count + status.uncounted.count - 20
    if rest > 0 { remarks.append("And \(Wording.count(rest)) more; 'study status' names them.") }
    if !status.strangers.isEmpty {
      remarks.append(
        "Not in the plan, so not counted: \(StudyError.shown(status.strangers)).")
    }
    return remarks
  }

  /// The tables for people.
  var text: String {
    StudyTables.markdown(
      tables.lasting + tables.measured, title: study.plan.title,
      remarks: remarks + ["The page is \(study.folder.path)/report.html"])
  }

  /// Writes all files.
  func write() throws {
    let title = study.plan.title
    var files = [
      ("tables.md", StudyTables.markdown(tables.lasting, title: title, remarks: remarks)),
      ("tables.tex", StudyTables.latex(tables.lasting)), ("tables.csv", tables.csv),
      ("runs.csv", StudyTables.runCSV(status.done)),
      ("costs.md", StudyTables.markdown(tables.measured, title: title, remarks: [])),
      ("costs.tex", StudyTables.latex(tables.measured)), ("costs.csv", tables.costCSV),
      ("report.html", report.html()),
    ]
    files += rankings.map { ($0.file, $0.diagram.svg(title: "Mean ranks by \($0.measure)")) }
    for (name, text) in files {
      try OutputFile.write(text, to: "\(study.folder.path)/\(name)")
    }
  }

  private var rankings: [StudyReport.Ranking] {
    tables.comparisons.map { comparison in
      let test = comparison.test
      return StudyReport.Ranking(
        measure: comparison.measure,
        diagram: CriticalDifferenceDiagram(
          zip(comparison.methods, test.ranks).map { .init(name: $0, rank: $1) },
          criticalDifference: test.criticalDifference, groups: test.cliques),
        file: "ranks-\(comparison.measure.replacing(" ", with: "-")).svg")
    }
  }

  private var report: StudyReport {
    let plan = study.plan
    let dataSets = Set(study.runs.map(\.data)).count
    return StudyReport(
      title: plan.title, producer: "espalier \(EspalierCommand.version)",
      method: "study of \(plan.verb.name)",
      headlines: [
        .init(
          name: "runs done",
          value: "\(Wording.count(status.done.count)) of \(Wording.count(study.runs.count))"),
        .init(name: "data sets", value: "\(dataSets)"),
        .init(name: "methods", value: "\(plan.methods.count * max(plan.settings.count, 1))"),
        .init(
          name: "time of all runs",
          value: Wording.duration(status.done.reduce(0) { $0 + $1.record.seconds })),
      ],
      notes: Array(remarks.dropFirst(status.done.count == study.runs.count ? 1 : 0)),
      tables: tables.lasting.map(Self.table), costs: tables.measured.map(Self.table),
      rankings: rankings,
      points: tables.points.map { measure, points in
        .init(
          measure: measure,
          points: points.map {
            .init(
              name: $0.name, value: $0.value, seconds: $0.seconds, isBaseline: $0.isBaseline)
          })
      },
      plan: [
        .init(name: "verb", value: plan.verb.name), .init(name: "seed", value: "\(plan.seed)"),
        .init(name: "seeds", value: "\(plan.seedCount)"),
      ] + plan.common.map { .init(name: $0.name, value: $0.values.joined(separator: ", ")) })
  }

  private static func table(_ table: StudyTable) -> StudyReport.Table {
    .init(
      title: table.title, notes: table.notes,
      heads: table.heads.enumerated().map { .init($1, isNumber: table.isNumeric($0)) },
      rows: table.rows.map { row in
        row.map { .init($0.plain, isBest: $0.isBest, isNumber: !$0.isText) }
      })
  }

  /// The findings as one object.
  var json: JSON {
    .object([
      ("schema", .integer(1)), ("version", .string(EspalierCommand.version)),
      ("study", .string(study.plan.title)), ("runs", .integer(study.runs.count)),
      ("done", .integer(status.done.count)),
      (
        "tables",
        .array(
          (tables.lasting + tables.measured).map { table in
            .object([
              ("title", .string(table.title)), ("heads", .strings(table.heads)),
              ("rows", .array(table.rows.map { .strings($0.map(\.plain)) })),
              ("notes", .strings(table.notes)),
            ])
          })
      ),
      (
        "comparisons",
        .array(
          tables.comparisons.map { comparison in
            .object([
              ("measure", .string(comparison.measure)), ("methods", .strings(comparison.methods)),
              ("ranks", .array(comparison.test.ranks.map(JSON.number))),
              ("dataSets", .strings(comparison.dataSets)),
              ("friedman", .number(comparison.test.friedman.statistic)),
              ("p", .number(comparison.test.friedman.chance)),
              ("criticalDifference", .number(comparison.test.criticalDifference)),
            ])
          })
      ),
    ])
  }
}
