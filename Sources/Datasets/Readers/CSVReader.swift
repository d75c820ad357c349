/// Reads comma, tab or semicolon separated values below a header line.
///
/// Cells may be quoted, lines may end in CR LF, a byte order mark is passed over, and so are blank
/// lines. libcsv, tried first, reached 71 MB/s on numbers with the C library's `strtof` (140 MB/s
/// without) and knows no line numbers; this reader reaches 140 to 200 MB/s, numbers included.
struct CSVReader: ~Copyable {
  private var records: RecordReader
  private let delimiter: UInt8
  private let names: [String]
  private let plan: ColumnPlan

  /// Reads a file.
  ///
  /// - Parameters:
  ///   - path: The file, compressed by gzip or not.
  ///   - target: Where the target is.
  ///   - choice: Which columns become features.
  /// - Returns: The table.
  /// - Throws: What is wrong with the file, and where.
  static func read(
    path: String, target: TargetLocation, choice: ColumnChoice
  ) throws(DatasetError) -> Table {
    var records = try RecordReader(path: path)
    var header: RecordReader.Record?
    repeat { header = try records.next() } while header?.bytes.isEmpty == true
    guard let header, var cells = CellScanner(header, delimiter: delimiter(of: header)) else {
      throw .emptyFile(path: path)
    }
    var names: [String] = []
    repeat {
      let name = cells.nextText()
      // What pandas calls the column of row numbers that it writes without a name.
      names.append(name.isEmpty ? "Unnamed: \(names.count)" : name)
    } while !cells.isAtEnd
    let plan = try ColumnPlan(names: names, target: target, choice: choice, path: path)
    var reader = CSVReader(records: records, delimiter: cells.delimiter, names: names, plan: plan)
    return try reader.readRows()
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

  private mutating func readRows() throws(DatasetError) -> Table {
    var slots = [Int](repeating: -1, count: names.count)
    for (slot, column) in plan.features.enumerated() { slots[column] = slot }
    var values: [Float] = []
    var labels: [String] = []
    var rowCount = 0
    while let record = try records.next() {
      guard var cells = CellScanner(record, delimiter: delimiter), !record.bytes.isEmpty else {
        if names.count == 1 { try expectNothing(behind: record.line) }
        continue
      }
      let base = values.count
      values.append(contentsOf: repeatElement(0, count: plan.features.count))
      for column in names.indices {
        guard !cells.isAtEnd else { throw ragged(record) }
        if column == plan.target {
          labels.append(try label(cells.nextText(), column, record.line))
        }
        guard slots[column] >= 0 else {
          if column != plan.target { cells.skip() }
          continue
        }
        let number =
          if let number = cells.nextNumber() { number } else {
            try self.number(cells.nextText(), column, record)
          }
        let value = Float(number)
        guard value.isFinite else {
          throw .tooLargeCell(
            path: records.path, line: record.line, column: names[column], text: "\(number)")
        }
        values[base + slots[column]] = value
      }
      guard cells.isAtEnd else { throw ragged(record) }
      rowCount += 1
    }
    guard rowCount > 0 else { throw .noRows(path: records.path) }
    let names = names
    return Table(
      features: FeatureStore(
        values: values, rowCount: rowCount, columnNames: plan.features.map { names[$0] }),
      labels: plan.target.map { LabelColumn(name: names[$0], texts: labels) })
  }

  private func number(
    _ text: String, _ column: Int, _ record: RecordReader.Record
  ) throws(DatasetError) -> Double {
    if let number = NumberScanner.number(text) { return number }
    // A row that is too short or too long is the likelier mistake than a shifted cell.
    guard cellCount(record) == names.count else { throw ragged(record) }
    let (path, line, name) = (records.path, record.line, names[column])
    if text.trimmingBlanks().isEmpty { throw .emptyCell(path: path, line: line, column: name) }
    throw NumberScanner.isNotFinite(text)
      ? .notFiniteCell(path: path, line: line, column: name, text: text)
      : .nonNumericCell(path: path, line: line, column: name, text: text)
  }

  private func label(_ text: String, _ column: Int, _ line: Int) throws(DatasetError) -> String {
    try LabelReader.label(text, path: records.path, line: line, column: names[column])
  }

  private func ragged(_ record: RecordReader.Record) -> DatasetError {
    .raggedRow(
      path: records.path, line: record.line, expected: names.count, found: cellCount(record))
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
  private mutating func expectNothing(behind line: Int) throws(DatasetError) {
    while let record = try records.next() {
      guard record.bytes.isEmpty else {
        throw .emptyCell(path: records.path, line: line, column: names[0])
      }
    }
  }
}
