import Datasets
import Evaluation
import Foundation
import Tensors
import Testing

@testable import Selection

@Suite("Baseline selectors")
struct BaselineTests {
  // MARK: Mutual information

  @Test("Equal divisions tell all of each other, independent ones nothing")
  func information() {
    let halves = Intervals(codes: (0..<400).map { $0 % 2 }, count: 2)
    let quarters = Intervals(codes: (0..<400).map { $0 / 2 % 2 }, count: 2)
    let ones = [Double](repeating: 1, count: 400)
    // Of two equal halves: log 2, and 1 / 2 n more, since the empty cells have no bias.
    #expect(abs(mutualInformation(halves, halves, weights: ones) - (log(2) + 1.0 / 800)) < 1e-12)
    #expect(mutualInformation(halves, quarters, weights: ones) == 0)
    // 3/8, 1/8, 1/8, 3/8: I = 2 log 2 + 3/4 log(3/8) + 1/4 log(1/8), less a bias of 1 / 2 n.
    let left = Intervals(codes: [0, 0, 0, 0, 1, 1, 1, 1], count: 2)
    let right = Intervals(codes: [0, 0, 0, 1, 0, 1, 1, 1], count: 2)
    let exact = 2 * log(2) + 0.75 * log(0.375) + 0.25 * log(0.125) - 1.0 / 16
    #expect(abs(mutualInformation(left, right, weights: Array(ones[..<8])) - exact) < 1e-12)
    // Weights count as so many rows.
    let twice = mutualInformation(
      Intervals(codes: [0, 0, 1, 1], count: 2), Intervals(codes: [0, 1, 0, 1], count: 2),
      weights: [3, 1, 1, 3])
    #expect(abs(twice - exact) < 1e-12)
  }

  @Test("Intervals have about equally many rows and part no equal numbers")
  func intervals() {
    let even = Intervals((0..<100).map(Float.init), limit: 4)
    #expect(even.count == 4)
    #expect((0..<4).map { code in even.codes.count { $0 == code } } == [25, 25, 25, 25])
    let counts = Intervals(
      [Float](repeating: 0, count: 90) + [1, 1, 2, 2, 3, 3, 4, 5, 6, 7], limit: 8)
    #expect(Set(counts.codes[..<90]).count == 1 && counts.codes[90] != counts.codes[0])
    #expect(Intervals([2, 2, 2], limit: 5).count == 1)
    #expect(Intervals.limit(rowCount: 40, otherCount: 2) == 4)
    #expect(Intervals.limit(rowCount: 40, otherCount: 9) == 2)
    #expect(Intervals.limit(rowCount: 1_000_000, otherCount: 9) == 16)
  }

