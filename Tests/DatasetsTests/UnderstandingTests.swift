import Foundation
import Testing

@testable import Datasets

/// What is done with columns and rows that mean something else than they look like.
@Suite struct UnderstandingTests {
  /// Twelve rows: a code, a number, a class.
  private let rows = (0..<12).map {
    "\([3, 1, 10][$0 % 3]),\($0 * $0),\($0 % 2 == 0 ? "p" : "q")\n"
  }

  private func source(_ text: String, _ scratch: Scratch) throws -> TableSource {
    TableSource(paths: [try scratch.write(text)], target: .column("y"))
  }

  @Test(arguments: ["code", "0"]) func numbersMayBeCategories(_ name: String) throws {
    let scratch = try Scratch()
    var source = try source("code,x,y\n" + rows.joined(), scratch)
    #expect(try source.readDataset().features.columnNames == ["code", "x"])
    source.categorical = [name]
    let table = try source.readTable()
    #expect(table.columnNames == ["code", "x", "y"])
    #expect(table.kinds[0] == .categorical(levels: ["1", "3", "10"]))
    #expect(table.features.exact(0).prefix(3) == [1, 0, 2] && table.features.exact(1)[3] == 9)
    let data = try source.readDataset()
    #expect(data.features.columnNames == ["x", "code=1", "code=3", "code=10"])
    #expect(data.featureGroups?.names == ["code", "x"])

    source.categorical = ["none"]
    #expect(failure { try source.readTable() }?.description.contains("no column 'none'") == true)
  }

