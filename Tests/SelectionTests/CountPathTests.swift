import Datasets
import Tensors
import Testing

@testable import Selection

@Suite("The path over several K")
struct CountPathTests {
  @Test("the smallest K within one standard error of the lowest loss is suggested")
  func suggestion() {
    let points = [(5, 0.9, 0.01), (10, 0.52, 0.04), (20, 0.50, 0.03), (40, 0.51, 0.01)]
    let path = CountPath(
      points: points.map { .init(count: $0.0, loss: $0.1, standardError: $0.2) })
    #expect(path.suggestedCount == 10)
    #expect(CountPath(points: Array(path.points[2...])).suggestedCount == 20)
    #expect(CountPath(points: []).suggestedCount == nil)
  }

  @Test("on planted data the loss falls until the planted columns are chosen")
  func planted() throws {
    let data = try CorrelatedGenerator(rowCount: 1200, columnCount: 40, informativeCount: 4)
      .generate(seed: 3).dataset
    let task = try SelectionTask(data, count: 1)
    func measure() throws -> CountPath {
      try FTestSelection().path(
        over: [12, 1, 4], task, splitCount: 3, random: RandomSource(seed: 1)
      ) { _, _ in SilentObserver() }
    }
    let path = try measure()
    #expect(path.points.map(\.count) == [1, 4, 12])
    #expect(path.points[0].loss > path.points[2].loss + 0.05)
    #expect(path.points.allSatisfy { $0.loss.isFinite && $0.standardError > 0 })
    let accuracies = path.points.compactMap(\.accuracy)
    #expect(accuracies.count == 3 && accuracies[2] > accuracies[0] && accuracies[2] > 0.6)
    #expect(path.points.allSatisfy { $0.accuracyError.map { $0 > 0 && $0 < 0.1 } == true })
    #expect(try measure() == path)
  }

  @Test("an observer that wants to stop ends the path with what is measured")
  func stops() throws {
    struct Impatient: SelectionObserver {
      func report(_ progress: SelectionProgress) {}
      var shouldStop: Bool { true }
    }
    let data = try CorrelatedGenerator(rowCount: 200, columnCount: 30, informativeCount: 4)
      .generate(seed: 3).dataset
    let path = try RandomSelection().path(
      over: [2, 3], try SelectionTask(data, count: 1), random: RandomSource(seed: 1)
    ) { count, _ -> any SelectionObserver in count == 2 ? SilentObserver() : Impatient() }
    #expect(path.points.map(\.count) == [2])
  }
}
