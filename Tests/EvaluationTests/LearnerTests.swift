import Datasets
import Foundation
import Testing

@testable import Evaluation

@Suite("Learners")
struct LearnerTests {
  static let all: [any Learner] = [SVC(), Ridge(), NearestNeighbour()]

  @Test("SVC predicts what scikit-learn's does, row for row", arguments: 0..<3)
  func svc(index: Int) throws {
    let golden = try Golden.load().classification[index]
    #expect(try SVC().predict(golden.trial) == .classes(golden.svc))
  }

  @Test("SVC learns from rows of nearly all zeros what the same rows shifted by one tell")
  func sparseSVC() throws {
    // A row has one of 64 levels, of which every other one is of the second class.
    let (levels, copies) = (64, 5)
    func trial(_ zero: Float) -> Trial {
      var values = [Float](repeating: zero, count: levels * copies * levels)
      for row in 0..<(levels * copies) {
        values[row * levels + row % levels] += 1 + Float(row / levels) / 8
        values[row * levels + (7 * row + 3) % levels] += 0.25
      }
      let classes = (0..<(levels * copies)).map { $0 % levels % 2 }
      return Trial(
        values, columnCount: levels, .classes(indices: classes, names: ["a", "b"]),
        trainingCount: levels * (copies - 1))
    }
    let found = try SVC().predict(trial(0))
    #expect(found == .classes((0..<levels).map { $0 % 2 }))
    #expect(found == (try SVC().predict(trial(1))))
  }

  @Test("ridge predicts the classes that scikit-learn's does", arguments: 0..<3)
  func ridgeClasses(index: Int) throws {
    let golden = try Golden.load().classification[index]
    #expect(try Ridge().predict(golden.trial) == .classes(golden.ridge))
  }

  @Test("the nearest neighbour is scikit-learn's", arguments: 0..<2)
  func nearest(index: Int) throws {
    let golden = try Golden.load().classification[index]
    #expect(try NearestNeighbour().predict(golden.trial) == .classes(golden.nearest))
  }

  @Test(
    "ridge has scikit-learn's coefficients, with more rows and with more columns than the other")
  func ridgeValues() throws {
    for golden in try Golden.load().regression {
      let model = try Ridge().fit(golden.trial)
      #expect(model.coefficients.count == 1)
      #expect(model.coefficients[0].count == golden.coefficients.count)
      for (found, wanted) in zip(model.coefficients[0], golden.coefficients) {
        #expect(abs(found - wanted) < 1e-4)
      }
      #expect(abs(model.intercepts[0] - golden.intercept) < 1e-4)
      #expect(model.coefficients[0][1] == 0)

      let square = try Ridge().judge(golden.trial)
      let error = try Ridge().judge(golden.trial, by: .meanSquaredError)
      #expect(square.metric == "rSquared" && square.higherIsBetter)
      #expect(abs(square.value - golden.rSquared) < 1e-6)
      #expect(abs(error.value - golden.meanSquaredError) < 1e-4 && !error.higherIsBetter)
    }
  }

  @Test("the first of equally near rows wins, across tiles too")
  func ties() throws {
    // Rows 3, 5 and 18 are at the same distance from the test row, 18 in another tile.
    var values = [Float](repeating: 9, count: 40)
    values[3] = 1
    values[5] = 3
    values[18] = 3
    let trial = Trial(
      values + [2], columnCount: 1, .values((0..<41).map(Float.init)), trainingCount: 40)
    #expect(try NearestNeighbour().nearestRows(trial) == [3])
    #expect(try NearestNeighbour().predict(trial) == .values([3]))
  }

  @Test("a distance that is cut short finds the same neighbour", arguments: [1, 31, 32, 33, 100])
  func manyColumns(columnCount: Int) throws {
    var state: UInt32 = 1
    let values = (0..<(60 * columnCount)).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(state >> 8) / 1e6
    }
    let trial = Trial(
      values, columnCount: columnCount, .values((0..<60).map(Float.init)), trainingCount: 45)
    func distance(_ left: Int, _ right: Int) -> Double {
      (0..<columnCount).reduce(0) { sum, column in
        let difference = values[left * columnCount + column] - values[right * columnCount + column]
        return sum + Double(difference * difference)
      }
    }
    let naive = (45..<60).map { row in (0..<45).min { distance($0, row) < distance($1, row) } }
    #expect(try NearestNeighbour().nearestRows(trial).map(Optional.some) == naive)
  }

  @Test("a scaler and a choice of columns reach the learner", arguments: all.indices)
  func scaling(index: Int) throws {
    let golden = try Golden.load().classification[1]
    // Each row gets a column of nonsense in front; the others are scaled by powers of two, which
    // is exact and changes what is near to what.
    let factors: [Float] = [1, 64, 1 / 16, 8]
    var padded: [Float] = []
    for row in 0..<golden.labels.count {
      padded.append(Float(row * 7919 % 101))
      padded += (0..<4).map { golden.values[row * 4 + $0] * factors[$0] }
    }
    let dataset = Dataset(
      features: FeatureStore(
        values: padded, rowCount: golden.labels.count, columnNames: ["n", "a", "b", "c", "d"]),
      target: .classes(indices: golden.labels, names: ["a", "b", "c"]))
    let scaler = Scaler(
      offsets: [0, 0, 0, 0, 0], scales: [1] + factors.map { 1 / $0 })
    let trial = Trial(
      dataset, training: Array(0..<150), test: Array(150..<240), columns: [1, 2, 3, 4],
      scaler: scaler)
    let learner = Self.all[index]
    #expect(try learner.predict(trial) == learner.predict(golden.trial))
    let score = try learner.judge(trial)
    #expect(score.learner == learner.name && score.metric == "accuracy" && score.higherIsBetter)
  }

  @Test("equal trials give equal predictions", arguments: all.indices)
  func repeatable(index: Int) throws {
    let trial = try Golden.load().classification[1].trial
    #expect(try Self.all[index].predict(trial) == Self.all[index].predict(trial))
  }
}
