import Espalier

/// What the columns of a result are worth.
struct EvaluationResult {
  var judgement: Judgement
  var columnCount: Int
  var data: SelectionResult.Summary
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
      ("seconds", .number(seconds)),
    ])
  }

  /// The result for people.
  var text: String {
    judgement.lines(data, columnCount: columnCount).map { $0 + "\n" }.joined()
  }
}
