import CZip
import Foundation
import Testing

@testable import Datasets

/// The bytes of an array in NumPy's format.
func npy(_ type: String, _ shape: String, _ elements: [UInt8], fortran: Bool = false) -> [UInt8] {
  var header = "{'descr': '\(type)', 'fortran_order': \(fortran ? "True" : "False"), "
  header += "'shape': \(shape), }"
  header += String(repeating: " ", count: 117 - header.utf8.count) + "\n"
  return NPYHeader.magic + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8) + elements
}

/// The bytes of numbers in the machine's order.
func raw<Number: BitwiseCopyable>(_ numbers: [Number]) -> [UInt8] {
  numbers.withUnsafeBytes { Array($0) }
}

extension Scratch {
  /// Writes a zip archive.
  func zip(_ name: String, _ entries: [(String, [UInt8])]) throws -> String {
    let path = path(name)
    let archive = try #require(zip_open(path, ZIP_CREATE | ZIP_TRUNCATE, nil))
    var buffers: [UnsafeMutableRawBufferPointer] = []
    for (name, bytes) in entries {
      let buffer = UnsafeMutableRawBufferPointer.allocate(
        byteCount: max(bytes.count, 1), alignment: 1)
      buffer.copyBytes(from: bytes)
      buffers.append(buffer)
      let source = zip_source_buffer(archive, buffer.baseAddress, UInt64(bytes.count), 0)
      #expect(zip_file_add(archive, name, source, 0) >= 0)
    }
    #expect(zip_close(archive) == 0)
    for buffer in buffers { buffer.deallocate() }
    return path
  }
}

@Suite struct NPYReaderTests {
  private func table(_ bytes: [UInt8], compressed: Bool = false) throws -> Table {
    let scratch = try Scratch()
    let path = try compressed ? scratch.compress(bytes, "a.npy") : scratch.write(bytes, "a.npy")
    return try TableSource(paths: [path]).readTable()
  }

  private func error(_ bytes: [UInt8], compressed: Bool = false) -> String? {
    failure { try table(bytes, compressed: compressed) }?.description
      .split(separator: ": ", maxSplits: 1).last.map(String.init)
  }

  @Test(
    arguments: [
      ("|b1", [0, 2], [0, 1]), ("|i1", [0xff, 2], [-1, 2]), ("|u1", [255, 2], [255, 2]),
      ("<i2", [0xfe, 0xff, 0, 1], [-2, 256]), (">i2", [0xff, 0xfe, 1, 0], [-2, 256]),
      ("<u2", [0xff, 0xff, 1, 0], [65535, 1]), (">u2", [0xff, 0xff, 0, 1], [65535, 1]),
      ("<i4", [0xfd, 0xff, 0xff, 0xff, 0, 0, 1, 0], [-3, 65536]),
      (">u4", [0, 0, 0, 3, 0, 1, 0, 0], [3, 65536]),
      (">i8", [255, 255, 255, 255, 255, 255, 255, 253, 0, 0, 0, 0, 0, 0, 1, 0], [-3, 256]),
      ("<u8", [3, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0], [3, 256]),
      ("<f2", [0x00, 0x3c, 0x01, 0x00], [1, 0x1p-24]),
      (">f2", [0xc1, 0x00, 0x7b, 0xff], [-2.5, 65504]),
      (">f4", [0x3f, 0, 0, 0, 0xc0, 0x20, 0, 0], [0.5, -2.5]),
      ("<f4", [0, 0, 0, 0x3f, 0, 0, 0x20, 0xc0], [0.5, -2.5]),
      (">f8", [0x3f, 0xe0, 0, 0, 0, 0, 0, 0, 0xc0, 4, 0, 0, 0, 0, 0, 0], [0.5, -2.5]),
      ("<f8", [0, 0, 0, 0, 0, 0, 0xe0, 0x3f, 0, 0, 0, 0, 0, 0, 4, 0xc0], [0.5, -2.5]),
    ] as [(String, [UInt8], [Float])])
  func everyTypeIsRead(type: String, bytes: [UInt8], values: [Float]) throws {
    #expect(try table(npy(type, "(2, 1)", bytes)).features.cells == values)
    #expect(try table(npy(type, "(1, 2)", bytes), compressed: true).features.cells == values)
  }

