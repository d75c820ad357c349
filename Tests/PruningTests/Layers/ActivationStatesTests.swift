import Datasets
import Kernels
import Networks
import Tensors
import Testing

@testable import Pruning

@Suite("States of activations", .serialized)
struct ActivationStatesTests {
  @Test(
    "the kernel counts like a loop, in both layouts",
    arguments: [1, 3, 8, 15, 16, 17, 40, 64])
  func kernel(columns: Int) {
    var random = RandomSource(seed: UInt64(columns))
    let choices: [Float] = [-4, -3, -1, -0.0, 0, 0.5, 3, 6, 7, .nan]
    for rows in [1, 2, 15, 16, 33, 100] {
      let values = (0..<rows * columns).map { _ in choices[random.index(below: choices.count)] }
      let limits = StateLimits(low: 0, high: 0, beyond: 6)
      var counts = StateCounts(columns: columns)
      var transposed = counts
      let block = FloatArena(count: rows * columns)
      let stride = paddedBatch(rows)
      let other = FloatArena(count: stride * columns)
      for row in 0..<rows {
        for column in 0..<columns {
          block.start[row * columns + column] = values[row * columns + column]
          other.start[column * stride + row] = values[row * columns + column]
        }
      }
      counts.add(block.start, rows: rows, limits: limits)
      transposed.add(transposed: other.start, rows: rows, stride: stride, limits: limits)
      for column in 0..<columns {
        let own = (0..<rows).map { values[$0 * columns + column] }
        #expect(counts.below[column] == Int64(own.count { $0 < 0 }))
        #expect(counts.above[column] == Int64(own.count { $0 > 0 }))
        #expect(counts.beyond[column] == Int64(own.count { $0 > 6 }))
        let numbers = own.filter { !$0.isNaN }
        if numbers.count == own.count {
          #expect(counts.lowest[column] == numbers.min())
          #expect(counts.highest[column] == numbers.max())
        }
      }
      #expect(counts.below == transposed.below && counts.above == transposed.above)
      #expect(counts.beyond == transposed.beyond)
    }
  }

  @Test("zeros are left out, and a layer's entropy is that of its mixed units")
  func byHand() throws {
    // Unit 0: -1 0 2 4 (p = 2/3); 1: always ON; 2: always OFF; 3: always 0; 4: 1 of 4 (p = 1/4).
    let rows: [[Float]] = [
      [-1, 1, -1, 0, 1], [0, 2, -2, 0, -1], [2, 3, -3, 0, -1], [4, 4, -4, 0, -1],
    ]
    let states = try states(of: ReLU(), rows)
    let entropy = states.entropies()[0]
    #expect(entropy.states == [.mixed, .on, .off, .silent, .mixed])
    #expect(abs(entropy.unitEntropies[0] - 0.918295834054489) < 1e-12)
    #expect(abs(entropy.unitEntropies[4] - 0.811278124459132) < 1e-12)
    #expect(abs(entropy.entropy - (0.918295834054489 + 0.811278124459132) / 2) < 1e-12)
    #expect(entropy.weightCount == 5 && entropy.meanMagnitude == 1)
    #expect(entropy.substitutionError == 0)
    // Unit 0 becomes a line of slope 2/3: 4 is taken for 8/3; unit 4 one of slope 1/4, 1 for 1/4.
    #expect(abs(entropy.lineError - 4 / 3) < 1e-12)
    #expect(!entropy.isLinear)
  }

  @Test("egp takes zeros for OFF, easier for ON and divides by all units; both go by batches")
  func estimators() throws {
    let rows: [[Float]] = [[-1, 0], [1, 1], [0, 1], [0, 1]]
    // Batches of two. egp: unit 0 (1/2, then 0), unit 1 (1/2, then 1): 1 and 0 -> 1/2.
    let egp = try states(of: ReLU(), rows, estimator: .egp, batchCount: 2).entropies()[0]
    #expect(egp.entropy == 0.5)
    // easier: unit 0 (1/2, then 1), unit 1 (1, 1): 1/2 and 0 -> 1/4.
    let easier = try states(of: ReLU(), rows, estimator: .easier, batchCount: 2).entropies()[0]
    #expect(easier.entropy == 0.25)
    let exact = try states(of: ReLU(), rows).entropies()[0]
    #expect(exact.states == [.mixed, .on] && exact.entropy == 1)
  }

  @Test("ReLU6 has a state more, and hardswish is straight outside of -3...3 only")
  func moreStates() throws {
    let clipped = try states(of: ReLU6(), [[7, 7, 1], [8, 1, 6], [9, -1, 5]]).entropies()[0]
    #expect(clipped.states == [.clipped, .mixed, .on])
    #expect(abs(clipped.unitEntropies[1] - 1.584962500721156) < 1e-12)
    let swish = try states(of: HardSwish(), [[1, 3, -3], [-1, 4, -5]]).entropies()[0]
    #expect(swish.states == [.mixed, .on, .off])
    #expect(swish.unitEntropies[0] == 1)
    #expect(swish.substitutionError == 0)
    // The mixed unit reads -1 and 1; off, it puts out 0 for what is 2/3 at most.
    #expect(abs(swish.lineError - 2.0 / 3) < 1e-12)
    let limited = try states(of: ReLU6(), [[7], [8], [-1]]).entropies()[0]
    #expect(limited.lineError == 6)
  }

