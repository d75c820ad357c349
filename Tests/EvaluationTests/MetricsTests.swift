import Testing

@testable import Evaluation

@Suite("Metrics")
struct MetricsTests {
  @Test("equal scikit-learn's")
  func golden() throws {
    let golden = try Golden.load().metrics
    let found = accuracy(of: golden.predicted, against: golden.truth)
    let balanced = balancedAccuracy(of: golden.predicted, against: golden.truth)
    #expect(abs(found - golden.accuracy) < 1e-12)
    #expect(abs(balanced - golden.balancedAccuracy) < 1e-12)
    #expect(balanced != found)
  }

  @Test("of values, by hand")
  func values() {
    // Mean 2, total 2; residuals 0, 1, 1.
    #expect(meanSquaredError(of: [1, 3, 4], against: [1, 2, 3]) == 2.0 / 3)
    #expect(rSquared(of: [1, 3, 4], against: [1, 2, 3]) == 0)
    #expect(rSquared(of: [1, 2, 3], against: [1, 2, 3]) == 1)
  }

  @Test("of a constant target or none")
  func edges() {
    #expect(rSquared(of: [5, 5], against: [5, 5]) == 1)
    #expect(rSquared(of: [5, 6], against: [5, 5]) == 0)
    #expect(rSquared(of: [], against: []) == 1)
    #expect(meanSquaredError(of: [], against: []) == 0)
    #expect(accuracy(of: [], against: []) == 0)
    #expect(balancedAccuracy(of: [], against: []) == 0)
    // Class 1 has no row; the wrong guess of it costs class 0 only.
    #expect(balancedAccuracy(of: [0, 1, 2], against: [0, 0, 2]) == 0.75)
  }

  @Test("know which way is up")
  func direction() {
    #expect(Metric.allCases.filter { !$0.higherIsBetter } == [.meanSquaredError])
  }
}
