/// How alike the choices of several seeds are.
extension StudyTables {
  /// The index of a method's choices.
  struct StabilityIndex: Sendable {
    /// What they were made of; the judge has no part in them.
    var context: StudyValues.Context
    var method: StudyValues.Candidate
    /// 1 where all are the same, 0 as by chance.
    var value: Double
    var choiceCount: Int
  }

  /// The indices of all methods with several choices.
  ///
  /// - Parameter index: The index of choices of so many columns.
  /// - Returns: The indices, in the order of the plan.
  func stabilityIndices(_ index: ([[Int]], Int) -> Double?) -> [StabilityIndex] {
    // Of several judges the first will do: all are shown the same choices.
    var seen = Set<StudyValues.Context>()
    let contexts = values.contexts.filter { seen.insert(Self.withoutJudge($0)).inserted }
    return contexts.flatMap { context in
      values.candidates.filter { !$0.isBaseline }.compactMap { method in
        let records = values.sample(method, context)?.records ?? []
        let choices = records.compactMap(\.features)
        guard choices.count > 1, let count = records.first?.featureCount,
          let value = index(choices, count)
        else { return nil }
        return StabilityIndex(
          context: Self.withoutJudge(context), method: method, value: value,
          choiceCount: choices.count)
      }
    }
  }

  /// The indices, a row for each context; nil if there are none.
  func stabilityTable() -> StudyTable? {
    guard !indices.isEmpty else { return nil }
    let methods = values.candidates.filter { !$0.isBaseline }
    var contexts: [StudyValues.Context] = []
    for index in indices where !contexts.contains(index.context) { contexts.append(index.context) }
    let rows = contexts.map { context in
      contextCells(context)
        + methods.map { method -> StudyTable.Cell in
          indices.first { $0.context == context && $0.method == method }
            .map { .number($0.value, deviation: nil, isBest: false) } ?? .nothing
        }
    }
    return StudyTable(
      title: "stability of the choice",
      notes: ["Nogueira's index over the runs: 1 where all choose the same, 0 as by chance."],
      heads: contextHeads + methods.map(\.name), rows: rows)
  }

  private static func withoutJudge(_ context: StudyValues.Context) -> StudyValues.Context {
    var wider = context
    wider.judge = nil
    return wider
  }
}
