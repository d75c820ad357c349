import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Pruning

/// Set the variable ESPALIER_MEASURE to see what merging spares, and what counting states costs.
@Suite(
  "Time of layers",
  .enabled(if: ProcessInfo.processInfo.environment["ESPALIER_MEASURE"] != nil), .serialized)
struct RemovalMeasurement {
  @Test("a merged perceptron of Swin takes at least half of the time less that its work promises")
  func swinPerceptron() throws {
    for width in [48, 96, 192, 384] {
      var network = Network(input: [8, 8, width], random: RandomSource(seed: 8))
      try network.append(LayerNorm(), named: "norm")
      try network.append(Linear(4 * width), named: "fc1")
      try network.append(GELU(), named: "gelu")
      try network.append(Linear(width), named: "fc2")
      try network.append(Add(), to: [4, 0], named: "sum")
      let lines = [UnitLine](repeating: UnitLine(slope: 1, shift: 0), count: 4 * width)
      let merged = network.linearising([3: lines]).foldingLines().simplified().network
      // One after the other, so that both see the same machine.
      let ratios = (0..<9).map { _ in
        let times = [network, merged].map {
          InferenceMeasurement.measure($0, batchCount: 64, seconds: 0.05).median
        }
        return times[1] / times[0]
      }
      print(
        "width \(width): time \(ratios.sorted()[4]), multiply-adds",
        Double(merged.multiplyAdds) / Double(network.multiplyAdds))
    }
  }

  @Test("60,000 rows through three layers of 300: states are counted in about one pass")
  func states() {
    let (rowCount, width) = (60_000, 784)
    var random = RandomSource(seed: 1)
    let features = FeatureStore(
      values: (0..<rowCount * width).map { _ in Float(random.normal()) }, rowCount: rowCount,
      columnNames: (0..<width).map { "x\($0)" })
    let network = Network.multilayerPerceptron(
      inputCount: width, hidden: [300, 300, 300], outputCount: 10, random: random)
    let (rows, scaler) = (Array(0..<rowCount), Scaler.identity(columnCount: width))
    let clock = ContinuousClock()
    let ratios = (0..<7).map { _ in
      let inference = clock.measure {
        network.forEachBatch(
          observing: [], on: features, rows: rows, scaler: scaler, batchCount: 128
        ) { _, _, _ in }
      }
      let counting = clock.measure {
        _ = ActivationStates(of: network, on: features, rows: rows, scaler: scaler)
      }
      return counting / inference
    }
    print("counting, as a share of inference: \(ratios.sorted())")
  }
}
