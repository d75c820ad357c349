import Testing

@testable import Datasets

@Suite("Files of groups")
struct GroupFileTests {
  private let names = ["age", "glucose", "insulin", "a, b", "town", "region"]

  private func parse(_ text: String, joining groups: FeatureGroups? = nil) throws -> FeatureGroups {
    try GroupFile.parse(text, path: "g.txt", columnNames: names, joining: groups)
  }

  @Test("a line is a group; other columns stay features of their own")
  func groups() throws {
    let text = "\u{FEFF}# what belongs together\r\nhome: region ,town\n\n  blood:insulin,glucose,\n"
    let scratch = try Scratch()
    let groups = try GroupFile.read(path: scratch.write(text, "g.txt"), columnNames: names)
    #expect(groups.names == ["age", "blood", "a, b", "home"])
    #expect(groups.columns == [[0], [1, 2], [3], [4, 5]])
    #expect(try parse(String(text.dropFirst())) == groups)
  }

  @Test("names in quotation marks hold commas, colons and quotation marks")
  func quotes() throws {
    let groups = try parse(#""x: ""y""" : "a, b" , age"#)
    #expect(groups.names == [#"x: "y""#, "glucose", "insulin", "town", "region"])
    #expect(groups.columns[0] == [0, 3])
  }

  @Test("a line names features that are groups already, and takes all of their columns")
  func joining() throws {
    let before = FeatureGroups(
      names: ["age", "blood", "place"], columns: [[0], [1, 2, 3], [4, 5]])
    let groups = try parse("both: place, age", joining: before)
    #expect(groups.names == ["both", "blood"])
    #expect(groups.columns == [[0, 4, 5], [1, 2, 3]])
  }

  @Test(
    "mistakes are named with file and line",
    arguments: [
      ("a: age\nb: twon", "g.txt: line 2: no column 'twon'; did you mean 'town'?"),
      (
        "a: age\n\nb: town, age",
        "g.txt: line 3: the column 'age' is in group 'a' of line 1 already; decide for one"
      ),
      ("a: age, age", "g.txt: line 1: the column 'age' is named twice; remove one"),
      ("a: age\na: town", "g.txt: line 2: there is a group 'a' in line 1 already; rename one"),
      ("age, town", "g.txt: line 1: a group is written as 'name: column, column, ...'"),
      (": age", "g.txt: line 1: a group is written as 'name: column, column, ...'"),
      ("a: ,", "g.txt: line 1: the group 'a' has no column; name some"),
      ("a: \"age", "g.txt: line 1: a quotation mark is opened and never closed"),
      (
        "# x\nage: town, region",
        "g.txt: line 2: the group 'age' has the name of a column outside of it; rename it"
      ),
      (
        "# nothing\n",
        "g.txt: line 1: there is no group; one is written as 'name: column, column, ...'"
      ),
    ])
  func mistakes(text: String, message: String) throws {
    let error = #expect(throws: DatasetError.self) { try parse(text) }
    #expect(error?.description == message)
  }
}
