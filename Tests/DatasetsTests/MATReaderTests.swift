import CMatio
import Foundation
import Testing

@testable import Datasets

@Suite struct MATReaderTests {
  @Test(arguments: [true, false])
  func columnsBecomeRows(compressed: Bool) throws {
    let scratch = try Scratch()
    let path = try scratch.writeMAT(
      "m.mat", compressed: compressed,
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
    #expect(try table(.column("1")).labels == LabelColumn(name: "x1", texts: ["3", "4"]))
    #expect(try table(.unspecified).labels == nil)
    #expect(
      failure { try table(.column("Kind")) }?.description
        == "\(path): no column 'Kind'; did you mean 'kind'?")
  }

  @Test func sparseMatricesAreFilledWithZeros() throws {
    let scratch = try Scratch()
    let path = scratch.path("s.mat")
    let file = try #require(Mat_CreateVer(path, nil, MAT_FT_MAT5))
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
    #expect(
      try TableSource(paths: [path]).readSplit().features.cells == ([0, 0, 9, 7, 0, 0]))
  }

  @Test func badContentIsRefusedWithItsPlace() throws {
    let scratch = try Scratch()
    func error(_ matrices: [(String, rows: Int, [Double])]) throws -> String? {
      let path = try scratch.writeMAT("m.mat", matrices)
      return failure { try TableSource(paths: [path], target: .column("Y")).readDataset() }?
        .description.replacing(path, with: "M")
    }
    #expect(
      try error([("X", rows: 2, [1, 2, 3, .nan]), ("Y", rows: 2, [1, 2])])
        == "M: row 1, column 'x1': not a finite number; replace it or remove the row")
    #expect(
      try error([("X", rows: 2, [1, 2]), ("Y", rows: 2, [1, .infinity])])
        == "M: row 1, column 'Y': not a finite number; replace it or remove the row")
    #expect(
      try error([("X", rows: 2, [1, 2, 3, 1e300]), ("Y", rows: 2, [1, 2])])
        == "M: row 1, column 'x1': too large for a 32-bit number; rescale the column")
    #expect(
      try error([
        ("X", rows: 2, [1, 2]), ("Y", rows: 2, [1, 2, 3, 4]), ("kind", rows: 2, [1, 2]),
      ])
        == "M: 'Y' is a matrix of 2 x 2, a target has one value per row; vectors are 'X', 'kind'")
    #expect(
      try error([("X", rows: 2, [1, 2]), ("Y", rows: 3, [1, 2, 3])])
        == "M: 3 labels for 2 rows; a label file has no header line")
    #expect(
      try error([("X", rows: 2, [1, 2]), ("Y", rows: 2, [4, 4])])
        == "M: every row has the target '4'; there is nothing to tell apart")
    #expect(
      try error([("Y", rows: 2, [4, 5])]) == "M: no column is left to predict the target from")
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
