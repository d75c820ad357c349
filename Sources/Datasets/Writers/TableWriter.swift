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
    if format == .espalier, source.paths.count == 1, !source.hasLabelFile,
      !source.reading.isTransposed,
      SiblingLabels.path(besides: source.paths[0]) == nil
    {
      var format = source.reading.format
      if format == nil { format = try FileFormat.recognise(path: source.paths[0]) }
      if format == .csv { return try stream(source, to: path) }
    }
    var table = try source.readTable().labelled(as: source)
    if format == .npz || format == .libsvm, table.labelColumns.isEmpty {
      // These formats have a place for labels, and none for a custom.
      table.labelColumns = table.customaryTarget.map { [$0] } ?? []
      if format == .libsvm, table.labelColumns.isEmpty { throw .noTarget(path: source.firstPath) }
    }
    try write(table, as: format, to: path)
    return Summary(
      rowCount: table.rowCount, columnCount: table.columnCount, labelColumns: table.labelColumns,
      notes: table.notes)
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
    if format != .espalier, let column = table.kinds.firstIndex(of: .text) {
      throw .tooManyLevels(path: path, column: table.columnNames[column])
    }
    let columns = Array(0..<table.columnCount)
    switch format {
    case .csv: try CSVWriter.write(table, columns: columns, to: path)
    case .tsv: try CSVWriter.write(table, columns: columns, to: path, delimiter: "\t")
    case .npz: try NPZWriter.write(table, to: path)
    case .libsvm: try LibSVMWriter.write(table, to: path)
    case .espalier: try ColumnStore.write(table, to: path)
    }
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
    schema.customaryTarget = rows.customaryTarget
    schema.notes = rows.notes + mistakeNotes(rows.builder.mistakes(), names: names)
    var sink = try StoreSink(path: path)
    schema.kinds = rows.builder.finish(into: &sink)
    if let failure = spill.failure { throw failure }
    let summary = Summary(
      rowCount: rows.builder.rowCount, columnCount: names.count, labelColumns: schema.labelColumns,
      notes: schema.notes)
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

extension TableSource {
  var hasLabelFile: Bool {
    if case .labelFile = target { true } else { false }
  }

  /// The columns that are said to be labels, found by name or index; nil where nobody says.
  func labelNames(among names: [String]) throws(DatasetError) -> [String]? {
    guard case .columns(let wanted) = target else { return nil }
    let positions = ColumnPositions(names)
    var labels: [String] = []
    for name in wanted {
      guard let column = positions.find(name) else {
        throw .columnNotFound(path: firstPath, name: name, known: names)
      }
      if !labels.contains(names[column]) { labels.append(names[column]) }
    }
    return labels
  }
}

extension Table {
  /// The table with the labels that a source has: marked, or as a column of their own.
  func labelled(as source: TableSource) throws(DatasetError) -> Table {
    var table = self
    table.notes += TableWriter.mistakeNotes(mistakes, names: columnNames)
    if case .labelFile(let path) = source.target {
      let labels = try LabelReader.read(path: path)
      guard labels.count == rowCount else {
        throw .labelCount(path: path, labels: labels.count, rows: rowCount)
      }
      return table.appending(labels)
    }
    if let labels = try source.labelNames(among: columnNames) {
      table.labelColumns = labels
      table.predictsAllLabels = labels.count > 1
    }
    return table
  }

  /// The table with labels as its last column, which has a name that no other has.
  func appending(_ labels: LabelColumn) -> Table {
    let known = ColumnPositions(columnNames)
    var name = labels.name
    while known.named(name) != nil { name += "_" }
    var builder = TableBuilder(names: [name])
    switch labels.cells {
    case .texts(let codes, let levels):
      let numbers = levels.compactMap(NumberScanner.number)
      let areNumbers = numbers.count == levels.count && numbers.allSatisfy { Float($0).isFinite }
      for code in codes {
        if areNumbers {
          builder.row[0] = numbers[Int(code)]
        } else {
          builder.take(levels[Int(code)], column: 0)
        }
        builder.endRow()
      }
    case .numbers(let numbers):
      for number in numbers {
        builder.row[0] = number
        builder.endRow()
      }
    }
    let column = builder.finished()
    var table = self
    let shape = features.imageShape
    table.features = features.appending(column.features)
    table.features.imageShape = shape
    table.kinds += column.kinds
    table.labelColumns = [name]
    return table
  }
}
