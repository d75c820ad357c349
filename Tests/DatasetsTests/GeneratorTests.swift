import Foundation
import Testing

@testable import Datasets

@Suite struct GeneratorTests {
  private static let all: [any DataGenerator] = [
    MadelonGenerator(rowCount: 320, noiseCount: 30), InteractionGenerator(rowCount: 200),
    CorrelatedGenerator(rowCount: 200), RegressionGenerator(rowCount: 200),
    ClassificationGenerator(rowCount: 200, redundantCount: 3, repeatedCount: 2),
  ]

  @Test(arguments: 0..<5)
  func equalSeedsGiveEqualData(index: Int) throws {
    let generator = Self.all[index]
    let (first, second) = (try generator.generate(seed: 4), try generator.generate(seed: 4))
    #expect(first.truth == second.truth)
    #expect(first.dataset.contentHash() == second.dataset.contentHash())
    let other = try generator.generate(seed: 5)
    #expect(other.dataset.contentHash() != first.dataset.contentHash())
    #expect(other.truth.informative != first.truth.informative)
    let columns = first.dataset.features.columnCount
    #expect(first.truth.columnCount == columns && first.truth.rowCount == first.dataset.rowCount)
    let truth = first.truth
    let useful = truth.informative + (truth.redundant + truth.repeated).map(\.column)
    #expect(Set(useful).count == useful.count && useful.allSatisfy { $0 < columns })
  }

