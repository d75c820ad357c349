import Tensors
import Testing
import Training

@testable import Selection

@Suite("Settings that exclude each other")
struct FlexibleLengthTests {
  @Test("a flexible input layer needs a validation loss")
  func fixedLength() throws {
    let task = try SelectionTask(
      makeDataset(rows: 40, columns: 8, using: RandomSource(seed: 1)), count: 2)
    var method = EntryPrune()
    method.isFlexible = true
    method.length = .rotations(5)
    #expect(throws: SelectionError.fixedLengthOfFlexible) { try method.rule(for: task) }
    method.isFlexible = false
    #expect(try method.rule(for: task).length == .rotations(5))
  }

  @Test("restarts come every so many rotations, never before the first")
  func restarts() throws {
    var rule = EntryRule.standard(for: .wide)
    rule.restartInterval = 3
    #expect((0..<8).filter(rule.restarts) == [3, 6])
    rule.restartInterval = nil
    #expect(!(0..<8).contains(where: rule.restarts))
  }
}
