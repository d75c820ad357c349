import Testing

@testable import Datasets

@Suite struct TextDialectTests {
  private func read(_ text: String, header: HeaderLine = .auto) throws -> Table {
    var options = ReadingOptions()
    options.header = header
    return try CSVReader.read(ByteStream(bytes: Array(text.utf8), path: "t"), options: options) {
      TableBuilder(names: $0, textColumns: $1)
    }.finished()
  }

  @Test(arguments: [
    "a,b\n1,2.5\n3,4\n",
    "a\tb\n1\t2.5\n3\t4\n",
    "a;b\n1;2.5\n3;4\n",
    "a;b\n1;2,5\n3;4\n",
    "a\tb\n1\t2,5\n3\t4\n",
    "  a   b\n  1   2.5\n  3 \t 4  \n",
    "a b\r1 2.5\r3 4\r",
    "\u{feff}a,b\r\n1,2.5\r\n3,4\r\n\u{1a}",
    "# a b\n1 2.5\n3 4\n",
    "#a,b\n1,2.5\n3,4\n",
    "# two columns, \"and a mark\na,b\n1,2.5\n# more\n3,4\n",
    "\"a\" \"b\"\n\"1\" \"2.5\"\n\"3\" \"4\"\n",
    "a\tb\n 1 \t 2.5 \n 3 \t 4 \n",
  ])
  func dialectsAreFound(text: String) throws {
    let table = try read(text)
    #expect(table.columnNames == ["a", "b"])
    #expect(table.kinds == [.numeric, .numeric])
    #expect(table.features.cells == [1, 2.5, 3, 4])
  }

  /// Nil where the first line is a row.
  @Test(
    arguments: [
      // Numbers above numbers.
      ("5.1,3.5,red\n4.9,3,red\n", nil),
      ("1,0,0.5\n0,1,0.25\n", nil),
      ("0,1\n1,0\n", nil),
      ("Ethanol,10\nAmmonia,20\n", nil),
      ("?,2\n1,3\n", nil),
      (",2\n1,3\n", nil),
      // Texts above numbers; a number may be a name.
      ("x,y\n1,2\n", ["x", "y"]),
      ("2019,2020,y\n1,2,0\n", ["2019", "2020", "y"]),
      ("5.5,-1.5,y\n1,2,0\n", nil),
      // What pandas writes.
      ("0,1,2\n5,6,7\n", ["0", "1", "2"]),
      ("0,1,2,t\n5,6,7,a\n5,6,8,b\n", ["0", "1", "2", "t"]),
      (",0,1,2,t\n0,5,6,7,a\n", ["Unnamed: 0", "0", "1", "2", "t"]),
      ("0,1,2,a\n5,6,7,a\n5,6,8,b\n", nil),
      ("0,1,t\n5,6,a\n", nil),
      // A delimiter at the end of each row.
      ("a,b\n1,2,\n3,4,\n", ["a", "b", "Unnamed: 2"]),
      (",0,1,2\n0,5,6,7\n", ["Unnamed: 0", "0", "1", "2"]),
      (",a,b\n0,1,2\n", ["Unnamed: 0", "a", "b"]),
      // What R writes.
      ("a b\nr1 1 2\nr2 3 4\n", ["row.names", "a", "b"]),
      // Texts only.
      ("sex,colour\nM,red\nF,red\n", ["sex", "colour"]),
      ("M,red\nF,green\nM,green\n", nil),
      // One column.
      ("y\n1\n0\n", ["y"]),
      ("1\n0\n1\n", nil),
      ("p\nq\np\n", nil),
      ("colour\nred\nred wine\n", ["colour"]),
    ] as [(String, [String]?)])
  func headersAreToldFromRows(text: String, names: [String]?) throws {
    let table = try read(text)
    let lines = text.split(separator: "\n").count
    #expect(table.rowCount == (names == nil ? lines : lines - 1))
    #expect(table.columnNames == names ?? (0..<table.columnCount).map { "x\($0)" })
  }

  @Test func theCallerMayKnowBetter() throws {
    #expect(try read("1,2\n3,4\n", header: .yes).columnNames == ["1", "2"])
    let table = try read("a,b\n3,4\n", header: .no)
    #expect(table.columnNames == ["x0", "x1"] && table.rowCount == 2)
    #expect(table.kinds[0] == .categorical(levels: ["3", "a"]))
  }

  @Test func cellsWithoutValueAreMissing() throws {
    let table = try read("a,b,c\n1,,x\n?,2,\nNA,NaN,y\n4, ,N/A\n")
    #expect(table.features.exact(0).map(\.isNaN) == [false, true, true, false])
    #expect(table.features.exact(1).map(\.isNaN) == [true, false, true, true])
    #expect(table.features.exact(2).map(\.isNaN) == [false, true, false, true])
    #expect(table.kinds[2] == .categorical(levels: ["x", "y"]))
  }

  @Test func textsMakeAColumnCategoricalWhereverTheyTurnUp() throws {
    let rows = (0..<70_000).map { "\($0 % 3),\($0 < 69_000 ? "1.0" : "b")" }
    let table = try read("a,b\n" + rows.joined(separator: "\n"))
    #expect(table.kinds == [.numeric, .categorical(levels: ["1", "b"])])
    #expect(table.features.exact(1).reduce(0, +) == 1000)
  }

  @Test func decimalCommasAreNoTexts() throws {
    let table = try read("a;b\n1,5;-2,25e1\n3;\n")
    #expect(table.kinds == [.numeric, .numeric])
    #expect(table.features.cells.prefix(3) == [1.5, -22.5, 3])
  }

  @Test func linesLongerThanTheSampleAreRead() throws {
    let line = (0..<100_000).map { "\($0 % 7)" }.joined(separator: " ")
    let table = try read(line + "\n" + line)
    #expect(table.rowCount == 2 && table.columnCount == 100_000)
  }

  @Test func rowsBehindTheSampleAreRead() throws {
    let table = try read((0..<1000).map { "\($0),\($0 * $0)" }.joined(separator: "\n\n"))
    #expect(table.rowCount == 1000)
    #expect(table.features.exact(1).last == 998_001)
  }

  @Test func severalMillionDigitsAreANumber() throws {
    let table = try read("a\n" + String(repeating: "0", count: 1_000_000) + "7.5\n1\n")
    #expect(table.features.cells == [7.5, 1])
  }
}
