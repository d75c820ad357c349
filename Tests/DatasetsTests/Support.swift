import CMatio
import CZlib
import Foundation
import Tensors
import Testing

@testable import Datasets

/// A directory of its own that disappears with the test.
final class Scratch {
  let directory: String

  init() throws {
    directory = NSTemporaryDirectory() + "/espalier-\(UUID().uuidString)"
    try FileManager.default.createDirectory(atPath: directory, withIntermediateDirectories: true)
  }

  deinit {
    try? FileManager.default.removeItem(atPath: directory)
  }

  func path(_ name: String) -> String { directory + "/" + name }

  func write(_ text: String, _ name: String = "data.csv") throws -> String {
    try write(Array(text.utf8), name)
  }

  func write(_ bytes: [UInt8], _ name: String) throws -> String {
    try Data(bytes).write(to: URL(fileURLWithPath: path(name)))
    return path(name)
  }

  /// Writes bytes as a gzip file.
  func compress(_ bytes: [UInt8], _ name: String) throws -> String {
    let file = try #require(gzopen(path(name), "wb"))
    #expect(
      bytes.withUnsafeBytes { gzwrite(file, $0.baseAddress, UInt32($0.count)) } == bytes.count)
    #expect(gzclose(file) == Z_OK)
    return path(name)
  }

  /// Writes column-major matrices of doubles as a MAT file.
  func writeMAT(
    _ name: String, version: mat_ft = MAT_FT_MAT5, compressed: Bool = true,
    _ matrices: [(String, rows: Int, [Double])]
  ) throws -> String {
    let file = try #require(Mat_CreateVer(path(name), nil, version))
    defer { Mat_Close(file) }
    for (name, rows, values) in matrices {
      var values = values
      var extents = [rows, values.count / rows]
      let variable = Mat_VarCreate(name, MAT_C_DOUBLE, MAT_T_DOUBLE, 2, &extents, &values, 0)
      defer { Mat_VarFree(variable) }
      let method = compressed ? MAT_COMPRESSION_ZLIB : MAT_COMPRESSION_NONE
      #expect(Mat_VarWrite(file, variable, method) == 0)
    }
    return path(name)
  }
}

/// Features and labels of a table, split by the roles that a source gives its columns.
struct SplitTable {
  var features: FeatureStore
  var labels: LabelColumn?
}

extension TableSource {
  func readSplit() throws -> SplitTable {
    let table = try readTable()
    let roles = try ColumnRoles(self, table)
    return SplitTable(
      features: table.features.viewing(columns: roles.features),
      labels: try roles.targets.first.map { try table.labels($0, path: firstPath) })
  }
}

extension FeatureStore {
  /// All cells in row-major order; NaN for a missing one.
  var cells: [Float] { gathered(rows: Array(0..<rowCount), columns: Array(0..<columnCount)) }
  /// The type of each column.
  var types: [ElementType] { (0..<columnCount).map(elementType) }
}

/// The bytes of an IDX file.
func idx(_ type: UInt8, _ extents: [Int], _ elements: [UInt8]) -> [UInt8] {
  let header: [UInt8] = [0, 0, type, UInt8(extents.count)]
  return header
    + extents.flatMap { extent in [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: extent >> $0) } }
    + elements
}

/// The error of an expression, or nil.
func failure<Value>(_ body: () throws -> Value) -> DatasetError? {
  do {
    _ = try body()
    return nil
  } catch {
    return error as? DatasetError
  }
}

/// Where the real data sets are, if this machine has them.
enum RealData {
  static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    .appendingPathComponent("../../../shared").standardizedFileURL.path
  static var isPresent: Bool { FileManager.default.fileExists(atPath: root + "/data/INDEX.md") }
  static func path(_ name: String) -> String { root + "/data/" + name }
}

extension Target {
  /// The names of the classes; none of numbers.
  var names: [String] {
    if case .classes(_, let names) = self { names } else { [] }
  }

  /// How many rows each class has.
  var classSizes: [Int] {
    guard case .classes(let indices, let names) = self else { return [] }
    return names.indices.map { index in indices.count { $0 == index } }
  }
}

/// A table of random numbers, bytes or not.
func randomStore(
  rows: Int, columns: Int, bytes: Bool, using source: inout RandomSource
) -> FeatureStore {
  let values = (0..<(rows * columns)).map { _ in
    bytes ? Float(source.index(below: 256)) : source.uniform(-3, 1000)
  }
  return FeatureStore(values: values, rowCount: rows, columnNames: (0..<columns).map { "c\($0)" })
}
