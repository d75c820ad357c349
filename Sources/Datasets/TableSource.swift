import Tensors

/// Files that are one table, and what each of its columns is for.
///
/// The format of each file is recognised by its content. Several files are pooled: their rows
/// follow each other.
public struct TableSource: Sendable, Equatable {
  /// The files, at least one.
  public var paths: [String]
  /// Where the labels are.
  public var target: TargetLocation
  /// Which columns become features.
  public var columns: ColumnChoice
  /// The column that tells how much each row counts, by name or index; nil for all the same.
  public var weight: String?
  /// The column that tells what each row is a measurement of, by name or index, or nil.
  public var subject: String?
  /// Columns of numbers that are categories, by name or index.
  public var categorical: [String] = []
  /// Whether rows without a target are left out; otherwise the first of them is an error.
  public var leavesOutUnlabelled = false
  /// Whether a file with missing cells is not converted.
  public var refusesMissing = false
  /// Whether there need not be a target.
  public var isTargetOptional = false
  /// How files are read whose content leaves a choice.
  public var reading = ReadingOptions()

  /// Creates a source.
  ///
  /// - Parameters:
  ///   - paths: The files, at least one.
  ///   - target: Where the labels are.
  ///   - columns: Which columns become features.
  public init(
    paths: [String], target: TargetLocation = .unspecified, columns: ColumnChoice = .all
  ) {
    self.paths = paths
    self.target = target
    self.columns = columns
  }

  /// Reads the files below each other.
  ///
  /// - Returns: The table.
  /// - Throws: A `DatasetError` that names file and place.
  public func readTable() throws(DatasetError) -> Table {
    require(!paths.isEmpty, "TableSource: no path")
    var reading = reading
    reading.textColumns += subject.map { [$0] } ?? []
    var tables: [Table] = []
    for path in paths {
      var table = try TableReader.read(path: path, options: reading)
      if paths.count > 1 { table = try ColumnStore.checked(table, path: path) }
      if let first = tables.first {
        table = table.addingAbsentColumns(of: first)
        tables = tables.map { $0.addingAbsentColumns(of: table) }
      }
      tables.append(
        try tables.first.map { first throws(DatasetError) in
          try table.arranged(as: first, path: path, reference: paths[0])
        } ?? table)
    }
    let whole = try Table.concatenating(tables, path: firstPath).notingLosses()
    return try whole.treatingAsCategories(categorical, path: firstPath)
  }

  /// Reads the files and finds out what each column is for.
  ///
  /// - Parameter task: Whether the labels are classes or numbers.
  /// - Returns: The table with its roles.
  /// - Throws: A `DatasetError` that names file and place.
  public func readLabelled(task: TargetTask = .automatic) throws(DatasetError) -> LabelledTable {
    let table = try readTable()
    let roles = try ColumnRoles(source(of: table), table)
    return try roles.labelled(table) { labels throws(DatasetError) in
      try Target(labels, task: task, path: labelPath)
    }
  }

  /// Reads the test data of a table.
  ///
  /// - Parameter training: The training data, whose features and classes the test data must have;
  ///   the columns may come in another order, and there may be more of them.
  /// - Returns: The test data, with class indices as in the training data.
  /// - Throws: A `DatasetError` that names file and place.
  public func readLabelled(matching training: LabelledTable) throws(DatasetError) -> LabelledTable {
    let names = training.featureColumns.map { training.table.columnNames[$0] }
    // What the training file says of its columns goes for those of the same name.
    func present(_ name: String?, in table: Table) -> String? {
      name.flatMap { table.columnNames.contains($0) ? $0 : nil }
    }
    let read = try readTable()
    // Columns of images have no names of their own: those of larger ones would be taken for others.
    if let image = training.image { try read.refuseImages(otherThan: image, path: firstPath) }
    let table = read.addingAbsentColumns(names).addingAbsentColumns(of: training.table)
    var source = self
    source.columns = .only(names)
    source.weight = weight ?? present(training.weightName, in: table)
    source.subject = subject ?? present(training.subjectName, in: table)
    source.isTargetOptional = !training.hasTarget
    if case .unspecified = target, table.labelColumns.isEmpty, table.customaryTarget == nil {
      source.target = .columns(training.targetNames)
    }
    if case .unspecified = target, table.predictsAllLabels {
      let own = Set(table.labelColumns)
      let isSame = training.targetNames.allSatisfy(own.contains)
      source.target = .columns(isSame ? training.targetNames : table.labelColumns)
    }
    let roles = try ColumnRoles(source, table, reference: "the training data")
    return try roles.labelled(table) { labels throws(DatasetError) in
      try Target(labels, matching: training.target, path: labelPath)
    }
  }

  /// Reads features and labels, with gaps filled by what all rows tell.
  ///
  /// Where some rows are held out, read the table by ``readLabelled(task:)`` and fit its encoding
  /// on the others.
  ///
  /// - Parameter task: Whether the labels are classes or numbers.
  /// - Returns: The dataset.
  /// - Throws: A `DatasetError` that names file and place; a row without a target is an error.
  public func readDataset(task: TargetTask = .automatic) throws(DatasetError) -> Dataset {
    var source = self
    (source.leavesOutUnlabelled, source.isTargetOptional) = (false, false)
    let labelled = try source.readLabelled(task: task)
    return try labelled.dataset(labelled.encoding(rows: Array(0..<labelled.rowCount)))
  }

  /// The source with all targets that a table declares, where nobody says what is to be predicted.
  private func source(of table: Table) -> TableSource {
    guard case .unspecified = target, table.predictsAllLabels else { return self }
    var source = self
    source.target = .columns(table.labelColumns)
    return source
  }

  var firstPath: String { paths.first ?? "" }

  private var labelPath: String {
    if case .labelFile(let path) = target { return path }
    return firstPath
  }
}

/// Which columns of a file become features; the target is never one of them.
public enum ColumnChoice: Sendable, Equatable {
  /// All but the target.
  case all
  /// All but the target and those named.
  case except([String])
  /// Those named, in this order.
  case only([String])
}

/// Where the labels of a table are.
public enum TargetLocation: Sendable, Equatable {
  /// In columns of these names; where there is no such name, in the column of this 0-based index.
  case columns([String])
  /// As `columns`, but a file without them is a table without labels.
  case columnsIfPresent([String])
  /// In a file of their own: IDX, or one value per line.
  case labelFile(String)
  /// Where the format has them, such as the variable `Y` or `gnd` of a `.mat` file.
  case unspecified

  /// In one column.
  ///
  /// - Parameter name: Its name or 0-based index.
  /// - Returns: The location.
  public static func column(_ name: String) -> TargetLocation { .columns([name]) }

  /// In one column, unless the file is a table without labels.
  ///
  /// - Parameter name: Its name or 0-based index.
  /// - Returns: The location.
  public static func columnIfPresent(_ name: String) -> TargetLocation { .columnsIfPresent([name]) }
}
