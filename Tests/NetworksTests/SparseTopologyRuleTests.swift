import Tensors
import Testing

@testable import Networks

@Suite("Rules of the topology")
struct SparseTopologyRuleTests {
  @Test("the fraction falls along half a cosine to where the topology rests")
  func fraction() {
    #expect(abs(TopologyRule.set.fraction(step: 0, of: 1000) - 0.3) < 1e-12)
    #expect(abs(TopologyRule.set.fraction(step: 500, of: 1000) - 0.1525) < 1e-12)
    #expect(abs(TopologyRule.set.fraction(step: 250, of: 1000) - 0.2567982) < 1e-7)
    #expect(abs(TopologyRule.rigl.fraction(step: 1000, of: 1000) - 0.005) < 1e-12)
    #expect(abs(TopologyRule.originalRigL.fraction(step: 375, of: 1000) - 0.15) < 1e-12)
    #expect(abs(TopologyRule.originalRigL.fraction(step: 750, of: 1000)) < 1e-12)
    #expect(TopologyRule.originalSET.fraction(step: 700, of: 1000) == 0.3)
    var rule = TopologyRule.set
    rule.dropSchedule = .cosine(final: 0.1, steps: 200)
    #expect(abs(rule.fraction(step: 100, of: 1000) - 0.2) < 1e-12)
    #expect(abs(rule.fraction(step: 900, of: 1000) - 0.1) < 1e-12)
    rule.dropFraction = 7
    #expect(rule.fraction(step: 0, of: 1000) == 1)
  }

  @Test("the number dropped is the fraction rounded up, never more than there are")
  func dropCount() {
    var rule = TopologyRule.originalSET
    #expect(rule.dropCount(among: 10, step: 5, of: 10) == 3)
    #expect(rule.dropCount(among: 11, step: 5, of: 10) == 4)
    #expect(rule.dropCount(among: 0, step: 5, of: 10) == 0)
    rule.dropFraction = 0.07  // times 100 it is 7.000000000000001 in binary
    #expect(rule.dropCount(among: 100, step: 5, of: 10) == 7)
    rule.dropFraction = 1
    #expect(rule.dropCount(among: 7, step: 5, of: 10) == 7)
    rule.dropFraction = .nan
    #expect(rule.dropCount(among: 7, step: 5, of: 10) == 0)
  }

  @Test("updates come at their interval, until the topology rests and not after the last step")
  func isDue() {
    func steps(_ rule: TopologyRule, of stepCount: Int, epoch: Int) -> [Int] {
      (0...stepCount).filter { rule.isDue(step: $0, of: stepCount, stepsPerEpoch: epoch) }
    }
    #expect(steps(.set, of: 50, epoch: 7) == [10, 20, 30, 40])
    #expect(steps(.originalSET, of: 35, epoch: 7) == [7, 14, 21, 28])
    #expect(steps(.originalRigL, of: 400, epoch: 7) == [100, 200])
    #expect(steps(.static, of: 50, epoch: 7) == [])
  }
}
