import CMatio
import CZlib
import Foundation
import Testing

@testable import Datasets

@Suite struct MATReaderTests {
  @Test(arguments: [true, false], [MAT_FT_MAT5, MAT_FT_MAT73])
  func columnsBecomeRows(compressed: Bool, version: mat_ft) throws {
    let scratch = try Scratch()
    let path = try scratch.writeMAT(
      "m.mat", version: version, compressed: compressed,
      [("X", rows: 3, [1, 2, 3, 0.5, 5, 6]), ("Y", rows: 3, [-1, 1, 1])])
    let data = try TableSource(paths: [path]).readDataset()
    #expect(data.features.cells == ([1, 0.5, 2, 5, 3, 6]))
    #expect(data.features.columnNames == ["x0", "x1"])
    #expect(data.target == .classes(indices: [0, 1, 1], names: ["-1", "1"]))
  }

  @Test func variablesAreFoundByNameOrSize() throws {
    let scratch = try Scratch()
    let path = try scratch.writeMAT(
      "m.mat",
      [("small", rows: 2, [1, 2]), ("big", rows: 2, [1, 2, 3, 4]), ("kind", rows: 1, [5, 7])])
    func table(_ target: TargetLocation) throws -> SplitTable {
      try TableSource(paths: [path], target: target).readSplit()
    }
    #expect(try table(.column("kind")).labels?.texts == ["5", "7"])
    #expect(try table(.column("kind")).features.cells == ([1, 3, 2, 4]))
    #expect(try table(.column("1")).labels == LabelColumn(name: "x1", cells: .numbers([3, 4])))
    #expect(try table(.unspecified).labels?.name == "small")
    #expect(
      failure { try table(.column("Kind")) }?.description
        == "\(path): no column 'Kind'; did you mean 'kind'?")
  }

  @Test(arguments: [MAT_FT_MAT5, MAT_FT_MAT73])
  func sparseMatricesStaySparse(version: mat_ft) throws {
    let scratch = try Scratch()
    let path = scratch.path("s.mat")
    let file = try #require(Mat_CreateVer(path, nil, version))
    var (rows, starts, values): ([UInt32], [UInt32], [Double]) = ([1, 0], [0, 1, 1, 2], [7, 9])
    rows.withUnsafeMutableBufferPointer { rows in
      starts.withUnsafeMutableBufferPointer { starts in
        values.withUnsafeMutableBufferPointer { values in
          var sparse = mat_sparse_t(
            nzmax: 2, ir: rows.baseAddress, nir: 2, jc: starts.baseAddress, njc: 4, ndata: 2,
            data: values.baseAddress)
          var extents = [2, 3]
          let variable = Mat_VarCreate(
            "X", MAT_C_SPARSE, MAT_T_DOUBLE, 2, &extents, &sparse,
            Int32(MAT_F_DONT_COPY_DATA.rawValue))
          Mat_VarWrite(file, variable, MAT_COMPRESSION_NONE)
          Mat_VarFree(variable)
        }
      }
    }
    Mat_Close(file)
    let features = try TableSource(paths: [path]).readTable().features
    #expect(features.cells == [0, 0, 9, 7, 0, 0])
    #expect((0..<3).allSatisfy(features.isSparse) && features.types == [.uint8, .uint8, .uint8])
  }

  @Test func nanIsAMissingCell() throws {
    let scratch = try Scratch()
    let path = try scratch.writeMAT("m.mat", [("X", rows: 2, [1, 2, 3, .nan])])
    let features = try TableSource(paths: [path]).readTable().features
    #expect(!features.hasMissing(0) && features.hasMissing(1))
    #expect(features.exact(1)[0] == 3 && features.exact(1)[1].isNaN)
  }

  @Test(arguments: [MAT_FT_MAT5, MAT_FT_MAT73])
  func classNamesAreLabels(version: mat_ft) throws {
    let scratch = try Scratch()
    let path = scratch.path("t.mat")
    let file = try #require(Mat_CreateVer(path, nil, version))
    var (values, extents): ([Float], [Int]) = ([1, 2, 3, 4, 5, 6], [3, 2])
    let matrix = Mat_VarCreate("X", MAT_C_SINGLE, MAT_T_SINGLE, 2, &extents, &values, 0)
    #expect(Mat_VarWrite(file, matrix, MAT_COMPRESSION_NONE) == 0)
    Mat_VarFree(matrix)
    var cells: [UnsafeMutablePointer<matvar_t>?] = ["late", "early", "late"].map { text in
      var (letters, size) = (Array(text.utf8), [1, text.utf8.count])
      return Mat_VarCreate(nil, MAT_C_CHAR, MAT_T_UTF8, 2, &size, &letters, 0)
    }
    var shape = [3, 1]
    let names = Mat_VarCreate("stage", MAT_C_CELL, MAT_T_CELL, 2, &shape, &cells, 0)
    #expect(Mat_VarWrite(file, names, MAT_COMPRESSION_NONE) == 0)
    Mat_VarFree(names)
    var (letters, size) = (Array("abaxyx".utf8), [3, 2])
    let code = Mat_VarCreate("code", MAT_C_CHAR, MAT_T_UTF8, 2, &size, &letters, 0)
    #expect(Mat_VarWrite(file, code, MAT_COMPRESSION_NONE) == 0)
    Mat_VarFree(code)
    var (truth, flags): ([Int], [UInt8]) = ([3, 1], [1, 0, 1])
    let logical = Mat_VarCreate(
      "flag", MAT_C_UINT8, MAT_T_UINT8, 2, &truth, &flags, Int32(MAT_F_LOGICAL.rawValue))
    #expect(Mat_VarWrite(file, logical, MAT_COMPRESSION_NONE) == 0)
    Mat_VarFree(logical)
    Mat_Close(file)
    func labels(_ name: String) throws -> [String]? {
      try TableSource(paths: [path], target: .column(name)).readSplit().labels?.texts
    }
    #expect(try labels("stage") == ["late", "early", "late"])
    #expect(try labels("code") == ["ax", "by", "ax"])
    #expect(try labels("flag") == ["1", "0", "1"])
    #expect(
      try TableSource(paths: [path]).readTable().features.viewing(columns: [0, 1]).cells == [
        1, 4, 2, 5, 3, 6,
      ])
  }

  @Test func samplesMayLieInColumns() throws {
    let scratch = try Scratch()
    let path = try scratch.writeMAT(
      "m.mat", [("X", rows: 2, [1, 2, 3, 4, 5, 6]), ("Y", rows: 1, [1, 2, 1])])
    var source = TableSource(paths: [path])
    source.reading.isTransposed = true
    let data = try source.readDataset()
    #expect(data.features.cells == [1, 2, 3, 4, 5, 6] && data.rowCount == 3)
  }

  @Test func anyVariableMayBeTheFeatures() throws {
    let scratch = try Scratch()
    let path = try scratch.writeMAT(
      "m.mat",
      [("X", rows: 2, [1, 2, 3, 4]), ("Z", rows: 3, [5, 6, 7]), ("k", rows: 1, [1, 2, 3])])
    var source = TableSource(paths: [path])
    source.reading.variable = "Z"
    let table = try source.readTable()
    #expect(table.features.columnNames == ["x0", "k"] && table.features.exact(0) == [5, 6, 7])
  }

  @Test func badContentIsRefusedWithItsPlace() throws {
    let scratch = try Scratch()
    func error(_ matrices: [(String, rows: Int, [Double])]) throws -> String? {
      let path = try scratch.writeMAT("m.mat", matrices)
      return failure { try TableSource(paths: [path], target: .column("Y")).readDataset() }?
        .description.replacing(path, with: "M")
    }
    #expect(try error([("X", rows: 2, [1, 2, 3, .infinity]), ("Y", rows: 2, [1, 2])]) == nil)
    #expect(
      try error([("X", rows: 2, [1, 2, 3, .nan]), ("Y", rows: 2, [1, .nan])])?.contains(
        "row 1 (from 0), column 'Y': the cell is empty") == true)
    #expect(
      try error([("X", rows: 2, [1, 2, 3, 4, 5, 6]), ("Y", rows: 3, [1, 2, 1])])
        == "M: 'X' is 2 x 3 and 'Y' has 3 elements: its samples lie in columns; read it transposed"
        + " (--transpose)")
    #expect(
      try error([("X", rows: 2, [1, 2]), ("Y", rows: 2, [1, .infinity])])
        == "M: row 1 (from 0), column 'Y': the cell is empty, so that nothing is known of its"
        + " target; fill it or remove the row")
    #expect(
      try error([("X", rows: 2, [1, 2, 3, 1e300]), ("Y", rows: 2, [1, 2])])
        == "M: row 1, column 'x1': too large for a 32-bit number; rescale the column")
    #expect(
      try error([
        ("X", rows: 2, [1, 2]), ("Y", rows: 2, [1, 2, 3, 4]), ("kind", rows: 2, [1, 2]),
      ])
        == "M: 'Y' is a matrix of 2 x 2, a target has one value per row")
    #expect(
      try error([("X", rows: 2, [1, 2]), ("Y", rows: 3, [1, 2, 3])])
        == "M: 3 labels for 2 rows; a label file has no header line")
    #expect(
      try error([("X", rows: 2, [1, 2]), ("Y", rows: 2, [4, 4])])
        == "M: every row has the target '4'; there is nothing to tell apart")
    #expect(
      try error([("Y", rows: 2, [4, 5])]) == "M: no column is left to predict the target from")
  }

  @Test func absurdExpansionIsSeenBeforeAnythingIsAllocated() throws {
    let scratch = try Scratch()
    let sound = try scratch.writeMAT("m.mat", [("X", rows: 2, [1, 2])])
    // An element of which the first eight bytes promise 2 GiB.
    let content: [UInt8] = [14, 0, 0, 0, 0, 0, 0, 0x80] + [UInt8](repeating: 0, count: 64)
    var packed = [UInt8](repeating: 0, count: 200)
    var count = uLongf(packed.count)
    #expect(compress(&packed, &count, content, uLong(content.count)) == Z_OK)
    let header = try Array(Data(contentsOf: URL(fileURLWithPath: sound)))[..<128]
    let path = try scratch.write(
      header + [15, 0, 0, 0, UInt8(count), 0, 0, 0] + packed[..<Int(count)], "bomb.mat")
    #expect(
      failure { try TableSource(paths: [path]).readTable() }
        == .absurdExpansion(path: path, ratio: 200))
    let empty = try scratch.write(Array(header), "empty.mat")
    #expect(
      failure { try TableSource(paths: [empty]).readTable() }?.description
        == "\(empty): the MAT file holds no variable; a table is an array of numbers")
    let whole = try Array(Data(contentsOf: URL(fileURLWithPath: sound)))
    let cut = try scratch.write(whole.dropLast(5) + [], "cut.mat")
    #expect(
      failure { try TableSource(paths: [cut]).readTable() }?.description
        == "\(cut): damaged file: the file ends at byte \(whole.count - 5), but the variable at byte"
        + " 128 goes on to \(whole.count); fetch it again")
  }

  @Test(arguments: [true, false])
  func everyTruncationIsSeen(compressed: Bool) throws {
    let scratch = try Scratch()
    let path = try scratch.writeMAT(
      "m.mat", compressed: compressed,
      [
        ("X", rows: 20, (0..<60).map { Double($0 * $0 % 17) }),
        ("Y", rows: 20, (0..<20).map { Double($0 % 2) }),
      ])
    let source = TableSource(paths: [path])
    let whole = try source.readDataset().contentHash()
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    for length in stride(from: 1, to: bytes.count, by: 7) {
      _ = try scratch.write(Array(bytes[..<length]), "m.mat")
      #expect(failure { try source.readDataset() } != nil, "\(length) of \(bytes.count) bytes")
    }
    // Damage is an error or does not matter; it is never a crash.
    for position in stride(from: 128, to: bytes.count, by: 5) {
      for bit in [0x01, 0x10, 0x80] as [UInt8] {
        var damaged = bytes
        damaged[position] ^= bit
        _ = try scratch.write(damaged, "m.mat")
        let hash = try? source.readDataset().contentHash()
        if compressed { #expect(hash == nil || hash == whole, "byte \(position), bit \(bit)") }
      }
    }
  }
}