  @Test("Mutual information finds a bowl, which the F-test cannot see, and a category as a whole")
  func bowl() throws {
    var random = RandomSource(seed: 4)
    let numbers = (0..<300).map { _ in Float(random.normal()) }
    let features = makeFeatures(rows: 300, columns: 9) { row, column in
      if column == 4 { return numbers[row] }
      if column >= 6 { return row % 3 == column - 6 ? 1 : 0 }
      return Float(random.normal())
    }
    let far = numbers.map { $0.magnitude > 0.7 }
    var data = Dataset(
      features: features, target: .classes(indices: far.map { $0 ? 1 : 0 }, names: ["a", "b"]))
    #expect(
      try MutualInformationSelection().select(SelectionTask(data, count: 1), seed: 0).indices
        == [4])
    data.target = .values(numbers.map { $0 * $0 })
    #expect(
      try MutualInformationSelection().select(SelectionTask(data, count: 1), seed: 0).indices
        == [4])
    data.featureGroups = FeatureGroups(
      names: (0..<7).map { "g\($0)" }, columns: (0..<6).map { [$0] } + [[6, 7, 8]])
    data.target = .classes(indices: (0..<300).map { $0 % 3 }, names: ["a", "b", "c"])
    let found = try MutualInformationSelection().select(SelectionTask(data, count: 1), seed: 0)
    #expect(found.indices == [6])
    #expect(abs(found.features[0].score - log(3)) < 0.02)
  }

  // MARK: L1

  @Test("The lasso's end meets its conditions of optimality", arguments: [true, false])
  func optimality(isLogistic: Bool) {
    var random = RandomSource(seed: 9)
    let (rowCount, columnCount) = (120, 15)
    let columns = (0..<columnCount).map { _ in (0..<rowCount).map { _ in Float(random.normal()) } }
    let sums = (0..<rowCount).map { columns[2][$0] - 0.5 * columns[7][$0] + Float(random.normal()) }
    let target = isLogistic ? sums.map { $0 > 0 ? 1 : 0 } : sums
    let weights = (0..<rowCount).map { Float($0 % 2) + 0.5 }
    var last: [Float] = []
    var path = LassoPath(
      targets: [target], isLogistic: isLogistic, weights: weights,
      gradients: { residuals in
        last = columns.map { innerProduct($0, residuals[0]) / Float(rowCount) }
        return [last]
      }, gather: { places in places.map { columns[$0] } })
    let end = path.follow(columnCount: columnCount) { $0.count { $0 > 0 } >= 4 }
    let living = end.weights.indices.filter { end.weights[$0] > 0 }
    #expect(living.count >= 4 && living.contains(2) && living.contains(7))
    #expect(end.weights[2] > end.weights[7])
    // Of a column that lives the gradient is the penalty, of any other it is smaller.
    let penalty = last[living[0]].magnitude
    for column in 0..<columnCount {
      if living.contains(column) {
        #expect(abs(last[column].magnitude / penalty - 1) < 0.02, "\(column)")
      } else {
        #expect(last[column].magnitude < 1.02 * penalty, "\(column)")
      }
    }
  }

  @Test("The lasso takes one of two equal columns, and gives all K places to what tells something")
  func redundancy() throws {
    var random = RandomSource(seed: 2)
    let numbers = (0..<200).map { _ in (0..<3).map { _ in Float(random.normal()) } }
    let features = makeFeatures(rows: 200, columns: 12) { row, column in
      switch column {
      case 1, 5: numbers[row][0]
      case 8: numbers[row][1]
      case 10: numbers[row][2]
      default: Float(random.normal())
      }
    }
    let data = Dataset(
      features: features,
      target: .classes(
        indices: numbers.map { 2 * $0[0] + $0[1] - $0[2] > 0 ? 1 : 0 }, names: ["a", "b"]))
    let found = try LassoSelection().select(SelectionTask(data, count: 3), seed: 0).indices
    #expect(Set(found) == [1, 8, 10] || Set(found) == [5, 8, 10], "\(found)")
  }

  // MARK: Trees

  @Test(
    "Trees find two columns that matter only together",
    .enabled(if: TreeSelection.isAvailable, "XGBoost is not on this machine"))
  func interaction() throws {
    let planted = try InteractionGenerator(rowCount: 2_000, columnCount: 20).generate(seed: 0)
    let task = try SelectionTask(planted.dataset, count: 2)
    let found = try TreeSelection().select(task, seed: 0)
    #expect(Set(found.indices) == Set(planted.truth.informative))
  }

  @Test("Of many cells some are looked at, and that is said")
  func sample() throws {
    var random = RandomSource(seed: 6)
    let features = makeFeatures(rows: 2_500, columns: 6) { row, column in
      Float(random.normal()) + (column == 3 ? Float(2 * (row % 2)) : 0)
    }
    let data = Dataset(
      features: features,
      target: .classes(indices: (0..<2_500).map { $0 % 2 }, names: ["a", "b"]))
    let task = try SelectionTask(data, count: 2)
    let sample = TaskSample(task, cellLimit: 8_000, takesAllColumns: false, random: random)
    #expect(sample.rows.count == 2_000 && sample.rows == sample.rows.sorted())
    #expect(sample.columns.count == 4 && sample.columns.contains(3))
    #expect(sample.notes.count == 2)
    let all = TaskSample(task, cellLimit: 1 << 20, takesAllColumns: false, random: random)
    #expect(all.rows == task.rows && all.columns == Array(0..<6) && all.notes.isEmpty)
  }

  @Test("The F-test takes the logarithms of counts that are mostly 0")
  func logarithms() throws {
    // Column 0 tells the class by whether it is 0, but for one enormous count.
    let features = makeFeatures(rows: 200, columns: 20) { row, column in
      if column == 0 { return row % 2 == 0 ? (row == 0 ? 60_000 : row % 4 == 0 ? 3 : 2) : 0 }
      return row == column * 7 ? 1 : 0
    }
    let target = Target.classes(indices: (0..<200).map { $0 % 2 }, names: ["a", "b"])
    let task = try SelectionTask(Dataset(features: features, target: target), count: 1)
    let found = try FTestSelection().select(task, seed: 0)
    #expect(found.indices == [0])
    let plain = fStatistics(features: features, target: target, rows: task.rows)
    #expect(found.features[0].score > 100 * plain[0])
    #expect(try FTestSelection().settings(for: task).map(\.name) == ["logarithms"])
  }
}
