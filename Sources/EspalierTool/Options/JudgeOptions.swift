import ArgumentParser
import Espalier

/// The learners that tell what the chosen columns are worth.
enum JudgeName: String, CaseIterable, ExpressibleByArgument {
  case svc, ridge, nearest, trees, none

  /// The learner, or nil for none.
  var learner: (any Learner)? {
    switch self {
    case .svc: SVC()
    case .ridge: Ridge()
    case .nearest: NearestNeighbour()
    case .trees: BoostedTrees()
    case .none: nil
    }
  }
}

/// Who judges the chosen columns on the rows held out.
struct JudgeOptions: ParsableArguments {
  @Option(
    help: """
      The learner to judge with on the rows held out; svc for classes and ridge for numbers \
      if not given.
      """)
  var judge: JudgeName?

  @Option(help: "How the judge's columns are scaled, by the training rows alone (default: minmax).")
  var judgeScale: ScaleName?

  @Option(
    help: ArgumentHelp(
      """
      How many training rows the judge learns from at most, 0 for all; if not given, all up to \
      100,000 and 20,000 of more.
      """, valueName: "n"))
  var judgeRows: Int?

  @Flag(help: "Judge all columns and a random choice of as many, too.")
  var baselines = false

  /// Which rows the judge looks at.
  var rows: JudgeRows { JudgeRows(limit: judgeRows) }

  /// How the judge's columns are scaled.
  var scaling: InputScaling { judgeScale?.scaling ?? .minMax }

  /// Refuses to judge without rows to judge on.
  func check(holdsOut: Bool, hasFolds: Bool) throws {
    if let judgeRows, judgeRows < 0 || judgeRows == 1 {
      throw ToolError.usage("--judge-rows is \(judgeRows), but must be 0 or at least 2")
    }
    if hasFolds, judge == JudgeName.none {
      throw ToolError.usage("--folds needs a judge; remove --judge none")
    }
    guard !holdsOut else { return }
    let remedy = "give --test, --test-fraction or --test-rows"
    if let judge, judge != .none, !hasFolds {
      throw ToolError.usage("--judge \(judge.rawValue) needs rows to judge on; \(remedy)")
    }
    if baselines { throw ToolError.usage("--baselines needs rows to judge on; \(remedy)") }
  }

  /// The learner, or nil where nothing is to be judged.
  func learner(for data: LoadedData) throws -> (any Learner)? {
    data.testRows.isEmpty || !data.hasTarget ? nil : try learner(for: data.training.target)
  }

  /// The learner that judges the rows left out of folds.
  func foldLearner(for data: LoadedData) throws -> (any Learner)? {
    try learner(for: data.training.target)
  }

  private func learner(for target: Target) throws -> (any Learner)? {
    let isOfClasses = target.isOfClasses
    let name = judge ?? (isOfClasses ? .svc : .ridge)
    if name == .svc && !isOfClasses { throw EvaluationError.needsClasses(learner: name.rawValue) }
    if name == .trees && !BoostedTrees.isAvailable {
      throw EvaluationError.unavailable(learner: "--judge trees")
    }
    if name == .none && baselines {
      throw ToolError.usage("--baselines needs a judge; remove --judge none")
    }
    return name.learner
  }
}

extension Target {
  /// Whether rows are told apart, by one class or by several labels.
  fileprivate var isOfClasses: Bool {
    switch self {
    case .classes, .labels: true
    case .values, .outputs: false
    }
  }

  /// The metric by which a judge's predictions are scored if nothing else is asked for.
  var defaultMetric: Metric { Predictions(subset([])).defaultMetric }
}
