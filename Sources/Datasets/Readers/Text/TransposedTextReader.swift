/// Reads text of which each line is a column: a name and its value for each sample.
///
/// So are tables of genes written: `gene,s1,s2,s3` above lines such as `BRCA1,0.5,2,1.25`. The first
/// line names the samples if it has one cell less than the others, if its first cell is empty, or if
/// all others differ and one of them is a text; names of samples tell nothing and are left out. The
/// first cell of each line is the name of the column, unless all of them are numbers and no line
/// names the samples. A line with texts is a categorical column, perhaps the target.
struct TransposedTextReader: ~Copyable {
  private let path: String
  private let syntax: CellSyntax
  private let textColumns: [String]
  private let hasNames: Bool
  private let rowCount: Int
  private var numbers: [Double]
  private var columns: WholeColumns

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - stream: The file from its beginning.
  ///   - options: What its content does not tell.
  /// - Returns: The table, of a row for each sample.
  /// - Throws: What is wrong with the file, and where.
  static func read(
    _ stream: consuming ByteStream, options: ReadingOptions
  ) throws(DatasetError) -> Table {
    var records = RecordReader(stream, comment: UInt8(ascii: "#"))
    let sample = try TextSample(&records)
    guard !sample.records.isEmpty else { throw .emptyFile(path: records.path) }
    var reader = TransposedTextReader(sample, options, path: records.path)
    let hasHeader = hasHeader(sample, options.header, reader.syntax)
    for record in sample.records.dropFirst(hasHeader ? 1 : 0) {
      try record.bytes.withUnsafeBufferPointer { bytes throws(DatasetError) in
        try reader.take(bytes, line: record.line)
      }
    }
    var skipped = sample.skipped
    while !sample.isWhole, let record = try records.next() {
      if !skipped.take(record) { try reader.take(record.bytes, line: record.line) }
    }
    guard reader.columns.count > 0, reader.rowCount > 0 else { throw .noRows(path: reader.path) }
    let notes = skipped.notes(columnCount: 2) + [records.encodingNote].compactMap(\.self)
    var table = reader.finished()
    table.notes += notes
    return table
  }

  private init(_ sample: TextSample, _ options: ReadingOptions, path: String) {
    syntax = TextDialect(sample, header: options.header).syntax
    let hasHeader = Self.hasHeader(sample, options.header, syntax)
    let lines = sample.records.dropFirst(hasHeader ? 1 : 0)
    let syntax = syntax
    hasNames =
      hasHeader
      || lines.contains { CellContent($0.cells(syntax).first ?? "", syntax) == .text }
    rowCount = max((lines.first?.cellCount(syntax) ?? 0) - (hasNames ? 1 : 0), 0)
    numbers = [Double](repeating: .nan, count: rowCount)
    columns = WholeColumns(rowCount: rowCount)
    textColumns = options.textColumns
    self.path = path
  }

  private static func hasHeader(
    _ sample: TextSample, _ header: HeaderLine, _ syntax: CellSyntax
  ) -> Bool {
    guard header == .auto else { return header == .yes }
    let cells = sample.records[0].cells(syntax)
    if cells.first?.isEmpty == true { return true }
    guard let second = sample.records.dropFirst().first else { return false }
    if second.cellCount(syntax) == cells.count + 1 { return true }
    let names = cells.dropFirst()
    return Set(names).count == names.count
      && names.contains { CellContent($0, syntax) == .text }
  }

  private mutating func take(
    _ bytes: UnsafeBufferPointer<UInt8>, line: Int
  ) throws(DatasetError) {
    guard var cells = CellScanner(bytes, syntax) else { return }
    let name = hasNames ? cells.nextText() : ""
    let label = name.isEmpty ? "x\(columns.count)" : name
    let start = cells
    var areNumbers = !textColumns.contains(label)
    for row in 0..<rowCount where areNumbers {
      guard !cells.isAtEnd else { throw ragged(bytes, line) }
      if let number = cells.nextNumber() {
        numbers[row] = number
      } else if let number = number(cells.nextText()) {
        numbers[row] = number
      } else {
        areNumbers = false
      }
    }
    if areNumbers {
      guard cells.isAtEnd else { throw ragged(bytes, line) }
      columns.append(label, numbers)
    } else {
      columns.append(try texts(start, label, bytes, line))
    }
  }

  /// A cell that is a number though not plainly written, or NaN for a missing one.
  private func number(_ text: String) -> Double? {
    let word = text.trimmingBlanks()
    if MissingText.isMissing(word) { return .nan }
    return NumberScanner.cell(word, point: syntax.decimalPoint)
  }

  /// A line with cells that are no numbers.
  private func texts(
    _ start: CellScanner, _ name: String, _ bytes: UnsafeBufferPointer<UInt8>, _ line: Int
  ) throws(DatasetError) -> Table {
    var cells = start
    var builder = TableBuilder(names: [name], textColumns: textColumns.contains(name) ? [0] : [])
    for _ in 0..<rowCount {
      guard !cells.isAtEnd else { throw ragged(bytes, line) }
      let word = cells.nextText().trimmingBlanks()
      if let number = number(word), number.isNaN || !builder.isText[0] {
        builder.row[0] = number
      } else {
        builder.take(
          number(word).map(LabelReader.label) ?? word, column: 0, line: line)
      }
      builder.endRow()
    }
    guard cells.isAtEnd else { throw ragged(bytes, line) }
    return builder.finished()
  }

  private func ragged(_ bytes: UnsafeBufferPointer<UInt8>, _ line: Int) -> DatasetError {
    .raggedRow(
      path: path, line: line, expected: rowCount + (hasNames ? 1 : 0),
      found: CellScanner.count(bytes, syntax))
  }

  private consuming func finished() -> Table { columns.finished() }
}
