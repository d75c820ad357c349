import Tensors
import Testing

@testable import Datasets

/// A random table of subjects with a target of each kind.
private struct Draw {
  let rowCount: Int
  let subjects: [Int]
  let target: Target

  /// Draws a table with a target of classes (kind 0), labels (1) or numbers (2).
  init(kind: Int, using random: inout RandomSource) {
    let count = 4 + random.index(below: 60)
    let subjectCount = 2 + random.index(below: count - 2)
    rowCount = count
    // Names of subjects are any numbers; there are at least two of them.
    subjects = (0..<count).map { row in
      7 * (row < 2 ? row : random.index(below: subjectCount)) - 20
    }
    switch kind {
    case 0:
      let classCount = 2 + random.index(below: 4)
      target = .classes(
        indices: (0..<count).map { _ in random.index(below: classCount) },
        names: (0..<classCount).map(String.init))
    case 1:
      let shares = (0..<1 + random.index(below: 5)).map { _ in random.uniform() }
      target = .labels(
        shares.map { share in (0..<count).map { _ in random.uniform() < share } },
        names: shares.indices.map(String.init))
    default:
      target = .values((0..<count).map { _ in Float(random.uniform()) })
    }
  }

  var dataset: Dataset {
    Dataset(
      features: FeatureStore(
        values: [Float](repeating: 0, count: rowCount), rowCount: rowCount, columnNames: ["x"]),
      target: target, subjects: subjects)
  }

  /// The largest number of rows of a subject.
  var largestSubject: Int {
    Dictionary(grouping: subjects) { $0 }.values.map(\.count).max() ?? 0
  }
}

@Suite struct GroupedSplitTests {
  @Test(arguments: 0..<3)
  func noSubjectStandsOnBothSides(kind: Int) throws {
    var random = RandomSource(seed: 40 + UInt64(kind))
    for _ in 0..<1500 {
      let draw = Draw(kind: kind, using: &random)
      let fraction = 0.05 + 0.9 * random.uniform()
      let split = try Split.random(
        rowCount: draw.rowCount, testFraction: fraction, target: draw.target, stratified: true,
        subjects: draw.subjects, using: &random)
      let sides = [split.training, split.test].map { Set($0.map { draw.subjects[$0] }) }
      #expect(sides[0].isDisjoint(with: sides[1]))
      #expect((split.training + split.test).sorted() == Array(0..<draw.rowCount))
      #expect(!split.training.isEmpty && !split.test.isEmpty)
      guard case .classes(let indices, let names) = draw.target, sides[1].count > 1 else {
        continue
      }
      for label in names.indices {
        let rows = (0..<draw.rowCount).filter { indices[$0] == label }
        guard Set(rows.map { draw.subjects[$0] }).count > 1 else { continue }
        #expect(split.training.contains { indices[$0] == label })
      }
    }
  }

  @Test func theNumberOfRowsIsNear() throws {
    var random = RandomSource(seed: 44)
    for _ in 0..<1000 {
      let draw = Draw(kind: 2, using: &random)
      let split = try Split.random(
        rowCount: draw.rowCount, testFraction: 0.3, target: draw.target, stratified: true,
        subjects: draw.subjects, using: &random)
      let wanted = 0.3 * Double(draw.rowCount)
      #expect(abs(Double(split.test.count) - wanted) <= Double(draw.largestSubject))
    }
  }

  @Test(arguments: 0..<3)
  func noMoveOfASubjectWouldBringTheSharesNearer(kind: Int) {
    var random = RandomSource(seed: 50 + UInt64(kind))
    for _ in 0..<500 {
      let draw = Draw(kind: kind, using: &random)
      let folds = 2
      let units = unitsOfRows(draw.rowCount, subjects: draw.subjects)
      let strata = draw.target.strata
      let shares = [Double](repeating: 0.5, count: folds)
      let allotment = Allotment(
        units, strata: strata.ofRow, stratumCount: strata.count, shares: shares, using: &random)
      func cost(_ parts: [Int]) -> Double {
        var counts = shares.map { _ in [Double](repeating: 0, count: strata.count + 1) }
        for (unit, rows) in units.enumerated() {
          for row in rows {
            for stratum in strata.ofRow(row) + [strata.count] { counts[parts[unit]][stratum] += 1 }
          }
        }
        let totals = (0...strata.count).map { stratum in counts.reduce(0) { $0 + $1[stratum] } }
        return counts.reduce(0) { sum, part in
          sum
            + part.indices.reduce(0) {
              let wanted = max(totals[$1] / 2, 1e-9)
              return $0 + (part[$1] - wanted) * (part[$1] - wanted) / wanted
            }
        }
      }
      let reached = cost(allotment.parts)
      for unit in units.indices {
        var parts = allotment.parts
        parts[unit] = 1 - parts[unit]
        if Set(parts).count < 2 { continue }
        #expect(cost(parts) >= reached - 1e-6)
      }
    }
  }

