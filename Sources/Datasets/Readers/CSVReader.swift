/// Reads comma, tab or semicolon separated values below a header line.
///
/// Cells may be quoted, lines may end in CR LF, a byte order mark is passed over, and so are blank
/// lines. libcsv, tried first, reached 71 MB/s on numbers with the C library's `strtof` (140 MB/s
/// without) and knows no line numbers; this reader reaches 140 to 200 MB/s, numbers included.
struct CSVReader: ~Copyable {
  private var records: RecordReader
  private let delimiter: UInt8

  /// Reads a file into memory.
  ///
  /// - Parameters:
  ///   - path: The file, compressed by gzip or not.
  ///   - options: What its content does not tell.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(path: String, options: ReadingOptions) throws(DatasetError) -> Table {
    let rows = try read(try ByteStream(path: path), options: options) { names, textColumns in
      TableBuilder(names: names, textColumns: textColumns)
    }
    return rows.finished()
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
    var records = RecordReader(stream)
    var header: RecordReader.Record?
    repeat { header = try records.next() } while header?.bytes.isEmpty == true
    guard let header, var cells = CellScanner(header, delimiter: delimiter(of: header)) else {
      throw .emptyFile(path: records.path)
    }
    var names: [String] = []
    repeat {
      let name = cells.nextText()
      // What pandas calls the column of row numbers that it writes without a name.
      names.append(name.isEmpty ? "Unnamed: \(names.count)" : name)
    } while !cells.isAtEnd
    var builder = makeBuilder(names, names.indices.filter { options.textColumns.contains(names[$0]) })
    var reader = CSVReader(records: records, delimiter: cells.delimiter)
    try reader.readRows(into: &builder)
    return CollectedRows(builder)
  }

  /// Returns the candidate that is most frequent outside quotation marks, the first of equals.
  private static func delimiter(of header: RecordReader.Record) -> UInt8 {
    var counts = [0, 0, 0]
    let candidates = Array(",\t;".utf8)
    var isQuoted = false
    for byte in header.bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if !isQuoted, let candidate = candidates.firstIndex(of: byte) { counts[candidate] += 1 }
    }
    let best = counts.indices.max { (counts[$0], $1) < (counts[$1], $0) }
    return candidates[best ?? 0]
  }

  private mutating func readRows(into builder: inout TableBuilder) throws(DatasetError) {
    let width = builder.names.count
    while let record = try records.next() {
      guard var cells = CellScanner(record, delimiter: delimiter), !record.bytes.isEmpty else {
        if width == 1 { try expectNothing(behind: record.line, column: builder.names[0]) }
        continue
      }
      for column in 0..<width {
        guard !cells.isAtEnd else { throw ragged(record, width) }
        if !builder.isText[column],
          let number = cells.nextNumber(upTo: Double(Float.greatestFiniteMagnitude))
        {
          builder.row[column] = number
        } else {
          Self.take(cells.nextText(), column, record.line, &builder)
        }
      }
      guard cells.isAtEnd else { throw ragged(record, width) }
      builder.endRow()
    }
    guard builder.rowCount > 0 else { throw .noRows(path: records.path) }
  }

  private static func take(
    _ text: String, _ column: Int, _ line: Int, _ builder: inout TableBuilder
  ) {
    let word = text.trimmingBlanks()
    if MissingText.isMissing(word) {
      builder.row[column] = .nan
    } else if let number = NumberScanner.number(word), Float(number).isFinite {
      if builder.isText[column] {
        builder.take(LabelReader.label(number), column: column, line: line)
      } else {
        builder.row[column] = number
      }
    } else {
      builder.take(word, column: column, line: line)
    }
  }

  private func ragged(_ record: RecordReader.Record, _ width: Int) -> DatasetError {
    .raggedRow(path: records.path, line: record.line, expected: width, found: cellCount(record))
  }

  private func cellCount(_ record: RecordReader.Record) -> Int {
    guard var cells = CellScanner(record, delimiter: delimiter) else { return 0 }
    var count = 0
    repeat {
      cells.skip()
      count += 1
    } while !cells.isAtEnd
    return count
  }

  /// In a table of one column a blank line is an empty cell, unless only blank lines follow.
  private mutating func expectNothing(behind line: Int, column: String) throws(DatasetError) {
    while let record = try records.next() {
      guard record.bytes.isEmpty else {
        throw .emptyCell(path: records.path, line: line, column: column)
      }
    }
  }
}