  @Test func axesAfterTheFirstAreFlattened() throws {
    let bytes = (0..<12).map(UInt8.init)
    let images = try table(npy("|u1", "(2, 2, 3)", bytes)).features
    #expect(images.cells == (0..<12).map(Float.init) && images.rowCount == 2)
    #expect(images.imageShape?.height == 2 && images.imageShape?.width == 3)
    let volumes = try table(npy("|u1", "(2, 3, 2, 1)", bytes)).features
    #expect(volumes.imageShape?.height == 3 && volumes.imageShape?.width == 2)
    #expect(
      try table(npy("|u1", "(2, 2, 3)", bytes)).features.types
        == [ElementType](repeating: .uint8, count: 6))
    #expect(try table(npy("<f8", "(2,)", raw([1.5, 2]))).features.cells == [1.5, 2])
    #expect(try table(npy("<f8", "()", raw([1.5]))).features.cells == [1.5])
    // Fortran's order: the first index runs fastest.
    let columns = try table(npy("<i2", "(2, 2, 3)", raw((0..<12).map(Int16.init)), fortran: true))
    #expect(columns.features.cells == [0, 4, 8, 2, 6, 10, 1, 5, 9, 3, 7, 11])
    #expect(
      try table(npy("|u1", "(3, 2)", [1, 2, 3, 4, 5, 6], fortran: true)).features.cells == [
        1, 4, 2, 5, 3, 6,
      ])
  }

  @Test func samplesMayLieInColumns() throws {
    let scratch = try Scratch()
    var source = TableSource(paths: [
      try scratch.write(npy("|u1", "(3, 2)", [1, 2, 3, 4, 5, 6]), "a")
    ])
    source.reading.isTransposed = true
    #expect(try source.readTable().features.cells == [1, 3, 5, 2, 4, 6])
  }

  @Test func nanAndInfinityAreMissing() throws {
    let data = try table(npy("<f4", "(2, 1)", raw([Float.nan, 3])))
    #expect(data.features.hasMissing(0) && data.features.exact(0)[0].isNaN)
    let infinite = try table(npy("<f4", "(1, 2)", raw([0, Float.infinity])))
    #expect(infinite.features.exact(1)[0].isNaN)
    #expect(infinite.features.losses.infinite == ["x1"])
    #expect(
      error(npy("<f8", "(2, 1)", raw([0, 1e39])))
        == "row 1, column 'x0': too large for a 32-bit number; rescale the column")
  }

  @Test(arguments: [
    ("|O", "(2,)", "the array holds Python objects"), ("<c16", "(2,)", "the array holds complex"),
    ("<M8[ns]", "(2,)", "the array holds dates"), ("|V8", "(2,)", "the array holds elements of"),
  ])
  func whatIsNoNumberIsRefused(type: String, shape: String, reason: String) {
    #expect(error(npy(type, shape, []))?.contains(reason.dropFirst(10)) == true)
  }

  @Test func recordsAreRefused() throws {
    let header =
      "{'descr': [('a', '<f4'), ('b', '<i4')], 'fortran_order': False, 'shape': (1,), }\n"
    let bytes = NPYHeader.magic + [1, 0, UInt8(header.utf8.count), 0] + Array(header.utf8)
    #expect(error(bytes + [0, 0, 0, 0, 0, 0, 0, 0])?.contains("records of several fields") == true)
  }

  @Test func damageIsSeenBeforeAnythingIsAllocated() {
    let whole = npy("<f8", "(2, 2)", raw([1.0, 2, 3, 4]))
    #expect(
      error(Array(whole.dropLast()))?.contains("at byte 159, but the NPY header promises 160")
        == true)
    #expect(error(whole + [0])?.contains("at byte 161, but the NPY header promises 160") == true)
    #expect(
      error(whole + [0], compressed: true)?.contains("promises 160 bytes, but more follow") == true)
    #expect(
      error(Array(whole.dropLast()), compressed: true)?
        .contains("at byte 159 decompressed, but the NPY header promises 160") == true)
    #expect(error(Array(whole[..<60]))?.contains("the NPY header ends at byte 60 of 128") == true)
    for shape in ["(4294967296, 4294967296)", "(99999999999999999999,)", "(281474976710656, 2)"] {
      #expect(error(npy("<f8", shape, []), compressed: true)?.contains("absurdly many") == true)
    }
    #expect(
      error(npy("<f8", "(1099511627776,)", []), compressed: true)?.contains(
        "header promises 8796093022")
        == true)
    #expect(error(npy("<f8", "(0, 5)", []))?.contains("no row below it") == true)
    #expect(error(npy("<f8", "(-1,)", []))?.contains("the NPY header is damaged at byte") == true)
    #expect(error(NPYHeader.magic + [9, 0, 1, 0, 0, 0, 0])?.contains("version 9") == true)
    #expect(
      error(NPYHeader.magic + [2, 0, 0, 0, 0, 0xff])?.contains("records are not read") == true)
  }

  @Test func labelsMayBeAnArray() throws {
    let scratch = try Scratch()
    let data = try scratch.write(npy("|u1", "(2, 2)", [1, 2, 3, 4]), "x.npy")
    let words = "b\0\0\0é\0\0\0".unicodeScalars.map { UInt32($0.value) }
    for (type, bytes, names) in [
      ("<i8", raw([7, -1] as [Int64]), ["-1", "7"]), ("|S2", Array("b\0a\0".utf8), ["a", "b"]),
      ("<U4", raw(words), ["b", "é"]), (">U4", raw(words.map(\.byteSwapped)), ["b", "é"]),
    ] {
      let labels = try scratch.write(npy(type, "(2,)", bytes), "y.npy")
      let read = try TableSource(paths: [data], target: .labelFile(labels)).readDataset()
      #expect(read.target.names == names)
    }
    let matrix = try scratch.write(npy("|u1", "(2, 2)", [1, 2, 3, 4]), "y.npy")
    #expect(
      failure { try TableSource(paths: [data], target: .labelFile(matrix)).readDataset() }?
        .description.contains("labels are one value per row, these are 2 x 2") == true)
  }
}

