#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The formats in which a table can be written.
public enum TableFormat: String, Sendable, CaseIterable {
  /// Comma separated values.
  case csv
  /// Tab separated values.
  case tsv
  /// NumPy arrays in an archive: `X`, or SciPy's csr matrix of sparse columns; `y` where there are
  /// labels; the names in `columns` and `y_columns`.
  case npz
  /// Label, or several with commas, then index and value of each cell that is not zero, from 1.
  case libsvm
  /// Espalier's column store.
  case espalier

  /// The format that the end of a file's name means; nil for none.
  ///
  /// - Parameter path: The file.
  public init?(path: String) {
    let end = path.split(separator: "/").last?.split(separator: ".").last?.lowercased()
    switch end {
    case "svm", "svmlight": self = .libsvm
    case .some(let end): self.init(rawValue: end)
    case nil: return nil
    }
  }
}

/// Writes tables in any format.
public enum TableWriter {
  /// What was written.
  public struct Summary: Sendable, Equatable {
    /// The number of rows.
    public var rowCount: Int
    /// The number of columns, labels among them.
    public var columnCount: Int
    /// The columns of labels.
    public var labelColumns: [String]
    /// What the reader should know, a sentence each.
    public var notes: [String]
  }

  /// The bytes of rows that wait in memory while a text file is read; the others wait on the disk.
  private static let waitingByteCount = 512 << 20

  /// Converts files.
  ///
  /// Text becomes a column store without ever lying in memory as a whole; it is read once.
  ///
  /// - Parameters:
  ///   - source: The files, and where their labels are.
  ///   - format: The format wanted.
  ///   - path: The file; it appears under this name only when it is complete.
  /// - Returns: What was written.
  /// - Throws: A `DatasetError` that names file and place.
  public static func convert(
    _ source: TableSource, to format: TableFormat, path: String
  ) throws(DatasetError) -> Summary {
    var table: Table
    if format == .espalier, !source.reading.isTransposed, try source.isOneText() {
      if source.categorical.isEmpty, source.columns == .all {
        return try stream(source, to: path)
      }
      table = try wholeStore(source, beside: path)
        .treatingAsCategories(source.categorical, path: source.firstPath)
    } else {
      table = try source.readTable()
    }
    table = try table.labelled(as: source).choosing(source.columns, path: source.firstPath)
    if source.refusesMissing { try table.refuseGaps(path: source.firstPath) }
    try ColumnStore.check(table, path: source.firstPath)
    if format == .npz || format == .libsvm, table.labelColumns.isEmpty {
      // These formats have a place for labels, and none for a custom.
      table.labelColumns = table.customaryTarget.map { [$0] } ?? []
      if format == .libsvm, table.labelColumns.isEmpty { throw .noTarget(path: source.firstPath) }
    }
    let rows = try write(&table, as: format, to: path, of: source.firstPath)
    return Summary(
      rowCount: rows, columnCount: table.columnCount, labelColumns: table.labelColumns,
      notes: table.notes + roleNotes(table.weightColumn, table.subjectColumn, format))
  }

  /// What becomes of the columns of weights and subjects.
  private static func roleNotes(
    _ weight: String?, _ subject: String?, _ format: TableFormat
  ) -> [String] {
    let roles = [("weights", "--weight", weight), ("groups", "--group-column", subject)]
    return roles.compactMap { meaning, option, name in
      guard let name else { return nil }
      return format == .espalier
        ? "the file says that column '\(name)' has the \(meaning) of the rows"
        : "column '\(name)' has the \(meaning) of the rows, which \(format.rawValue) cannot say; give"
          + " \(option) '\(name)' where it is read"
    }
  }

  /// Text as a store of all its columns that has no name any more and lasts as long as the table:
  /// what is wanted of it is then written without ever lying in memory.
  private static func wholeStore(
    _ source: TableSource, beside path: String
  ) throws(DatasetError) -> Table {
    let whole = "\(path).whole-\(getpid())"
    defer { unlink(whole) }
    var plain = source
    (plain.target, plain.weight) = (.unspecified, nil)
    _ = try stream(plain, to: whole)
    var table = try ColumnStore.openUnchecked(path: whole)
    table.features.isUnchecked = false
    if source.subject != nil { table.subjectColumn = nil }
    return table
  }

