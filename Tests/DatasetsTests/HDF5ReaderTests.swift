import CHDF5
import Foundation
import Testing

@testable import Datasets

/// A dataset for a file that a test writes.
struct HDF5Dataset {
  var name: String
  var extents: [Int]
  var type: hid_t
  var bytes: [UInt8]
  /// Whether it lies in chunks compressed by deflate.
  var isCompressed = false
  /// The class of MATLAB's that it is marked with, in a text that is filled up with zero bytes.
  var matlabClass: String?

  static func numbers<Number: BitwiseCopyable>(
    _ name: String, _ extents: [Int], _ type: hid_t, _ numbers: [Number], compressed: Bool = false
  ) -> HDF5Dataset {
    HDF5Dataset(
      name: name, extents: extents, type: type, bytes: raw(numbers), isCompressed: compressed)
  }
}

extension Scratch {
  /// Writes an HDF5 file; groups are made as names need them.
  func writeHDF5(_ name: String, _ datasets: [HDF5Dataset]) throws -> String {
    let path = path(name)
    try ForeignLibraries.exclusively { () throws(DatasetError) in
      H5open()
      let file = H5Fcreate(path, 2, espalier_h5_default(), espalier_h5_default())
      for dataset in datasets {
        if let slash = dataset.name.lastIndex(of: "/") {
          let group = String(dataset.name[..<slash])
          if H5Lexists(file, group, espalier_h5_default()) <= 0 {
            H5Gclose(
              H5Gcreate2(
                file, group, espalier_h5_default(), espalier_h5_default(), espalier_h5_default()))
          }
        }
        let extents = dataset.extents.map { hsize_t($0) }
        let space = H5Screate_simple(Int32(extents.count), extents, nil)
        let creation = H5Pcreate(espalier_h5_creation_class())
        if dataset.isCompressed {
          H5Pset_chunk(creation, Int32(extents.count), extents.map { min(max($0 / 2, 1), 64) })
          H5Pset_deflate(creation, 6)
        }
        let id = H5Dcreate2(
          file, dataset.name, dataset.type, space, espalier_h5_default(), creation,
          espalier_h5_default())
        if !dataset.bytes.isEmpty {
          _ = dataset.bytes.withUnsafeBytes {
            H5Dwrite(
              id, dataset.type, espalier_h5_all(), espalier_h5_all(), espalier_h5_default(),
              $0.baseAddress)
          }
        }
        if let text = dataset.matlabClass {
          let type = H5Tcopy(espalier_h5_type_text())
          H5Tset_size(type, text.utf8.count)
          H5Tset_strpad(type, H5T_STR_NULLPAD)
          let scalar = H5Screate(H5S_SCALAR)
          let mark = H5Acreate2(
            id, "MATLAB_class", type, scalar, espalier_h5_default(), espalier_h5_default())
          _ = Array(text.utf8).withUnsafeBytes { H5Awrite(mark, type, $0.baseAddress) }
          H5Aclose(mark)
          H5Sclose(scalar)
          H5Tclose(type)
        }
        H5Dclose(id)
        H5Pclose(creation)
        H5Sclose(space)
      }
      H5Fclose(file)
    }
    return path
  }
}

@Suite struct HDF5ReaderTests {
  init() { H5open() }

  private func source(_ path: String, _ variable: String? = nil) -> TableSource {
    var source = TableSource(paths: [path])
    source.reading.variable = variable
    return source
  }

  @Test(arguments: [("data", "target", false), ("X", "Y", true), ("some", "kind", false)])
  func featuresAndLabelsAreFound(features: String, labels: String, compressed: Bool) throws {
    let scratch = try Scratch()
    let path = try scratch.writeHDF5(
      "a.h5",
      [
        .numbers(labels, [3], espalier_h5_type_int64(), [1, 0, 1] as [Int64]),
        .numbers(
          features, [3, 2], espalier_h5_type_float(), [1, 2.5, 3, 4, 5, 6] as [Float],
          compressed: compressed),
      ])
    let data = try source(path).readDataset()
    #expect(data.features.cells == [1, 2.5, 3, 4, 5, 6])
    #expect(data.target == .classes(indices: [1, 0, 1], names: ["0", "1"]))
  }

