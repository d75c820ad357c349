import Foundation
import Tensors
import Testing

@testable import Datasets

/// A store whose cells are not those that were written is noticed by whoever reads them.
@Suite struct StoreDamageTests {
  /// A store of three columns, the second of which has a flipped bit.
  private func damagedStore(_ scratch: Scratch) throws -> String {
    let path = scratch.path("t.espalier")
    let source = TableSource(
      paths: [try scratch.write("a,b,y\n1,5,0\n2,6,1\n3,9,0\n4,7,1\n")], target: .column("y"))
    _ = try TableWriter.convert(source, to: .espalier, path: path)
    var bytes = [UInt8](try Data(contentsOf: URL(fileURLWithPath: path)))
    bytes[StoreLayout.alignment + 4] ^= 1
    return try scratch.write(bytes, "t.espalier")
  }

  private let line =
    "damaged file: the cells of column 'b' are not those that were written (block 1 of 1, with 3"
    + " columns); fetch it again"

  @Test func everyReaderNotices() throws {
    let scratch = try Scratch()
    let path = try damagedStore(scratch)
    for body in [
      { _ = try ColumnStore.open(path: path) },
      { _ = try TableSource(paths: [path]).readLabelled() },
      { _ = try TableSource(paths: [path]).readDataset() },
      { _ = try TableSource(paths: [path, path]).readTable() },
      {
        _ = try TableWriter.convert(
          TableSource(paths: [path]), to: .csv, path: scratch.path("out.csv"))
      },
    ] { #expect(failure(body)?.description == "\(path): \(line)") }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out.csv")))
  }

  /// What is too large to be compared at once is compared column by column, as it is read.
  @Test func onlyTheColumnsThatAreReadAreCompared() throws {
    let scratch = try Scratch()
    let path = try damagedStore(scratch)
    let table = try ColumnStore.openUnchecked(path: path)
    #expect(table.features.isUnchecked && table.viewing(columns: [0]).features.isUnchecked)
    try ColumnStore.check(table, columns: [0, 2], path: path)
    #expect(failure { try ColumnStore.check(table, columns: [2, 1], path: path) } != nil)
    func labelled(_ choice: ColumnChoice) throws -> LabelledTable {
      let source = TableSource(paths: [path], target: .column("y"), columns: choice)
      return try ColumnRoles(source, table).labelled(table) { labels throws(DatasetError) in
        try Target(labels, path: path)
      }
    }
    #expect(try labelled(.only(["a"])).featureColumns == [0])
    #expect(failure { try labelled(.all) }?.description == "\(path): \(line)")
    #expect(failure { try table.treatingAsCategories(["b"], path: path) } != nil)
    #expect(try table.treatingAsCategories(["a"], path: path).kinds[0] != .numeric)
  }

  @Test func inspectionNamesTheDamageInsteadOfFailing() throws {
    let scratch = try Scratch()
    let path = try damagedStore(scratch)
    let inspection = try TableInspection(TableSource(paths: [path]))
    #expect(inspection.damagedColumns == [1])
  }
}
