import Tensors
import Testing

@testable import Datasets

@Suite struct CSVReaderTests {
  private func table(_ text: String, _ target: TargetLocation = .column("y")) throws -> SplitTable {
    let scratch = try Scratch()
    return try TableSource(paths: [try scratch.write(text)], target: target).readSplit()
  }

  @Test(arguments: [
    "a,b,y\n1,-2.5,p\n3e2,0.25,q\n",
    "a,b,y\r\n1,-2.5,p\r\n3e2,0.25,q\r\n",
    "\u{feff}a\tb\ty\n1\t-2.5\tp\n300\t.25\tq",
    "a;b;y\n+1;-2.50;p\n3.0E+2;25e-2;q\n\n\n",
    "\n\"a\",\"b\",y\n\"1\",\" -2.5 \",\"p\"\n\n 300 ,0.25, q \n",
  ])
  func dialectsReadTheSame(text: String) throws {
    let table = try table(text)
    #expect(table.features.columnNames == ["a", "b"])
    #expect(table.features.cells == ([1, -2.5, 300, 0.25]))
    #expect(table.labels == LabelColumn(name: "y", texts: ["p", "q"]))
  }

  @Test func quotedCellsMayHoldAnything() throws {
    let table = try table("\"a,\"\"b\"\"\",y\n1,\"two\nlines, and \"\"quotes\"\"\"\n2,é\n")
    #expect(table.features.columnNames == ["a,\"b\""])
    #expect(table.labels?.texts == ["two\nlines, and \"quotes\"", "é"])
  }

  @Test func theTargetIsANameOrElseAnIndex() throws {
    let text = "1,b,0\n10,20,30\n11,21,31\n"
    #expect(try table(text, .column("0")).labels?.texts == ["30", "31"])
    #expect(try table(text, .column("2")).labels?.name == "0")
    #expect(try table(text, .columnIfPresent("y")).labels == nil)
    #expect(try table(text, .unspecified).features.columnCount == 3)
  }

