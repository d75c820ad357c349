import Tensors

/// A table of which is known what each column is for.
public struct LabelledTable: Sendable {
  /// The table.
  public var table: Table
  /// The columns that are features.
  public private(set) var featureColumns: [Int]
  /// The columns that are neither features nor of any other use.
  public private(set) var leftOut: [Int]
  /// The target of each row.
  public var target: Target
  /// The name of the target, or of each of several.
  public var targetNames: [String]
  /// How much each row counts, or nil.
  public var weights: [Float]?
  /// What each row is a measurement of, or nil.
  public var subjects: [Int]?
  /// What was done with columns that nobody asked about, a sentence each.
  public var notes: [String]
  /// The file, for errors.
  let path: String

  init(
    table: Table, featureColumns: [Int], leftOut: [Int], target: Target, targetNames: [String],
    weights: [Float]?, subjects: [Int]?, notes: [String], path: String
  ) {
    self.table = table
    (self.featureColumns, self.leftOut) = (featureColumns, leftOut)
    (self.target, self.targetNames) = (target, targetNames)
    (self.weights, self.subjects) = (weights, subjects)
    (self.notes, self.path) = (notes, path)
  }

  /// The number of rows.
  public var rowCount: Int { table.rowCount }

  /// Makes columns no features that hold anything but numbers.
  ///
  /// Columns of numbers stay, so that the others keep their index.
  ///
  /// - Parameter names: The names of the columns; those of no feature are passed over.
  public mutating func leaveOutTexts(of names: [String]) {
    let wanted = Set(names)
    let dropped = featureColumns.filter {
      wanted.contains(table.columnNames[$0]) && table.kinds[$0] != .numeric
    }
    leftOut = (leftOut + dropped).sorted()
    featureColumns.removeAll(where: dropped.contains)
  }

  /// Fits an encoding of the features.
  ///
  /// - Parameters:
  ///   - rows: The training rows.
  ///   - missing: What becomes of missing cells.
  ///   - others: Tables with the same columns whose gaps are to be filled as well.
  /// - Returns: The encoding.
  /// - Throws: `DatasetError.missingCell` if a cell is missing and none may be, or what is wrong
  ///   with a column that holds a few cells that are no numbers.
  public func encoding(
    rows: [Int], missing: MissingPolicy = .impute, others: [Table] = []
  ) throws(DatasetError) -> Encoding {
    if featureColumns.isEmpty { throw .noFeatures(path: path) }
    for column in featureColumns { try table.refuseMistake(column, path: path) }
    if missing == .error { try refuseGaps() }
    return .fitted(to: table, columns: featureColumns, rows: rows, others: others)
  }

  /// Returns the table as numbers without gaps.
  ///
  /// - Parameter encoding: How columns become numbers.
  /// - Returns: Features, target, weights and subjects of all rows.
  /// - Throws: `DatasetError.columnsDiffer` if the encoding is one of other columns.
  public func dataset(_ encoding: Encoding) throws(DatasetError) -> Dataset {
    dataset(try encoding.features(of: table, path: path))
  }

  /// Returns the table with features that are encoded already.
  ///
  /// - Parameter features: What an encoding made of the table.
  /// - Returns: Features, target, weights and subjects of all rows.
  public func dataset(_ features: Encoding.Features) -> Dataset {
    Dataset(
      features: features.store, target: target, weights: weights, subjects: subjects,
      featureGroups: features.groups)
  }

  private func refuseGaps() throws(DatasetError) {
    var first: (row: Int, column: Int)?
    var count = 0
    for column in featureColumns where table.features.hasMissing(column) {
      for (row, cell) in table.features.exact(column).enumerated() where cell.isNaN {
        count += 1
        if first.map({ row < $0.row }) ?? true { first = (row, column) }
      }
    }
    if let first {
      throw .missingCell(
        path: path, row: first.row, column: table.columnNames[first.column], count: count)
    }
  }
}