  @Test("a tolerance takes a rare side for none, and tells what that costs")
  func tolerance() throws {
    let rows: [[Float]] = (0..<20).map { [$0 == 0 ? -0.5 : 2, $0 < 3 ? -1 : 1] }
    let states = try states(of: ReLU(), rows)
    let entropy = states.entropies(tolerance: 0.05)[0]
    #expect(entropy.states == [.on, .mixed])
    #expect(entropy.substitutionError == 0.5)
    #expect(states.entropies(tolerance: 0.04)[0].states == [.mixed, .mixed])
    #expect(states.entropies(tolerance: 0.2)[0].isLinear)
    #expect(states.lines(tolerance: 0.2).count == 1 && states.lines().isEmpty)
  }

  @Test("the worst error of smooth activations is their own, not that of the sign")
  func smooth() throws {
    let gelu = try states(of: GELU(), [[0.1, -4], [3, -0.1]]).entropies()[0]
    #expect(gelu.states == [.on, .off])
    #expect(abs(gelu.substitutionError - 0.169971) < 1e-5)
    let silu = try states(of: SiLU(), [[0.1], [3]]).entropies()[0]
    #expect(abs(silu.substitutionError - 0.278465) < 1e-5)
    let swish = try #require(RectifierForm(HardSwish()))
    #expect(abs(swish.errors(low: 0, high: 5, slope: 0).on - 0.375) < 1e-12)
    #expect(abs(swish.errors(low: -5, high: 0, slope: 0).off - 0.375) < 1e-12)
  }

  @Test("the errors of straight lines are those of a fine grid")
  func errorsOnAGrid() throws {
    let operations: [any NetworkOperation] = [
      ReLU(), LeakyReLU(slope: 0.2), ReLU6(), GELU(), GELU(.tanh), SiLU(), HardSwish(),
    ]
    for operation in operations {
      let form = try #require(RectifierForm(operation))
      for (low, high) in [(-5.0, 9.0), (0.25, 3), (-2, -0.5), (-0.5, 0.5), (6.5, 8)] {
        let grid = (0...40_000).map { low + (high - low) * Double($0) / 40_000 }
        let plan = Plan(
          try Network(input: [grid.count]) { operation }, batchCount: 1, for: .inference)
        let outputs = plan.outputs(for: Tensor([1, grid.count], grid.map(Float.init))).elements
        let slope = (operation as? LeakyReLU).map { Double($0.slope) } ?? 0
        let errors = form.errors(low: low, high: high, slope: slope)
        let on = zip(grid, outputs).map { abs(Double($1) - $0) }.max() ?? 0
        let off = zip(grid, outputs).map { abs(Double($1) - slope * $0) }.max() ?? 0
        #expect(abs(errors.on - on) < 2e-4, "\(operation) \(low) \(high)")
        #expect(abs(errors.off - off) < 2e-4, "\(operation) \(low) \(high)")
      }
    }
  }

  @Test("channels are the innermost dimension, and their places are pooled")
  func channels() throws {
    var network = Network(input: [2, 2, 1])
    try network.append(
      Convolution(2, kernel: Extent(1, 1), hasBias: true), named: "convolution")
    network[parameter: "convolution.weight"] = Tensor([2, 1, 1, 1], [1, -1])
    network[parameter: "convolution.bias"] = Tensor([2], [0, 10])
    try network.append(ReLU())
    let store = FeatureStore(
      values: [1, 2, 3, -4], rowCount: 1, columnNames: ["a", "b", "c", "d"])
    let states = ActivationStates(
      of: network, on: store, rows: [0], scaler: .identity(columnCount: 4))
    let entropy = states.entropies()[0]
    #expect(entropy.states == [.mixed, .on])
    #expect(abs(entropy.entropy - 0.811278124459132) < 1e-12)
  }

  @Test("normalisations tell p without data")
  func normal() throws {
    var network = Network(input: [1])
    try network.append(Linear(2))
    try network.append(BatchNorm(), named: "norm")
    network[parameter: "norm.weight"] = Tensor([2], [-2, 0])
    network[parameter: "norm.bias"] = Tensor([2], [1, 3])
    try network.append(ReLU())
    let store = FeatureStore(values: [1, 2], rowCount: 2, columnNames: ["a"])
    let entropy = ActivationStates(
      of: network, on: store, rows: [0, 1], scaler: .identity(columnCount: 1)
    ).entropies()[0]
    // Phi(1/2) = 0.691462461274013, whose entropy is 0.891433...; the other unit is sure.
    let expected = binaryEntropy(0.691462461274013) / 2
    #expect(abs(try #require(entropy.normalEntropy) - expected) < 1e-9)
  }

  /// The states of an activation behind an identity.
  private func states(
    of activation: some NetworkOperation, _ rows: [[Float]],
    estimator: EntropyEstimator = .nepenthe, batchCount: Int = 128
  ) throws -> ActivationStates {
    let width = rows[0].count
    var network = Network(input: [width])
    try network.append(Linear(width, hasBias: false), named: "identity")
    network[parameter: "identity.weight"] = Tensor(
      [width, width], (0..<width * width).map { $0 % (width + 1) == 0 ? 1 : 0 })
    try network.append(activation)
    let store = FeatureStore(
      values: rows.flatMap(\.self), rowCount: rows.count,
      columnNames: (0..<width).map { "c\($0)" })
    return ActivationStates(
      of: network, on: store, rows: Array(rows.indices), scaler: .identity(columnCount: width),
      estimator: estimator, batchCount: batchCount)
  }
}