  @Test func noSubjectStandsOnBothSides() throws {
    let scratch = try Scratch()
    func table(_ name: String, _ patients: [Int]) throws -> TableSource {
      let lines = patients.enumerated().map { "p\($1),\($0 * 7 % 5),\($0 % 2)\n" }.joined()
      var source = TableSource(
        paths: [try scratch.write("patient,x,y\n" + lines, name)], target: .column("y"))
      source.subject = "patient"
      return source
    }
    let training = try table("a.csv", [1, 1, 2, 3, 4, 5]).readLabelled()
    let good = try table("b.csv", [9, 8, 8, 7, 6]).readLabelled(matching: training)
    try training.refuseSharedSubjects(with: good, path: "b.csv")
    let bad = try table("c.csv", [9, 5, 5, 1, 2, 3]).readLabelled(matching: training)
    let error = failure { try training.refuseSharedSubjects(with: bad, path: "c.csv") }
    #expect(
      error?.description.contains(
        "5 of the 6 rows of c.csv are of groups (--group-column) that have training rows as well:"
          + " 'p5', 'p1', 'p2' and 1 more") == true, "\(error as Any)")
  }

  @Test func numbersThatTellRowsApartAreNamedAndStay() throws {
    let scratch = try Scratch()
    let lines = (0..<12).map {
      "\($0 * 37 % 101),\($0 * 37 % 101),\(2000 + $0),\($0),\($0 / 2),\($0 % 2)\n"
    }
    let labelled = try source(
      "patientId,acid,year,number,half_id,y\n" + lines.joined(), scratch
    ).readLabelled()
    #expect(labelled.featureColumns == [0, 1, 2, 4])
    #expect(labelled.suspectColumns == [0, 2])
    #expect(labelled.suspectNote?.hasPrefix("columns 'patientId', 'year' look like a row") == true)
    #expect(labelled.notes == ["column 'number' is left out: it numbers the rows"])
    var dropped = labelled
    dropped.leaveOut(["patientId"])
    #expect(dropped.featureColumns == [1, 2, 4] && dropped.suspectColumns == [2])
  }

  @Test(arguments: [
    ("id", true), ("ID", true), ("patient_id", true), ("patientId", true), ("row nr.", true),
    ("sample index", true), ("acid", false), ("humid", false), ("idle", false), ("", false),
  ]) func identifiersHaveNames(_ name: String, _ isOne: Bool) {
    #expect(isNameOfIdentifier(name) == isOne)
  }

  @Test func digitsThatAreLostAreTold() throws {
    let scratch = try Scratch()
    // 2^24 + 1 is the first whole number that Float has not; 2^25 it has.
    let text = "a,b,c,d,y\n16777217,33554432,0.1,20202020202021.0,1\n1,2,0.3,7.5,0\n"
    let wanted =
      "columns 'a', 'd' hold whole numbers beyond 16,777,216, which are rounded to 7 digits in"
      + " computing"
    #expect(try source(text, scratch).readTable().notes == [wanted])
    let plain = try source(text.replacing("16777217", with: "16777216"), scratch).readTable()
    #expect(plain.notes.first?.hasPrefix("column 'd' holds") == true)
    let summary = try TableWriter.convert(
      source(text, scratch), to: .espalier, path: scratch.path("t.espalier"))
    #expect(summary.notes == [wanted])
    #expect(try TableSource(paths: [scratch.path("t.espalier")]).readTable().notes == [wanted])
  }

  @Test func rowsWithoutTargetAreLeftOutOrRefused() throws {
    let scratch = try Scratch()
    var source = try source("x,y\n1,p\n2,\n3,q\n4,q\n5,?\n6,p\n", scratch)
    #expect(
      failure { try source.readLabelled() }
        == .missingLabel(path: source.paths[0], row: 1, column: "y"))
    source.leavesOutUnlabelled = true
    let labelled = try source.readLabelled()
    #expect(labelled.usableRows == [0, 2, 3, 5] && labelled.rowCount == 6)
    #expect(labelled.target.subset(labelled.usableRows).classSizes == [2, 2])
    #expect(labelled.target.subset([2, 5]) == .classes(indices: [1, 0], names: ["p", "q"]))
    #expect(
      labelled.notes == [
        "2 rows have no value of 'y' and are left out; --missing error refuses such rows"
      ])
    #expect(failure { try source.readDataset() } != nil)
    let inspection = try TableInspection(source)
    #expect(inspection.unlabelledCount == 2 && inspection.target?.count == 4)
  }

  @Test func withoutATargetTheRestIsRead() throws {
    let scratch = try Scratch()
    var source = TableSource(paths: [try scratch.write("x,z\n1,2\n2,5\n3,3\n")])
    #expect(failure { try source.readLabelled() } == .noTarget(path: source.paths[0]))
    source.isTargetOptional = true
    let labelled = try source.readLabelled()
    #expect(!labelled.hasTarget && labelled.target.count == 3)
    #expect(try !source.readLabelled(matching: labelled).hasTarget)
  }

  @Test func aStoreKeepsWhatColumnsAreFor() throws {
    let scratch = try Scratch()
    var source = try source("w,who,x,y\n1,a,5,0\n2,a,7,1\n0.5,b,6,0\n1,c,4,1\n", scratch)
    (source.weight, source.subject) = ("w", "who")
    let store = scratch.path("t.espalier")
    let notes = try TableWriter.convert(source, to: .espalier, path: store).notes
    #expect(notes.contains("the file says that column 'w' has the weights of the rows"))
    let labelled = try TableSource(paths: [store]).readLabelled()
    #expect(labelled.weights == [1, 2, 0.5, 1] && labelled.subjects == [0, 0, 1, 2])
    #expect(labelled.featureColumns == [2])
    #expect(labelled.notes.count == 2)
    // Who wants the column for something else says so.
    let other = try TableSource(paths: [store], target: .column("w")).readLabelled()
    #expect(other.weights == nil && other.targetNames == ["w"])
    // Test data in text have the columns of these names for the same.
    let test = try TableSource(paths: source.paths).readLabelled(matching: labelled)
    #expect(test.weights == labelled.weights && test.subjectName == "who")
    let text = try TableWriter.convert(
      TableSource(paths: [store]), to: .csv, path: scratch.path("u.csv"))
    #expect(text.notes.contains { $0.contains("give --group-column 'who'") })
  }

  @Test(arguments: [TableFormat.espalier, .csv]) func columnsAreChosenOnTheWay(
    _ format: TableFormat
  ) throws {
    let scratch = try Scratch()
    var source = try source("w,who,x,y\n1,a,5,0\n2,a,7,1\n0.5,b,6,0\n1,c,4,1\n", scratch)
    func names() throws -> [String] {
      _ = try TableWriter.convert(source, to: format, path: scratch.path("out"))
      return try TableSource(paths: [scratch.path("out")]).readTable().columnNames
    }
    source.columns = .except(["1"])
    #expect(try names() == ["w", "x", "y"])
    source.columns = .only(["x"])
    #expect(try names() == ["x", "y"])
    source.subject = "who"
    #expect(try names() == ["who", "x", "y"])
    source.columns = .only(["zebra"])
    #expect(failure { try names() }?.description.contains("no column 'zebra'") == true)
    #expect(
      try FileManager.default.contentsOfDirectory(atPath: scratch.directory).sorted()
        == ["data.csv", "out"])
  }
}
