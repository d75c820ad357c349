extension Table {
  /// Returns the table with columns of numbers as columns of categories.
  ///
  /// - Parameters:
  ///   - names: The columns, by name or index; where words stand among numbers, they are levels
  ///     like the others and no mistakes.
  ///   - path: The file, for errors.
  /// - Returns: The table; the levels of such a column are its different numbers, in order.
  /// - Throws: A column that is not there, is damaged, or has too many different numbers.
  func treatingAsCategories(_ names: [String], path: String) throws(DatasetError) -> Table {
    if names.isEmpty { return self }
    let positions = ColumnPositions(columnNames)
    var table = self
    var columns: [Int] = []
    for name in names {
      let column = try find(name, positions, path: path)
      table.mistakes[column] = nil
      if kinds[column] == .numeric, !columns.contains(column) { columns.append(column) }
    }
    if columns.isEmpty { return table }
    try ColumnStore.check(self, columns: columns, path: path)
    var codes: [[Double]] = []
    for column in columns {
      let cells = features.exact(column)
      var places: [Double: Double] = [:]
      for cell in cells where !cell.isNaN { places[cell] = 0 }
      let levels = places.keys.sorted()
      guard levels.count <= LevelTable.limit else {
        throw .tooManyLevels(path: path, column: columnNames[column])
      }
      for (place, level) in levels.enumerated() { places[level] = Double(place) }
      codes.append(cells.map { places[$0] ?? .nan })
      table.kinds[column] = .categorical(levels: levels.map(LabelReader.label))
    }
    var builder = TableBuilder(names: columns.map { columnNames[$0] })
    for row in 0..<rowCount {
      for slot in codes.indices { builder.row[slot] = codes[slot][row] }
      builder.endRow()
    }
    // The codes stand where the numbers stood.
    var order = Array(0..<columnCount)
    for (slot, column) in columns.enumerated() { order[column] = columnCount + slot }
    table.features = features.appending(builder.finished().features).viewing(columns: order)
    return table
  }

  /// Returns the table of some of its columns; the cells are shared.
  ///
  /// - Parameter columns: The columns, in the order wanted, each in `0..<columnCount`.
  /// - Returns: The table; what is said of other columns is forgotten.
  func viewing(columns: [Int]) -> Table {
    if columns.elementsEqual(0..<columnCount) { return self }
    var view = self
    view.features = features.viewing(columns: columns)
    view.kinds = columns.map { kinds[$0] }
    view.mistakes = [:]
    for (slot, column) in columns.enumerated() { view.mistakes[slot] = mistakes[column] }
    let names = ColumnPositions(view.columnNames)
    func kept(_ name: String) -> Bool { names.named(name) != nil }
    view.labelColumns = labelColumns.filter(kept)
    view.customaryTarget = customaryTarget.flatMap { kept($0) ? $0 : nil }
    view.weightColumn = weightColumn.flatMap { kept($0) ? $0 : nil }
    view.subjectColumn = subjectColumn.flatMap { kept($0) ? $0 : nil }
    return view
  }
}
