import Testing

@testable import Studies

@Suite("Tables of studies")
struct TableTests {
  /// Accuracies of three data sets: 'entryprune' is the best on two, 'f-test' on one.
  private static let accuracies: [String: [Double]] = [
    "a.entryprune": [0.9, 0.8], "a.f-test": [0.7, 0.7], "a.random-columns": [0.5, 0.3],
    "b.entryprune": [0.6, 0.6], "b.f-test": [0.8, 0.6], "b.random-columns": [0.5, 0.5],
    "c.entryprune": [0.5, 0.7], "c.f-test": [0.4, 0.4], "c.random-columns": [0.2, 0.2],
    "a.all-columns": [0.95], "b.all-columns": [0.55], "c.all-columns": [0.75],
  ]

  private static func tables(
    leavingOut name: String? = nil, stability: Bool = true
  ) throws -> StudyTables {
    let plan = try Plans.plan(
      """
      verb: select
      seeds: 2
      data: {a: a.csv, b: b.csv, c: c.csv}
      methods: [entryprune, f-test]
      counts: [5]
      """)
    let runs = try plan.runs()
    let done = runs.compactMap { run -> (run: StudyRun, record: StudyRecord)? in
      if run.name == name { return nil }
      guard let value = accuracies["\(run.data).\(run.method)"]?[run.repetition ?? 0] else {
        return nil
      }
      return (run, StudyRecord(run, value))
    }
    return StudyTables(runs: runs, done: done) { choices, count in
      stability ? Double(choices.count + count) / 100 : nil
    }
  }

