extension Table {
  /// Returns the table with its columns in the order of another one.
  ///
  /// - Parameters:
  ///   - other: The other table.
  ///   - path: The file of this one, for errors.
  ///   - reference: What the other table is called in errors.
  /// - Returns: A table with just these columns.
  /// - Throws: `DatasetError.columnsDiffer` unless both have the same columns.
  func arranged(
    as other: Table, path: String, reference: String
  ) throws(DatasetError) -> Table {
    if columnNames == other.columnNames { return self }
    guard columnCount == other.columnCount else {
      throw .columnsDiffer(
        path: path, reference: reference,
        reason: "\(columnCount) columns instead of \(other.columnCount)")
    }
    var positions: [String: Int] = [:]
    for (position, name) in columnNames.enumerated() { positions[name] = position }
    var columns: [Int] = []
    for name in other.columnNames {
      guard let position = positions[name] else {
        throw .columnsDiffer(path: path, reference: reference, reason: "no column '\(name)'")
      }
      columns.append(position)
    }
    return viewing(columns: columns)
  }

  /// Returns the rows of several tables below each other.
  ///
  /// - Parameters:
  ///   - tables: Tables with the same columns in the same order, at least one.
  ///   - path: The first file, for errors.
  /// - Returns: All rows; a column that is one of texts anywhere is one everywhere.
  /// - Throws: `DatasetError.tooManyLevels` if the texts of a column were not kept.
  static func concatenating(_ tables: [Table], path: String) throws(DatasetError) -> Table {
    let first = tables[0]
    guard tables.count > 1 else { return first }
    // What is sparse in all tables stays so.
    let sparse = first.kinds.indices.filter { column in
      tables.allSatisfy { $0.features.isSparse(column) }
    }
    let isSparse = Set(sparse)
    let dense = first.kinds.indices.filter { !isSparse.contains($0) }
    var whole = try concatenatingCells(tables.map { $0.viewing(columns: dense) }, path: path)
    if !sparse.isEmpty {
      let cells = CompressedMatrix(joining: tables.map(\.features), columns: sparse)
      let names = sparse.map { first.columnNames[$0] }
      let joined = whole.features.appending(try cells.features(names: names, path: path))
      var order = [Int](repeating: 0, count: first.columnCount)
      for (slot, column) in (dense + sparse).enumerated() { order[column] = slot }
      whole = Table(
        features: joined.viewing(columns: order),
        kinds: order.map { $0 < dense.count ? whole.kinds[$0] : .numeric })
    }
    whole.features.imageShape = first.features.imageShape
    whole.labelColumns = first.labelColumns
    whole.customaryTarget = first.customaryTarget
    whole.predictsAllLabels = first.predictsAllLabels
    (whole.weightColumn, whole.subjectColumn) = (first.weightColumn, first.subjectColumn)
    whole.absentColumnsAreZero = tables.allSatisfy(\.absentColumnsAreZero)
    for table in tables {
      whole.features.losses.formUnion(table.features.losses)
      whole.notes += table.notes.filter { !whole.notes.contains($0) }
      for (column, mistake) in table.mistakes where whole.mistakes[column] == nil {
        whole.mistakes[column] = mistake
      }
    }
    return whole
  }

  /// The cells of tables below each other.
  private static func concatenatingCells(
    _ tables: [Table], path: String
  ) throws(DatasetError) -> Table {
    let first = tables[0]
    let textColumns = first.kinds.indices.filter { column in
      tables.contains { $0.kinds[column] != .numeric }
    }
    var builder = TableBuilder(names: first.columnNames, textColumns: textColumns)
    for table in tables {
      if let column = textColumns.first(where: { table.kinds[$0] == .text }) {
        throw .tooManyLevels(path: path, column: first.columnNames[column])
      }
      builder.append(table, textColumns: textColumns)
    }
    return builder.finished()
  }
}

extension TableBuilder {
  /// Adds the rows of a table with the same columns.
  fileprivate mutating func append(_ table: Table, textColumns: [Int]) {
    let numeric = table.kinds.indices.filter { !isText[$0] }
    let gatherer = ColumnGatherer(
      table.features, columns: Array(0..<table.columnCount), scaler: nil)
    // Numbers beyond the 24 bits of Float are read one column at a time.
    let wide = numeric.filter { table.features.elementType(of: $0) == .int32 }
    let exact = wide.map { table.features.exact($0) }
    var line = [Float](repeating: 0, count: table.columnCount)
    for index in 0..<table.rowCount {
      line.withUnsafeMutableBufferPointer { gatherer.gather(rows: [index], into: $0) }
      for column in numeric { row[column] = Double(line[column]) }
      for (slot, column) in wide.enumerated() { row[column] = exact[slot][index] }
      for column in textColumns {
        let cell = line[column]
        if cell.isNaN {
          row[column] = .nan
        } else if let levels = table.kinds[column].levels {
          take(levels[Int(cell)], column: column)
        } else {
          take(LabelReader.label(Double(cell)), column: column)
        }
      }
      endRow()
    }
  }
}
