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
    try write(
      dataset.features, columns: Array(dataset.features.columnNames.indices),
      targetName: targetName, to: path
    ) { dataset.target.text(row: $0) }
  }

  /// Writes some columns of a table, and its labels as the last column if there are any.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - columns: The columns, in the order wanted, each in `0..<columnCount`.
  ///   - path: The file; it appears under this name only when it is complete.
  /// - Throws: `DatasetError.cannotWrite`.
  public static func write(
    _ table: Table, columns: [Int], to path: String
  ) throws(DatasetError) {
    try write(
      table.features, columns: columns, targetName: table.labels?.name, to: path
    ) { table.labels?.texts[$0] ?? "" }
  }

  private static func write(
    _ features: FeatureStore, columns: [Int], targetName: String?, to path: String,
    label: (Int) -> String
  ) throws(DatasetError) {
    var file = try AtomicFile(path: path)
    var header = columns.map { quoted(features.columnNames[$0]) }
    if let targetName { header.append(quoted(targetName)) }
    try file.write(header.joined(separator: ",") + "\n")
    // A block of rows at a time: n x p in `Float` would be four times the bytes of an image.
    for start in stride(from: 0, to: features.rowCount, by: 256) {
      let rows = Array(start..<min(start + 256, features.rowCount))
      let block = features.gathered(rows: rows, columns: columns)
      for (position, row) in rows.enumerated() {
        let line = block[(position * columns.count)..<((position + 1) * columns.count)]
        var cells = line.map { numberText($0) }
        if targetName != nil { cells.append(quoted(label(row))) }
        try file.write(cells.joined(separator: ",") + "\n")
      }
    }
    try file.commit()
  }

  /// The text of a cell, in quotation marks where it would be misread without.
  private static func quoted(_ text: String) -> String {
    let isPlain = text.utf8.allSatisfy { !",;\t\"\r\n".utf8.contains($0) }
    let hasBlanks = text.utf8.first == 0x20 || text.utf8.last == 0x20
    guard !isPlain || hasBlanks else { return text }
    return "\""
      + text.split(separator: "\"", omittingEmptySubsequences: false)
      .joined(separator: "\"\"") + "\""
  }
}
