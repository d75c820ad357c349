/// Writes tables in the format of LIBSVM and SVMlight.
enum LibSVMWriter {
  /// Writes a table; its first label column is the label, 0 where there is none.
  ///
  /// - Parameters:
  ///   - table: The table. Labels that are texts are written as the indices of their levels.
  ///   - path: The file; it appears under this name only when it is complete.
  /// - Throws: `DatasetError.cannotWrite`, or what the format cannot hold: missing cells and texts.
  static func write(_ table: Table, to path: String) throws(DatasetError) {
    let parts = try NumericParts(table, path: path, format: "a cell of a LIBSVM file")
    let features = parts.features
    if let column = features.first(where: table.features.hasMissing),
      let row = table.features.exact(column).firstIndex(where: \.isNaN)
    {
      throw .missingCell(path: path, row: row, column: table.columnNames[column], count: 1)
    }
    let labels = try parts.label.map { column throws(DatasetError) in
      try table.labelNumbers(column, path: path)
    }
    let exact = features.map {
      table.features.elementType(of: $0) == .int32 ? table.features.exact($0) : nil
    }
    let gatherer = ColumnGatherer(table.features, columns: features, scaler: nil)
    var line = [Float](repeating: 0, count: features.count)
    var file = try AtomicFile(path: path)
    for row in 0..<table.rowCount {
      line.withUnsafeMutableBufferPointer { gatherer.gather(rows: [row], into: $0) }
      var text = labels.map { numberText($0[row]) } ?? "0"
      for (slot, cell) in line.enumerated() where cell != 0 {
        text += " \(slot + 1):" + (exact[slot].map { numberText($0[row]) } ?? numberText(cell))
      }
      try file.write(text + "\n")
    }
    try file.commit()
  }
}

/// The columns of a table for a format that knows numbers and one label.
struct NumericParts {
  /// The columns that are features.
  let features: [Int]
  /// The column that is the label, or nil.
  let label: Int?

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
    label = labels.first
    for column in features {
      guard table.kinds[column] != .numeric else { continue }
      throw .notNumeric(
        path: path, column: table.columnNames[column],
        text: table.kinds[column].levels?.first ?? "its text", use: format)
    }
  }
}

extension Table {
  /// A column of labels as numbers: texts that are numbers as those, others as indices.
  func labelNumbers(_ column: Int, path: String) throws(DatasetError) -> [Double] {
    let labels = try labels(column, path: path)
    switch labels.cells {
    case .numbers(let numbers): return numbers
    case .texts(let codes, let levels):
      let numbers = levels.compactMap(NumberScanner.number)
      return codes.map { numbers.count == levels.count ? numbers[Int($0)] : Double($0) }
    }
  }
}
