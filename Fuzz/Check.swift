@testable import Datasets

/// Runs a reader on arbitrary bytes: an error is fine, a trap or a broken table is not.
///
/// - Parameters:
///   - data: The bytes.
///   - size: How many.
///   - read: The reader.
func check(
  _ data: UnsafePointer<UInt8>?, _ size: Int, read: (consuming ByteStream) throws -> Table
) {
  let bytes = Array(UnsafeBufferPointer(start: data, count: size))
  guard let table = try? read(ByteStream(bytes: bytes, path: "fuzz")) else { return }
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
