import Tensors
import Testing

@testable import Selection

@Suite("Entry scores")
struct EntryScoresTests {
  /// The entry score by its definition, from all scores of a feature's entries.
  private func naive(_ scores: [Double], _ rule: EntryScoring) -> Double {
    guard let first = scores.first, let last = scores.last else { return -.greatestFiniteMagnitude }
    switch rule {
    case .firstImpressionMaximum: return scores.max() ?? first
    case .mean: return scores.reduce(0, +) / Double(scores.count + 1)
    case .latest: return last
    case .exponentialAverage:
      // Weight 1/2 on the last, 1/4 on the one before, ..., and what is left on the first.
      let count = scores.count
      let weights = (0..<count).map { 1 / Double(1 << ($0 == 0 ? count - 1 : count - $0)) }
      return zip(scores, weights).reduce(0) { $0 + $1.0 * $1.1 }
    }
  }

  @Test("combine entries as their rule says", arguments: EntryScoring.allCases)
  func combination(_ rule: EntryScoring) {
    var random = RandomSource(seed: 1)
    for _ in 0..<20 {
      var scores = EntryScores(featureCount: 7, rule: rule)
      var entries = [[Double]](repeating: [], count: 7)
      for _ in 0..<60 {
        let feature = random.index(below: 6)  // the last one never enters
        let score = random.normal() - 1
        entries[feature].append(score)
        scores.record(score, of: feature)
      }
      for feature in 0..<7 {
        #expect(abs(scores[feature] - naive(entries[feature], rule)) < 1e-12)
      }
      #expect(scores[6] == -.greatestFiniteMagnitude)
    }
  }

  @Test("rank a feature that never entered below the worst that did")
  func neverEntered() {
    var scores = EntryScores(featureCount: 2, rule: .mean)
    scores.record(-1e300, of: 1)
    #expect(scores[0] < scores[1])
  }

  @Test("z-scores have mean 0 and sample deviation 1")
  func standardised() {
    var random = RandomSource(seed: 2)
    for _ in 0..<50 {
      let numbers = (0..<(2 + random.index(below: 20))).map { _ in 100 + random.normal() * 3 }
      let scores = zScores(numbers)
      let count = Double(scores.count)
      #expect(abs(scores.reduce(0, +)) < 1e-9)
      #expect(abs(scores.reduce(0) { $0 + $1 * $1 } / (count - 1) - 1) < 1e-9)
      // A monotone map: the order stays.
      #expect(topPositions(scores.count, of: scores) == topPositions(numbers.count, of: numbers))
    }
  }

  @Test(
    "z-scores are 0 where there is no spread, or no number",
    arguments: [
      [], [3], [2, 2, 2], [0, 0], [1, .nan, 2], [1, .infinity], [-.infinity, .infinity, 0],
      [1e200, -1e200],
    ] as [[Double]])
  func degenerate(_ numbers: [Double]) {
    #expect(zScores(numbers) == numbers.map { _ in 0 })
  }
}
