/// Which entries of a matrix exist.
///
/// Entries are numbered row by row, and from left to right inside a row ("compressed sparse
/// rows"). An entry exists whatever its value: a connection of weight 0 is a connection.
public struct SparsePattern: Hashable, Sendable, Codable {
  /// The number of rows.
  public let rowCount: Int
  /// The number of columns.
  public let columnCount: Int
  /// The number of the first entry of each row, and behind them the number of entries.
  public let rowStarts: [Int32]
  /// The column of each entry.
  public let columns: [Int32]

  /// Creates a pattern.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows.
  ///   - columnCount: The number of columns.
  ///   - rowStarts: The number of the first entry of each row, and behind them the number of
  ///     entries: `rowCount + 1` numbers.
  ///   - columns: The column of each entry, ascending inside a row.
  public init(rowCount: Int, columnCount: Int, rowStarts: [Int32], columns: [Int32]) {
    if let fault = Self.fault(
      rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts, columns: columns)
    {
      fatalError("SparsePattern: \(fault)")
    }
    self.rowCount = rowCount
    self.columnCount = columnCount
    self.rowStarts = rowStarts
    self.columns = columns
  }

  /// Says what is wrong with numbers that are to be a pattern.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows.
  ///   - columnCount: The number of columns.
  ///   - rowStarts: The number of the first entry of each row, and behind them of all entries.
  ///   - columns: The column of each entry.
  /// - Returns: A clause with the place; nil if they are a pattern.
  package static func fault(
    rowCount: Int, columnCount: Int, rowStarts: [Int32], columns: [Int32]
  ) -> String? {
    guard rowStarts.count - 1 == rowCount, rowStarts.first == 0,
      rowStarts.last.map(Int.init) == columns.count
    else {
      return "\(rowStarts.count) row starts for \(rowCount) rows, \(columns.count) entries"
    }
    for row in 0..<rowCount where rowStarts[row] > rowStarts[row + 1] {
      return "row \(row) ends before it starts"
    }
    for row in 0..<rowCount {
      var previous: Int32 = -1
      for entry in Int(rowStarts[row])..<Int(rowStarts[row + 1]) {
        guard columns[entry] > previous, columns[entry] < columnCount else {
          return "column \(columns[entry]) in row \(row) of \(columnCount) columns"
        }
        previous = columns[entry]
      }
    }
    return nil
  }

  /// Creates the pattern in which every entry exists.
  ///
  /// - Parameters:
  ///   - rowCount: The number of rows.
  ///   - columnCount: The number of columns.
  public init(fullOf rowCount: Int, by columnCount: Int) {
    self.init(
      rowCount: rowCount, columnCount: columnCount,
      rowStarts: (0...rowCount).map { Int32($0 * columnCount) },
      columns: (0..<rowCount).flatMap { _ in 0..<Int32(columnCount) })
  }

  /// Draws a pattern with a given number of entries, every such pattern as likely as any other.
  ///
  /// - Parameters:
  ///   - count: The number of entries, in `0...rowCount * columnCount`.
  ///   - rowCount: The number of rows.
  ///   - columnCount: The number of columns.
  ///   - random: The source of random numbers.
  /// - Complexity: O(`count` log `count`) where less than half of the entries exist.
  public init(
    drawing count: Int, rowCount: Int, columnCount: Int, using random: inout RandomSource
  ) {
    let cells = random.sortedSample(count, of: rowCount * columnCount)
    var rowStarts = [Int32](repeating: 0, count: rowCount + 1)
    for cell in cells { rowStarts[cell / columnCount + 1] += 1 }
    for row in 0..<rowCount { rowStarts[row + 1] += rowStarts[row] }
    self.init(
      rowCount: rowCount, columnCount: columnCount, rowStarts: rowStarts,
      columns: cells.map { Int32($0 % columnCount) })
  }

  /// The number of entries.
  public var entryCount: Int { columns.count }

  /// The number of entries as a share of the cells, in 0...1.
  public var density: Double {
    let cells = rowCount * columnCount
    return cells == 0 ? 0 : Double(entryCount) / Double(cells)
  }

  /// The entries of a row.
  ///
  /// - Parameter row: The row, in `0..<rowCount`.
  /// - Returns: Their numbers.
  public func entries(ofRow row: Int) -> Range<Int> {
    Int(rowStarts[row])..<Int(rowStarts[row + 1])
  }

  /// How many entries each column has.
  public var columnCounts: [Int] {
    var counts = [Int](repeating: 0, count: columnCount)
    for column in columns { counts[Int(column)] += 1 }
    return counts
  }
}

extension RandomSource {
  /// Draws different numbers from `0..<bound`, every set of them as likely as any other.
  ///
  /// - Parameters:
  ///   - count: How many, in `0...bound`.
  ///   - bound: The number of possible values.
  /// - Returns: The numbers in ascending order.
  package mutating func sortedSample(_ count: Int, of bound: Int) -> [Int] {
    require(count >= 0 && count <= bound, "RandomSource: sample of \(count) among \(bound)")
    if count > bound / 2 {  // those that are left out are fewer
      var result: [Int] = []
      result.reserveCapacity(count)
      var next = 0
      for excluded in sortedSample(bound - count, of: bound) + [bound] {
        result.append(contentsOf: next..<excluded)
        next = excluded + 1
      }
      return result
    }
    // Numbers that come twice are drawn anew, which favours no set.
    var drawn: [Int] = []
    drawn.reserveCapacity(count)
    while drawn.count < count {
      let missing = count - drawn.count
      for _ in 0..<missing { drawn.append(index(below: bound)) }
      drawn.sort()
      var kept = 0
      for position in drawn.indices where position == 0 || drawn[position] != drawn[position - 1] {
        drawn[kept] = drawn[position]
        kept += 1
      }
      drawn.removeLast(drawn.count - kept)
    }
    return drawn
  }
}
