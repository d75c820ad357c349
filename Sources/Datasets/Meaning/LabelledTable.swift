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
  /// The rows whose target is known; nil for all.
  ///
  /// That of any other row is a mere placeholder.
  public internal(set) var labelledRows: [Int]?
  /// How much each row counts, or nil.
  public var weights: [Float]?
  /// The column of the weights, or nil.
  public internal(set) var weightName: String?
  /// What each row is a measurement of, or nil.
  public var subjects: [Int]?
  /// The column of the subjects, or nil.
  public internal(set) var subjectName: String?
  /// What each subject is called.
  var subjectNames: [String] = []
  /// Features that may be identifiers: whoever knows leaves them out.
  public internal(set) var suspectColumns: [Int] = []
  /// What was done with columns that nobody asked about, a sentence each.
  public var notes: [String]
  /// The file, for errors.
  let path: String

  /// The extents of the images that the features of a row are; nil where they are none.
  public var image: (height: Int, width: Int, channels: Int)? {
    guard let (height, width) = table.features.imageShape, height > 0, width > 0,
      featureColumns.count.isMultiple(of: height * width)
    else { return nil }
    return (height, width, featureColumns.count / (height * width))
  }

  init(
    table: Table, featureColumns: [Int], leftOut: [Int], target: Target, targetNames: [String],
    notes: [String], path: String
  ) {
    self.table = table
    (self.featureColumns, self.leftOut) = (featureColumns, leftOut)
    (self.target, self.targetNames) = (target, targetNames)
    (self.notes, self.path) = (notes, path)
  }

  /// The number of rows.
  public var rowCount: Int { table.rowCount }

  /// The rows whose target is known.
  public var usableRows: [Int] { labelledRows ?? Array(0..<rowCount) }

  /// Whether there is something to predict; without, the target is a mere placeholder.
  public var hasTarget: Bool { !targetNames.isEmpty }

  /// Makes columns no features.
  ///
  /// - Parameters:
  ///   - names: The names of the columns; those of no feature are passed over.
  ///   - onlyTexts: Whether columns of numbers stay.
  public mutating func leaveOut(_ names: [String], onlyTexts: Bool = false) {
    if names.isEmpty { return }
    let wanted = Set(names)
    suspectColumns.removeAll { wanted.contains(table.columnNames[$0]) }
    let dropped = featureColumns.filter {
      wanted.contains(table.columnNames[$0]) && !(onlyTexts && table.kinds[$0] == .numeric)
    }
    leftOut = (leftOut + dropped).sorted()
    let isDropped = Set(dropped)
    featureColumns.removeAll(where: isDropped.contains)
  }

  /// A note on features that may be identifiers; nil if there are none.
  public var suspectNote: String? {
    table.suspectNote(suspectColumns)
  }

  /// Refuses test data with a subject that these data have as well.
  ///
  /// - Parameters:
  ///   - test: The test data.
  ///   - path: Their file, for errors.
  /// - Throws: `DatasetError.badSplit` with some of the subjects and how many rows are theirs.
  public func refuseSharedSubjects(
    with test: LabelledTable, path: String
  ) throws(DatasetError) {
    guard let own = subjects, let others = test.subjects else { return }
    let trained = Set(usableRows.map { subjectNames[own[$0]] })
    var shared: [String] = []
    var isKnown = [Bool](repeating: false, count: test.subjectNames.count)
    var rowCount = 0
    for row in test.usableRows where trained.contains(test.subjectNames[others[row]]) {
      rowCount += 1
      if isKnown[others[row]] { continue }
      isKnown[others[row]] = true
      shared.append(test.subjectNames[others[row]])
    }
    if shared.isEmpty { return }
    throw .badSplit(
      reason: "\(rowCount) of the \(test.usableRows.count) rows of \(path) are of groups"
        + " (--group-column) that have training rows as well: "
        + shared.prefix(3).map { "'\($0)'" }.joined(separator: ", ")
        + (shared.count > 3 ? " and \(shared.count - 3) more" : "")
        + "; a group is on one side only: take its rows out of one of the files")
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
    if missing == .error { try table.refuseGaps(in: featureColumns, path: path) }
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
}

extension Table {
  /// Refuses missing cells.
  ///
  /// - Parameters:
  ///   - columns: The columns that may have none; nil for all.
  ///   - path: The file, for the error.
  /// - Throws: `DatasetError.missingCell` with the first of them, row by row.
  public func refuseGaps(in columns: [Int]? = nil, path: String) throws(DatasetError) {
    var first: (row: Int, column: Int)?
    var count = 0
    for column in columns ?? Array(kinds.indices) where features.hasMissing(column) {
      for (row, cell) in features.exact(column).enumerated() where cell.isNaN {
        count += 1
        if first.map({ row < $0.row }) ?? true { first = (row, column) }
      }
    }
    if let first {
      throw .missingCell(
        path: path, row: first.row, column: columnNames[first.column], count: count)
    }
  }
}
