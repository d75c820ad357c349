import AllocationCounter
import Kernels
import Tensors
import Testing

@testable import Networks

@Suite("Training")
struct TrainingTests {
  /// Exclusive or of the signs of two columns, which no linear model can learn.
  private func exclusiveOr(rows: Int) -> (inputs: Tensor, labels: [Int32]) {
    var random = RandomSource(seed: 21)
    let values = (0..<rows * 2).map { _ in Float(random.normal()) }
    let labels = (0..<rows).map { Int32((values[2 * $0] > 0) == (values[2 * $0 + 1] > 0) ? 1 : 0) }
    return (Tensor([rows, 2], values), labels)
  }

  private func trainer(seed: UInt64, labels: [Int32], batchCount: Int = 32) -> Trainer {
    let network = Network.multilayerPerceptron(
      inputCount: 2, hidden: [16], outputCount: 2, random: RandomSource(seed: seed))
    return Trainer(
      network, loss: .crossEntropy, rule: .adam(Adam(learningRate: 0.01)),
      targets: .labels(labels, classCount: 2, classWeights: nil), batchCount: batchCount)
  }

  @Test("a hidden layer learns exclusive or")
  func learns() {
    let (inputs, labels) = exclusiveOr(rows: 512)
    let trainer = trainer(seed: 1, labels: labels)
    var random = RandomSource(seed: 2)
    let losses = trainer.run(60, on: inputs, schedule: .cosine(final: 0.1), using: &random)
    #expect(losses[0] > 0.6 && losses[59] < 0.1)
    let standing = trainer.network
    trainer.run(2, on: inputs, schedule: .cosine(final: 0), using: &random)
    #expect(trainer.network != standing)  // the first epoch of a schedule has the whole rate
    let outputs = Plan(trainer.network, batchCount: 512, for: .inference).outputs(for: inputs)
    let hits = labels.indices.count { (outputs[$0, 1] > outputs[$0, 0]) == (labels[$0] == 1) }
    #expect(hits > 495)
  }

  @Test("the same seed gives the same bits, another seed others")
  func deterministic() {
    let (inputs, labels) = exclusiveOr(rows: 200)
    func run(_ seed: UInt64) -> Network {
      let trainer = trainer(seed: seed, labels: labels)
      var random = RandomSource(seed: seed)
      for _ in 0..<3 { trainer.runEpoch(on: inputs, using: &random) }
      return trainer.network
    }
    #expect(run(5) == run(5))
    #expect(run(5) != run(6))
  }

  @Test(
    "a training step allocates nothing beyond the argument lists that oneDNN makes for itself",
    .enabled(if: AllocationCounter.isAvailable, "needs glibc"))
  func allocations() {
    setThreadCount(1)
    let (inputs, labels) = exclusiveOr(rows: 320)
    let trainer = trainer(seed: 1, labels: labels)
    var random = RandomSource(seed: 2)
    trainer.runEpoch(on: inputs, using: &random)  // whatever is made at first use
    let count = AllocationCounter.count {
      trainer.runEpoch(on: inputs, using: &random)  // ten steps
    }
    #expect(count == 10 * primitiveAllocations())
    let seen = AllocationCounter.count { _ = [Int](repeating: 0, count: 1000 + labels.count) }
    #expect(seen > 0)
  }

  /// What the primitives of one step of the network above allocate when they run by themselves.
  private func primitiveAllocations() -> Int {
    let arenas = (0..<4).map { _ in FloatArena(count: 1024) }
    defer { withExtendedLifetime(arenas) {} }
    let scratch = arenas.map(\.start)
    let forward = [(16, 2), (2, 16)].map {
      DensePrimitive.matmul(
        rows: 32, columns: $0.0, inner: $0.1, transposingB: true, addingBias: true)
    }
    let backward =
      [(16, 2), (2, 16)].map {
        DensePrimitive.matmul(rows: $0.0, columns: $0.1, inner: 32, transposingA: true)
      } + [DensePrimitive.matmul(rows: 32, columns: 16, inner: 2)]
    let relu = DensePrimitive.activation(.relu(slope: 0), count: 512)
    func run() {
      for product in forward { product(scratch[0], scratch[1], scratch[2], scratch[3]) }
      for product in backward { product(scratch[0], scratch[1], scratch[2]) }
      relu(scratch[0], scratch[1])
    }
    run()
    return AllocationCounter.count { run() }
  }

  @Test("columns that start anew move as in a fresh optimizer, the others go on")
  func restart() throws {
    var network = Network(input: [3])
    try network.append(Linear(2))
    let (aged, fresh) = (ParameterStore(network), ParameterStore(network))
    let rule = OptimizerRule.adam(Adam(learningRate: 0.1))
    let (agedOptimizer, freshOptimizer) = (Optimizer(rule, for: aged), Optimizer(rule, for: fresh))
    var random = RandomSource(seed: 9)
    func draw() -> [Float] { (0..<6).map { _ in Float(random.normal()) } }
    for _ in 0..<4 {
      aged.gradients(0).update(from: draw(), count: 6)
      agedOptimizer.update()
    }
    agedOptimizer.restart(columns: [1], ofSlot: 0)
    aged.values(0).update(from: fresh.values(0), count: 6)
    for _ in 0..<3 {
      let gradient = draw()
      for (store, optimizer) in [(aged, agedOptimizer), (fresh, freshOptimizer)] {
        store.gradients(0).update(from: gradient, count: 6)
        optimizer.update()
      }
    }
    for row in 0..<2 {
      let difference = abs(aged.values(0)[row * 3 + 1] - fresh.values(0)[row * 3 + 1])
      #expect(difference < 1e-6)
      #expect(aged.values(0)[row * 3] != fresh.values(0)[row * 3])
    }
  }

  @Test("patience counts rounds without a strictly lower value")
  func patience() {
    var patience = Patience(limit: 2)
    for (round, value) in [3.0, 2, 2, .nan].enumerated() {
      #expect(!patience.isExhausted)
      patience.record(value, round: round)
    }
    #expect(patience.isExhausted)
    #expect(patience.best == Patience.Best(round: 1, value: 2))
    var endless = Patience(limit: nil)
    for round in 0..<100 { endless.record(1, round: round) }
    #expect(!endless.isExhausted)
  }

  @Test("schedules")
  func schedules() {
    #expect(LearningRateSchedule.constant.factor(epoch: 7, of: 10) == 1)
    let step = LearningRateSchedule.step(interval: 3, factor: 0.1)
    #expect(step.factor(epoch: 2, of: 10) == 1)
    #expect(abs(step.factor(epoch: 6, of: 10) - 0.01) < 1e-6)
    let cosine = LearningRateSchedule.cosine(final: 0.2)
    #expect(cosine.factor(epoch: 0, of: 11) == 1)
    #expect(abs(cosine.factor(epoch: 5, of: 11) - 0.6) < 1e-6)
    #expect(abs(cosine.factor(epoch: 10, of: 11) - 0.2) < 1e-6)
    let warm = LearningRateSchedule.warmUp(epochs: 3, then: cosine)
    #expect((0..<4).map { warm.factor(epoch: $0, of: 14) } == [0.25, 0.5, 0.75, 1])
    #expect(abs(warm.factor(epoch: 13, of: 14) - 0.2) < 1e-6)
  }
}
