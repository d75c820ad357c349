import Testing

@testable import Datasets

@Suite struct TargetTests {
  private func target(
    _ texts: [String], _ task: TargetTask = .automatic
  ) throws(DatasetError) -> Target {
    try Target(LabelColumn(name: "y", texts: texts), task: task, path: "f")
  }

  @Test(arguments: [
    (["b", "a", "b"], ["a", "b"], [1, 0, 1]),
    (["10", "9", "-1", "9"], ["-1", "9", "10"], [2, 1, 0, 1]),
    (["B", "a", "\u{e9}"], ["B", "a", "\u{e9}"], [0, 1, 2]),
    (["1", "x", "10"], ["1", "10", "x"], [0, 2, 1]),
    (["2.5", "-1.5", "2.5"], ["-1.5", "2.5"], [1, 0, 1]),
  ])
  func labelsOfAnyKindAreMapped(texts: [String], names: [String], indices: [Int]) throws {
    let target = try target(texts, .classification)
    #expect(target == .classes(indices: indices, names: names))
    #expect(texts.indices.map { target.text(row: $0) } == texts)
  }

  @Test func theTaskFollowsFromTheLabels() throws {
    #expect(try target(["a", "b"]).classCount == 2)
    #expect(try target(["-1", "1"]).classCount == 2)
    #expect(try target(["0.5", "1"]).classCount == nil)
    let few = (0..<50).map { String($0 % 10) }
    #expect(try target(few).classCount == 10)
    #expect(try target(few.dropLast() + ["10"]).classCount == nil)
    #expect(try target((0..<1000).map { String($0 % 101) }).classCount == nil)
    #expect(try target(few, .regression) == .values(few.compactMap { Float($0) }))
    #expect(try target(["0.5", "1"], .classification).classCount == 2)
  }

  @Test func badTargetsAreRefused() {
    #expect(
      failure { try target(["x", "x"]) }?.description
        == "f: every row has the target 'x'; there is nothing to tell apart")
    #expect(
      failure { try target(["1", "x"], .regression) }?.description
        == "f: row 1: target 'x' is not a number, as regression needs; correct it, or use classification"
    )
    #expect(
      failure { try target(["1", "1e39"], .regression) }?.description
        == "f: row 1, column 'y': too large for a 32-bit number; rescale the column")
  }

  @Test func testLabelsTakeTheClassesOfTheTrainingData() throws {
    let training = try target(["c", "a", "b"])
    let test = LabelColumn(name: "y", texts: ["c", "c"])
    #expect(
      try Target(test, matching: training, path: "t")
        == .classes(indices: [2, 2], names: ["a", "b", "c"]))
    let unknown = LabelColumn(name: "y", texts: ["c", "d"])
    #expect(
      failure { try Target(unknown, matching: training, path: "t") }?.description
        == "t: label 'd' does not occur in the training data, which has 'a', 'b', 'c'")
    #expect(
      try Target(LabelColumn(name: "y", texts: ["7"]), matching: .values([1, 2]), path: "t")
        == .values([7]))
  }

  @Test func subsetKeepsAllNames() throws {
    #expect(
      try target(["c", "a", "b"]).subset([2, 0])
        == .classes(indices: [1, 2], names: ["a", "b", "c"]))
    #expect(Target.values([1, 2, 3]).subset([2, 2]) == .values([3, 3]))
  }

  @Test func theContentHashSeesEverything() {
    func hash(_ values: [Float], _ names: [String], _ target: Target) -> String {
      Dataset(
        features: FeatureStore(values: values, rowCount: 2, columnNames: names), target: target
      ).contentHash()
    }
    let reference = hash([1, 2], ["a"], .values([0, 1]))
    let others = [
      hash([2, 1], ["a"], .values([0, 1])), hash([1, 2], ["b"], .values([0, 1])),
      hash([1, 2], ["a"], .values([1, 0])), hash([1, 2.5], ["a"], .values([0, 1])),
      hash([1, 2], ["a"], .classes(indices: [0, 1], names: ["0", "1"])),
    ]
    #expect(Set(others + [reference]).count == 6)
    #expect(reference == hash([1, 2], ["a"], .values([0, 1])))
    #expect(reference.count == 16)
  }
}
