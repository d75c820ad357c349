import Foundation
import Testing

@testable import Datasets

@Suite struct ClassificationGeneratorTests {
  @Test func rowsLieAboutDistinctCornersOfTheCube() throws {
    let generator = ClassificationGenerator(
      rowCount: 8000, informativeCount: 6, noiseCount: 2, clustersPerClass: 4, separation: 50,
      flipFraction: 0)
    let data = try Columns(generator.generate(seed: 1))
    let clusters = data.clusters()
    #expect(clusters.count == 8 && clusters.values.allSatisfy { $0.count == 1000 })
    var perClass = [0, 0]
    var squares = 0.0
    for (corner, rows) in clusters {
      let label = data.classes[rows[0]]
      perClass[label] += 1
      #expect(rows.allSatisfy { data.classes[$0] == label })
      for (j, column) in data.informative.enumerated() {
        let mean = rows.reduce(0) { $0 + Double(column[$1]) } / 1000
        #expect(abs(mean - (corner[j] ? 50 : -50)) < 0.25)
        squares += rows.reduce(0) { $0 + (Double(column[$1]) - mean) * (Double(column[$1]) - mean) }
      }
    }
    #expect(perClass == [4, 4])
    // Of k = 6 products of a standard normal number and one on [-1, 1): variance k / 3.
    #expect(abs(squares / (8000 * 6) - 2) < 0.25)
  }

  @Test func allCornersAreUsedIfTheyMustBe() throws {
    let generator = ClassificationGenerator(
      rowCount: 80, informativeCount: 3, noiseCount: 0, classCount: 4, clustersPerClass: 2,
      separation: 1000, flipFraction: 0)
    for seed in 0..<5 as Range<UInt64> {
      let data = try Columns(generator.generate(seed: seed))
      #expect(data.clusters().count == 8)
      #expect(data.dataset.target.classSizes == [20, 20, 20, 20])
    }
  }

  @Test func informativeColumnsAreThoseOfTheTruth() throws {
    let generated = try ClassificationGenerator(rowCount: 1000).generate(seed: 7)
    let (features, truth) = (generated.dataset.features, generated.truth)
    #expect(features.columnCount == 200 && truth.informative.count == 100)
    for column in 0..<200 {
      let deviation = features.column(column, rows: Array(0..<1000)).deviation
      #expect(truth.informative.contains(column) ? deviation > 3 : abs(deviation - 1) < 0.15)
    }
  }

  @Test func derivedColumnsAreWhatTheTruthSays() throws {
    let generated = try ClassificationGenerator(
      rowCount: 300, informativeCount: 4, redundantCount: 3, repeatedCount: 5, noiseCount: 2
    ).generate(seed: 2)
    let rows = Array(0..<300)
    let truth = generated.truth
    #expect(truth.redundant.count == 3 && truth.repeated.count == 5 && truth.columnCount == 14)
    for derived in truth.redundant + truth.repeated {
      let parents = derived.parents.map { generated.dataset.features.column($0, rows: rows) }
      let column = generated.dataset.features.column(derived.column, rows: rows)
      for row in rows {
        let sum = zip(parents, derived.weights).reduce(0) { $0 + $1.0[row] * $1.1 }
        #expect(abs(sum - column[row]) < 1e-4)
      }
    }
    #expect(truth.redundant.allSatisfy { Set($0.parents) == Set(truth.informative) })
    let copied = Set(truth.repeated.flatMap(\.parents))
    #expect(copied.isSubset(of: truth.informative + truth.redundant.map(\.column)))
  }

  @Test func columnsAreShiftedThenScaled() throws {
    var generator = ClassificationGenerator(rowCount: 500, informativeCount: 3, noiseCount: 40)
    let plain = try generator.generate(seed: 5).dataset.features
    (generator.shift, generator.scale) = (.same(2), .same(-3))
    let moved = try generator.generate(seed: 5).dataset.features
    (generator.shift, generator.scale) = (.random, .random)
    let random = try generator.generate(seed: 5)
    #expect(random.truth.settings["shift"] == nil && random.truth.settings["scale"] == nil)
    var (shifts, scales): ([Float], [Float]) = ([], [])
    for column in 0..<43 {
      let parts = [plain, moved, random.dataset.features].map {
        $0.column(column, rows: Array(0..<500))
      }
      for row in 0..<500 { #expect(abs((parts[0][row] + 2) * -3 - parts[1][row]) < 1e-4) }
      let scale = (parts[2][1] - parts[2][0]) / (parts[0][1] - parts[0][0])
      scales.append(scale)
      shifts.append(parts[2][0] / scale - parts[0][0])
    }
    let tolerance = 1e-3 as Float
    #expect(shifts.allSatisfy { abs($0) < 1 + tolerance } && shifts.deviation > 0.4)
    #expect(scales.allSatisfy { $0 > 1 - tolerance && $0 < 101 } && scales.deviation > 20)
  }

  @Test(arguments: [(2, 0.3, 0.15), (3, 0.3, 0.2), (4, 1, 0.75)])
  func labelsAreDrawnAnewFromAllClasses(classes: Int, flip: Double, wrong: Double) throws {
    let generator = ClassificationGenerator(
      rowCount: 12_000, informativeCount: 5, noiseCount: 0, classCount: classes,
      clustersPerClass: 1, separation: 100, flipFraction: flip)
    let data = try Columns(generator.generate(seed: 3))
    var clean = generator
    clean.flipFraction = 0
    let labels = try Columns(clean.generate(seed: 3)).classes
    let changed = zip(data.classes, labels).count { $0 != $1 }
    #expect(abs(Double(changed) / 12_000 - wrong) < 0.02)
  }

  @Test func impossibleRecipesAreRefused() {
    func text(_ change: (inout ClassificationGenerator) -> Void) -> String? {
      var generator = ClassificationGenerator()
      change(&generator)
      return failure { try generator.generate(seed: 0) }?.description
    }
    #expect(
      text { $0.informativeCount = 5000 }
        == "classification: 5000 informative columns, not 1...4096")
    #expect(text { $0.classCount = 1 } == "classification: 1 classes; at least 2 are needed")
    #expect(text { $0.clustersPerClass = 0 } == "classification: 0 clusters per class")
    #expect(
      text { ($0.rowCount, $0.clustersPerClass) = (19, 10) }
        == "classification: 19 rows for 2 classes of 10 clusters")
    #expect(
      text { $0.clustersPerClass = .max }
        == "classification: 10000 rows for 2 classes of \(Int.max) clusters")
    #expect(
      text { ($0.informativeCount, $0.clustersPerClass) = (2, 3) }
        == "classification: 6 clusters on a cube of 2 dimensions; raise the informative columns")
    #expect(text { $0.noiseCount = -1 } == "classification: a number of columns is negative")
    #expect(
      text { $0.separation = 0 } == "classification: separation 0.0 is not above 0, at most 1e6")
    #expect(
      text { $0.flipFraction = .nan } == "classification: flip fraction nan is not in 0...1")
    #expect(
      text { $0.shift = .same(1e7) }
        == "classification: shift 10000000.0 is not in -1e6...1e6")
    #expect(
      text { $0.scale = .same(0) } == "classification: scale 0.0 is not in -1e6...1e6 without 0")
  }
}
