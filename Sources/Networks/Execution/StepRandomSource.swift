import Tensors

/// Where operations that draw anew in every step take their numbers from.
///
/// What is drawn depends on the seed, the node and the number of the step only, so a step that is
/// computed again, or a training that is taken up again, draws the same.
package struct StepRandomSource {
  /// The number of the step, shared by all nodes of a plan.
  package final class Clock {
    package var step = 0

    package init() {}
  }

  private let random: RandomSource
  package let clock: Clock

  package init(_ random: RandomSource = RandomSource(seed: 0), clock: Clock = Clock()) {
    self.random = random
    self.clock = clock
  }

  /// The source of one node, with the clock of all.
  func of(node name: String) -> StepRandomSource {
    StepRandomSource(random.substream(name), clock: clock)
  }

  /// The numbers of the present step.
  package var present: RandomSource { random.substream("step", clock.step) }
}
