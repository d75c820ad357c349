/// What one column holds.
public struct ColumnDetail: Sendable, Equatable {
  /// The name.
  public var name: String
  /// Numbers, categories or texts.
  public var kind: ColumnKind
  /// The type in which the cells lie.
  public var elementType: ElementType
  /// Whether the zeros take no memory.
  public var isSparse: Bool
  /// How many cells are missing.
  public var missingCount: Int
  /// How many different values there are, without missing cells.
  public var distinctCount: Int
  /// The smallest number; nil for texts, or where all cells are missing.
  public var minimum: Double?
  /// The middle of the numbers, the mean of the two middle ones of an even number.
  public var median: Double?
  /// The largest number.
  public var maximum: Double?
  /// How many rows have each level of a categorical column, in the order of its levels.
  public var levelCounts: [Int] = []
}

extension Table {
  /// Looks at one column.
  ///
  /// - Parameter column: The column, in `0..<columnCount`.
  /// - Returns: What it holds.
  /// - Complexity: O(n log n).
  public func detail(of column: Int) -> ColumnDetail {
    let cells = features.exact(column)
    var detail = ColumnDetail(
      name: columnNames[column], kind: kinds[column],
      elementType: features.elementType(of: column), isSparse: features.isSparse(column),
      missingCount: cells.count { $0.isNaN }, distinctCount: 0)
    if let levels = kinds[column].levels {
      detail.levelCounts = [Int](repeating: 0, count: levels.count)
      for cell in cells where !cell.isNaN { detail.levelCounts[Int(cell)] += 1 }
      detail.distinctCount = detail.levelCounts.count { $0 > 0 }
    } else if kinds[column] == .numeric {
      let sorted = cells.filter { !$0.isNaN }.sorted()
      guard let first = sorted.first, let last = sorted.last else { return detail }
      detail.distinctCount = 1 + zip(sorted, sorted.dropFirst()).count { $0 != $1 }
      let middle = sorted.count / 2
      (detail.minimum, detail.maximum) = (first, last)
      detail.median =
        sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    }
    return detail
  }
}
