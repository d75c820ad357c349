import Testing

@testable import Datasets

/// What people's text files hold besides rows of numbers, each with what is said of it.
@Suite struct MessyTextTests {
  private func read(_ bytes: [UInt8], header: HeaderLine = .auto) throws -> Table {
    let scratch = try Scratch()
    var source = TableSource(paths: [try scratch.write(bytes, "t.csv")])
    source.reading.header = header
    return try source.readTable()
  }

  private func read(_ text: String, header: HeaderLine = .auto) throws -> Table {
    try read(Array(text.utf8), header: header)
  }

  // MARK: Numbers that computing cannot hold

  @Test(arguments: [
    // Times with fractions, 2^24 + 1/2, and numbers that are next to nothing.
    ("1700000001.5", "numbers beyond 16,777,216, which are rounded to 7 digits in computing"),
    ("16777216.5", "numbers beyond 16,777,216, which are rounded to 7 digits in computing"),
    (
      "1e-60", "numbers nearer to 0 than 1.2e-38, which become 0 in computing; take their logarithm"
    ),
    ("-inf", "infinite numbers, which count as missing; --missing error refuses them"),
    ("Infinity", "infinite numbers, which count as missing; --missing error refuses them"),
    ("16777217", "whole numbers beyond 16,777,216, which are rounded to 7 digits in computing"),
  ]) func whatIsLostIsTold(_ number: String, _ what: String) throws {
    let table = try read("a,b\n1,2\n0.5,3\n\(number),4\n")
    #expect(table.notes == ["column 'a' holds \(what)"])
    #expect(table.kinds == [.numeric, .numeric])
  }

  @Test(arguments: ["16777216", "0.1", "1e-37", "-0", "33554432", "0", "123456.789"])
  func whatEverybodyKnowsIsNotTold(_ number: String) throws {
    #expect(try read("a,b\n1,2\n0.5,3\n\(number),4\n").notes == [])
  }

