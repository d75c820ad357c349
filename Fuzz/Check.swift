@testable import Datasets

/// Runs a reader on arbitrary bytes: an error is fine, a trap or a broken table is not.
///
/// - Parameters:
///   - bytes: The bytes.
///   - read: The reader.
func check(_ bytes: [UInt8], read: (consuming ByteStream) throws -> Table) {
  if let table = try? read(ByteStream(bytes: bytes, path: "fuzz")) { check(table) }
}

/// Looks at the cells of a table: numbers are finite, and codes are those of levels.
func check(_ table: Table) {
  precondition(table.rowCount > 0 && table.kinds.count == table.columnCount)
  for column in 0..<min(table.columnCount, 100) {
    let cells = table.features.exact(column)
    precondition(cells.count == table.rowCount)
    if let levels = table.kinds[column].levels {
      precondition(cells.allSatisfy { $0.isNaN || levels.indices.contains(Int($0)) })
    } else {
      precondition(cells.allSatisfy { $0.isNaN || Float($0).isFinite })
    }
  }
}

/// What libFuzzer hands over.
func array(_ data: UnsafePointer<UInt8>?, _ size: Int) -> [UInt8] {
  Array(UnsafeBufferPointer(start: data, count: size))
}
