import Datasets
import Foundation
import Networks
import Tensors
import Testing
import Training

@testable import Pruning

/// Set the variable ESPALIER_MEASURE to see what scoring costs beside inference.
@Suite(
  "Time of scoring", .enabled(if: ProcessInfo.processInfo.environment["ESPALIER_MEASURE"] != nil))
struct ScoringMeasurement {
  @Test("60,000 rows of 784 through three layers of 300 are scored in about one pass")
  func scoring() {
    let (rowCount, width) = (60_000, 784)
    var random = RandomSource(seed: 1)
    let values = (0..<rowCount * width).map { _ in Float(random.index(below: 256)) }
    let features = FeatureStore(
      values: values, rowCount: rowCount, columnNames: (0..<width).map { "x\($0)" })
    let network = Network.multilayerPerceptron(
      inputCount: width, hidden: [300, 300, 300], outputCount: 10, random: random)
    let data = Dataset(
      features: features,
      target: .classes(
        indices: (0..<rowCount).map { $0 % 10 }, names: (0..<10).map { "c\($0)" }))
    let trained = asTrained(network, on: data)
    let rows = Array(0..<rowCount)
    let clock = ContinuousClock()
    var ratios: [(Double, Double)] = []
    for _ in 0..<7 {
      let inference = clock.measure { _ = trained.outputs(for: features, rows: rows) }
      let scoring = clock.measure {
        _ = ActivationStatistics(
          of: [2, 4, 6], in: network, on: features, rows: rows, scaler: trained.scaler)
      }
      ratios.append((inference / .seconds(1), scoring / .seconds(1)))
    }
    let best = (ratios.map(\.0).min() ?? 0, ratios.map(\.1).min() ?? 0)
    print("inference \(best.0) s, scoring \(best.1) s, ratio \(best.1 / best.0)")
    print(ratios.map { $0.1 / $0.0 }.sorted())
  }
}