  @Test func numericLabelsHaveOneForm() throws {
    #expect(
      try table("a,y\n1,01\n1,1.0\n1,-0\n1,1e0\n1,1.50\n").labels?.texts
        == ["1", "1", "0", "1", "1.5"])
  }

  @Test func chosenColumnsAreReadAndOthersNeverLookedAt() throws {
    let scratch = try Scratch()
    let path = try scratch.write("id,b,c,y\nk1,1,2,p\n,3,4,q\n")
    func store(_ columns: ColumnChoice) throws -> FeatureStore {
      try TableSource(paths: [path], target: .column("y"), columns: columns).readSplit().features
    }
    #expect(try store(.except(["id"])).columnNames == ["b", "c"])
    #expect(try store(.only(["c", "b", "y", "c"])).columnNames == ["c", "b"])
    #expect(try store(.only(["c", "b"])).cells == ([2, 1, 4, 3]))
    #expect(
      failure { try store(.only(["bb"])) }?.description
        == "\(path): no column 'bb'; did you mean 'b'?")
    #expect(failure { try store(.except(["id", "b", "c"])) } == .noFeatures(path: path))
  }

  @Test func numbersAreReadAsTheStandardLibraryReadsThem() throws {
    var source = RandomSource(seed: 11)
    var texts = [
      "0", "-0", "1e-45", "3.4028235e38", "123456789012345678901234567890", "0.1e-20",
      "18446744073709551617",
    ]
    for _ in 0..<20_000 {
      let float = Float(bitPattern: UInt32(truncatingIfNeeded: source.next()))
      if float.isFinite { texts.append(float.description) }
      texts.append("\(Int64(bitPattern: source.next()))")
      texts.append("\(source.uniform() * 1000)")
    }
    for text in texts {
      let number = NumberScanner.number(text)
      #expect(number.map { Float($0) } == Float(text), "\(text)")
      #expect(number == Double(text), "\(text)")
    }
    for text in ["", "-", ".", "1e", "1e+", "0x10", "nan", "inf", "1 2", "1,5", "e5", "--1"] {
      #expect(NumberScanner.number(text) == nil, "\(text)")
    }
  }

  @Test func recordsLongerThanTheBufferAreRead() throws {
    let columnCount = 200_000
    let row = (0..<columnCount).map { String($0 % 10) }.joined(separator: ",")
    let header = (0..<columnCount).map { "c\($0)" }.joined(separator: ",")
    let table = try table("\(header)\n\(row)\n\(row)\n", .unspecified)
    #expect(table.features.columnCount == columnCount && table.features.rowCount == 2)
    #expect(table.features.element(1, columnCount - 1) == Float((columnCount - 1) % 10))
  }

  @Test func everyBufferBoundaryIsHarmless() throws {
    // The second buffer begins somewhere in a quoted cell, a number or a line end.
    // A small file has a small buffer.
    for padding in Array(1 << 18 - 40..<1 << 18 + 4) + Array(1 << 12 - 40..<1 << 12 + 4) {
      let text =
        "a,y\n1,\"" + String(repeating: "z", count: padding) + "\n\"\"\"\r\n23.5,q\r\n4,r\r\n"
      let table = try table(text)
      #expect(table.features.cells == ([1, 23.5, 4]))
      #expect(table.labels?.texts[0].utf8.count == padding + 2)
    }
  }

  @Test func filesArePooled() throws {
    let scratch = try Scratch()
    let first = try scratch.write("a,b,y\n1,2,p\n", "1.csv")
    let second = try scratch.write("b,y,a\n0.5,q,3\n", "2.csv")
    let source = TableSource(paths: [first, second], target: .column("y"))
    #expect(try source.readSplit().features.cells == ([1, 2, 3, 0.5]))
    #expect(try source.readSplit().labels?.texts == ["p", "q"])
    let third = try scratch.write("a,c,y\n1,2,p\n", "3.csv")
    #expect(
      failure { try TableSource(paths: [first, third], target: .column("y")).readSplit() }?
        .description == "\(third): its columns are not those of \(first): no column 'b'")
  }

  @Test func pooledFilesMayHaveTheirColumnsInAnyOrder() throws {
    let scratch = try Scratch()
    let paths = [
      try scratch.write("a,colour,y\n1,red,p\n2,blue,q\n", "1.csv"),
      try scratch.write("y,colour,a\np,green,3\nq,red,4\n", "2.csv"),
      try scratch.write("colour,y,a\n,q,5\n", "3.csv"),
    ]
    let table = try TableSource(paths: paths).readTable()
    #expect(table.columnNames == ["a", "colour", "y"])
    #expect(table.kinds[1] == .categorical(levels: ["blue", "green", "red"]))
    #expect(table.kinds[0] == .numeric && table.kinds[2] == .categorical(levels: ["p", "q"]))
    #expect(table.features.exact(0) == [1, 2, 3, 4, 5])
    #expect(table.features.exact(1)[..<4] == [2, 0, 1, 2] && table.features.exact(1)[4].isNaN)
    #expect(table.features.exact(2) == [0, 1, 0, 1, 1])
  }

  @Test func testDataAreBroughtIntoTheOrderOfTheTrainingData() throws {
    let scratch = try Scratch()
    let training = try TableSource(
      paths: [try scratch.write("a,b,y\n1,2,p\n3,4,q\n", "1.csv")], target: .column("y")
    ).readLabelled()
    func test(_ text: String) throws -> Dataset {
      try TableSource(paths: [try scratch.write(text, "t.csv")], target: .column("y"))
        .readLabelled(matching: training)
        .dataset(training.encoding(rows: [0, 1]))
    }
    let data = try test("y,b,a\nq,9,8\n")
    #expect(data.features.cells == ([8, 9]))
    #expect(data.target == .classes(indices: [1], names: ["p", "q"]))
    #expect(
      failure { try test("y,a\nq,9\n") }?.description
        == "\(scratch.path("t.csv")): its columns are not those of the training data: "
        + "no column 'b'")
    #expect(
      failure { try test("y,b,a\nr,9,8\n") }?.description
        == "\(scratch.path("t.csv")): label 'r' does not occur in the training data, which has "
        + "'p', 'q'")
  }
}
