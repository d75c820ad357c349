/// What a study found, as tables.
package struct StudyTables: Sendable {
  /// Ranks of the methods over the data sets, by one measure.
  package struct Comparison: Sendable {
    /// The measure.
    package var measure: String
    /// The methods, in the order of the plan.
    package var methods: [String]
    /// What the ranks tell.
    package var test: RankTest
    /// The data sets on which all methods have a value.
    package var dataSets: [String]
  }

  /// What a method reaches and what it takes, for a drawing.
  package struct Point: Sendable, Equatable {
    /// The method.
    package var name: String
    /// The measure, on average over all that was compared.
    package var value: Double
    /// The seconds of a run, on average.
    package var seconds: Double
    /// Whether it is one of the baselines.
    package var isBaseline: Bool
  }

  /// The tables of what the same plan gives again.
  package private(set) var lasting: [StudyTable] = []
  /// The tables of time and memory.
  package private(set) var measured: [StudyTable] = []
  /// The comparisons, one for each main measure with methods and data sets enough.
  package private(set) var comparisons: [Comparison] = []
  /// A point for each method and main measure.
  package private(set) var points: [(measure: String, points: [Point])] = []
  let values: StudyValues
  /// Ranks and wins, one for each main measure.
  private(set) var standings: [Standing] = []
  /// How alike the choices of several seeds are.
  private(set) var indices: [StabilityIndex] = []

  /// Makes the tables.
  ///
  /// - Parameters:
  ///   - runs: All runs of the plan.
  ///   - done: Those that are done.
  ///   - stability: How alike several choices of columns are: given the choices and the number of
  ///     columns, 1 for always the same; nil where it cannot be told.
  package init(
    runs: [StudyRun], done: [(run: StudyRun, record: StudyRecord)],
    stability: ([[Int]], Int) -> Double? = { _, _ in nil }
  ) {
    values = StudyValues(runs: runs, done: done)
    for measure in values.mainMeasures {
      for judge in judges { lasting.append(table(of: measure, judge)) }
      let summary = summary(of: measure)
      lasting.append(summary.table)
      points.append((measure.name, summary.points))
      if let comparison = summary.comparison { comparisons.append(comparison) }
      standings.append(summary.standing)
    }
    indices = stabilityIndices(stability)
    lasting += stabilityTable().map { [$0] } ?? []
    lasting += otherMeasures().map { [$0] } ?? []
    measured = [costs(), processorTime(), memory()].compactMap { $0 }
  }

  /// Every sample there is, in the order of the plan.
  var allSamples:
    [(context: StudyValues.Context, candidate: StudyValues.Candidate, sample: StudyValues.Sample)]
  {
    values.contexts.flatMap { context in
      values.candidates.compactMap { candidate in
        values.sample(candidate, context).map { (context, candidate, $0) }
      }
    }
  }

  /// Every measure there is.
  var allMeasures: [StudyRecord.Measure] { values.measures }

  private var judges: [String?] {
    var judges: [String?] = []
    for context in values.contexts where !judges.contains(context.judge) {
      judges.append(context.judge)
    }
    return judges
  }

  /// The heads and cells that name a context.
  var contextHeads: [String] {
    ["data"] + (values.contexts.contains { $0.model != nil } ? ["network"] : [])
      + (values.contexts.contains { $0.count != nil } ? ["K"] : [])
  }

  func contextCells(_ context: StudyValues.Context) -> [StudyTable.Cell] {
    [.text(context.data)] + (context.model.map { [.text($0)] } ?? [])
      + (context.count.map { [.count($0)] } ?? [])
  }

  /// The contexts of a judge in which a measure is the main one.
  func contexts(
    of measure: StudyRecord.Measure, _ judge: String?? = .none
  ) -> [StudyValues.Context] {
    values.contexts.filter { context in
      if let judge, context.judge != judge { return false }
      return values.candidates.contains {
        values.sample($0, context)?.records.first?.measures.first?.name == measure.name
      }
    }
  }

  func mean(
    _ candidate: StudyValues.Candidate, _ context: StudyValues.Context, _ measure: String
  ) -> Double? {
    values.sample(candidate, context).flatMap { Spread($0.values(measure))?.mean }
  }

  /// Mean and deviation, a row for each context.
  private func table(of measure: StudyRecord.Measure, _ judge: String?) -> StudyTable {
    let contexts = contexts(of: measure, .some(judge))
    var runCounts = Set<Int>()
    let rows = contexts.map { context in
      let means = values.candidates.map { mean($0, context, measure.name) }
      let ofMethods = zip(values.candidates, means).filter { !$0.0.isBaseline }.compactMap(\.1)
      let best = measure.higherIsBetter.flatMap { $0 ? ofMethods.max() : ofMethods.min() }
      return contextCells(context)
        + values.candidates.map { candidate -> StudyTable.Cell in
          guard let sample = values.sample(candidate, context),
            let spread = Spread(sample.values(measure.name))
          else { return .nothing }
          if !candidate.isBaseline { runCounts.insert(sample.records.count) }
          return .number(
            spread.mean, deviation: spread.deviation,
            isBest: !candidate.isBaseline && spread.mean == best)
        }
    }
    let ending = judge.map { ", judged by \($0)" } ?? ""
    let table = StudyTable(
      title: "\(measure.name)\(ending)", notes: notes(runCounts),
      heads: contextHeads + values.candidates.map(\.name), rows: rows)
    // Many methods on few data sets are read from top to bottom.
    let isWide = values.candidates.count > max(8, contexts.count)
    return isWide ? table.turned(leading: contextHeads.count, head: "method") : table
  }

  private func notes(_ runCounts: Set<Int>) -> [String] {
    guard let least = runCounts.min(), let most = runCounts.max() else {
      return ["No run is done."]
    }
    let count = least == most ? "\(most)" : "\(least) to \(most)"
    let noun = most == 1 ? "run" : "runs"
    return ["Mean and sample deviation of \(count) \(noun); the best method is bold."]
  }
}
