import Foundation
import Studies

/// Verbs and plans for tests.
enum Plans {
  static let select: StudyVerb = {
    var verb = StudyVerb(
      "select",
      options: [
        .init("data", .argument, repeats: true, isPath: true, describesTask: true),
        .init("target", repeats: true, describesTask: true),
        .init("test-fraction", describesTask: true),
        .init("count"), .init("method", values: ["entryprune", "rigl", "f-test", "random"]),
        .init("judge", values: ["svc", "nearest"], describesTask: true),
        .init("baselines", .flag), .init("patience"), .init("seed"),
        .init("elimination", .flag, hasNegation: true), .init("importance"),
      ], methodOption: "method", countOption: "count", judgeOption: "judge",
      reserved: [("seed", "give seed at the top of the plan"), ("output", "remove it")])
    verb.baselines = [
      .init("random-columns", options: [("method", "random")], isRandom: true),
      .init(
        "all-columns", options: [("method", "random"), ("count", "1"), ("baselines", "true")],
        isRandom: false),
    ]
    return verb
  }()

  static let train = StudyVerb(
    "train",
    options: [
      .init("data", .argument, repeats: true, isPath: true, describesTask: true),
      .init("test-fraction", describesTask: true), .init("network"), .init("seed"),
    ])

  static let prune = StudyVerb(
    "prune units",
    options: [
      .init("model", .argument, isPath: true),
      .init("data", .argument, repeats: true, isPath: true, describesTask: true),
      .init("test-fraction", describesTask: true), .init("epsilon"), .init("seed"),
    ], modelArgument: "model", reserved: [("model", "give models")])

  static func plan(_ text: String) throws(PlanError) -> StudyPlan {
    try StudyPlan(text: text, path: "plan.yaml", verbs: [select, train, prune], training: train)
  }

  /// Two data sets, two methods, two seeds.
  static let small = """
    verb: select
    seeds: 2
    options: {test-fraction: 0.2}
    data: {a: {data: a.csv, target: y}, b: b.csv}
    methods: [entryprune, f-test]
    counts: [5]

    """
}

/// A folder of its own for one test.
final class Scratch {
  let path: String

  init() throws {
    let url = FileManager.default.temporaryDirectory.appending(path: "espalier-\(UUID())")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    path = url.path
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }
}