  @Test("Means, deviations, ranks and wins are those computed by hand")
  func numbers() throws {
    let tables = try Self.tables()
    #expect(
      tables.lasting.map(\.title) == [
        "accuracy", "accuracy, all in all", "stability of the choice",
      ])
    let table = tables.lasting[0]
    #expect(table.heads == ["data", "K", "entryprune", "f-test", "random-columns", "all-columns"])
    #expect(
      table.rows.map { $0.map(\.plain) } == [
        ["a", "5", "0.8500 ± 0.0707", "0.7000 ± 0.0000", "0.4000 ± 0.1414", "0.9500"],
        ["b", "5", "0.6000 ± 0.0000", "0.7000 ± 0.1414", "0.5000 ± 0.0000", "0.5500"],
        ["c", "5", "0.6000 ± 0.1414", "0.4000 ± 0.0000", "0.2000 ± 0.0000", "0.7500"],
      ])
    #expect(table.rows.map { $0.map(\.isBest) }.map { $0.firstIndex(of: true) } == [2, 3, 2])
    #expect(
      tables.lasting[1].rows.map { $0.map(\.plain) } == [
        ["entryprune", "0.6833", "1.3333", "2"], ["f-test", "0.6000", "1.6667", "1"],
        ["random-columns", "0.3667", "–", "–"], ["all-columns", "0.7500", "–", "–"],
      ])
    #expect(tables.comparisons[0].test.ranks == [4.0 / 3, 5.0 / 3])
    #expect(tables.comparisons[0].dataSets == ["a", "b", "c"])
    #expect(tables.lasting[2].rows[0].map(\.plain) == ["a", "5", "0.1200", "0.1200"])
    #expect(
      tables.measured.map(\.title) == [
        "seconds of a run", "processor seconds of a run", "largest memory",
      ])
    #expect(tables.measured.map { $0.rows[0][2].plain } == ["2.000 s", "1.500 s", "3 MB"])
    #expect(tables.csv.hasSuffix("stability,c,,5,,f-test,0.12,,2\n"))
  }

  @Test("A row without a value of every method counts for no mean and no rank")
  func gaps() throws {
    let whole = try Self.tables()
    let tables = try Self.tables(leavingOut: "c.f-test.k5.s0")
    #expect(tables.comparisons[0].dataSets.count == 3, "one of two runs is still a mean")
    #expect(
      whole.lasting[0].notes
        == tables.lasting[0].notes.map {
          $0.replacing("1 to 2 runs", with: "2 runs")
        })
    let plan = try Plans.plan(Plans.small)
    let empty = StudyTables(runs: try plan.runs(), done: [])
    #expect(empty.comparisons.isEmpty)
    #expect(empty.lasting.isEmpty)
  }

  @Test("Means that differ in the last bit alone are equal")
  func rounding() throws {
    let one: [Double] = [38 / 52, 38 / 52]
    let other: [Double] = [40 / 52, 36 / 52]
    let sums = [one[0] + one[1], other[0] + other[1]]
    #expect(sums[0] != sums[1], "the example shows nothing")
    #expect(Spread(one)?.mean == Spread(other)?.mean)
    for value in [0, -1.5, 1e-300, 123_456_789_012_345, 0.1, 1_234_567.25] as [Double] {
      let mean = try #require(Spread([value])?.mean)
      #expect(abs(mean - value) <= 1e-11 * abs(value))
    }
  }

  @Test("The same numbers as Markdown, LaTeX and CSV")
  func forms() throws {
    let tables = try Self.tables(stability: false)
    let markdown = StudyTables.markdown(tables.lasting, title: "Test", remarks: ["One."])
    #expect(
      markdown.hasPrefix(
        """
        # Test

        One.

        ## accuracy

        | data | K | entryprune | f-test | random-columns | all-columns |
        |---|---:|---:|---:|---:|---:|
        | a | 5 | **0.8500 ± 0.0707** | 0.7000 ± 0.0000 | 0.4000 ± 0.1414 | 0.9500 |

        """))
    let latex = StudyTables.latex(tables.lasting)
    #expect(latex.contains("  \\begin{tabular}{lrrrrr}\n  \\toprule\n  data & K & entryprune"))
    #expect(latex.contains("\\textbf{0.8500 $\\pm$ 0.0707}"))
    let lines = tables.csv.split(separator: "\n")
    #expect(lines[0] == "measure,data,network,count,judge,method,mean,deviation,runs")
    #expect(lines[2] == "accuracy,a,,5,,f-test,0.7,0.0,2")
    #expect(lines.count == 1 + 3 * 4 + 2 * 2)
    #expect(lines[13] == "accuracy: mean rank,,,,,entryprune,1.3333333333333333,,")
    #expect(lines[16] == "accuracy: wins,,,,,f-test,1,,")
    #expect(latex.hasPrefix("% in the preamble: \\usepackage{booktabs}\n"))
    #expect(StudyTables.line(["a,b", "c\"d", "e"]) == "\"a,b\",\"c\"\"d\",e\n")
  }

  @Test("A table of many methods has a row for each")
  func turning() {
    let table = StudyTable(
      title: "t", notes: [], heads: ["data", "K", "m", "n"],
      rows: [[.text("a"), .count(5), .text("x"), .text("y")]])
    let turned = table.turned(leading: 2, head: "method")
    #expect(turned.heads == ["method", "a 5"])
    #expect(turned.rows == [[.text("m"), .text("x")], [.text("n"), .text("y")]])
  }

  @Test("Names with signs of LaTeX and Markdown stay names")
  func escaping() {
    let table = StudyTable(
      title: "100 % & more_of $it$", notes: [], heads: ["a|b"], rows: [[.text("x_1|{y}")]])
    #expect(table.latex.contains("100 \\% \\& more\\_of \\$it\\$"))
    #expect(table.latex.contains("x\\_1|\\{y\\}"))
    #expect(table.markdown.contains("| a\\|b |"))
  }
}

extension StudyRecord {
  /// A record of a run that reached an accuracy.
  fileprivate init(_ run: StudyRun, _ accuracy: Double) {
    self.init(
      name: run.name, arguments: run.arguments,
      measures: [.init("accuracy", accuracy, higherIsBetter: true)],
      features: run.role == .method ? [1, 2] : nil, featureCount: 10, seconds: 2,
      processorSeconds: 1.5, peakBytes: 3_000_000, resultFile: "result.json", resultDigest: "")
  }
}
