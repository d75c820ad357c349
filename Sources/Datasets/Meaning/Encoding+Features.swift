import Tensors

extension Encoding {
  /// What an encoding made of a table.
  public struct Features: Sendable {
    /// The columns without gaps.
    public var store: FeatureStore
    /// Which columns are one feature; nil where each column is one, of the same name.
    public var groups: FeatureGroups?
    /// The column of the table that each column comes from: its place in the encoding.
    public var sources: [Int]
    /// How many cells hold a level that the training table has not; they count as no level.
    public var unknownLevelCount = 0
  }

  /// Encodes a table.
  ///
  /// - Parameters:
  ///   - table: The table to which the encoding was fitted, or one with the same columns.
  ///   - path: The file, for errors.
  /// - Returns: Its features.
  /// - Throws: `DatasetError.columnsDiffer` if a column is not there, or holds texts instead of
  ///   numbers.
  public func features(of table: Table, path: String = "") throws(DatasetError) -> Features {
    let positions = try positions(in: table, path: path)
    if isIdentity {
      let isWhole = positions.elementsEqual(0..<table.columnCount)
      return Features(
        store: isWhole ? table.features : table.features.viewing(columns: positions),
        sources: Array(positions.indices))
    }
    return DerivedColumns(self, table, positions: positions).features()
  }

  private func positions(in table: Table, path: String) throws(DatasetError) -> [Int] {
    var known: [String: Int] = [:]
    for (position, name) in table.columnNames.enumerated() { known[name] = position }
    var positions: [Int] = []
    for column in columns {
      guard let position = known[column.name] else {
        throw .columnsDiffer(
          path: path, reference: "the training data", reason: "no column '\(column.name)'")
      }
      if column.levels == nil, table.kinds[position] != .numeric {
        throw .columnsDiffer(
          path: path, reference: "the training data",
          reason: "column '\(column.name)' holds texts, not numbers")
      }
      if column.fill == nil { try refuseGaps(in: table, at: position, path: path) }
      positions.append(position)
    }
    return positions
  }

  /// Refuses a gap in a column that had none where the encoding was fitted.
  private func refuseGaps(in table: Table, at column: Int, path: String) throws(DatasetError) {
    guard table.features.hasMissing(column) else { return }
    let cells = table.features.exact(column)
    guard let row = cells.firstIndex(where: \.isNaN) else { return }
    throw .missingCell(
      path: path, row: row, column: table.columnNames[column], count: cells.count(where: \.isNaN))
  }
}

extension Encoding {
  /// The names of the columns that it makes of a table.
  package var featureNames: [String] {
    columns.filter { $0.levels == nil }.map(\.name)
      + columns.flatMap { $0.levelNames + $0.indicatorNames }
  }
}

extension Encoding.Column {
  /// The columns that stand for the levels; of two levels, one column tells both.
  fileprivate var levelNames: [String] {
    (levels.map(levelsWithColumn) ?? []).map { "\(name)=\($0)" }
  }

  fileprivate var indicatorNames: [String] { hasIndicator ? ["\(name) is missing"] : [] }
}

/// The columns of zeros and ones that stand for levels and gaps, collected row by row.
private struct DerivedColumns {
  private let encoding: Encoding
  private let table: Table
  private let positions: [Int]
  /// The columns that stay numbers: their places among the encoding's columns.
  private let numeric: [Int]
  private var names: [String] = []
  /// For each of the encoding's columns, the derived columns of its levels and of its indicator.
  private var levelColumns: [Range<Int>] = []
  private var indicators: [Int?] = []

  init(_ encoding: Encoding, _ table: Table, positions: [Int]) {
    self.encoding = encoding
    self.table = table
    self.positions = positions
    numeric = encoding.columns.indices.filter { encoding.columns[$0].levels == nil }
    for column in encoding.columns {
      let levelNames = column.levelNames
      levelColumns.append(names.count..<(names.count + levelNames.count))
      names += levelNames
      indicators.append(column.hasIndicator ? names.count : nil)
      names += column.indicatorNames
    }
  }

  func features() -> Encoding.Features {
    var store = table.features.viewing(columns: numeric.map { positions[$0] })
    if numeric.contains(where: { encoding.columns[$0].fill != nil }) {
      store.fills = numeric.map { Float(encoding.columns[$0].fill ?? .nan) }
    }
    let (derived, unknownLevelCount) = derivedStore()
    var members = encoding.columns.indices.map { index in
      levelColumns[index].map { numeric.count + $0 }
        + (indicators[index].map { [numeric.count + $0] } ?? [])
    }
    for (column, index) in numeric.enumerated() { members[index].append(column) }
    return Encoding.Features(
      store: names.isEmpty ? store : store.appending(derived),
      groups: FeatureGroups(names: encoding.columns.map(\.name), columns: members),
      sources: numeric + derivedSources,
      unknownLevelCount: unknownLevelCount)
  }

  private var derivedSources: [Int] {
    encoding.columns.indices.flatMap { index in
      levelColumns[index].map { _ in index } + (indicators[index] == nil ? [] : [index])
    }
  }

  private func derivedStore() -> (FeatureStore, unknownLevelCount: Int) {
    let indices = encoding.columns.indices.filter {
      !levelColumns[$0].isEmpty || indicators[$0] != nil
    }
    let codes = indices.map(translation)
    let gatherer = ColumnGatherer(
      withoutFills, columns: indices.map { positions[$0] }, scaler: nil)
    var line = [Float](repeating: 0, count: indices.count)
    var rows = SparseRows<UInt8>(width: names.count)
    var unknownLevelCount = 0
    for row in 0..<table.rowCount {
      line.withUnsafeMutableBufferPointer { gatherer.gather(rows: [row], into: $0) }
      for (slot, index) in indices.enumerated() {
        var cell = Double(line[slot])
        if cell.isNaN, let indicator = indicators[index] { rows.append(UInt32(indicator), 1) }
        guard let levels = encoding.columns[index].levels else { continue }
        cell = cell.isNaN ? encoding.columns[index].fill ?? .nan : codes[slot](cell)
        if cell < 0 { unknownLevelCount += 1 }
        let column = levels.count == 2 ? Int(cell) - 1 : Int(cell)
        if cell >= 0 && column >= 0 {
          rows.append(UInt32(levelColumns[index].lowerBound + column), 1)
        }
      }
      rows.endRow()
    }
    let store = FeatureStore(
      parts: [.sparse(rows.block())], rowCount: table.rowCount, columnNames: names)
    return (store, unknownLevelCount)
  }

  private var withoutFills: FeatureStore {
    var store = table.features
    store.fills = nil
    return store
  }

  /// How a cell of this table becomes a level of the encoding: -1 for one that it has not.
  private func translation(_ index: Int) -> (Double) -> Double {
    guard let levels = encoding.columns[index].levels else { return { $0 } }
    var known: [String: Int] = [:]
    for (level, text) in levels.enumerated() { known[text] = level }
    guard let own = table.kinds[positions[index]].levels else {
      return { Double(known[LabelReader.label($0)] ?? -1) }
    }
    if own == levels { return { $0 } }
    let places = own.map { Double(known[$0] ?? -1) }
    return { places[Int($0)] }
  }
}
