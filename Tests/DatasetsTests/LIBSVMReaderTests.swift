import Testing

@testable import Datasets

@Suite struct LIBSVMReaderTests {
  private func read(_ text: String) throws -> Table {
    try LIBSVMReader.read(ByteStream(bytes: Array(text.utf8), path: "t"))
  }

  @Test func cellsStaySparseInTheirNarrowestType() throws {
    let table = try read(
      "# made by hand\n+1 1:5 4:200 # a comment\n\n-1 qid:3 2:0 3:7 1:1\r\n+1\t4:1e0\n0")
    #expect(table.columnNames == ["x1", "x2", "x3", "x4", "label"])
    #expect(table.features.elementType(of: 0) == .uint8 && table.features.isSparse(3))
    #expect(table.features.exact(0) == [5, 1, 0, 0])
    #expect(table.features.exact(1) == [0, 0, 0, 0])
    #expect(table.features.exact(2) == [0, 7, 0, 0])
    #expect(table.features.exact(3) == [200, 0, 1, 0])
    #expect(table.features.exact(4) == [1, -1, 1, 0])
    #expect(!table.features.isSparse(4))
    #expect(table.labelColumns == ["label"])
    #expect(table.notes == ["the query ids (qid) are ignored"])
    #expect(try read("0.5 1:0.25\n").features.elementType(of: 0) == .float)
    #expect(try read("0.5 1:-3 2:70000\n").features.elementType(of: 0) == .int32)
  }

  @Test func indicesMayBeginAtZero() throws {
    let table = try read("1 0:3 2:1\n2 1:4\n")
    #expect(table.columnNames == ["x0", "x1", "x2", "label"])
    #expect(table.features.exact(0) == [3, 0] && table.features.exact(1) == [0, 4])
  }

  @Test func rowsMayHaveSeveralLabelsOrNone() throws {
    let table = try read("1,3 1:1\n 1:2\n10 1:3\n3,1,3 1:4\n")
    #expect(table.labelColumns == ["label=1", "label=3", "label=10"])
    #expect(table.features.exact(1) == [1, 0, 0, 1])
    #expect(table.features.exact(2) == [1, 0, 0, 1])
    #expect(table.features.exact(3) == [0, 0, 1, 0])
    #expect(try read("1:1\n2:2\n").labelColumns.isEmpty)
    #expect(try read("1e39 1:1\n2 1:2\n").kinds.last?.levels?.sorted() == ["1e39", "2"])
    let words = try read("spam 1:1\nham 1:2\n7 1:3\n")
    #expect(words.kinds[1] == .categorical(levels: ["7", "ham", "spam"]))
  }

  @Test(arguments: [
    ("1 1:1\n1 x:2\n", "line 2: 'x:2' found where INDEX:NUMBER was expected"),
    ("1 1:nan\n", "line 1: '1:nan' found where INDEX:NUMBER was expected"),
    ("1 -1:2\n", "line 1: '-1:2' found where INDEX:NUMBER was expected"),
    ("1 1:2 7\n", "line 1: '7' found where INDEX:NUMBER was expected"),
    ("1 3:2 3:4\n", "line 1: index 3 stands twice"),
    (
      "1 4:0.5 4000000000:1\n",
      "line 1: index 4000000000 is beyond the largest possible,"
        + " 2147483646"
    ),
    (
      "1 1:1\n1 2000000000:1\n",
      "line 2: index 2000000000 is beyond what a file of 21 bytes can"
        + " fill; number the columns without gaps"
    ),
    (
      "1 1:1e39\n",
      "line 1, column 'x1': '1:1e39' is too large for a 32-bit number; rescale the"
        + " column or drop it"
    ),
    ("1\n2\n", "no column is left to predict the target from"),
    ("\n# nothing\n", "there is a header, but no row below it"),
  ])
  func damageIsTold(text: String, message: String) {
    #expect(failure { try read(text) }?.description == "t: \(message)")
  }

