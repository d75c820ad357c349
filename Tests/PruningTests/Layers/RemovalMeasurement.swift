import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Pruning

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// Set the variable ESPALIER_MEASURE to see what merging spares, and what counting states costs: rows
/// of Markdown, of processor time, the networks taking turns.
@Suite(
  "Time of layers",
  .enabled(if: ProcessInfo.processInfo.environment["ESPALIER_MEASURE"] != nil), .serialized)
struct RemovalMeasurement {
  @Test("a merged perceptron of Swin takes at least half of the time less that its work promises")
  func swinPerceptron() throws {
    print("| part of Swin | channels | tokens | multiply-adds fall by | time of 64 falls by |")
    for (channels, side) in [(24, 8), (48, 8), (96, 14), (192, 14)] {
      let names = ["perceptron", "whole block"]
      for (name, network) in zip(
        names, [try perceptron(channels, side), try block(channels, side)])
      {
        let lines = network.nodes.enumerated().filter { $0.element.operation is GELU }.map {
          ($0.offset, [UnitLine](repeating: UnitLine(slope: 1, shift: 0), count: 4 * channels))
        }
        let merged = network.linearising(Dictionary(uniqueKeysWithValues: lines)).foldingLines()
          .simplified().network
        let times = InferenceMeasurement.compare([network, merged], batchCount: 64, seconds: 0.3)
          .map(\.processorMedian)
        func fall(_ before: Double, _ after: Double) -> String {
          "\((1000 * (1 - after / before)).rounded() / 10) %"
        }
        print(
          "| \(name) | \(channels) | \(side * side) |",
          fall(Double(network.multiplyAdds), Double(merged.multiplyAdds)), "|",
          fall(times[0], times[1]), "|")
      }
    }
  }

  /// A normalisation and a perceptron with a path around both.
  private func perceptron(_ channels: Int, _ side: Int) throws -> Network {
    var network = Network(input: [side, side, channels], random: RandomSource(seed: 8))
    try network.append(LayerNorm())
    try network.append(Linear(4 * channels))
    try network.append(GELU())
    try network.append(Linear(channels))
    try network.append(Add(), to: [4, 0])
    return network
  }

  /// A block behind patches of one place, with what else such a network needs.
  private func block(_ channels: Int, _ side: Int) throws -> Network {
    var architecture = SwinTransformer()
    (architecture.patchSize, architecture.channelCount) = (1, channels)
    (architecture.depths, architecture.headCounts) = ([1], [3])
    return try architecture.network(
      classCount: 10, imageShape: [side, side, 3], random: RandomSource(seed: 8))
  }

  @Test("counting states costs little more than a pass of inference")
  func states() throws {
    print("| network | rows | a pass that counts states, as a share of one that does not | range |")
    let perceptron = Network.multilayerPerceptron(
      inputCount: 784, hidden: [300, 300, 300, 300, 300], outputCount: 10,
      random: RandomSource(seed: 1))
    var networks = [("784-5x300-10", perceptron, 10_000)]
    for (architecture, count) in [
      (ImageArchitecture.resNet18SmallPooled, 2048), (.mobileNetV2, 8192), (.swinTiny, 1024),
    ] {
      let network = try architecture.network(classCount: 10, imageShape: [32, 32, 3], width: 0.25)
      networks.append(("\(architecture.rawValue), width 0.25", network, count))
    }
    for (name, network, count) in networks {
      var random = RandomSource(seed: 1)
      let width = network.inputShape.elementCount
      let features = FeatureStore(
        values: (0..<count * width).map { _ in Float(random.normal()) }, rowCount: count,
        columnNames: (0..<width).map { "x\($0)" })
      let (rows, scaler) = (Array(0..<count), Scaler.identity(columnCount: width))
      let folded = network.foldingBatchNormalization()
      var times: [(inference: Double, counting: Double)] = []
      for _ in 0..<9 {
        let inference = processorTime {
          folded.forEachBatch(
            observing: [], on: features, rows: rows, scaler: scaler, batchCount: 128
          ) { _, _, _ in }
        }
        let counting = processorTime {
          _ = ActivationStates(of: network, on: features, rows: rows, scaler: scaler)
        }
        times.append((inference, counting))
      }
      let ratios = times.map { (100 * $0.counting / $0.inference).rounded() / 100 }.sorted()
      print("| \(name) | \(count) | \(ratios[4]) | \(ratios[0]) to \(ratios[8]) |")
    }
  }

  private func processorTime(of body: () -> Void) -> Double {
    func now() -> Double {
      var time = timespec()
      clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
      return Double(time.tv_sec) + 1e-9 * Double(time.tv_nsec)
    }
    let start = now()
    body()
    return now() - start
  }
}
