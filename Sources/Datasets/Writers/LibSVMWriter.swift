/// Writes tables in the format of LIBSVM and SVMlight.
enum LibSVMWriter {
  /// Writes a table; its first label column is the label.
  ///
  /// Where all of several are to be predicted, each is of zeros and ones, and a row has those that
  /// are one, as in `1,3`: by the numbers in their names `label=1`, `label=3`, else counted from 1.
  ///
  /// - Parameters:
  ///   - table: The table. Labels that are texts are written as the indices of their levels.
  ///   - rows: The rows to write, each with a label; nil for all.
  ///   - path: The file; it appears under this name only when it is complete.
  ///   - origin: The file of the table, for errors.
  /// - Throws: `DatasetError.cannotWrite`, `DatasetError.noTarget`, or what the format cannot hold:
  ///   missing cells and texts.
  static func write(
    _ table: Table, rows: [Int]? = nil, to path: String, of origin: String
  ) throws(DatasetError) {
    let parts = try NumericParts(table, path: origin, format: "a cell of a LIBSVM file")
    let features = parts.features
    if let column = features.first(where: table.features.hasMissing),
      let row = table.features.exact(column).firstIndex(where: \.isNaN)
    {
      throw .notAColumn(
        path: origin, name: table.columnNames[column],
        reason: "has no value in row \(row) (from 0), and LIBSVM knows no missing cells; fill it,"
          + " drop the column, or write .npz or .espalier")
    }
    let labels = try LabelTexts(table, columns: parts.labels, rows: rows, path: origin)
    let exact = features.map {
      table.features.elementType(of: $0) == .int32 ? table.features.exact($0) : nil
    }
    let gatherer = ColumnGatherer(table.features, columns: features, scaler: nil)
    var line = [Float](repeating: 0, count: features.count)
    var file = try AtomicFile(path: path)
    for (position, row) in (rows ?? Array(0..<table.rowCount)).enumerated() {
      line.withUnsafeMutableBufferPointer { gatherer.gather(rows: [row], into: $0) }
      var text = labels.text(position)
      for (slot, cell) in line.enumerated() where cell != 0 {
        text += " \(slot + 1):" + (exact[slot].map { numberText($0[row]) } ?? numberText(cell))
      }
      // A row without labels and cells would be an empty line.
      try file.write((text.isEmpty ? "1:0" : text) + "\n")
    }
    try file.commit()
  }
}

/// What stands at the beginning of each line of a LIBSVM file.
private struct LabelTexts {
  private let columns: [[Double]]
  private let names: [String]

  init(_ table: Table, columns: [Int], rows: [Int]?, path: String) throws(DatasetError) {
    guard !columns.isEmpty else { throw .noTarget(path: path) }
    self.columns = try columns.map { column throws(DatasetError) in
      try table.labelNumbers(column, rows: rows, path: path)
    }
    let numbers = columns.compactMap { column in
      table.columnNames[column].split(separator: "label=").first.flatMap { Int($0) }
    }
    names = (numbers.count == columns.count ? numbers : Array(1...columns.count)).map(String.init)
    guard columns.count > 1 else { return }
    for (column, cells) in zip(columns, self.columns) {
      if let row = cells.firstIndex(where: { $0 != 0 && $0 != 1 }) {
        throw .notAColumn(
          path: path, name: table.columnNames[column],
          reason: "is \(LabelReader.label(cells[row])) in row \(row) (from 0), and several targets"
            + " of a LIBSVM file are 0 or 1; write .npz or .espalier, or one target")
      }
    }
  }

  /// The label of a row, or those that it has.
  func text(_ row: Int) -> String {
    if columns.count == 1 { return LabelReader.label(columns[0][row]) }
    return names.indices.filter { columns[$0][row] == 1 }.map { names[$0] }.joined(separator: ",")
  }
}

/// The columns of a table for a format that knows numbers and labels.
struct NumericParts {
  /// The columns that are features.
  let features: [Int]
  /// The column that is the label, or those that are all to be predicted; none where nothing is.
  let labels: [Int]

  /// Sorts the columns.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - path: The file, for errors.
  ///   - format: What must be a number, for errors.
  /// - Throws: `DatasetError.notNumeric` if a feature holds texts.
  init(_ table: Table, path: String, format: String) throws(DatasetError) {
    let names = ColumnPositions(table.columnNames)
    let labels = table.labelColumns.compactMap(names.named)
    features = table.kinds.indices.filter { !labels.contains($0) }
    self.labels = table.predictsAllLabels ? labels : Array(labels.prefix(1))
    for column in features {
      guard table.kinds[column] != .numeric else { continue }
      throw .notNumeric(
        path: path, column: table.columnNames[column],
        text: table.kinds[column].levels?.first ?? "its text", use: format)
    }
  }
}

extension Table {
  /// The columns of the labels that are to be predicted.
  var labelPositions: [Int] {
    let positions = labelColumns.compactMap(ColumnPositions(columnNames).named)
    return predictsAllLabels ? positions : Array(positions.prefix(1))
  }

  /// What the numbers of classes mean that have names; nil where there are none.
  var classNote: String? {
    guard labelPositions.count == 1, let levels = kinds[labelPositions[0]].levels,
      levels.contains(where: { NumberScanner.number($0) == nil })
    else { return nil }
    let shown = levels.prefix(10).enumerated().map { "\($0) = \($1)" }.joined(separator: ", ")
    return "the classes of '\(columnNames[labelPositions[0]])' are written as numbers: \(shown)"
      + (levels.count > 10 ? ", ..." : "")
  }

  /// A column of labels as numbers: texts that are numbers as those, others as indices.
  func labelNumbers(
    _ column: Int, rows: [Int]? = nil, path: String
  ) throws(DatasetError) -> [Double] {
    let labels = try labels(column, rows: rows, path: path)
    switch labels.cells {
    case .numbers(let numbers): return numbers
    case .texts(let codes, let levels):
      let numbers = levels.compactMap(NumberScanner.number)
      return codes.map { numbers.count == levels.count ? numbers[Int($0)] : Double($0) }
    }
  }
}
