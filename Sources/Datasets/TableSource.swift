import Tensors

/// Files that are one table, and where in them its target is.
///
/// The format of each file is recognised by its content: CSV with a header line (commas, tabs or
/// semicolons), IDX, either of them compressed by gzip, or MATLAB's `.mat` of version 5. Several
/// files are pooled: their rows follow each other.
public struct TableSource: Sendable, Equatable {
  /// The files, at least one.
  public var paths: [String]
  /// Where the labels are.
  public var target: TargetLocation
  /// Which columns become features.
  public var columns: ColumnChoice

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

  /// Reads features and labels.
  ///
  /// - Parameter task: Whether the labels are classes or numbers.
  /// - Returns: The dataset.
  /// - Throws: A `DatasetError` that names file and place.
  public func readDataset(task: TargetTask = .automatic) throws(DatasetError) -> Dataset {
    let (table, labels) = try readLabelledTable()
    return Dataset(
      features: table.features, target: try Target(labels, task: task, path: labelPath))
  }

  /// Reads the test data of a dataset.
  ///
  /// - Parameter training: The training data, whose columns and classes the test data must have;
  ///   the columns may come in another order.
  /// - Returns: The test data, with columns and class indices as in the training data.
  /// - Throws: A `DatasetError` that names file and place.
  public func readDataset(matching training: Dataset) throws(DatasetError) -> Dataset {
    var (table, labels) = try readLabelledTable()
    table.features = try table.features.arranged(
      as: training.features.columnNames, path: firstPath, reference: "the training data")
    return Dataset(
      features: table.features,
      target: try Target(labels, matching: training.target, path: labelPath))
  }

  /// Reads features, and labels if there are any.
  ///
  /// - Returns: The table.
  /// - Throws: A `DatasetError` that names file and place.
  public func readTable() throws(DatasetError) -> Table {
    require(!paths.isEmpty, "TableSource: no path")
    var tables: [Table] = []
    for path in paths {
      var table = try read(path)
      if let first = tables.first {
        table.features = try table.features.arranged(
          as: first.features.columnNames, path: path, reference: paths[0])
        if (table.labels == nil) != (first.labels == nil) { throw .noTarget(path: path) }
      }
      tables.append(table)
    }
    var labels = tables[0].labels
    for table in tables.dropFirst() { labels?.texts += table.labels?.texts ?? [] }
    let features = FeatureStore.concatenating(tables.map(\.features))
    if case .labelFile(let path) = target {
      let column = try LabelReader.read(path: path)
      guard column.texts.count == features.rowCount else {
        throw .labelCount(path: path, labels: column.texts.count, rows: features.rowCount)
      }
      labels = column
    }
    return Table(features: features, labels: labels)
  }

  private func readLabelledTable() throws(DatasetError) -> (Table, LabelColumn) {
    let table = try readTable()
    guard let labels = table.labels else { throw .noTarget(path: firstPath) }
    return (table, labels)
  }

  private var firstPath: String { paths.first ?? "" }

  private var labelPath: String {
    if case .labelFile(let path) = target { return path }
    return firstPath
  }

  private func read(_ path: String) throws(DatasetError) -> Table {
    switch try FileFormat.recognise(path: path) {
    case .text: return try CSVReader.read(path: path, target: target, choice: columns)
    case .mat: return try MATReader.read(path: path, target: target, choice: columns)
    case .idx:
      let features = try IDXReader.readFeatures(path: path)
      let plan = try ColumnPlan(
        names: features.columnNames, target: target, choice: columns, path: path)
      return features.table(plan)
    }
  }
}