  @Test func formatsAreToldApart() throws {
    let scratch = try Scratch()
    func format(_ text: String) throws -> FileFormat {
      try FileFormat.recognise(path: scratch.write(text))
    }
    #expect(try format("+1 3:0.5 7:1\n-1 2:1\n") == .libsvm)
    #expect(try format("# comment\n1 qid:1 3:0.5 7:1\n1,3\n") == .libsvm)
    #expect(try format("1 3:0.5\n1 2 3\n") == .csv)
    #expect(try format("1 2 3\n") == .csv)
    #expect(try format("time,x\n12:30,4\n") == .csv)
    #expect(try format("% text\n\n  @Relation x\n") == .arff)
    #expect(try format("\u{feff}@attribute x real\n") == .arff)
  }

  @Test func aLongFirstLineIsRecognised() throws {
    let scratch = try Scratch()
    let line = "1" + (1...20_000).map { " \($0):0.5" }.joined()
    let path = try scratch.write(line + "\n" + line + "\n", "long.svm")
    #expect(try FileFormat.recognise(path: path) == .libsvm)
    // Cut within a pair, the sample ends with an index alone.
    #expect(LIBSVMReader.isLikely(Array(line.utf8.prefix(FileFormat.sampleByteCount))))
  }

  @Test(arguments: [
    "1 1:2 2:3\n0 a:2 2:4\n", "1 1:2\n1 1:nan\n0 1:3\n", "1 1:nan 2:1\n1 1:2\n0 1:3\n",
    "1 -1:1\n1 1:2\n0 1:3\n", "1 1:nan\n", "1 2:inf\n0 1:inf\n", "1 1:-inf 2:nan\n0 -1:3 2:1\n",
    "1:nan 2:3\n1 1:2\n", "1 1:2 2:3\n1 1:2 7 2:4\n", "1 1:2 2:3\nwhat is this\n1 1:2 2:3\n",
  ])
  func aDamagedLineIsNoOtherFormat(text: String) throws {
    let scratch = try Scratch()
    let source = TableSource(paths: [try scratch.write(text)])
    #expect(try FileFormat.recognise(path: source.firstPath) == .libsvm)
    #expect(
      failure { try source.readTable() }?.description.contains("found where INDEX:NUMBER") == true)
  }

  @Test func timesOfDayAreNotPairs() throws {
    let scratch = try Scratch()
    for text in ["5 12:30\n7 NA\n8 11:15\n", "day time\n5 12:30\n7 11:15\n"] {
      #expect(try FileFormat.recognise(path: scratch.write(text)) == .csv)
    }
  }

  @Test func absentColumnsOfTestDataAreZero() throws {
    let scratch = try Scratch()
    let training = try TableSource(
      paths: [try scratch.write("1 1:2 4:1\n2 2:4\n1 3:1 4:5\n", "train.svm")]
    ).readLabelled()
    var source = TableSource(paths: [try scratch.write("2 1:3\n1 2:1\n", "test.svm")])
    let test = try source.readLabelled(matching: training)
    let encoding = try training.encoding(rows: [0, 1, 2], others: [test.table])
    let data = try test.dataset(encoding)
    #expect(data.features.columnNames == ["x1", "x2", "x3", "x4"])
    #expect(data.features.cells == [3, 0, 0, 0, 0, 1, 0, 0])
    #expect(
      data.features.isSparse(2) && data.target == .classes(indices: [1, 0], names: ["1", "2"]))
    // Pooled files need not have the same width either.
    source.paths = [scratch.path("train.svm"), scratch.path("test.svm")]
    #expect(try source.readTable().rowCount == 5)
    source.paths = [scratch.path("test.svm"), scratch.path("train.svm")]
    let pooled = try source.readTable()
    #expect(pooled.columnNames == ["x1", "x2", "label", "x3", "x4"])
    #expect(pooled.features.exact(4) == [0, 0, 1, 0, 5])
    // A text file without a column is another table.
    source.paths = [try scratch.write("x1,x2,label\n3,0,2\n0,1,1\n", "test.csv")]
    source.target = .column("label")
    #expect(
      failure { try source.readLabelled(matching: training) }?.description.contains(
        "no column 'x3'") == true)
  }

  @Test func filesBelowEachOtherStaySparse() throws {
    let scratch = try Scratch()
    let paths = [
      try scratch.write("1 1:0.5 9:2\n-1 4:3\n", "a.svm"),
      try scratch.write("1 4:70000 12:1\n-1\n", "b.svm"),
    ]
    let table = try TableSource(paths: paths).readTable()
    let names = (1...9).map { "x\($0)" } + ["label"] + (10...12).map { "x\($0)" }
    #expect(Set(table.columnNames) == Set(names) && table.labelColumns == ["label"])
    let positions = ColumnPositions(table.columnNames)
    func cells(_ name: String) throws -> [Double] {
      table.features.exact(try #require(positions.named(name)))
    }
    #expect(try cells("label") == [1, -1, 1, -1] && cells("x1") == [0.5, 0, 0, 0])
    #expect(try cells("x4") == [0, 3, 70_000, 0] && cells("x9") == [2, 0, 0, 0])
    #expect(try cells("x12") == [0, 0, 1, 0] && cells("x10") == [0, 0, 0, 0])
    for name in names where name != "label" {
      #expect(table.features.isSparse(try #require(positions.named(name))), "\(name)")
    }
  }

  @Test func labelsAreWrittenWithTheDigitsThatTheyHad() throws {
    let scratch = try Scratch()
    let source = TableSource(
      paths: [try scratch.write("a,y\n0.25,2.694\n3,0.1\n")], target: .column("y"))
    _ = try TableWriter.convert(source, to: .libsvm, path: scratch.path("o.svm"))
    let text = try String(contentsOfFile: scratch.path("o.svm"), encoding: .utf8)
    #expect(text == "2.694 1:0.25\n0.1 1:3\n")
  }

  @Test func severalTargetsAreWrittenWithCommas() throws {
    let scratch = try Scratch()
    func convert(_ text: String, _ target: TargetLocation) throws -> String {
      let source = TableSource(paths: [try scratch.write(text)], target: target)
      _ = try TableWriter.convert(source, to: .libsvm, path: scratch.path("t.svm"))
      return try String(contentsOfFile: scratch.path("t.svm"), encoding: .utf8)
    }
    let text = "a,l1,l2\n3,1,1\n0,0,1\n0,0,0\n5,0,0\n"
    #expect(try convert(text, .columns(["l1", "l2"])) == "1,2 1:3\n2\n1:0\n 1:5\n")
    let labelled = try TableSource(paths: [scratch.path("t.svm")]).readLabelled()
    #expect(labelled.targetNames == ["label=1", "label=2"] && labelled.rowCount == 4)
    // The labels of a file keep their names.
    #expect(try convert("1,7 1:2\n7 1:1\n", .unspecified) == "1,7 1:2\n7 1:1\n")
    #expect(
      failure { try convert("a,l1,l2\n3,1,0.5\n1,0,1\n", .columns(["l1", "l2"])) }?.description
        .contains("'l2' is 0.5 in row 0 (from 0), and several targets of a LIBSVM file are 0 or 1")
        == true)
    #expect(
      failure { try convert(text, .unspecified) }?.description.contains("nothing says") == true)
    #expect(
      failure { try convert("a,l\n,1\n2,0\n", .column("l")) }?.description.contains(
        "'a' has no value in row 0 (from 0), and LIBSVM knows no missing cells") == true)
  }

  @Test func aFormatMayBeForced() throws {
    let scratch = try Scratch()
    let path = try scratch.write("5 12:30\n7 11:15\n")
    var source = TableSource(paths: [path])
    #expect(try source.readTable().features.isSparse(0))
    source.reading.format = .csv
    let table = try source.readTable()
    #expect(table.columnCount == 2 && table.kinds[1] == .categorical(levels: ["11:15", "12:30"]))
  }

  @Test func aDatasetIsMadeOfIt() throws {
    let scratch = try Scratch()
    let path = try scratch.write("1 1:2 5:1\n2 3:4\n1 2:1\n")
    let data = try TableSource(paths: [path]).readDataset()
    #expect(data.features.columnCount == 5)
    #expect(data.target == .classes(indices: [0, 1, 0], names: ["1", "2"]))
    #expect(data.features.gathered(rows: [0, 1], columns: [0, 2, 4]) == [2, 0, 1, 0, 4, 0])
  }
}
