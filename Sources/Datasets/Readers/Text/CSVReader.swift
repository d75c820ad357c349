/// Reads text of which each line is a row: cells separated by commas, tabs, semicolons or blanks.
///
/// The dialect is found from the first records (`TextDialect`). Cells may be quoted, a quotation
/// mark inside one doubled; line ends are LF or CR LF; a byte order mark, blank lines and lines
/// that begin with `#` are passed over, except that such a line above all others is the header if
/// it has as many cells as the rows. libcsv, tried first, knows no line numbers and was slower.
struct CSVReader: ~Copyable {
  private var records: RecordReader
  private let syntax: CellSyntax

  /// Reads a file into memory.
  ///
  /// - Parameters:
  ///   - path: The file, compressed by gzip or not.
  ///   - options: What its content does not tell.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(path: String, options: ReadingOptions) throws(DatasetError) -> Table {
    try read(ByteStream(path: path), options: options) { names, textColumns in
      TableBuilder(names: names, textColumns: textColumns)
    }.finished()
  }

  /// Reads a file into a builder of the caller's.
  ///
  /// - Parameters:
  ///   - stream: The file from its beginning.
  ///   - options: What its content does not tell.
  ///   - makeBuilder: Makes the builder of the names of the columns and of those that hold texts.
  /// - Returns: The rows and what else the file tells.
  /// - Throws: What is wrong with the file, and where.
  static func read(
    _ stream: consuming ByteStream, options: ReadingOptions,
    makeBuilder: (_ names: [String], _ textColumns: [Int]) -> TableBuilder
  ) throws(DatasetError) -> CollectedRows {
    var records = RecordReader(stream, comment: UInt8(ascii: "#"))
    let sample = try TextSample(&records)
    guard !sample.records.isEmpty else { throw .emptyFile(path: records.path) }
    let dialect = TextDialect(sample, header: options.header)
    let names = dialect.names
    let positions = ColumnPositions(names)
    var builder = makeBuilder(names, options.textColumns.compactMap(positions.find))
    var reader = CSVReader(records: records, syntax: dialect.syntax)
    for record in sample.records.dropFirst(dialect.hasHeader ? 1 : 0) {
      try record.bytes.withUnsafeBufferPointer { bytes throws(DatasetError) in
        try reader.take(bytes, line: record.line, into: &builder)
      }
    }
    var skipped = sample.skipped
    while !sample.isWhole, let record = try reader.records.next() {
      if !skipped.take(record) { try reader.take(record.bytes, line: record.line, into: &builder) }
    }
    guard builder.rowCount > 0 else { throw .noRows(path: reader.records.path) }
    var rows = CollectedRows(builder)
    rows.notes =
      dialect.notes + skipped.notes(columnCount: names.count)
      + [reader.records.encodingNote].compactMap(\.self)
    return rows
  }

  @inline(__always)
  private func take(
    _ bytes: UnsafeBufferPointer<UInt8>, line: Int, into builder: inout TableBuilder
  ) throws(DatasetError) {
    guard var cells = CellScanner(bytes, syntax) else { return }
    let width = builder.names.count
    let row = builder.row
    for column in 0..<width {
      guard !cells.isAtEnd else { throw ragged(bytes, line, width) }
      if !builder.isText[column], let number = cells.nextNumber() {
        row[column] = number
      } else {
        try take(cells.nextText(), column, line, &builder)
      }
    }
    guard cells.isAtEnd else { throw ragged(bytes, line, width) }
    builder.endRow()
  }

  private func take(
    _ text: String, _ column: Int, _ line: Int, _ builder: inout TableBuilder
  ) throws(DatasetError) {
    let word = text.trimmingBlanks()
    if MissingText.isMissing(word) {
      builder.row[column] = .nan
    } else if let number = NumberScanner.cell(word, point: syntax.decimalPoint) {
      if builder.isText[column] {
        builder.take(LabelReader.label(number), column: column, line: line)
      } else {
        builder.row[column] = number
      }
    } else {
      builder.take(word, column: column, line: line)
    }
  }

  private func ragged(
    _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int, _ width: Int
  ) -> DatasetError {
    .raggedRow(
      path: records.path, line: line, expected: width,
      found: CellScanner.count(bytes, syntax))
  }
}
