/// All data sets together.
extension StudyTables {
  /// How methods stand to each other by one measure.
  struct Standing: Sendable {
    var measure: String
    var methods: [String]
    /// The mean rank of each; nil where ranks say nothing.
    var ranks: [Double]?
    /// In how many rows each is the best.
    var wins: [Int]
  }

  /// Means over all contexts, ranks and wins, a row for each method.
  func summary(
    of measure: StudyRecord.Measure
  ) -> (table: StudyTable, points: [Point], comparison: Comparison?, standing: Standing) {
    let methods = values.candidates.filter { !$0.isBaseline }
    // Only where every method has a value: a mean over other contexts would compare other things.
    let whole = contexts(of: measure).filter { context in
      methods.allSatisfy { mean($0, context, measure.name) != nil }
    }
    let higher = measure.higherIsBetter ?? true
    var dataSets: [String] = []
    for context in whole where !dataSets.contains(context.data) { dataSets.append(context.data) }
    // Data sets are independent of each other; several counts on one of them are not.
    let blocks = dataSets.map { data in
      methods.map { method in
        Spread(
          whole.filter { $0.data == data }.compactMap { mean(method, $0, measure.name) })?.mean ?? 0
      }
    }
    let test = RankTest(blocks, higherIsBetter: higher)
    let ranks = test?.ranks
    let wins = methods.map { method in
      whole.count { context in
        let all = methods.compactMap { mean($0, context, measure.name) }
        return mean(method, context, measure.name) == (higher ? all.max() : all.min())
      }
    }
    var places: [Point] = []
    let means = values.candidates.map { candidate in
      Spread(whole.compactMap { mean(candidate, $0, measure.name) })?.mean
    }
    let best = zip(values.candidates, means).filter { !$0.0.isBaseline }.compactMap(\.1)
    let bestMean = higher ? best.max() : best.min()
    let rows = values.candidates.enumerated().map { number, candidate -> [StudyTable.Cell] in
      let method = methods.firstIndex(of: candidate)
      if let value = means[number],
        let seconds = Spread(whole.compactMap { values.sample(candidate, $0)?.seconds })?.mean
      {
        places.append(
          Point(
            name: candidate.name, value: value, seconds: seconds, isBaseline: candidate.isBaseline))
      }
      return [
        .text(candidate.name),
        means[number].map {
          .number($0, deviation: nil, isBest: !candidate.isBaseline && $0 == bestMean)
        } ?? .nothing,
        method.flatMap { place in
          ranks.map { .number($0[place], deviation: nil, isBest: $0[place] == $0.min()) }
        } ?? .nothing,
        method.map { .count(wins[$0]) } ?? .nothing,
      ]
    }
    var notes = [
      "Over the \(whole.count) of \(contexts(of: measure).count) rows above in which every method"
        + " has a value; ranks over \(dataSets.count) data \(dataSets.count == 1 ? "set" : "sets"),"
        + " of each the mean over counts, networks and judges, 1 for the best; wins with ties."
    ]
    notes.append(
      test.map(Self.sentence)
        ?? "No test of ranks: that takes two methods and two data sets at least.")
    let table = StudyTable(
      title: "\(measure.name), all in all", notes: notes,
      heads: ["method", "mean", "mean rank", "wins"], rows: rows)
    let comparison = test.map {
      Comparison(
        measure: measure.name, methods: methods.map(\.name), test: $0, dataSets: dataSets)
    }
    let standing = Standing(
      measure: measure.name, methods: methods.map(\.name), ranks: ranks, wins: wins)
    return (table, places, comparison, standing)
  }

  /// What the tests say.
  private static func sentence(_ test: RankTest) -> String {
    func chance(_ value: Double) -> String {
      value < 0.0001 ? "p < 0.0001" : "p = \(NumberForm.text(value, decimals: 4))"
    }
    func text(_ value: Double) -> String { NumberForm.text(value, decimals: 3) }
    // Without a bound where all data sets agree: then it says nothing more than Friedman's.
    let (ratio, own) = test.imanDavenport
    let other = ratio.isFinite ? "; Iman and Davenport F = \(text(ratio)) (\(chance(own)))" : ""
    return
      "Friedman χ² = \(text(test.friedman.statistic)) (\(chance(test.friedman.chance)))\(other);"
      + " Nemenyi's critical difference at \(NumberForm.text(test.level, decimals: 2)) is"
      + " \(text(test.criticalDifference))."
  }
}