  @Test func lossesAreToldWhereverColumnsLie() throws {
    let scratch = try Scratch()
    func notes(_ text: String, transposed: Bool = false) throws -> [String] {
      var source = TableSource(paths: [try scratch.write(text, "t")])
      source.reading.isTransposed = transposed
      return try source.readTable().notes
    }
    let rounded = "numbers beyond 16,777,216, which are rounded to 7 digits in computing"
    #expect(try notes("1 1:1700000001.5\n0 2:3\n1 1:4\n") == ["column 'x1' holds \(rounded)"])
    #expect(
      try notes("g,s,t\na,1,1700000001.5\nb,inf,2\n", transposed: true) == [
        "column 'a' holds \(rounded)",
        "column 'b' holds infinite numbers, which count as missing; --missing error refuses them",
      ])
    let arff = "@relation r\n@attribute a numeric\n@attribute b numeric\n@data\n"
    #expect(try notes(arff + "1700000001.5,1\n2,3\n") == ["column 'a' holds \(rounded)"])
    #expect(
      try notes(arff + "{0 1700000001.5}\n{}\n{}\n{}\n{}\n") == ["column 'a' holds \(rounded)"])
    #expect(
      try notes(arff + "{0 inf}\n{1 1}\n{}\n{}\n{}\n") == [
        "column 'a' holds infinite numbers, which count as missing; --missing error refuses them"
      ])
  }

  @Test func infiniteNumbersAreMissingInAnyPiece() throws {
    // A chunk of rows is put away before the column is known to have any.
    let lines = (0..<400_000).map { $0 == 399_990 ? "inf,1\n" : "\($0 % 7),1\n" }
    let table = try read("a,b\n" + lines.joined())
    #expect(table.kinds == [.numeric, .numeric])
    let cells = table.features.exact(0)
    #expect(cells.indices.filter { cells[$0].isNaN } == [399_990])
    #expect(cells[399_989] == Double(399_989 % 7))
  }

  @Test func aTextAfterManyNumbersMakesTheSameLevelsOfThem() throws {
    // The first rows are narrowed before the column is known to be one of texts.
    let lines = (0..<150_000).map { ["0.1,", "0.123456789,", "7,"][$0 % 3] + "1\n" }
    let table = try read("a,b\n" + lines.joined() + "abc,1\n0.1,1\n0.123456789,1\n7,1\n")
    #expect(table.kinds[0] == .categorical(levels: ["0.1", "0.12345679", "7", "abc"]))
    #expect(table.features.exact(0).suffix(4) == [3, 0, 1, 2])
    let numbers = [0.1, 0.2].map { Double(Float($0)) }
    let target = try Target(
      LabelColumn(name: "y", cells: .numbers(numbers)), task: .classification, path: "f")
    #expect(target == .classes(indices: [0, 1], names: ["0.1", "0.2"]))
  }

  @Test func subjectsKeepAllTheirDigits() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a,p,y\n1,9876543210,0\n2,9876543211,1\n3,9876543210,0\n")
    for name in ["p", "1"] {
      var source = TableSource(paths: [path], target: .column("y"))
      source.subject = name
      #expect(try source.readLabelled().subjectNames == ["9876543210", "9876543211"], "\(name)")
    }
  }

  @Test func infinityIsATextAmongTexts() throws {
    let table = try read("pos,b\ninf,1\nsup,2\nInf,3\nsup,4\n")
    #expect(table.kinds[0] == .categorical(levels: ["inf", "sup"]))
    #expect(table.features.exact(0) == [0, 1, 0, 1])
  }

  // MARK: Letters

  @Test func latin1IsReadAsSuch() throws {
    let rows = ["M\u{fc}ller,1", "M\u{f6}ller,2", "M\u{fc}ller,3", "10 \u{80},4"].map {
      $0.unicodeScalars.map { UInt8($0.value) } + [10]
    }
    let table = try read(Array("name,b\n".utf8) + rows.joined())
    #expect(table.kinds[0] == .categorical(levels: ["10 \u{20ac}", "Möller", "Müller"]))
    #expect(table.features.exact(0) == [2, 1, 2, 0])
    #expect(
      table.notes == ["line 2 is not UTF-8: such texts are read as Latin-1 (Windows-1252)"])
    let arff = Array("@relation r\n@attribute a string\n@data\n".utf8) + [0xfc, 10, 0xf6, 10]
    #expect(try read(arff).kinds == [.categorical(levels: ["ö", "ü"])])
    #expect(try read(arff).notes.first?.hasPrefix("line 4 is not UTF-8") == true)
    #expect(try read("name,b\nMüller,1\nMöller,2\n").notes == [])
  }

  @Test func namesAndLabelsAreNeverMerged() throws {
    let table = try read([0xfc, 44, 0xf6, 10, 49, 44, 50, 10, 51, 44, 52, 10])
    #expect(table.columnNames == ["ü", "ö"])
    let scratch = try Scratch()
    let labels = try LabelReader.read(path: scratch.write([0xfc, 10, 0xf6, 10], "l"))
    #expect(labels.texts == ["ü", "ö"])
  }

  // MARK: Lines that are no rows

  @Test func blankLinesArePassedOver() throws {
    let table = try read("a\n1\n\n2\n\n\n")
    #expect(table.features.cells == [1, 2])
    #expect(
      table.notes == ["line 3, which is blank, is passed over; write NA where a cell is missing"])
    let long = "a\n" + String(repeating: "5\n", count: 300) + "\n\n7\n"
    #expect(
      try read(long).notes == [
        "2 blank lines are passed over, the first of them line 302; write NA where a cell is missing"
      ])
    #expect(try read("a,b\n1,2\n\n3,4\n").notes == [])
  }

  @Test func commentsAmongRowsAreCounted() throws {
    let rows = String(repeating: "1,2\n", count: 150)
    let table = try read("# about\na,b\n1,2\n#9,9\n" + rows + "#8,8\n3,4\n")
    #expect(table.rowCount == 152)
    #expect(
      table.notes == [
        "2 lines that begin with # are passed over as comments, the first of them line 4"
      ])
    #expect(try read("# about\n# it\na,b\n1,2\n").notes == [])
  }

  // MARK: Headers of numbers

  @Test(arguments: [
    ("g,2001,2002\na,0.5,1\nb,3,7\nc,5,-2\n", true),
    ("g,2001,2005\na,0.5,1\nb,3,7\nc,5,-2\n", true),
    ("2001,2002,2003\n1,2,3\n4,5,6\n7,8,9\n", true),
    ("g,1,2\na,0.5,1.5\nb,0.1,2.5\nc,0.3,.5\nd,1.25,3.5\ne,9.5,0.5\n", true),
    // Rows all the same: years among years, a row of data, a text that recurs.
    ("smith,1900,1980\njones,1850,1910\nblack,1700,1750\n", false),
    ("g,2001,2002\ng,0.5,1\nb,3,7\nc,5,-2\n", false),
    ("g,2002,2001\na,0.5,1\nb,3,7\nc,5,-2\n", false),
    ("a,5,6\nb,7,8\nc,3,9\n", false),
    ("a,2001,5\nb,3,7\nc,5,-2\nd,1,2\n", false),
  ]) func numbersMayBeNames(_ text: String, _ isHeader: Bool) throws {
    let table = try read(text)
    let first = text.prefix { $0 != "\n" }.split(separator: ",").map(String.init)
    #expect((table.columnNames == first) == isHeader)
  }

  @Test func aLikelyHeaderIsTold() throws {
    let text = "g,101,205\na,0.5,1.5\nb,.3,7.5\nc,.5,.2\n"
    let told = "the first line is taken for a row; --header yes makes it the names"
    #expect(try read(text).notes == [told])
    #expect(try read(text, header: .no).notes == [])
    #expect(try read(text, header: .yes).columnNames == ["g", "101", "205"])
  }

  // MARK: Cells without end

  @Test(arguments: [
    ("a,b\n1,2\n" + String(repeating: "x", count: 3 << 20) + ",2\n", "line 3", "is this a table?"),
    (
      "a,b\n1,\"2\n" + String(repeating: "3,4\n", count: 1 << 19), "line 2",
      "is a quotation mark not closed?"
    ),
  ]) func aCellHasAnEnd(_ text: String, _ line: String, _ remedy: String) throws {
    let scratch = try Scratch()
    let path = try scratch.write(text)
    #expect(
      failure { try TableSource(paths: [path]).readTable() }?.description
        == "\(path): \(line): a cell of more than 1 MiB; \(remedy)")
  }

  @Test func longLinesOfManyCellsAreRead() throws {
    let width = 1_000_000
    let line = (0..<width).map { "\($0 % 10)" }.joined(separator: ",") + "\n"
    let text = (0..<width).map { "g\($0)" }.joined(separator: ",") + "\n" + line + line
    #expect(try read(text).columnCount == width)
    let quoted = "a,b\n\"" + String(repeating: "x y\n", count: 100_000) + "\",2\n3,4\n"
    #expect(try read(quoted).rowCount == 2)
  }
}
