import Tensors
import Testing

@testable import Datasets

@Suite struct SplitTests {
  @Test func stratifiedSplitsGiveEachClassItsShare() throws {
    var source = RandomSource(seed: 5)
    for _ in 0..<300 {
      let classCount = 2 + source.index(below: 6)
      let names = (0..<classCount).map(String.init)
      let indices = (0..<(10 + source.index(below: 200))).map { _ in source.index(below: classCount)
      }
      let target = Target.classes(indices: indices, names: names)
      let fraction = 0.05 + 0.9 * source.uniform()
      let split = try Split.random(
        rowCount: indices.count, testFraction: fraction, target: target, stratified: true,
        using: &source)
      #expect((split.training + split.test).sorted() == Array(indices.indices))
      #expect(split.test == split.test.sorted() && split.training == split.training.sorted())
      for (size, tested) in zip(target.classSizes, target.subset(split.test).classSizes) {
        #expect(abs(Double(tested) - Double(size) * fraction) < 1.5)
        if size >= 2 { #expect(tested < size) }
      }
    }
  }

  @Test func theLargestRemaindersAreRoundedUp() throws {
    // 8 of 25 rows: 3.2, 3.2 and 1.6.
    let indices = (0..<25).map { $0 / 10 }
    var source = RandomSource(seed: 6)
    let target = Target.classes(indices: indices, names: ["a", "b", "c"])
    let split = try Split.random(
      rowCount: 25, testFraction: 0.32, target: target, stratified: true, using: &source)
    #expect(target.subset(split.test).classSizes == [3, 3, 2])
  }

  @Test func theNumberOfTestRowsIsRoundedAndNeverNoneOrAll() throws {
    var source = RandomSource(seed: 6)
    for (count, fraction, expected) in [(10, 0.25, 3), (10, 0.01, 1), (3, 0.99, 2), (100, 0.2, 20)]
    {
      let split = try Split.random(
        rowCount: count, testFraction: fraction,
        target: .values([Float](repeating: 0, count: count)), stratified: true, using: &source)
      #expect(split.test.count == expected)
    }
  }

  @Test func equalSeedsGiveEqualSplits() throws {
    func split(_ seed: UInt64) throws -> Split {
      var source = RandomSource(seed: seed)
      return try .random(
        rowCount: 50, testFraction: 0.3,
        target: .classes(indices: (0..<50).map { $0 % 2 }, names: ["a", "b"]), stratified: true,
        using: &source)
    }
    #expect(try split(1) == split(1))
    #expect(try split(1) != split(2))
  }

  @Test func givenRowsAreHeldOut() throws {
    #expect(
      try Split.rows(test: [3, 1], rowCount: 5) == Split(training: [0, 2, 4], test: [1, 3]))
  }

  @Test(arguments: [
    ([5], "test rows: row 5 is not in 0...4"), ([-1], "test rows: row -1 is not in 0...4"),
    ([1, 1], "test rows: a row is listed twice"), ([], "test rows: none is listed"),
    ([0, 1, 2, 3, 4], "test rows: all rows are listed, none is left"),
  ])
  func impossibleRowsAreRefused(rows: [Int], text: String) {
    #expect(failure { try Split.rows(test: rows, rowCount: 5) }?.description == text)
  }

  @Test func testRowsAreReadFromAFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write("3\n\n0\r\n2", "rows.txt")
    #expect(try TestRows.read(path: path, rowCount: 4) == [3, 0, 2])
    #expect(
      failure { try TestRows.read(path: path, rowCount: 3) }?.description
        == "\(path): line 1: '3' is not a row index in 0...2")
    let letters = try scratch.write("1\nx\n", "letters.txt")
    #expect(
      failure { try TestRows.read(path: letters, rowCount: 3) }?.description
        == "\(letters): line 2: 'x' is not a row index in 0...2")
    let twice = try scratch.write("1\n2\n1\n", "twice.txt")
    #expect(
      failure { try TestRows.read(path: twice, rowCount: 3) }?.description
        == "\(twice): line 3: row 1 is listed before; remove one")
    #expect(failure { try TestRows.read(path: "absent", rowCount: 3) }?.isMissingInput == true)
  }
}
