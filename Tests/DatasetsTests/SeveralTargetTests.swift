import Tensors
import Testing

@testable import Datasets

@Suite struct SeveralTargetTests {
  private func column(_ name: String, _ texts: [String]) -> LabelColumn {
    LabelColumn(name: name, texts: texts)
  }

  @Test func cellsOf0And1AreLabels() throws {
    let columns = [column("a", ["0", "1", "1"]), column("b", ["1", "0", "1"])]
    let target = try Target(columns, path: "t.csv")
    #expect(target == .labels([[false, true, true], [true, false, true]], names: ["a", "b"]))
    #expect(target.count == 3 && target.outputCount == 2 && target.classCount == nil)
    #expect(target.text(row: 1) == "1;0")
    #expect(target.subset([2, 0]) == .labels([[true, false], [true, true]], names: ["a", "b"]))
    #expect(
      try Target(columns, task: .regression, path: "t.csv")
        == .outputs([[0, 1, 1], [1, 0, 1]], names: ["a", "b"]))
  }

  @Test func numbersArePredictedTogether() throws {
    let columns = [column("a", ["0.5", "1", "1"]), column("b", ["1", "0", "1"])]
    let target = try Target(columns, path: "t.csv")
    #expect(target == .outputs([[0.5, 1, 1], [1, 0, 1]], names: ["a", "b"]))
    #expect(target.text(row: 0) == "0.5;1")
    #expect(throws: DatasetError.mixedTargets(path: "t.csv", column: "a", row: 0, text: "0.5")) {
      try Target(columns, task: .classification, path: "t.csv")
    }
  }

  @Test func wordsDoNotGoWithOthers() {
    let columns = [column("a", ["0", "1", "1"]), column("b", ["1", "red", "1"])]
    for task in [TargetTask.automatic, .classification] {
      #expect(throws: DatasetError.mixedTargets(path: "t.csv", column: "b", row: 1, text: "red")) {
        try Target(columns, task: task, path: "t.csv")
      }
    }
    #expect(throws: DatasetError.nonNumericTarget(path: "t.csv", row: 1, text: "red")) {
      try Target(columns, task: .regression, path: "t.csv")
    }
    #expect(throws: DatasetError.oneClass(path: "t.csv", value: "c = 1")) {
      try Target([columns[0], column("c", ["1", "1", "1"])], path: "t.csv")
    }
    #expect(throws: DatasetError.noTarget(path: "t.csv")) { try Target([], path: "t.csv") }
  }

  @Test func twoWordsAreALabel() throws {
    let columns = [
      column("a", ["yes", "no", "No"]), column("b", ["1", "0", "1"]),
      column("c", ["well", "ill", "well"]),
    ]
    let target = try Target(columns, path: "t.csv")
    #expect(
      target
        == .labels(
          [[true, false, false], [true, false, true], [true, false, true]],
          names: ["a", "b", "c=well"]))
    #expect(try Target(columns, task: .classification, path: "t.csv") == target)
    // Of the test rows the training data tell which word is the label.
    var test = [column("a", ["no", "no"]), column("b", ["0", "0"]), column("c", ["ill", "ill"])]
    #expect(
      try Target(test, matching: target, path: "t.csv").subset([0])
        == .labels([[false], [false], [false]], names: ["a", "b", "c=well"]))
    test[2] = column("c", ["ill", "dead"])
    #expect(throws: DatasetError.mixedTargets(path: "t.csv", column: "c", row: 0, text: "ill")) {
      try Target(test, matching: target, path: "t.csv")
    }
    test[2] = column("c", ["well", "1"])
    #expect(throws: DatasetError.self) { try Target(test, matching: target, path: "t.csv") }
    // Three words are classes, which do not go with labels.
    #expect(throws: DatasetError.mixedTargets(path: "t.csv", column: "d", row: 0, text: "u")) {
      try Target([columns[0], column("d", ["u", "v", "w"])], path: "t.csv")
    }
  }

  @Test func aColumnHasOneRole() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a,b,y,w\n1,2,0,1\n2,5,1,2\n3,9,0,1\n")
    func error(
      _ targets: [String], weight: String? = nil, subject: String? = nil
    ) throws -> [String] {
      var source = TableSource(paths: [path], target: .columns(targets))
      (source.weight, source.subject) = (weight, subject)
      let errors = [
        failure { try source.readLabelled() }, failure { try TableInspection(source) },
        failure {
          try TableWriter.convert(source, to: .espalier, path: scratch.path("o.espalier"))
        },
      ]
      return errors.map { $0?.description.replacing(path, with: "F") ?? "none" }
    }
    func all(_ text: String) -> [String] { [text, text, text] }
    #expect(try error(["y", "2"]) == all("F: 'y' is named twice as the target; remove one"))
    #expect(
      try error(["y"], weight: "2")
        == all("F: 'y' is to be the target and the weights of the rows; name two columns"))
    #expect(
      try error(["y"], weight: "w", subject: "3")
        == all(
          "F: 'w' is to be the weights of the rows and the groups of the rows; name two columns"))
    #expect(try error(["y"], weight: "w", subject: "b") == all("none"))
    // What a file says of a column gives way to the caller.
    var source = TableSource(paths: [path], target: .column("y"))
    source.weight = "w"
    _ = try TableWriter.convert(source, to: .espalier, path: scratch.path("w.espalier"))
    let store = TableSource(paths: [scratch.path("w.espalier")], target: .column("w"))
    let labelled = try store.readLabelled()
    #expect(labelled.weightName == nil && labelled.targetNames == ["w"])
    _ = try TableWriter.convert(store, to: .espalier, path: scratch.path("t.espalier"))
    let again = try ColumnStore.open(path: scratch.path("t.espalier"))
    #expect(again.weightColumn == nil && again.labelColumns == ["w"])
  }

  @Test func oneColumnIsWhatItWas() throws {
    let labels = column("a", ["x", "y", "x"])
    #expect(try Target([labels], path: "t.csv") == (try Target(labels, path: "t.csv")))
  }

  @Test func testDataHaveTheTargetsOfTheTrainingData() throws {
    let columns = [column("a", ["1", "1"]), column("b", ["0", "1"])]
    let labels = Target.labels([[true], [false]], names: ["a", "b"])
    #expect(
      try Target(columns, matching: labels, path: "t.csv")
        == .labels([[true, true], [false, true]], names: ["a", "b"]))
    let outputs = Target.outputs([[1], [2]], names: ["a", "b"])
    #expect(
      try Target(columns, matching: outputs, path: "t.csv")
        == .outputs([[1, 1], [0, 1]], names: ["a", "b"]))
    #expect(throws: DatasetError.mixedTargets(path: "t.csv", column: "a", row: 1, text: "2")) {
      try Target(
        [column("a", ["1", "2"]), columns[1]], matching: labels, path: "t.csv")
    }
  }

  @Test func fingerprintsTellTargetsWeightsAndSubjectsApart() {
    func hash(_ target: Target, _ weights: [Float]? = nil, _ subjects: [Int]? = nil) -> String {
      Dataset(
        features: FeatureStore(values: [1, 2], rowCount: 2, columnNames: ["x"]), target: target,
        weights: weights, subjects: subjects
      ).contentHash()
    }
    let hashes = [
      hash(.labels([[true, false], [true, true]], names: ["a", "b"])),
      hash(.labels([[true, false], [true, false]], names: ["a", "b"])),
      hash(.outputs([[1, 0], [1, 1]], names: ["a", "b"])), hash(.values([1, 2])),
      hash(.values([1, 2]), [1, 2]), hash(.values([1, 2]), [1, 1]),
      hash(.values([1, 2]), nil, [0, 1]),
    ]
    #expect(Set(hashes).count == hashes.count)
  }

  @Test func numbersThatAreNoneAreFound() {
    let data = Dataset(
      features: FeatureStore(values: [1, 2], rowCount: 2, columnNames: ["x"]),
      target: .outputs([[1, 2], [3, .nan]], names: ["a", "b"]))
    #expect(data.firstNonFinite(rows: [0, 1], columns: [0])?.row == 1)
  }
}
