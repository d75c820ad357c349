import Testing

@testable import Datasets

@Suite struct SiblingLabelTests {
  @Test func labelsBesideADataFileAreTaken() throws {
    let scratch = try Scratch()
    let data = try scratch.write("1 2\n3 4\n5 6\n", "x_train.data")
    #expect(try TableSource(paths: [data]).readTable().columnCount == 2)
    let labels = try scratch.write("-1\n1\n-1\n", "x_train.labels")
    let table = try TableSource(paths: [data]).readTable()
    #expect(table.labelColumns == ["label"] && table.features.exact(2) == [-1, 1, -1])
    #expect(table.notes == ["the labels are those of \(labels)"])
    let dataset = try TableSource(paths: [data]).readDataset()
    #expect(dataset.target == .classes(indices: [0, 1, 0], names: ["-1", "1"]))
    #expect(dataset.features.columnCount == 2)
    // Whoever names a target gets it.
    let named = try TableSource(paths: [data], target: .column("x1")).readDataset()
    #expect(named.features.columnCount == 1)
    // Another ending is another matter.
    let other = try scratch.write("1 2\n3 4\n", "x_train.dat")
    #expect(try TableSource(paths: [other]).readTable().columnCount == 2)
  }

  @Test func textsAndGapsAreLabelsToo() throws {
    let scratch = try Scratch()
    let data = try scratch.write("1:1 3:1\n2:1\n", "d.data")
    _ = try scratch.write("good\nbad\n", "d.labels")
    let table = try TableSource(paths: [data]).readTable()
    #expect(table.kinds[3] == .categorical(levels: ["bad", "good"]))
    #expect(table.features.isSparse(0))
    let labels = try scratch.write("good\n", "d.labels")
    #expect(
      failure { try TableSource(paths: [data]).readTable() }?.description
        == "\(labels): 1 labels for 2 rows")
  }
}
