/// Reads a file of test rows.
public enum TestRows {
  /// Reads 0-based row indices, one per line.
  ///
  /// - Parameters:
  ///   - path: The file, compressed by gzip or not.
  ///   - rowCount: The number of rows of the table.
  /// - Returns: The rows in the order of the file.
  /// - Throws: `DatasetError.badTestRow` or `DatasetError.repeatedTestRow` with the line, or what
  ///   is wrong with the file.
  public static func read(path: String, rowCount: Int) throws(DatasetError) -> [Int] {
    guard try FileFormat.recognise(path: path) == .csv else {
      throw .foreignFormat(
        path: path, what: "no text", remedy: "write the index of a row a line, counted from 0")
    }
    var records = RecordReader(try ByteStream(path: path))
    var rows: [Int] = []
    var isListed = [Bool](repeating: false, count: rowCount)
    while let record = try records.next() {
      let text = String(decoding: record.bytes, as: UTF8.self).trimmingBlanks()
      if text.isEmpty { continue }
      guard let row = Int(text), row >= 0, row < rowCount else {
        throw .badTestRow(path: path, line: record.line, text: text, rowCount: rowCount)
      }
      if isListed[row] { throw .repeatedTestRow(path: path, line: record.line, row: row) }
      isListed[row] = true
      rows.append(row)
    }
    if rows.isEmpty { throw .noRows(path: path) }
    return rows
  }
}