  @Test(arguments: 0..<5)
  func dataAndTruthAreWrittenAndReadBack(index: Int) throws {
    let scratch = try Scratch()
    let generated = try Self.all[index].generate(seed: 4)
    let path = scratch.path("d.csv")
    let truthPath = try generated.write(to: path)
    #expect(truthPath == scratch.path("d.truth.json"))
    let truth = try JSONDecoder().decode(
      PlantedTruth.self, from: Data(contentsOf: URL(fileURLWithPath: truthPath)))
    #expect(truth == generated.truth)
    #expect(
      try TableSource(paths: [path], target: .column("target")).readDataset().contentHash()
        == generated.dataset.contentHash())
  }

  @Test func madelonIsWhatItsTruthSays() throws {
    let generator = MadelonGenerator(
      rowCount: 3200, redundantCount: 3, repeatedCount: 4, noiseCount: 20, flipFraction: 0)
    let generated = try generator.generate(seed: 2)
    let (features, truth) = (generated.dataset.features, generated.truth)
    let rows = Array(0..<3200)
    #expect(truth.redundant.count == 3 && truth.repeated.count == 4 && features.columnCount == 32)
    for derived in truth.redundant + truth.repeated {
      let parents = derived.parents.map { features.column($0, rows: rows) }
      let column = features.column(derived.column, rows: rows)
      for row in rows {
        let sum = zip(parents, derived.weights).reduce(0) { $0 + $1.0[row] * $1.1 }
        #expect(abs(sum - column[row]) < 1e-4)
      }
    }
    #expect(generated.dataset.target.classSizes == [1600, 1600])
    // Within a cell of the cube one class prevails, over all cells both are equally frequent.
    var votes = [Int](repeating: 0, count: 32)
    let informative = truth.informative.map { features.column($0, rows: rows) }
    guard case .classes(let classes, _) = generated.dataset.target else { return }
    for row in rows {
      let cell = informative.indices.reduce(0) { $0 | (informative[$1][row] > 0 ? 1 << $1 : 0) }
      votes[cell] += classes[row] == 1 ? 1 : -1
    }
    let right = 1600 + votes.reduce(0) { $0 + abs($1) } / 2
    #expect(right > 2600)
  }

  @Test func interactionHasNoMarginalEffect() throws {
    let generated = try InteractionGenerator(rowCount: 20_000, columnCount: 5).generate(seed: 3)
    let rows = Array(0..<20_000)
    let columns = (0..<5).map { generated.dataset.features.column($0, rows: rows) }
    let signs = generated.dataset.signs
    for column in columns { #expect(abs(correlation(column, signs)) < 0.03) }
    let partners = generated.truth.informative.map { columns[$0] }
    let agreed = rows.count { partners[0][$0] * partners[1][$0] * signs[$0] > 0 }
    #expect(abs(Double(agreed) / 20_000 - 0.95) < 0.01)
  }

  @Test func copiesHaveTheirCorrelationAndInformativeColumnsCountEqually() throws {
    let generated = try CorrelatedGenerator(rowCount: 20_000, columnCount: 40).generate(seed: 3)
    let rows = Array(0..<20_000)
    let features = generated.dataset.features
    for copy in generated.truth.redundant {
      let pair = [copy.column, copy.parents[0]].map { features.column($0, rows: rows) }
      #expect(abs(correlation(pair[0], pair[1]) - 0.9) < 0.01)
    }
    let useful = generated.truth.informative
    let related = Set(useful + generated.truth.redundant.map(\.column))
    for column in 0..<40 {
      let size = abs(correlation(features.column(column, rows: rows), generated.dataset.signs))
      if useful.contains(column) { #expect(abs(size - 0.24) < 0.03) }
      if !related.contains(column) { #expect(size < 0.03) }
    }
  }

  @Test func regressionFollowsFriedman() throws {
    let generated = try RegressionGenerator(rowCount: 5000, columnCount: 9, noise: 0)
      .generate(seed: 3)
    let x = generated.dataset.features.gathered(
      rows: Array(0..<5000), columns: generated.truth.informative)
    guard case .values(let values) = generated.dataset.target else { return }
    for row in 0..<5000 {
      let v = x[(5 * row)..<(5 * row + 5)].map(Double.init)
      let y =
        10 * sin(.pi * v[0] * v[1]) + 20 * pow(v[2] - 0.5, 2) + 10 * v[3] + 5 * v[4]
      #expect(abs(Double(values[row]) - y) < 1e-4)
    }
  }

  @Test func impossibleRecipesAreRefused() {
    let impossible: [(any DataGenerator, String)] = [
      (MadelonGenerator(rowCount: 31), "madelon: 31 rows for the 32 corners of the cube"),
      (MadelonGenerator(informativeCount: 0), "madelon: 0 informative columns, not 1...12"),
      (MadelonGenerator(noiseCount: -1), "madelon: a number of columns is negative"),
      (InteractionGenerator(columnCount: 1), "interaction: 1 columns; the two partners need 2"),
      (
        InteractionGenerator(flipFraction: .nan),
        "interaction: flip fraction nan is not in 0..<0.5"
      ),
      (
        CorrelatedGenerator(columnCount: 19),
        "correlated: 19 columns for 10 informative ones and their copies"
      ),
      (CorrelatedGenerator(correlation: 1.1), "correlated: correlation 1.1 is not in 0...1"),
      (RegressionGenerator(columnCount: 4), "regression: 4 columns; five are informative"),
      (RegressionGenerator(noise: -1), "regression: noise -1.0 is not a number from 0"),
    ]
    for (generator, text) in impossible {
      #expect(failure { try generator.generate(seed: 0) }?.description == text)
    }
  }
}

extension Dataset {
  /// -1 and 1 for two classes.
  fileprivate var signs: [Float] {
    guard case .classes(let indices, _) = target else { return [] }
    return indices.map { $0 == 0 ? -1 : 1 }
  }
}

/// The correlation of two columns.
func correlation(_ left: [Float], _ right: [Float]) -> Double {
  func centred(_ values: [Float]) -> [Double] {
    let mean = values.reduce(0) { $0 + Double($1) } / Double(values.count)
    return values.map { Double($0) - mean }
  }
  func product(_ a: [Double], _ b: [Double]) -> Double { zip(a, b).reduce(0) { $0 + $1.0 * $1.1 } }
  let (a, b) = (centred(left), centred(right))
  return product(a, b) / (product(a, a) * product(b, b)).squareRoot()
}
