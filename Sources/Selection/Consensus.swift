/// What several runs of a method agree on.
public struct Consensus: Sendable, Equatable, Codable {
  /// A feature with the runs' support for it.
  public struct Feature: Sendable, Equatable, Codable {
    /// The feature, from 0.
    public var index: Int
    /// The mean of the scores of the runs that chose it.
    public var score: Double
    /// The share of the runs that chose it, above 0 and at most 1.
    public var frequency: Double
  }

  /// The K features that most runs chose, best first.
  public let features: [Feature]

  /// Ranks the features of several runs: by frequency, then by mean score, then by index.
  ///
  /// - Parameters:
  ///   - selections: The runs, at least one.
  ///   - count: How many features to return; fewer where the runs chose fewer.
  public init(of selections: [FeatureSelection], count: Int) {
    var sums: [Int: (score: Double, runs: Int)] = [:]
    for selection in selections {
      for feature in selection.features {
        let before = sums[feature.index] ?? (0, 0)
        sums[feature.index] = (before.score + feature.score, before.runs + 1)
      }
    }
    let ranked = sums.map { index, sum in
      Feature(
        index: index, score: sum.score / Double(sum.runs),
        frequency: Double(sum.runs) / Double(selections.count))
    }.sorted {
      ($0.frequency, $0.score, $1.index) > ($1.frequency, $1.score, $0.index)
    }
    features = Array(ranked.prefix(count))
  }
}
