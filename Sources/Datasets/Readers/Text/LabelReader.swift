/// Reads a file of labels: IDX, or text with one value per line.
enum LabelReader {
  /// Reads a file.
  ///
  /// - Parameter path: The file, compressed by gzip or not.
  /// - Returns: The labels.
  /// - Throws: What is wrong with the file, and where.
  static func read(path: String) throws(DatasetError) -> LabelColumn {
    switch try FileFormat.recognise(path: path) {
    case .idx: try IDXReader.readLabels(ByteStream(path: path))
    case .csv: try readLines(ByteStream(path: path))
    case .npy: try NPYReader.readLabels(ByteStream(path: path))
    default: throw .unsupportedFormat(path: path, format: "a file of labels that is a table")
    }
  }

  /// Reads one value per line.
  ///
  /// - Parameter stream: The file from its beginning.
  /// - Returns: The labels.
  /// - Throws: What is wrong with the file, and where.
  static func readLines(_ stream: consuming ByteStream) throws(DatasetError) -> LabelColumn {
    var records = RecordReader(stream)
    let path = records.path
    var texts: [String] = []
    var blankLine: Int?
    while let record = try records.next() {
      guard !record.bytes.isEmpty else {
        blankLine = blankLine ?? record.line
        continue
      }
      if let line = blankLine { throw .emptyCell(path: path, line: line, column: "label") }
      // No delimiter: the line is one cell.
      guard var cell = CellScanner(record.bytes, CellSyntax(delimiter: 0)) else { continue }
      texts.append(
        try label(cell.nextText(), path: path, line: record.line, column: "label"))
    }
    return LabelColumn(name: "label", texts: texts)
  }

  /// Checks a label and brings it into its one form.
  ///
  /// - Parameters:
  ///   - text: The label as it stands in the file.
  ///   - path: The file, for errors.
  ///   - line: The line, for errors.
  ///   - column: The column, for errors.
  /// - Returns: The text, or the one text of its number.
  /// - Throws: `DatasetError.emptyCell` or `DatasetError.notFiniteCell`.
  static func label(
    _ text: String, path: String, line: Int, column: String
  ) throws(DatasetError) -> String {
    let text = text.trimmingBlanks()
    if text.isEmpty { throw .emptyCell(path: path, line: line, column: column) }
    if NumberScanner.isNotFinite(text) {
      throw .notFiniteCell(path: path, line: line, column: column, text: text)
    }
    return NumberScanner.number(text).map(label) ?? text
  }

  /// The label that a number is; negative zero is zero.
  ///
  /// A column keeps fractions as `Float`: read from there or from the file they are the same label.
  static func label(_ number: Double) -> String {
    let short = Float(number)
    let isFraction = number != number.rounded() && short.isFinite && short != 0
    return isFraction ? numberText(short) : numberText(number == 0 ? 0 : number)
  }
}
