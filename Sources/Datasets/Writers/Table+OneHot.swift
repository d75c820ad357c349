/// The levels of a column of categories that get a column of zeros and ones each: all, or the second
/// one, which tells both of two.
///
/// - Parameter levels: All levels in order.
/// - Returns: Those with a column.
func levelsWithColumn(_ levels: [String]) -> ArraySlice<String> {
  levels.count == 2 ? levels.suffix(1) : levels[...]
}

extension Table {
  /// More levels than that are no categories to a format of numbers.
  private static let levelLimit = 1000

  /// Returns the table with zeros and ones in place of categories, for a format of numbers.
  ///
  /// - Parameters:
  ///   - format: What the format is called, for errors.
  ///   - path: The file of the table, for errors.
  /// - Returns: The table, its labels as they are; a missing cell is missing in all columns of its
  ///   levels. A note tells of it.
  /// - Throws: `DatasetError.notAColumn` for a column of texts that are nearly all different, or
  ///   what is wrong with one of numbers that has a few cells of texts.
  func replacingCategories(for format: String, path: String) throws(DatasetError) -> Table {
    let labels = Set(labelColumns)
    let columns = kinds.indices.filter {
      kinds[$0] != .numeric && !labels.contains(columnNames[$0])
    }
    if columns.isEmpty { return self }
    var (names, order) = ([String](), [Int]())
    var wanted: [(cells: [Double], levels: Range<Int>)] = []
    for column in kinds.indices {
      guard columns.contains(column) else {
        order.append(column)
        continue
      }
      let name = columnNames[column]
      try refuseMistake(column, path: path)
      guard let levels = kinds[column].levels, levels.count <= Self.levelLimit,
        !ColumnRoles.isIdentifier(self, column)
      else {
        throw .notAColumn(
          path: path, name: name,
          reason: "holds texts that are nearly all different, but \(format) holds numbers; leave it"
            + " out (--drop), or write .csv or .espalier")
      }
      let chosen = levelsWithColumn(levels)
      order += chosen.indices.map { columnCount + names.count + $0 - chosen.startIndex }
      names += chosen.map { "\(name)=\($0)" }
      wanted.append((features.exact(column), chosen.startIndex..<chosen.endIndex))
    }
    var builder = TableBuilder(names: names)
    for row in 0..<rowCount {
      var slot = 0
      for (cells, levels) in wanted {
        for level in levels {
          let cell = cells[row]
          builder.row[slot] = cell.isNaN ? .nan : cell == Double(level) ? 1 : 0
          slot += 1
        }
      }
      builder.endRow()
    }
    let derived = builder.finished()
    var table = self
    table.features = features.appending(derived.features).viewing(columns: order)
    table.kinds = order.map { $0 < columnCount ? kinds[$0] : .numeric }
    table.mistakes = [:]
    table.notes.append(
      columns.count == 1
        ? "column '\(columnNames[columns[0]])' is written as zeros and ones, a column for each level"
        : "\(columns.count) columns ('\(columnNames[columns[0]])' ...) are written as zeros and ones, a"
          + " column for each level")
    return table
  }
}
