/// Reads Weka's format, with rows of all values or, in braces, of those that are not zero.
///
///     @attribute height numeric
///     @attribute 'its colour' {red, green}
///     @data
///     1.8, red
///     {0 1.8, 1 green}
///
/// Nominal attributes, strings and dates become columns of texts. What is not said in a sparse row
/// is zero, or the first value declared. A file whose first row is sparse stays sparse where less
/// than a quarter of the numbers is not zero.
///
/// - Source: The ARFF page of the Weka manual.
struct ARFFReader: ~Copyable {
  private var records: RecordReader
  private let header: ARFFHeader
  /// The allowed values of each nominal attribute.
  private let levels: [Set<String>]

  /// Reads a file.
  ///
  /// - Parameter stream: The file from its beginning.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(_ stream: consuming ByteStream) throws(DatasetError) -> Table {
    var records = RecordReader(stream, comment: UInt8(ascii: "%"), hasQuotation: false)
    let header = try ARFFHeader(&records)
    var reader = ARFFReader(records: records, header: header)
    var table = try reader.readTable()
    table.customaryTarget = header.customaryTarget
    table.notes += header.notes + [reader.records.encodingNote].compactMap(\.self)
    return table
  }

  private init(records: consuming RecordReader, header: ARFFHeader) {
    self.records = records
    self.header = header
    levels = header.kinds.map { if case .nominal(let levels) = $0 { Set(levels) } else { [] } }
  }

  private var path: String { records.path }

  private mutating func readTable() throws(DatasetError) -> Table {
    let texts = header.kinds.indices.filter { header.kinds[$0] != .numeric }
    var builder = TableBuilder(names: header.names, textColumns: texts)
    while let record = try records.next() {
      if record.isComment || Self.isBlank(record) { continue }
      if Self.isSparse(record), builder.rowCount == 0 {
        var rows = SparseARFFRows(header)
        try take(record, into: &rows)
        while let record = try records.next() {
          if record.isComment || Self.isBlank(record) { continue }
          try take(record, into: &rows)
        }
        return try rows.table(path: path)
      }
      do throws(ARFFScanner.Failure) {
        try take(record, into: &builder)
      } catch {
        throw error.at(path, record.line)
      }
    }
    guard builder.rowCount > 0 else { throw .noRows(path: path) }
    return builder.finished()
  }

  private static func isBlank(_ record: RecordReader.Record) -> Bool {
    record.isBlank || record.bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 }
  }

  private static func isSparse(_ record: RecordReader.Record) -> Bool {
    record.bytes.first { $0 != 0x20 && $0 != 0x09 } == UInt8(ascii: "{")
  }

  private func take(
    _ record: RecordReader.Record, into builder: inout TableBuilder
  ) throws(ARFFScanner.Failure) {
    var values = ARFFScanner(
      record.bytes, isCommaSeparated: ARFFScanner.hasComma(record.bytes))
    let width = header.names.count
    for column in 0..<width {
      if header.kinds[column] == .numeric, let number = values.nextNumber() {
        builder.row[column] = try finite(number, column)
        continue
      }
      guard let value = try values.next() else { throw ragged(record, found: column) }
      switch try cell(value, column) {
      case .number(let number): builder.row[column] = number
      case .text(let text): builder.take(text, column: column, line: record.line)
      }
    }
    guard try values.next() == nil else {
      var found = width + 1
      while try values.next() != nil { found += 1 }
      throw ragged(record, found: found)
    }
    builder.endRow()
  }

  private mutating func take(
    _ record: RecordReader.Record, into rows: inout SparseARFFRows
  ) throws(DatasetError) {
    do throws(ARFFScanner.Failure) {
      var values = ARFFScanner(record.bytes, isCommaSeparated: false)
      guard values.skip(UInt8(ascii: "{")) else {
        throw .unexpected("a row in braces was expected, like those above")
      }
      while let (column, value) = try values.nextPair() {
        guard column < header.names.count else {
          throw .unexpected(
            "attribute \(column), but the last of them is \(header.names.count - 1)")
        }
        rows.take(try cell(value, column), column)
      }
      if let column = rows.endRow() {
        throw .unexpected("attribute \(column) stands twice")
      }
      if rows.isAbsurd(byteCount: records.byteCount) {
        throw .unexpected(
          "too many texts and missing cells for sparse rows; write rows of all values")
      }
    } catch {
      throw error.at(path, record.line)
    }
  }

  /// What a value is, by the declaration of its attribute.
  private func cell(
    _ value: ARFFScanner.Value, _ column: Int
  ) throws(ARFFScanner.Failure) -> SparseARFFRows.Cell {
    if value.isMissing { return .number(.nan) }
    let name = header.names[column]
    switch header.kinds[column] {
    case .numeric:
      if let number = NumberScanner.number(value.text) {
        return .number(try finite(number, column))
      }
      if MissingText.isMissing(value.text) { return .number(.nan) }
      if let number = NumberScanner.cell(value.text) { return .number(number) }
      throw .unexpected("column '\(name)': '\(value.text)' is not a number, as declared")
    case .nominal(let declared):
      let text = ARFFHeader.oneForm(value.text)
      guard levels[column].contains(text) else {
        throw .unexpected(
          "column '\(name)': '\(text)' is none of the declared values"
            + nameHint(for: text, among: declared))
      }
      return .text(text)
    case .text:
      return .text(value.text)
    }
  }

  private func finite(_ number: Double, _ column: Int) throws(ARFFScanner.Failure) -> Double {
    guard Float(number).isFinite else {
      throw .unexpected(
        "column '\(header.names[column])': '\(numberText(number))' is too large for a 32-bit number"
      )
    }
    return number
  }

  private func ragged(_ record: RecordReader.Record, found: Int) -> ARFFScanner.Failure {
    .unexpected("\(header.names.count) values expected, as many as attributes, \(found) found")
  }
}
