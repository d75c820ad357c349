import Tensors
import Testing

@testable import Datasets

@Suite struct EncodingTests {
  private func labelled(_ text: String, missing: String = "y") throws -> LabelledTable {
    let scratch = try Scratch()
    return try TableSource(paths: [try scratch.write(text)], target: .column("y")).readLabelled()
  }

  @Test func categoriesAndGapsBecomeGroupsOfColumns() throws {
    let table = try labelled(
      "a,colour,sex,b,y\n1,red,m,5,p\n,blue,f,6,q\n3,red,f,7,p\n8,,m,8,q\n9,green,m,9,p\n")
    let encoding = try table.encoding(rows: [0, 1, 2, 3])
    let data = try table.dataset(encoding)
    // The median of 1, 3 and 8; the most frequent colour of the first four rows, which know no
    // green, so that one column tells their two colours.
    #expect(data.features.columnNames == ["a", "b", "colour=red", "sex=m"])
    #expect(
      data.features.cells == [
        1, 5, 1, 1, 3, 6, 0, 0, 3, 7, 1, 0, 8, 8, 1, 1, 9, 9, 0, 1,
      ])
    let groups = try #require(data.featureGroups)
    #expect(groups.names == ["a", "colour", "sex", "b"])
    #expect(groups.columns == [[0], [2], [3], [1]])
    #expect(data.features.isSparse(3) && !data.features.isSparse(0))
    #expect(try encoding.features(of: table.table).unknownLevelCount == 1)
  }

  @Test func manyGapsAreToldByAnIndicator() throws {
    let rows = (0..<40).map { row in
      "\(row % 8 == 0 ? "" : "\(row)"),\(row < 4 ? "" : "\(row % 3)x"),\(row % 2 == 0 ? "p" : "q")\n"
    }
    let table = try labelled("a,c,y\n" + rows.joined())
    let data = try table.dataset(table.encoding(rows: Array(0..<40)))
    // Five cells of a are missing, and four of c: one too few.
    #expect(
      data.features.columnNames == ["a", "a is missing", "c=0x", "c=1x", "c=2x"])
    #expect(
      data.features.column(1, rows: Array(0..<40)) == (0..<40).map { $0 % 8 == 0 ? 1 : 0 })
    #expect(data.featureGroups?.columns == [[0, 1], [2, 3, 4]])
  }

  @Test func onlyTrainingRowsAreLookedAt() throws {
    let table = try labelled("a,c,y\n1,u,p\n3,u,q\n,v,p\n100,v,q\n200,v,p\n")
    let early = try table.encoding(rows: [0, 1, 2])
    let late = try table.encoding(rows: [2, 3, 4])
    #expect(early.columns[0].fill == 2 && late.columns[0].fill == 150)
    #expect(early.columns[0].missingCount == 1)
    // A gap outside the training rows is filled, but has no indicator.
    let other = try table.encoding(rows: [0, 1, 3])
    #expect(other.columns[0].fill == 3 && other.columns[0].missingCount == 0)
    #expect(try table.dataset(other).features.columnNames == ["a", "c=v"])
  }

  @Test func numbersWithoutGapsAreLeftWhereTheyAre() throws {
    let table = try labelled("a,b,y\n1,2,p\n3,4,q\n")
    let encoding = try table.encoding(rows: [0, 1])
    #expect(encoding.isIdentity)
    let data = try table.dataset(encoding)
    #expect(data.featureGroups == nil && data.features.cells == [1, 2, 3, 4])
  }

  @Test func testTablesMayHaveOtherLevelsAndGaps() throws {
    let scratch = try Scratch()
    let training = try labelled("a,c,y\n1,u,p\n3,v,q\n5,w,p\n")
    let path = try scratch.write("c,y,a\nx,q,\nw,p,7\n1,q,1\n", "t.csv")
    let test = try TableSource(paths: [path], target: .column("y"))
      .readLabelled(matching: training)
    let encoding = try training.encoding(rows: [0, 1, 2], others: [test.table])
    let features = try encoding.features(of: test.table)
    #expect(features.store.columnNames == ["a", "c=u", "c=v", "c=w"])
    #expect(features.store.cells == [3, 0, 0, 0, 7, 0, 0, 1, 1, 0, 0, 0])
    #expect(features.unknownLevelCount == 2)
    let words = try scratch.write("c,y,a\nu,q,much\nw,p,little\n", "w.csv")
    let wrong = try TableSource(paths: [words], target: .column("y"))
      .readLabelled(matching: training)
    #expect(
      failure { try wrong.dataset(training.encoding(rows: [0, 1, 2])) }?.description
        == "\(words): its columns are not those of the training data: column 'a' holds texts, "
        + "not numbers")
  }

  @Test func gapsAreRefusedWhereTheyAreAnError() throws {
    let table = try labelled("a,b,y\n1,,p\n,4,q\n")
    let error = failure { try table.encoding(rows: [0, 1], missing: .error) }
    #expect(
      error?.description.hasSuffix(
        "row 0 (from 0), column 'b': the cell is missing, as is 1 more; fill it, or let missing "
          + "cells be imputed") == true)
  }

  @Test func identifiersAndRowNumbersAreLeftOut() throws {
    let rows = (0..<12).map { "id\($0),\($0 + 1),\($0 % 3),\($0 % 2 == 0 ? "p" : "q")" }
    let table = try labelled("name,row,a,y\n" + rows.joined(separator: "\n"))
    #expect(table.featureColumns == [2] && table.leftOut == [0, 1])
    #expect(
      table.notes == [
        "column 'name' is left out: nearly all of its texts are different",
        "column 'row' is left out: it numbers the rows",
      ])
    let scratch = try Scratch()
    let path = try scratch.write("name,row,a,y\n" + rows.joined(separator: "\n"))
    let asked = try TableSource(
      paths: [path], target: .column("y"), columns: .only(["row", "a"])
    ).readLabelled()
    #expect(asked.featureColumns == [1, 2] && asked.notes.isEmpty)
  }

  @Test func rowsMayHaveWeightsAndSubjects() throws {
    let scratch = try Scratch()
    let path = try scratch.write("a,w,who,y\n1,0.5,007,p\n2,2,7,q\n3,0,x,p\n")
    var source = TableSource(paths: [path], target: .column("y"))
    (source.weight, source.subject) = ("w", "who")
    let table = try source.readLabelled()
    #expect(table.weights == [0.5, 2, 0] && table.featureColumns == [0])
    #expect(table.subjects == [0, 0, 1])
    let bad = try scratch.write("a,w,y\n1,-1,p\n2,2,q\n", "b.csv")
    var wrong = TableSource(paths: [bad], target: .column("y"))
    wrong.weight = "w"
    #expect(
      failure { try wrong.readLabelled() }?.description
        == "\(bad): row 0 (from 0), column 'w': the weight is -1, but a row's weight is a number of at"
        + " least 0; correct it or remove the row")
    let open = try scratch.write("a,who,y\n1,p1,p\n2,,q\n", "o.csv")
    var unknown = TableSource(paths: [open], target: .column("y"))
    unknown.subject = "who"
    #expect(
      failure { try unknown.readLabelled() } == .missingGroup(path: open, row: 1, column: "who"))
  }

  @Test func aRowWithoutTargetIsNamed() throws {
    let error = failure { try labelled("a,y\n1,p\n2,\n3,q\n") }
    #expect(error?.description.contains("row 1 (from 0), column 'y': the cell is empty") == true)
  }
}