  @Test func everyTypeIsRead() throws {
    let scratch = try Scratch()
    func values<Number: BitwiseCopyable>(_ type: hid_t, _ numbers: [Number]) throws -> [Float] {
      let path = try scratch.writeHDF5("t.h5", [.numbers("X", [2, 1], type, numbers)])
      return try source(path).readTable().features.cells
    }
    #expect(try values(espalier_h5_type_int8(), [-1, 2] as [Int8]) == [-1, 2])
    #expect(try values(espalier_h5_type_uint8(), [255, 2] as [UInt8]) == [255, 2])
    #expect(try values(espalier_h5_type_int16(), [-300, 2] as [Int16]) == [-300, 2])
    #expect(try values(espalier_h5_type_uint16(), [65535, 2] as [UInt16]) == [65535, 2])
    #expect(try values(espalier_h5_type_int32(), [-70000, 2] as [Int32]) == [-70000, 2])
    #expect(try values(espalier_h5_type_uint32(), [70000, 2] as [UInt32]) == [70000, 2])
    #expect(try values(espalier_h5_type_int64(), [-3, 2] as [Int64]) == [-3, 2])
    #expect(try values(espalier_h5_type_uint64(), [3, 2] as [UInt64]) == [3, 2])
    #expect(try values(espalier_h5_type_double(), [0.5, .nan])[0] == 0.5)
  }

