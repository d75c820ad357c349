/// Writes tables as CSV with a header line, readable by `TableSource` to the same bits.
public enum CSVWriter {
  /// Writes a dataset, the target as its last column.
  ///
  /// - Parameters:
  ///   - dataset: The dataset.
  ///   - targetName: The name of the target column.
  ///   - path: The file; it appears under this name only when it is complete.
  /// - Throws: `DatasetError.cannotWrite`.
  public static func write(
    _ dataset: Dataset, targetName: String = "target", to path: String
  ) throws(DatasetError) {
    let columnCount = dataset.features.columnCount
    try write(
      Table(features: dataset.features), columns: Array(0..<columnCount), targetName: targetName,
      to: path
    ) { dataset.target.text(row: $0) }
  }

  /// Writes some columns of a table.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - columns: The columns, in the order wanted, each in `0..<columnCount`.
  ///   - path: The file; it appears under this name only when it is complete.
  ///   - delimiter: What stands between two cells: a comma, a tab or a semicolon.
  /// - Throws: `DatasetError.cannotWrite`.
  public static func write(
    _ table: Table, columns: [Int], to path: String, delimiter: String = ","
  ) throws(DatasetError) {
    try write(table, columns: columns, targetName: nil, to: path, delimiter: delimiter) { _ in "" }
  }

  private static func write(
    _ table: Table, columns: [Int], targetName: String?, to path: String,
    delimiter: String = ",", label: (Int) -> String
  ) throws(DatasetError) {
    var file = try AtomicFile(path: path)
    var header = columns.map { quoted(table.columnNames[$0]) }
    if let targetName { header.append(quoted(targetName)) }
    try file.write(header.joined(separator: delimiter) + "\n")
    let texts = columns.map { table.kinds[$0].levels?.map(quoted) }
    // Whole numbers beyond the 24 bits of Float.
    let exact = columns.map {
      table.features.elementType(of: $0) == .int32 ? table.features.exact($0) : nil
    }
    var store = table.features
    store.fills = nil
    // A block of rows at a time: n x p in `Float` would be four times the bytes of an image.
    for start in stride(from: 0, to: table.rowCount, by: 256) {
      let rows = Array(start..<min(start + 256, table.rowCount))
      let block = store.gathered(rows: rows, columns: columns)
      for (position, row) in rows.enumerated() {
        var cells: [String] = []
        for slot in columns.indices {
          let cell = block[position * columns.count + slot]
          cells.append(
            cell.isNaN
              ? ""
              : texts[slot].map { $0[Int(cell)] }
                ?? exact[slot].map { numberText($0[row]) } ?? numberText(cell))
        }
        if targetName != nil { cells.append(quoted(label(row))) }
        try file.write(cells.joined(separator: delimiter) + "\n")
      }
    }
    try file.commit()
  }

  /// The text of a cell, in quotation marks where it would be misread without.
  ///
  /// - Parameter text: The text.
  /// - Returns: What is written.
  package static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { !",;\t\"\r\n".utf8.contains($0) }
    let hasBlanks = text.utf8.first == 0x20 || text.utf8.last == 0x20
    guard !isPlain || hasBlanks else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
