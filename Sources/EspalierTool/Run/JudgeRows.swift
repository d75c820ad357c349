import Espalier

/// Which rows a judge looks at: a support vector machine needs n² steps, so that of very many rows
/// it learns from some.
struct JudgeRows: Sendable, Equatable {
  /// The training rows at most; nil for the rule below, 0 for all.
  var limit: Int?

  /// More rows than that are not all looked at, unless that is asked for.
  static let allUpTo = 100_000
  static let trainingCount = 20_000
  static let testCount = 50_000

  /// Draws the rows, the same every time.
  func rows(_ split: Split) -> Split {
    let training =
      limit.map { $0 == 0 ? split.training.count : $0 }
      ?? (split.training.count > Self.allUpTo ? Self.trainingCount : split.training.count)
    let test =
      limit != 0 && split.test.count > Self.allUpTo ? Self.testCount : split.test.count
    return Split(
      training: Self.sample(split.training, training, "judge's training rows"),
      test: Self.sample(split.test, test, "judge's test rows"))
  }

  private static func sample(_ rows: [Int], _ count: Int, _ name: String) -> [Int] {
    guard count < rows.count else { return rows }
    var generator = RandomSource(seed: 0).substream(name)
    var drawn = rows
    generator.shuffleFirst(count, of: &drawn)
    return drawn[..<count].sorted()
  }

  /// What a reader should know; nil if the judge looks at all rows.
  func note(_ split: Split) -> String? {
    let judged = self.rows(split)
    guard judged != split else { return nil }
    return "the judge learns from \(Wording.count(judged.training.count)) of"
      + " \(Wording.count(split.training.count, "training row")) and predicts"
      + " \(Wording.count(judged.test.count)) of \(Wording.count(split.test.count)) held out;"
      + " --judge-rows 0 takes all"
  }
}