  @Test func groupsAreNamedOrAskedFor() throws {
    let scratch = try Scratch()
    let path = try scratch.writeHDF5(
      "g.h5",
      [
        .numbers("train/data", [2, 2], espalier_h5_type_uint8(), [1, 2, 3, 4] as [UInt8]),
        .numbers("train/target", [2], espalier_h5_type_uint8(), [7, 8] as [UInt8]),
        .numbers("test/data", [2, 2], espalier_h5_type_uint8(), [5, 6, 7, 8] as [UInt8]),
        .numbers("test/target", [2], espalier_h5_type_uint8(), [8, 7] as [UInt8]),
      ])
    #expect(
      failure { try source(path).readTable() }?.description
        == "\(path): there are 'test/data' (2 x 2), 'train/data' (2 x 2); name the array of the"
        + " features or its group (--variable)")
    for variable in ["train", "train/data"] {
      let table = try source(path, variable).readTable()
      #expect(table.columnNames == ["x0", "x1", "target"] && table.labelColumns == ["target"])
      #expect(table.features.cells == [1, 2, 7, 3, 4, 8])
    }
    #expect(
      failure { try source(path, "trian").readTable() }?.description.contains("no array 'trian'")
        == true)
    #expect(
      failure { try source(path, "test/target/x").readTable() } != nil)
  }

  @Test func whatIsNoNumberIsRefused() throws {
    let scratch = try Scratch()
    let text = H5Tcopy(espalier_h5_type_text())
    H5Tset_size(text, 3)
    let path = try scratch.writeHDF5(
      "s.h5", [HDF5Dataset(name: "X", extents: [2, 1], type: text, bytes: Array("abcdef".utf8))])
    #expect(
      failure { try source(path).readTable() }?.description
        == "\(path): 'X' holds texts; a table is an array of numbers")
  }

  @Test(arguments: [false, true]) func textsAreLabels(areOfAnyLength: Bool) throws {
    let scratch = try Scratch()
    let type = H5Tcopy(espalier_h5_type_text())
    H5Tset_size(type, areOfAnyLength ? -1 : 4)
    let texts = ["ill", "well", "", "ill"]
    let pointers = texts.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    let path = try scratch.writeHDF5(
      "t.h5",
      [
        .numbers("X", [4, 1], espalier_h5_type_uint8(), [1, 2, 3, 4] as [UInt8]),
        HDF5Dataset(
          name: "y", extents: [4], type: type,
          bytes: areOfAnyLength
            ? raw(pointers.map { UInt(bitPattern: $0) })
            : texts.flatMap { Array($0.utf8) + [UInt8](repeating: 0, count: 4 - $0.utf8.count) }),
      ])
    let table = try source(path).readTable()
    #expect(table.labelColumns == ["y"] && table.kinds[1] == .categorical(levels: ["ill", "well"]))
    #expect(table.features.exact(1)[..<2] == [0, 1] && table.features.exact(1)[2].isNaN)
    #expect(table.features.exact(1)[3] == 0)
  }

  /// Python's libraries write the first 512 bytes of a MAT file, and no marks of MATLAB's types.
  @Test func aMATFileOfPythonIsRead() throws {
    let scratch = try Scratch()
    var head = Array("MATLAB 7.3 MAT-file, written by Python".utf8)
    head += [UInt8](repeating: 0x20, count: 124 - head.count) + [0, 2, 0x49, 0x4d]
    head += [UInt8](repeating: 0, count: 512 - head.count)
    let path = try scratch.writeHDF5(
      "p.h5",
      [
        .numbers("X", [3, 2], espalier_h5_type_double(), [1, 2, 3, 4, 5, 6.5]),
        .numbers("Y", [3, 1], espalier_h5_type_int64(), [1, 2, 1] as [Int64]),
      ])
    let bytes = try head + Array(Data(contentsOf: URL(fileURLWithPath: path)))
    let table = try source(scratch.write(bytes, "p.mat")).readTable()
    #expect(table.columnNames == ["x0", "x1", "Y"] && table.labelColumns == ["Y"])
    #expect(table.features.cells == [1, 2, 1, 3, 4, 2, 5, 6.5, 1])

    // Some of them write the marks, in texts of a form of their own, and MATLAB's order of axes.
    var features = HDF5Dataset.numbers(
      "X", [2, 3], espalier_h5_type_double(), [1, 3, 5, 2, 4, 6.5])
    var labels = HDF5Dataset.numbers("Y", [1, 3], espalier_h5_type_double(), [1, 2, 1.0])
    (features.matlabClass, labels.matlabClass) = ("double", "double")
    let marked = try scratch.writeHDF5("q.h5", [features, labels])
    let whole = try head + Array(Data(contentsOf: URL(fileURLWithPath: marked)))
    let again = try source(scratch.write(whole, "q.mat")).readTable()
    #expect(again.labelColumns == ["Y"])
    #expect(again.features.cells == [1, 2, 1, 3, 4, 2, 5, 6.5, 1])
  }

  @Test func aFileInAGzipFileIsRead() throws {
    let scratch = try Scratch()
    let path = try scratch.writeHDF5(
      "u.h5", [.numbers("X", [2, 2], espalier_h5_type_uint8(), [1, 2, 3, 4] as [UInt8])])
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    let packed = try scratch.compress(bytes, "u.h5.gz")
    #expect(try source(packed).readTable().features.cells == [1, 2, 3, 4])
    let mat = try scratch.writeMAT("m.mat", [("X", rows: 2, [1, 2, 3, 4])])
    let matBytes = try Array(Data(contentsOf: URL(fileURLWithPath: mat)))
    let table = try source(scratch.compress(matBytes, "m.mat.gz")).readTable()
    #expect(table.features.cells == [1, 3, 2, 4])
    // Nothing stays behind, neither of a sound file nor of a damaged one.
    let unpacked = try UnpackedFile(packed).path
    #expect(!FileManager.default.fileExists(atPath: unpacked))
    // An error names the file that the user knows.
    #expect(
      failure { try source(packed, "Z").readTable() }?.description
        == "\(packed): no array 'Z'" + nameHint(for: "Z", among: ["X"]))
    let damaged = try scratch.compress(Array(matBytes.dropLast(9)), "d.mat.gz")
    #expect(failure { try source(damaged).readTable() }?.description.hasPrefix(damaged) == true)
    // More than 200 times its size, beyond 1 GiB.
    let bomb = try scratch.compress(
      bytes + [UInt8](repeating: 0, count: 1100 << 20), "b.h5.gz")
    #expect(
      failure { try source(bomb).readTable() } == .absurdExpansion(path: bomb, ratio: 200))
  }

  @Test func declaredSizesAreChecked() throws {
    let scratch = try Scratch()
    // Chunks that were never written take no room in the file.
    let path = try scratch.writeHDF5(
      "h.h5",
      [
        HDF5Dataset(
          name: "X", extents: [1 << 20, 1 << 20], type: espalier_h5_type_double(), bytes: [],
          isCompressed: true)
      ])
    #expect(
      failure { try source(path).readTable() }?.description.contains(
        "8796093022208 bytes promised by dataset 'X'") == true)
  }

  @Test func truncationsAndDamageAreNeverACrash() throws {
    let scratch = try Scratch()
    let path = try scratch.writeHDF5(
      "d.h5",
      [
        .numbers(
          "X", [40, 3], espalier_h5_type_int32(), (0..<120).map { Int32($0 * $0) }, compressed: true
        )
      ])
    let bytes = try Array(Data(contentsOf: URL(fileURLWithPath: path)))
    let cut = try scratch.write(Array(bytes.dropLast(7)), "c.h5")
    #expect(
      failure { try source(cut).readTable() }?.description
        == "\(cut): damaged file: the file ends at byte \(bytes.count - 7), but its HDF5 header promises"
        + " \(bytes.count); fetch it again")
    for length in stride(from: 9, to: bytes.count, by: 101) {
      _ = try scratch.write(Array(bytes[..<length]), "d.h5")
      #expect(failure { try source(path).readTable() } != nil, "\(length) of \(bytes.count) bytes")
    }
  }
}
