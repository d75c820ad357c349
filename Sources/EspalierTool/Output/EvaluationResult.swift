import Espalier

/// What the columns of a result are worth.
struct EvaluationResult {
  var judgement: Judgement
  var columnCount: Int
  var data: SelectionResult.Summary
  /// What was found out about the data, a sentence each.
  var notes: [String]
  var seconds: Double

  /// The result as one JSON object.
  var json: JSON {
    let score = judgement.scores.first
    return .object([
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("data", data.json),
      ("columns", .integer(columnCount)),
      ("learner", .optional(score?.learner, JSON.string)),
      ("metric", .optional(score?.metric, JSON.string)),
      ("value", .optional(score?.value, JSON.number)),
      ("higherIsBetter", .optional(score?.higherIsBetter, JSON.bool)),
      ("allFeatures", .optional(judgement.allFeatures?.value, JSON.number)),
      ("random", .optional(judgement.random.first?.value, JSON.number)),
      ("notes", .strings(notes)),
      ("seconds", .number(seconds)),
    ])
  }

  /// The result for people.
  var text: String {
    (judgement.lines(data, columnCount: columnCount)
      + notes.flatMap { Wording.fact("note", Terminal.printable($0)) })
      .map { $0 + "\n" }.joined()
  }
}
