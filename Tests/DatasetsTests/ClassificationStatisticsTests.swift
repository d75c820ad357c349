import Foundation
import Testing

@testable import Datasets

/// What scikit-learn's data look like, made by `Fixtures/make_classification_statistics.py`.
struct ClassificationStatistics: Decodable, Sendable {
  var rowCount, clustersPerClass, runs: Int
  var separation, flip: Double
  /// Coverage, gap, deviation and correlation.
  var means, deviations: [Double]

  static let all: [Self] = {
    let path = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
      .appending(path: "Fixtures/classification-statistics.json")
    return (try? JSONDecoder().decode([Self].self, from: Data(contentsOf: path))) ?? []
  }()
}

@Suite struct ClassificationStatisticsTests {
  @Test func statisticsOfScikitLearnArePresent() {
    #expect(ClassificationStatistics.all.count == 3)
  }

  @Test(arguments: ClassificationStatistics.all)
  func dataLookLikeThoseOfScikitLearn(golden: ClassificationStatistics) throws {
    let generator = ClassificationGenerator(
      rowCount: golden.rowCount, clustersPerClass: golden.clustersPerClass,
      separation: golden.separation, flipFraction: golden.flip)
    let runs = try (0..<20 as Range<UInt64>).map { seed in
      try Columns(generator.generate(seed: seed)).statistics()
    }
    for statistic in 0..<4 {
      let values = runs.map { Float($0[statistic]) }
      let mean = values.reduce(0, +) / 20
      let expected = golden.deviations[statistic]
      let error = expected * (1 / 20.0 + 1 / Double(golden.runs)).squareRoot()
      #expect(abs(Double(mean) - golden.means[statistic]) < 4 * error, "mean of \(statistic)")
      // 19 degrees of freedom: outside once in ten thousand.
      let spread = Double(values.deviation) / expected
      #expect(spread > 0.45 && spread < 1.7, "spread of \(statistic)")
    }
  }
}

/// A generated data set, column by column.
struct Columns {
  var dataset: Dataset
  /// The informative ones, in the truth's order.
  var informative: [[Float]]
  var others: [[Float]]
  var classes: [Int]

  init(_ generated: GeneratedDataset) {
    dataset = generated.dataset
    let features = generated.dataset.features
    let rows = Array(0..<dataset.rowCount)
    let useful = generated.truth.informative
    informative = useful.map { features.column($0, rows: rows) }
    let rest = Set(0..<features.columnCount).subtracting(useful).sorted()
    others = rest.map { features.column($0, rows: rows) }
    if case .classes(let indices, _) = dataset.target { classes = indices } else { classes = [] }
  }

  /// The rows by the signs of their informative columns.
  func clusters() -> [[Bool]: [Int]] {
    Dictionary(grouping: 0..<dataset.rowCount) { row in informative.map { $0[row] > 0 } }
  }

  /// Coverage by the F test, gap, deviation and correlation, as in the script of the fixture.
  func statistics() -> [Double] {
    let scores = (informative + others).map(gap)
    let threshold = scores.sorted(by: >)[informative.count - 1]
    let found = scores.prefix(informative.count).count { $0 >= threshold }
    let count = Double(informative.count)
    let first = classes.indices.filter { classes[$0] == 0 }
    let neighbours = zip(informative, informative.dropFirst()).map { left, right in
      abs(correlation(first.map { left[$0] }, first.map { right[$0] }))
    }
    return [
      Double(found) / count, informative.reduce(0) { $0 + gap($1) } / count,
      informative.reduce(0) { $0 + Double($1.deviation) } / count,
      neighbours.reduce(0, +) / Double(neighbours.count),
    ]
  }

  /// The difference of the two class means in deviations, which orders columns as F does.
  private func gap(_ column: [Float]) -> Double {
    var (sums, counts) = ([0.0, 0.0], [0.0, 0.0])
    for (value, label) in zip(column, classes) {
      sums[label] += Double(value)
      counts[label] += 1
    }
    return abs(sums[0] / counts[0] - sums[1] / counts[1]) / Double(column.deviation)
  }
}

extension [Float] {
  /// The standard deviation.
  var deviation: Float {
    let mean = reduce(0) { $0 + Double($1) } / Double(count)
    let squares = reduce(0) { $0 + (Double($1) - mean) * (Double($1) - mean) }
    return Float((squares / Double(count)).squareRoot())
  }
}
