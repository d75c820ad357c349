import Tensors

/// What becomes of missing cells.
public enum MissingPolicy: String, Sendable, Codable, CaseIterable {
  /// They count as the median of the column, or its most frequent level, in the training rows, and
  /// a column of its own tells where they were.
  case impute
  /// They are an error.
  case error
}

/// How the columns of a table become numbers without gaps, fitted on the training rows.
///
/// A numeric column stays as it is; a missing cell counts as the median. A categorical column
/// becomes one column of zeros and ones per level of the training rows (or one in all, for two
/// levels); a missing cell counts as the most frequent level, and a level that no training row has
/// as none. A column of which one training cell in twenty is missing, and at least five, gets an
/// indicator, which belongs to the same feature; fewer gaps are too few to learn from, and would be
/// noise beside the values.
public struct Encoding: Sendable, Equatable, Codable {
  /// How one column becomes numbers.
  public struct Column: Sendable, Equatable, Codable {
    /// The name of the column in the table.
    public var name: String
    /// The levels of a categorical column that training rows have, in order; nil for numbers.
    public var levels: [String]?
    /// What a missing cell counts as: a number, or the index of a level; nil if none was missing
    /// in any table that was looked at.
    public var fill: Double?
    /// How many training cells are missing.
    public var missingCount: Int
    /// Whether the feature has an indicator of missing cells.
    public var hasIndicator: Bool
  }

  /// The columns in the order of the features.
  public var columns: [Column]

  /// Whether the columns are taken as they are.
  public var isIdentity: Bool {
    columns.allSatisfy { $0.levels == nil && $0.fill == nil }
  }

  /// The names of the columns with missing training cells.
  public var filledNames: [String] { columns.filter { $0.missingCount > 0 }.map(\.name) }

  /// Looks at the training rows of a table.
  ///
  /// - Parameters:
  ///   - table: The table.
  ///   - columns: Its columns that are features.
  ///   - rows: The training rows.
  ///   - others: Tables with the same columns whose gaps are to be filled as well.
  /// - Returns: The encoding.
  public static func fitted(
    to table: Table, columns: [Int], rows: [Int], others: [Table] = []
  ) -> Encoding {
    let otherPositions = others.map { other in
      Dictionary(
        other.columnNames.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
    }
    return Encoding(
      columns: columns.map { column in
        let name = table.columnNames[column]
        let hasGaps =
          table.features.hasMissing(column)
          || zip(others, otherPositions).contains { other, positions in
            positions[name].map(other.features.hasMissing) ?? false
          }
        let all = table.kinds[column].levels
        guard hasGaps || all != nil else {
          return Column(name: name, levels: nil, fill: nil, missingCount: 0, hasIndicator: false)
        }
        let cells = table.features.column(column, rows: rows)
        let present = cells.filter { !$0.isNaN }
        let missingCount = cells.count - present.count
        var fitted = Column(
          name: name, levels: nil, fill: hasGaps ? median(present) : nil,
          missingCount: missingCount,
          hasIndicator: missingCount >= 5 && 20 * missingCount >= cells.count)
        if let all {
          let counts = levelCounts(present, levelCount: all.count)
          let known = counts.contains { $0 > 0 } ? counts.indices.filter { counts[$0] > 0 } : [0]
          fitted.levels = known.map { all[$0] }
          // The most frequent level, the first of equals.
          let best = known.indices.max { (counts[known[$0]], $1) < (counts[known[$1]], $0) }
          fitted.fill = hasGaps ? Double(best ?? 0) : nil
        }
        return fitted
      })
  }

  /// The median, the mean of the two middle values of an even number; 0 of none.
  private static func median(_ values: [Float]) -> Double {
    guard !values.isEmpty else { return 0 }
    let sorted = values.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2)
      ? (Double(sorted[middle - 1]) + Double(sorted[middle])) / 2 : Double(sorted[middle])
  }

  private static func levelCounts(_ codes: [Float], levelCount: Int) -> [Int] {
    var counts = [Int](repeating: 0, count: max(levelCount, 1))
    for code in codes { counts[Int(code)] += 1 }
    return counts
  }
}

extension Encoding {
  /// Creates the encoding that takes numbers as they are.
  ///
  /// - Parameter names: The names of the columns.
  package init(plain names: [String]) {
    self.init(
      columns: names.map { name in
        Column(name: name, levels: nil, fill: nil, missingCount: 0, hasIndicator: false)
      })
  }
}