  @Test func oneSubjectIsNotDivided() {
    let target = Target.classes(indices: (0..<20).map { $0 % 2 }, names: ["a", "b"])
    var data = Dataset(
      features: FeatureStore(
        values: [Float](repeating: 0, count: 20), rowCount: 20, columnNames: ["x"]),
      target: target, subjects: [Int](repeating: 3, count: 20))
    var random = RandomSource(seed: 1)
    #expect(throws: SplitFault.oneSubject(rowCount: 20)) {
      try data.split(
        Array(0..<20), testFraction: 0.3, stratified: true, using: &random)
    }
    data.subjects = (0..<20).map { $0 / 10 }
    #expect(throws: SplitFault.oneSubject(rowCount: 8)) {
      try data.split(Array(1..<9), testFraction: 0.3, stratified: true, using: &random)
    }
    #expect(throws: Never.self) {
      try data.split(Array(1..<12), testFraction: 0.3, stratified: true, using: &random)
    }
  }

  @Test func labelsGetTheirShares() throws {
    var random = RandomSource(seed: 60)
    for _ in 0..<300 {
      let rare = (0..<200).map { $0 % 20 == 3 }
      let common = (0..<200).map { $0 % 3 == 0 }
      let split = try Split.random(
        rowCount: 200, testFraction: 0.2, target: .labels([rare, common], names: ["a", "b"]),
        stratified: true, using: &random)
      #expect(split.test.count { rare[$0] } == 2)
      #expect(abs(split.test.count { common[$0] } - 13) <= 1)
      #expect(abs(split.test.count - 40) <= 1)
    }
  }
}

@Suite struct FoldsTests {
  @Test(arguments: 0..<3, [true, false])
  func everyRowIsTestedOnceInEveryRepeat(kind: Int, hasSubjects: Bool) throws {
    var random = RandomSource(seed: 70 + UInt64(kind))
    for number in 0..<700 {
      let draw = Draw(kind: kind, using: &random)
      var data = draw.dataset
      if !hasSubjects { data.subjects = nil }
      let rows = (0..<draw.rowCount).filter { $0 % 9 != 4 }
      let unitCount = hasSubjects ? Set(rows.map { draw.subjects[$0] }).count : rows.count
      guard unitCount >= 2 else { continue }
      let foldCount = 2 + random.index(below: min(unitCount - 1, 9))
      let folds = try Folds(
        data, rows: rows, foldCount: foldCount, repeatCount: 2,
        random: RandomSource(seed: UInt64(number)))
      #expect(folds.repeats.count == 2)
      for splits in folds.repeats {
        #expect(splits.count == foldCount)
        #expect(splits.flatMap(\.test).sorted() == rows)
        for split in splits {
          #expect((split.training + split.test).sorted() == rows)
          #expect(!split.training.isEmpty && !split.test.isEmpty)
          if hasSubjects {
            let sides = [split.training, split.test].map { Set($0.map { draw.subjects[$0] }) }
            #expect(sides[0].isDisjoint(with: sides[1]))
          }
        }
        guard !hasSubjects, case .classes(_, let names) = draw.target else { continue }
        for label in names.indices {
          let counts = splits.map { data.target.subset($0.test).classSizes[label] }
          #expect((counts.max() ?? 0) - (counts.min() ?? 0) <= 1)
        }
        let sizes = splits.map(\.test.count)
        #expect((sizes.max() ?? 0) - (sizes.min() ?? 0) <= 1)
      }
    }
  }

  @Test func repeatsDifferAndSeedsTell() throws {
    var random = RandomSource(seed: 1)
    let data = Draw(kind: 0, using: &random).dataset
    func folds(_ seed: UInt64) throws -> Folds {
      try Folds(data, foldCount: 2, repeatCount: 2, random: RandomSource(seed: seed))
    }
    #expect(try folds(1) == folds(1))
    #expect(try folds(1) != folds(2))
    #expect(try folds(1).repeats[0] != folds(1).repeats[1])
  }

  @Test func tooManyFoldsAreRefused() {
    var random = RandomSource(seed: 2)
    var data = Draw(kind: 2, using: &random).dataset
    data.subjects = (0..<data.rowCount).map { $0 % 3 }
    #expect(
      throws: DatasetError.badSplit(
        reason: "4 folds for 3 groups (--group-column); ask for fewer folds")
    ) {
      try Folds(data, foldCount: 4, random: RandomSource(seed: 1))
    }
    #expect(
      throws: DatasetError.badSplit(reason: SplitFault.oneSubject(rowCount: 2).description)
    ) {
      try Folds(data, rows: [0, 3], foldCount: 2, random: RandomSource(seed: 1))
    }
    #expect(throws: DatasetError.badSplit(reason: "1 folds; at least 2 are needed")) {
      try Folds(data, foldCount: 1, random: RandomSource(seed: 1))
    }
  }
}
