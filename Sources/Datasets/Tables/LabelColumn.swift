/// A column of labels.
public struct LabelColumn: Sendable, Equatable {
  /// The cells of a column of labels.
  public enum Cells: Sendable, Equatable {
    /// Texts as codes into the distinct ones.
    case texts(codes: [Int32], levels: [String])
    /// Numbers.
    case numbers([Double])
  }

  /// The name of the column, or of the variable of a `.mat` file.
  public var name: String
  /// The label of each row.
  public var cells: Cells
  /// Whether they are classes, by what the file or the caller says of the column, although all of
  /// them are numbers.
  var areClasses = false

  /// Creates a column of labels.
  ///
  /// - Parameters:
  ///   - name: The name of the column.
  ///   - cells: The label of each row.
  public init(name: String, cells: Cells) {
    self.name = name
    self.cells = cells
  }

  /// Creates a column of labels of texts.
  ///
  /// - Parameters:
  ///   - name: The name of the column.
  ///   - texts: The label of each row; a number in its shortest text.
  public init(name: String, texts: [String]) {
    var levels = LevelTable()
    let codes = texts.map { Int32(levels.code($0)) }
    self.init(name: name, cells: .texts(codes: codes, levels: levels.texts))
  }

  /// The number of rows.
  public var count: Int {
    switch cells {
    case .texts(let codes, _): codes.count
    case .numbers(let numbers): numbers.count
    }
  }

  /// The label of each row as text; a number has its shortest text, so that 1, 1.0 and 01 are one.
  public var texts: [String] {
    switch cells {
    case .texts(let codes, let levels): codes.map { levels[Int($0)] }
    case .numbers(let numbers): numbers.map(LabelReader.label)
    }
  }
}

extension Table {
  /// The rows that have a cell in each of some columns.
  ///
  /// - Parameter columns: The columns.
  /// - Returns: The rows; nil for all, and also where there would be none.
  func rowsWithout(gapsIn columns: [Int]) -> [Int]? {
    let gappy = columns.filter { kinds[$0] != .text && features.hasMissing($0) }
    if gappy.isEmpty { return nil }
    var isWhole = [Bool](repeating: true, count: rowCount)
    for column in gappy {
      for (row, cell) in features.exact(column).enumerated() where cell.isNaN {
        isWhole[row] = false
      }
    }
    let rows = isWhole.indices.filter { isWhole[$0] }
    return rows.isEmpty || rows.count == rowCount ? nil : rows
  }

  /// Returns a column as labels.
  ///
  /// - Parameters:
  ///   - column: The column, in `0..<columnCount`.
  ///   - rows: The rows wanted; nil for all.
  ///   - path: The file, for errors.
  /// - Returns: The label of each row.
  /// - Throws: `DatasetError.missingLabel` if a cell is missing, `DatasetError.tooManyLevels` if the
  ///   cells were not kept.
  func labels(
    _ column: Int, rows: [Int]? = nil, path: String
  ) throws(DatasetError) -> LabelColumn {
    let name = columnNames[column]
    if kinds[column] == .text { throw .tooManyLevels(path: path, column: name) }
    let all = features.exact(column)
    let cells = rows.map { rows in rows.map { all[$0] } } ?? all
    if let row = cells.firstIndex(where: \.isNaN) {
      throw .missingLabel(path: path, row: row, column: name)
    }
    guard let levels = kinds[column].levels else {
      return LabelColumn(name: name, cells: .numbers(cells))
    }
    var labels = LabelColumn(
      name: name, cells: .texts(codes: cells.map { Int32($0) }, levels: levels))
    labels.areClasses = levels.allSatisfy { NumberScanner.number($0) != nil }
    return labels
  }
}