  /// Writes a table.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - format: The format.
  ///   - path: The file; it appears under this name only when it is complete.
  /// - Throws: `DatasetError.cannotWrite`, or what the format cannot hold.
  public static func write(
    _ table: Table, as format: TableFormat, to path: String
  ) throws(DatasetError) {
    var table = table
    _ = try write(&table, as: format, to: path, of: path)
  }

  /// Writes a table that comes from a file.
  ///
  /// - Returns: The number of rows that the format has a place for.
  private static func write(
    _ table: inout Table, as format: TableFormat, to path: String, of origin: String
  ) throws(DatasetError) -> Int {
    if format == .npz { table = try table.replacingCategories(for: "an NPZ file", path: origin) }
    if format == .libsvm {
      table = try table.replacingCategories(for: "a LIBSVM file", path: origin)
    }
    if format != .espalier, let column = table.kinds.firstIndex(of: .text) {
      throw .tooManyLevels(path: origin, column: table.columnNames[column])
    }
    let columns = Array(0..<table.columnCount)
    switch format {
    case .csv: try CSVWriter.write(table, columns: columns, to: path)
    case .tsv: try CSVWriter.write(table, columns: columns, to: path, delimiter: "\t")
    case .npz: try NPZWriter.write(table, to: path, of: origin)
    case .libsvm:
      let known = table.rowsWithout(gapsIn: table.labelPositions)
      try LibSVMWriter.write(table, rows: known, to: path, of: origin)
      table.notes += table.classNote.map { [$0] } ?? []
      guard let known else { break }
      let count = table.rowCount - known.count
      table.notes.append(
        "\(count) \(count == 1 ? "row has" : "rows have") no target and"
          + " \(count == 1 ? "is" : "are") left out; --missing error refuses such rows")
      return known.count
    case .espalier: try ColumnStore.write(table, to: path)
    }
    return table.rowCount
  }

  private static func stream(
    _ source: TableSource, to path: String
  ) throws(DatasetError) -> Summary {
    let spill = try SpillFile(beside: path)
    var options = source.reading
    options.textColumns += source.subject.map { [$0] } ?? []
    var rows = try CSVReader.read(
      ByteStream(path: source.paths[0]), options: options
    ) { names, textColumns in
      TableBuilder(
        names: names, textColumns: textColumns,
        pieces: PieceStore(memory: waitingByteCount, spill: spill))
    }
    if let failure = spill.failure { throw failure }
    let names = rows.builder.names
    var schema = StoreSchema(rowCount: 0, names: names, kinds: [])
    let labels = try source.labelNames(among: names)
    schema.labelColumns = labels ?? rows.labelColumns
    schema.predictsAllLabels = (labels?.count ?? 0) > 1
    (schema.weightColumn, schema.subjectColumn) = try source.roleNames(among: names)
    schema.customaryTarget = rows.customaryTarget
    let positions = ColumnPositions(names)
    let declared = Set(source.categorical.compactMap(positions.find))
    schema.notes =
      rows.notes
      + mistakeNotes(rows.builder.mistakes().filter { !declared.contains($0.key) }, names: names)
    var sink = try StoreSink(path: path)
    schema.kinds = rows.builder.finish(into: &sink)
    if source.refusesMissing, let gap = rows.builder.firstGap {
      throw .missingCell(
        path: source.firstPath, row: gap.row, column: names[gap.column], count: 1)
    }
    if let failure = spill.failure { throw failure }
    schema.notes += rows.builder.losses(schema.kinds).notes
    let summary = Summary(
      rowCount: rows.builder.rowCount, columnCount: names.count, labelColumns: schema.labelColumns,
      notes: schema.notes + roleNotes(schema.weightColumn, schema.subjectColumn, .espalier))
    try sink.finish(schema)
    return summary
  }

  /// Columns that hold texts because of few cells.
  static func mistakeNotes(_ mistakes: [Int: CellMistake], names: [String]) -> [String] {
    mistakes.sorted { $0.key < $1.key }.map { column, mistake in
      "column '\(names[column])' holds texts, although most cells are numbers: line "
        + "\(mistake.line) has '\(mistake.text)'"
    }
  }
}
