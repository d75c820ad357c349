import Tensors
import Testing

@testable import Selection

@Suite("The best of many")
struct TopPositionsTests {
  @Test("a few of many are those that sorting puts first, ties and NaN included")
  func againstSorting() {
    var random = RandomSource(seed: 1)
    for _ in 0..<1000 {
      let scores = (0..<1 + random.index(below: 60)).map { _ in
        random.index(below: 9) == 0 ? Double.nan : Double(random.index(below: 12))
      }
      let count = random.index(below: scores.count + 1)
      let ranked = scores.indices.sorted { left, right in
        let (first, second) = (scores[left], scores[right])
        if first.isNaN != second.isNaN { return second.isNaN }
        return first == second || first.isNaN ? left < right : first > second
      }
      #expect(topPositions(count, of: scores) == Array(ranked.prefix(count)))
    }
  }
}
