import Espalier

extension SelectionResult {
  /// The result as one JSON object, schema 1.
  var json: JSON { .object(members + [("rows", rows.json)] + foldMembers) }

  private var members: [(String, JSON)] {
    [
      ("schema", .integer(1)),
      ("version", .string(EspalierCommand.version)),
      ("method", .string(method)),
      ("settings", .object(settings.map { ($0.name, $0.value) })),
      ("seeds", .array(runs.map { .unsigned($0.seed) })),
      ("data", data.json),
      ("features", .array(features.enumerated().map { json($0.element, rank: $0.offset + 1) })),
      ("runs", .array(runs.indices.map(runJSON))),
      ("judge", .optional(judgement) { judgeJSON($0) }),
      ("stability", .optional(stability, stabilityJSON)),
      ("truth", .optional(truth) { $0.json }),
      ("truthByFTest", .optional(truthByFTest) { $0.json }),
      ("path", .optional(path) { $0.json }),
      ("isInterrupted", .bool(isInterrupted)),
      ("notes", .strings(notes)),
      ("seconds", .measured(.number(seconds))),
      (
        "peakBytes",
        .measured(
          .object([
            ("selection", .optional(peak.selection, JSON.integer)),
            ("judging", .optional(peak.judging, JSON.integer)),
          ]))
      ),
    ]
  }

  /// The folds, and the rows that the choice itself saw.
  private var foldMembers: [(String, JSON)] {
    guard let folds else { return [] }
    return [
      ("folds", folds.json(names: names, fileIndices: fileIndices))
    ]
  }

  private func json(_ feature: Consensus.Feature, rank: Int) -> JSON {
    let columns = groupColumns.map { [("columns", JSON.strings($0[feature.index]))] } ?? []
    return .object(
      [
        ("rank", .integer(rank)), ("index", .integer(fileIndices[feature.index])),
        ("name", .string(names[feature.index])), ("score", .number(feature.score)),
        ("frequency", .number(feature.frequency)),
      ] + columns)
  }

  private func runJSON(_ position: Int) -> JSON {
    let run = runs[position]
    return .object(
      [
        ("seed", .unsigned(run.seed)),
        ("features", .integers(run.selection.indices.map { fileIndices[$0] })),
        ("rotations", .integer(run.selection.rotationCount)),
        ("bestRotation", .optional(run.selection.bestRotation, JSON.integer)),
        ("isInterrupted", .bool(run.selection.isInterrupted)),
        ("seconds", .measured(.number(run.seconds))),
        ("judge", .optional(judgement?.runs[position], json)),
      ] + networkMembers(run.selection))
  }

  /// What only the training of a network tells: its cost, and the score of each chosen column for
  /// each class.
  private func networkMembers(_ selection: FeatureSelection) -> [(String, JSON)] {
    var members: [(String, JSON)] = []
    if let race = selection.race { members.append(("race", race.json)) }
    if let cost = selection.cost { members.append(("cost", cost.json)) }
    if let scores = selection.classScores {
      members.append(("classScores", .array(scores.map { .array($0.map(JSON.number)) })))
    }
    return members
  }

  private func json(_ score: Score) -> JSON {
    .object([
      ("learner", .string(score.learner)), ("metric", .string(score.metric)),
      ("value", .number(score.value)), ("higherIsBetter", .bool(score.higherIsBetter)),
    ])
  }

  private func judgeJSON(_ judgement: Judgement) -> JSON {
    guard let first = judgement.scores.first, let spread = judgement.spread else { return .null }
    return .object([
      ("learner", .string(first.learner)), ("metric", .string(first.metric)),
      ("higherIsBetter", .bool(first.higherIsBetter)), ("mean", .number(spread.mean)),
      ("sd", .optional(spread.deviation, JSON.number)),
      ("allFeatures", .optional(judgement.allFeatures?.value, JSON.number)),
      ("random", .optional(judgement.randomSpread?.mean, JSON.number)),
    ])
  }

  private func stabilityJSON(_ stability: Stability) -> JSON {
    .object([
      ("index", .number(stability.index)),
      ("low", .optional(stabilityInterval?.low, JSON.number)),
      ("high", .optional(stabilityInterval?.high, JSON.number)),
    ])
  }
}