@Suite struct NPZReaderTests {
  private let matrix = npy("|u1", "(3, 2)", [1, 2, 3, 4, 5, 6])

  @Test(arguments: [
    ("X", "Y"), ("X", "y"), ("x", "y"), ("data", "target"), ("x_train", "y_train"),
    ("features", "labels"), ("some", "kind"),
  ])
  func featuresAndLabelsHaveCustomaryNames(features: String, labels: String) throws {
    let scratch = try Scratch()
    let path = try scratch.zip(
      "a.npz",
      [
        (labels + ".npy", npy("<i8", "(3,)", raw([1, 0, 1] as [Int64]))),
        ("scalar.npy", npy("<i8", "()", raw([9] as [Int64]))),
        (features + ".npy", matrix), ("other.npy", npy("|u1", "(1, 2)", [1, 2])),
      ])
    let data = try TableSource(paths: [path]).readDataset()
    #expect(data.features.cells == [1, 2, 3, 4, 5, 6])
    #expect(data.target == .classes(indices: [1, 0, 1], names: ["0", "1"]))
    #expect(
      failure { try TableSource(paths: [path], target: .column("other")).readDataset() }?
        .description == "\(path): 'other' is a matrix of 1 x 2, a target has one value per row")
  }

  @Test func anyArrayMayBeTheFeatures() throws {
    let scratch = try Scratch()
    let path = try scratch.zip(
      "a.npz",
      [
        ("x_train.npy", matrix), ("y_train.npy", npy("|u1", "(3,)", [1, 2, 3])),
        ("x_test.npy", npy("|u1", "(2, 2)", [9, 8, 7, 6])),
        ("y_test.npy", npy("<U1", "(2,)", raw("ab".unicodeScalars.map { UInt32($0.value) }))),
      ])
    var source = TableSource(paths: [path])
    source.reading.variable = "x_test"
    let table = try source.readTable()
    #expect(table.columnNames == ["x0", "x1", "y_test"] && table.labelColumns == ["y_test"])
    #expect(table.kinds[2] == .categorical(levels: ["a", "b"]))
    source.reading.variable = "x_tset"
    #expect(
      failure { try source.readTable() }?.description
        == "\(path): no array 'x_tset'; did you mean 'x_test'?")
  }

  @Test(arguments: ["csr", "csc"])
  func sparseMatricesStaySparse(format: String) throws {
    let scratch = try Scratch()
    // 0 7 0; 9 0 0.5, one cell in two parts and one that is zero
    let isRows = format == "csr"
    let path = try scratch.zip(
      "s.npz",
      [
        (
          "indices.npy",
          npy("<i4", "(5,)", raw((isRows ? [1, 2, 0, 2, 0] : [1, 1, 0, 1, 0]) as [Int32]))
        ),
        (
          "indptr.npy",
          npy(
            "<i4", isRows ? "(3,)" : "(4,)", raw((isRows ? [0, 1, 5] : [0, 2, 3, 5]) as [Int32]))
        ),
        ("format.npy", npy("|S3", "()", Array(format.utf8))),
        ("shape.npy", npy("<i8", "(2,)", raw([2, 3] as [Int64]))),
        ("data.npy", npy("<f8", "(5,)", raw(isRows ? [7, 0.5, 4, 0, 5] : [4, 5, 7, 0.5, 0]))),
      ])
    let features = try TableSource(paths: [path]).readTable().features
    #expect(features.cells == [0, 7, 0, 9, 0, 0.5])
    #expect((0..<3).allSatisfy(features.isSparse))
    #expect(features.byteCount == 8 * 3 + 3 * 8)
  }

  @Test func cellsOfASparseMatrixMayBeToldOneByOne() throws {
    let scratch = try Scratch()
    func write(_ format: String, rows: [Int32]) throws -> TableSource {
      TableSource(paths: [
        try scratch.zip(
          "s.npz",
          [
            ("row.npy", npy("<i4", "(4,)", raw(rows))),
            ("col.npy", npy("<i4", "(4,)", raw([2, 1, 0, 2] as [Int32]))),
            ("format.npy", npy("|S3", "()", Array(format.utf8))),
            ("shape.npy", npy("<i8", "(2,)", raw([2, 3] as [Int64]))),
            ("data.npy", npy("<f8", "(4,)", raw([0.25, 7, 9, 0.25]))),
          ])
      ])
    }
    let features = try write("coo", rows: [1, 0, 1, 1]).readTable().features
    #expect(features.cells == [0, 7, 0, 9, 0, 0.5] && features.isSparse(0))
    for rows in [[1, 0, 2, 1], [1, 0, -1, 1]] as [[Int32]] {
      let source = try write("coo", rows: rows)
      #expect(
        failure { try source.readTable() }?.description.contains("do not fit each other") == true)
    }
    let source = try write("bsr", rows: [1, 0, 1, 1])
    #expect(
      failure { try source.readTable() }?.description.contains(
        "a sparse matrix in none of SciPy's formats csr, csc and coo is not read") == true)
  }

  @Test func namesAndSeveralTargetsSurvive() throws {
    let scratch = try Scratch()
    var source = TableSource(
      paths: [try scratch.write("a,y,l1,l2\n0.5,7,0,1\n1,8,1,1\n2,9,1,0\n4,7,0,0\n")],
      target: .columns(["l2", "l1"]))
    let path = scratch.path("t.npz")
    for name in ["t.npz", "t.espalier"] {
      let format = try #require(TableFormat(path: name))
      _ = try TableWriter.convert(source, to: format, path: scratch.path(name))
      let labelled = try TableSource(paths: [scratch.path(name)]).readLabelled()
      #expect(labelled.featureColumns.map { labelled.table.columnNames[$0] } == ["a", "y"])
      #expect(labelled.targetNames == ["l2", "l1"])
      #expect(
        labelled.target
          == .labels(
            [[true, true, false, false], [false, true, true, false]], names: ["l2", "l1"]))
    }
    // One target keeps its name, and a feature called y its own.
    source.target = .column("l1")
    _ = try TableWriter.convert(source, to: .npz, path: path)
    let table = try TableSource(paths: [path]).readTable()
    #expect(table.columnNames == ["a", "y", "l2", "l1"] && table.labelColumns == ["l1"])
    #expect(table.features.exact(1) == [7, 8, 9, 7] && !table.predictsAllLabels)
  }

  @Test func sparseColumnsAreWrittenAsSciPyDoes() throws {
    let scratch = try Scratch()
    let source = TableSource(paths: [try scratch.write("1 2:7\n0 1:9 3:0.5\n", "s.svm")])
    let path = scratch.path("s.npz")
    _ = try TableWriter.convert(source, to: .npz, path: path)
    let table = try TableSource(paths: [path]).readTable()
    #expect(table.columnNames == ["x1", "x2", "x3", "label"] && table.labelColumns == ["label"])
    #expect(table.features.cells == [0, 7, 0, 1, 9, 0, 0.5, 0])
    #expect((0..<3).allSatisfy(table.features.isSparse))
    let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    for name in ["data", "format", "indices", "indptr", "shape"] {
      #expect(bytes.range(of: Data("\(name).npy".utf8)) != nil)
    }
  }

  @Test func damageIsSeen() throws {
    let scratch = try Scratch()
    func error(_ path: String) -> String? {
      failure { try TableSource(paths: [path]).readTable() }?.description.replacing(path, with: "Z")
    }
    #expect(
      try error(scratch.zip("e", [("a.txt", [1])]))?.contains("without arrays of NumPy") == true)
    #expect(
      try error(scratch.zip("e", [("X.npy", Array(matrix.dropLast()))]))
        == "Z: damaged file: array 'X': 134 bytes promised by the NPY header, 133 in the archive;"
        + " fetch it again")
    let object = npy("|O", "(2,)", [1, 2, 3])
    #expect(
      try error(scratch.zip("e", [("X.npy", object)]))
        == "Z: 'X' holds Python objects; a table is an array of numbers")
    let path = try scratch.zip(
      "a.npz", [("X.npy", npy("|u1", "(2000, 2)", (0..<4000).map { UInt8($0 * $0 % 251) }))])
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    let whole = try TableSource(paths: [path]).readTable().features.cells
    for length in stride(from: 1, to: bytes.count, by: 97) {
      _ = try scratch.write(Array(bytes[..<length]), "a.npz")
      #expect(error(path) != nil, "\(length) of \(bytes.count) bytes")
    }
    for position in stride(from: 0, to: bytes.count, by: 13) {
      var damaged = bytes
      damaged[position] ^= 0x10
      _ = try scratch.write(damaged, "a.npz")
      let cells = try? TableSource(paths: [path]).readTable().features.cells
      #expect(cells == nil || cells == whole, "byte \(position)")
    }
  }
}
