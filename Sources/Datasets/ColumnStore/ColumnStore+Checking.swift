/// Whether cells are those that were written.
///
/// Every column has a checksum. To compare it the column is read once more, which costs about a
/// nanosecond a cell: nothing beside what a selection or a training does with the same cells, but
/// more than a large file may take to be opened. So small files are compared as a whole when they
/// are opened, and of large ones the columns that somebody is about to read.
extension ColumnStore {
  /// The cells of so many bytes are compared when a file is opened.
  static let checkedByteCount = 1 << 30

  /// Compares columns with their checksums, unless that was done when the file was opened.
  ///
  /// - Parameters:
  ///   - table: A table, of a column store or not.
  ///   - columns: The columns that are about to be read; nil for all.
  ///   - path: The file, for errors.
  /// - Throws: `DatasetError.corrupt` that names the first damaged column and its block.
  /// - Complexity: O(n x `columns.count`).
  public static func check(
    _ table: Table, columns: [Int]? = nil, path: String
  ) throws(DatasetError) {
    guard table.features.isUnchecked else { return }
    let damaged = damagedColumns(of: table, among: columns)
    if !damaged.isEmpty {
      throw .corrupt(path: path, reason: damage(of: damaged, in: table))
    }
  }

  /// Returns the table once all its columns are compared, so that they are not compared again.
  static func checked(_ table: Table, path: String) throws(DatasetError) -> Table {
    try check(table, path: path)
    var table = table
    table.features.isUnchecked = false
    return table
  }

  /// Finds the columns whose cells are no longer those that were written.
  ///
  /// - Parameters:
  ///   - table: A table as it was opened.
  ///   - columns: The columns that are looked at; nil for all.
  /// - Returns: The columns; none if the table does not come from a column store.
  /// - Complexity: O(n x `columns.count`).
  public static func damagedColumns(of table: Table, among columns: [Int]? = nil) -> [Int] {
    let columns = columns ?? Array(0..<table.columnCount)
    let view = table.features.viewing(columns: columns)
    guard let stored = view.storedHashes else { return [] }
    let computed = view.computedHashes()
    return stored.indices.filter { stored[$0] != computed[$0] }.map { columns[$0] }
  }

  /// What is damaged, in words.
  ///
  /// - Parameters:
  ///   - columns: The damaged columns, at least one.
  ///   - table: The table.
  /// - Returns: The first of them, how many more there are, and the block that it lies in.
  public static func damage(of columns: [Int], in table: Table) -> String {
    let (column, more) = (columns[0], columns.count - 1)
    let (features, part) = (table.features, table.features.places[columns[0]].part)
    return "the cells of column '\(table.columnNames[column])'"
      + (more > 0 ? " and \(more) more" : "")
      + " are not those that were written (block \(part + 1) of \(features.parts.count), with"
      + " \(features.parts[part].width) columns)"
  }
}
