/// What runs counted besides their main measures, and what they cost.
extension StudyTables {
  /// The means of what else was counted.
  func otherMeasures() -> StudyTable? {
    let main = Set(values.mainMeasures.map(\.name))
    let others = values.measures.filter { !main.contains($0.name) }
    guard !others.isEmpty else { return nil }
    let rows = values.contexts.flatMap { context in
      values.candidates.compactMap { candidate -> [StudyTable.Cell]? in
        guard let sample = values.sample(candidate, context), !candidate.isBaseline else {
          return nil
        }
        return contextCells(context) + (context.judge.map { [.text($0)] } ?? [])
          + [.text(candidate.name)]
          + others.map { measure in
            Spread(sample.values(measure.name)).map {
              .number($0.mean, deviation: $0.deviation, isBest: false)
            } ?? .nothing
          }
      }
    }
    let judge = values.contexts.contains { $0.judge != nil } ? ["judge"] : []
    return StudyTable(
      title: "what else was counted", notes: [],
      heads: contextHeads + judge + ["method"] + others.map(\.name), rows: rows)
  }

  func costs() -> StudyTable? {
    costTable("seconds of a run", ["Mean wall-clock time, loading and judging included."]) {
      $0.seconds.map { .seconds($0) } ?? .nothing
    }
  }

  func processorTime() -> StudyTable? {
    guard allSamples.contains(where: { $0.sample.processorSeconds != nil }) else { return nil }
    return costTable(
      "processor seconds of a run",
      ["Mean over the runs, all cores together: what else ran at the time has little part in it."]
    ) { $0.processorSeconds.map { .seconds($0) } ?? .nothing }
  }

  func memory() -> StudyTable? {
    costTable(
      "largest memory",
      ["Peak of the process during the run; what it kept of the runs before counts, too."]
    ) { $0.peakBytes.map { .bytes(Double($0)) } ?? .nothing }
  }

  private func costTable(
    _ title: String, _ notes: [String], _ cell: (StudyValues.Sample) -> StudyTable.Cell
  ) -> StudyTable? {
    let rows = values.contexts.map { context in
      contextCells(context) + (context.judge.map { [.text($0)] } ?? [])
        + values.candidates.map { values.sample($0, context).map(cell) ?? .nothing }
    }
    let judge = values.contexts.contains { $0.judge != nil } ? ["judge"] : []
    return StudyTable(
      title: title, notes: notes,
      heads: contextHeads + judge + values.candidates.map(\.name), rows: rows)
  }
}
