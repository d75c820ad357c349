import Testing

@testable import Datasets

@Suite struct ARFFReaderTests {
  private func read(_ text: String) throws -> Table {
    try ARFFReader.read(ByteStream(bytes: Array(text.utf8), path: "t"))
  }

  private let declarations = """
    % a comment, with 'marks
    @RELATION 'some data'

    @attribute 'its height' REAL
    @Attribute size integer [1,10]
    @attribute\tcolour{red, 'light green' ,"it's"}
    @attribute day date 'yyyy-MM-dd'
    @attribute class {0,1.0}
    @attribute word string
    @DATA

    """

  @Test func denseRows() throws {
    let table = try read(
      declarations + """
        1.5, 7, 'light green', 2020-01-01, 1, 'a, b'
        % between
        ?,3,"it's",?,0,"a, b"
        -2e1 ,?, red , '2020-01-02',1.0,x\\'y

        """)
    #expect(table.columnNames == ["its height", "size", "colour", "day", "class", "word"])
    #expect(table.rowCount == 3)
    #expect(table.features.exact(0).map { $0.isNaN ? 99 : $0 } == [1.5, 99, -20])
    #expect(table.features.exact(1).map { $0.isNaN ? 99 : $0 } == [7, 3, 99])
    #expect(table.kinds[2] == .categorical(levels: ["it's", "light green", "red"]))
    #expect(table.kinds[3] == .categorical(levels: ["2020-01-01", "2020-01-02"]))
    #expect(table.kinds[4] == .categorical(levels: ["0", "1"]))
    #expect(table.kinds[5].levels?.contains("a, b") == true)
    #expect(table.customaryTarget == "class")
    #expect(table.notes == ["column 'day' holds dates, which are taken as texts"])
  }

  @Test func blanksMaySeparate() throws {
    // As in delta.elevators.
    let table = try read(
      "@relation r\n@attribute a numeric\n@attribute b {u,v}\n@attribute c real\n@data\n"
        + " 2.0 u -50\n6.5\t'v'  -0.001\n")
    #expect(table.customaryTarget == "c")
    #expect(table.features.exact(0) == [2, 6.5])
    #expect(table.features.exact(1) == [0, 1])
    #expect(table.features.exact(2).map { Float($0) } == [-50, -0.001])
  }

  @Test func sparseRowsStaySparseWhereThatPays() throws {
    let names = (0..<40).map { "@attribute n\($0) numeric\n" }.joined()
    let table = try read(
      "@relation r\n" + names + "@attribute k {none,'some'}\n@attribute m numeric\n@data\n"
        + "{1 5, 39 -2, 40 some}\n{}\n{ 3 300 , 41 ? }\n")
    #expect(table.rowCount == 3)
    #expect(table.columnNames.suffix(2) == ["k", "m"])
    #expect((0..<40).allSatisfy { table.features.isSparse($0) })
    #expect(table.features.elementType(of: 0) == .int16)
    #expect(table.features.exact(1) == [5, 0, 0] && table.features.exact(39) == [-2, 0, 0])
    #expect(table.features.exact(3) == [0, 0, 300])
    #expect(table.kinds[40] == .categorical(levels: ["none", "some"]))
    #expect(table.features.exact(40) == [1, 0, 0])
    #expect(table.features.exact(41).map(\.isNaN) == [false, false, true])
    let full = try read(
      "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n{0 1, 1 2}\n{0 3}\n")
    #expect(!full.features.isSparse(0) && full.features.cells == [1, 2, 3, 0])
  }

  @Test(arguments: [
    ("1, u", "line 5: 3 values expected, as many as attributes, 2 found"),
    ("1, u, 2, 3, 4", "line 5: 3 values expected, as many as attributes, 5 found"),
    ("1, U, 2", "line 5: column 'b': 'U' is none of the declared values; did you mean 'u'?"),
    ("x, u, 2", "line 5: column 'a': 'x' is not a number, as declared"),
    ("1e39, u, 2", "line 5: column 'a': '1e+39' is too large for a 32-bit number"),
    ("1, 'u, 2", "line 5: a quotation mark is opened and never closed"),
    ("1, 'u'x, 2", "line 5: a comma was expected behind 'u'"),
    ("{3 1}", "line 5: attribute 3, but the last of them is 2"),
    ("{99999999999999999999 1}", "line 5: an attribute's index was expected in a sparse row"),
    ("{0 1, 0 2}", "line 5: attribute 0 stands twice"),
    ("{0 1", "line 5: a closing brace was expected"),
    ("{0 1}\n1, u, 2", "line 6: a row in braces was expected, like those above"),
    ("", "there is a header, but no row below it"),
  ])
  func damageIsTold(rows: String, message: String) throws {
    let error = failure {
      try read("@attribute a real\n@attribute b {u,v}\n@attribute c real\n@data\n" + rows)
    }
    #expect(error?.description == "t: \(message)")
  }

  @Test(arguments: [
    (
      "@attribute a complex",
      "attribute 'a': 'complex' found where numeric, real, integer,"
        + " string, date or {...} was expected"
    ),
    ("@attribute", "an attribute's name is missing"),
    ("@attribute a {u, v", "a closing brace was expected"),
    ("a real", "'a real' found where @attribute or @data was expected"),
  ])
  func damagedDeclarationsAreTold(line: String, message: String) {
    let error = failure { try read("@relation r\n\(line)\n@data\n1\n") }
    #expect(error?.description == "t: line 2: \(message)")
  }
}
