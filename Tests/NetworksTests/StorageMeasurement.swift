import Foundation
import Kernels
import Tensors
import Testing

@testable import Networks

/// Measures where a sparse layer computes faster as a dense matrix: the numbers of `StorageTable`.
///
/// No test of the result, and skipped unless asked for: `Scripts/measure-storage` runs it.
@Suite(
  "Measurement of storages",
  .enabled(
    if: ProcessInfo.processInfo.environment["ESPALIER_MEASURE_STORAGE"] != nil,
    "only Scripts/measure-storage runs it"), .serialized)
struct StorageMeasurement {
  @Test("seconds per step by shape, batch and density")
  func table() throws {
    setThreadCount(1)
    print("instruction set: \(InstructionSet.current)")
    print("inputs units batch density  sparse   dense  linear  (us: forward, backward, Adam)")
    for (inputs, units) in [(100, 100), (1000, 100), (784, 1000), (3000, 3000)] {
      for batch in [16, 32, 100, 256] {
        let linear = try seconds(batch) {
          try $0.append(Linear(units))
        } inputs: {
          inputs
        }
        for density in [0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 0.9] {
          var random = RandomSource(seed: 1)
          let pattern = SparsePattern(
            drawing: Int(density * Double(inputs * units)), rowCount: units, columnCount: inputs,
            using: &random)
          let times = try [SparseLinear.Storage.sparse, .dense].map { storage in
            try seconds(batch) {
              try $0.append(SparseLinear(pattern, storage: storage))
            } inputs: {
              inputs
            }
          }
          let numbers = (times + [linear]).map { String(format: "%8.1f", $0 * 1e6) }
          print(
            "\(inputs)".padded(6), "\(units)".padded(5), "\(batch)".padded(5),
            "\(density)".padded(7), numbers.joined())
        }
      }
    }
  }

  @Test("seconds per forward pass of 100 rows, to set beside SciPy's")
  func forward() throws {
    setThreadCount(1)
    for (widths, densities) in [
      ([784, 1000, 100, 10], [0.05, 0.02]), ([4096, 4096, 4096, 10], [0.05]),
    ] {
      for density in densities {
        let network = Network.sparseMultilayerPerceptron(
          inputCount: widths[0], hidden: Array(widths[1...2]), outputCount: 10, density: density,
          random: RandomSource(seed: 1))
        let plan = Plan(network, batchCount: 100, for: .inference)
        var best = Double.infinity
        for _ in 0..<30 {
          let start = ContinuousClock.now
          plan.forward()
          best = min(best, (ContinuousClock.now - start) / .seconds(1))
        }
        print("\(widths) \(density) forward", String(format: "%.1f us", best * 1e6))
      }
    }
  }

  /// The fastest of several steps of a layer between two small sparse ones.
  private func seconds(
    _ batch: Int, _ layer: (inout Network) throws -> Void, inputs: () -> Int
  ) throws -> Double {
    var random = RandomSource(seed: 2)
    var network = Network(input: [8], random: random)
    try network.append(
      SparseLinear(
        SparsePattern(drawing: inputs(), rowCount: inputs(), columnCount: 8, using: &random),
        storage: .sparse))
    try layer(&network)
    let units = network.outputShape.elementCount
    try network.append(
      SparseLinear(
        SparsePattern(drawing: 3 * units / 2, rowCount: 2, columnCount: units, using: &random),
        storage: .sparse))
    let plan = Plan(network, batchCount: batch, for: .training)
    let optimizer = Optimizer(.adam(Adam(learningRate: 1e-6)), for: plan.parameters)
    var best = Double.infinity
    for _ in 0..<12 {
      let start = ContinuousClock.now
      plan.forward()
      plan.backward()
      optimizer.update()
      best = min(best, (ContinuousClock.now - start) / .seconds(1))
    }
    return best
  }
}

extension String {
  fileprivate func padded(_ width: Int) -> String {
    String(repeating: " ", count: max(0, width - count)) + self
  }
}
