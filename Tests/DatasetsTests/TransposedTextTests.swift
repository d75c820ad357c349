import Testing

@testable import Datasets

@Suite struct TransposedTextTests {
  private func source(_ text: String, _ target: String? = nil, _ scratch: Scratch) throws
    -> TableSource
  {
    var source = TableSource(
      paths: [try scratch.write(text)], target: target.map(TargetLocation.column) ?? .unspecified)
    source.reading.isTransposed = true
    return source
  }

  @Test(arguments: ["gene,s1,s2,s3\n", ",s1,s2,s3\n", "s1,s2,s3\n", ",1,2,3\n", ""])
  func linesAreColumns(header: String) throws {
    let scratch = try Scratch()
    let text = header + "BRCA1,1,2,3\ntumour,yes,no,yes\nTP53,0.5,,-70000\n"
    let data = try source(text, "tumour", scratch).readLabelled()
    #expect(data.table.columnNames == ["BRCA1", "tumour", "TP53"])
    #expect(data.target == .classes(indices: [1, 0, 1], names: ["no", "yes"]))
    #expect(data.table.features.exact(0) == [1, 2, 3])
    let last = data.table.features.exact(2)
    #expect(last[0] == 0.5 && last[1].isNaN && last[2] == -70_000)
    #expect(data.table.features.types == [.uint8, .uint8, .float])
    #expect(data.featureColumns == [0, 2])
  }

  @Test func aFirstLineOfClassesIsAColumn() throws {
    let scratch = try Scratch()
    let table = try source("kind\ta\tb\ta\ng1\t1\t2\t300\n", nil, scratch).readTable()
    #expect(table.columnNames == ["kind", "g1"])
    #expect(table.kinds[0] == .categorical(levels: ["a", "b"]))
    var asked = try source("kind,a,b,a\ng1,1,2,3\n", nil, scratch)
    asked.reading.header = .yes
    #expect(try asked.readTable().columnNames == ["g1"])
  }

  @Test func numbersWithoutNamesAreAMatrix() throws {
    let scratch = try Scratch()
    let table = try source("1,2,3\n4,5,6\n", nil, scratch).readTable()
    #expect(table.columnNames == ["x0", "x1"] && table.features.cells == [1, 4, 2, 5, 3, 6])
    var first = try source("1,2,3\n4,5,6\n", nil, scratch)
    first.reading.header = .yes
    #expect(try first.readTable().columnNames == ["4"])
  }

  @Test func numbersBeforeAWordAreTexts() throws {
    let scratch = try Scratch()
    let table = try source(",s1,s2,s3,s4\na,01,2,x,1\nb,5,6,7,8\n", nil, scratch).readTable()
    #expect(table.kinds[0] == .categorical(levels: ["1", "2", "x"]))
    #expect(table.features.exact(0) == [0, 1, 2, 0])
    // One slip among numbers is refused with its line, if the column is wanted.
    #expect(
      failure { try source(",s1,s2,s3,s4\ny,0,1,0,1\na,1,2,3,4x\n", "y", scratch).readDataset() }
        == .nonNumericCell(path: scratch.path("data.csv"), line: 3, column: "a", text: "4x"))
  }

  @Test func raggedLinesAreRefused() throws {
    let scratch = try Scratch()
    for text in [",s1,s2\na,1,2\nb,1\n", ",s1,s2\na,1,2\nb,x\n"] {
      #expect(
        failure { try source(text, nil, scratch).readTable() }
          == .raggedRow(path: scratch.path("data.csv"), line: 3, expected: 3, found: 2))
    }
    #expect(
      failure { try source(",s1,s2\na,1,2\nb,1,x,3\n", nil, scratch).readTable() }
        == .raggedRow(path: scratch.path("data.csv"), line: 3, expected: 3, found: 4))
    #expect(failure { try source(",s1,s2\n", nil, scratch).readTable() } != nil)
  }

  @Test func aLongTableBecomesAStoreToo() throws {
    let scratch = try Scratch()
    let lines = (0..<500).map { "g\($0),\($0),\($0 % 2 == 0 ? "" : "7"),\($0 * $0)\n" }
    var reading = try source(",s1,s2,s3\n" + lines.joined(), nil, scratch)
    let wanted = try reading.readTable()
    #expect(wanted.rowCount == 3 && wanted.columnCount == 500)
    _ = try TableWriter.convert(reading, to: .espalier, path: scratch.path("t.espalier"))
    reading.reading.isTransposed = false
    reading.paths = [scratch.path("t.espalier")]
    let table = try reading.readTable()
    #expect(table.columnNames == wanted.columnNames)
    #expect((0..<500).allSatisfy { table.features.exact($0)[2] == Double($0 * $0) })
    #expect(table.features.exact(4)[1].isNaN && table.features.exact(5)[1] == 7)
  }
}
