import Espalier

extension Model {
  /// What a reader should know of a model that took the columns of a table.
  static let columnNote =
    "the model names no columns: those of the table are read in their order"

  /// Reads rows for the model; where its columns have no names and the table has others than
  /// x0, x1, ..., those are taken in their order.
  ///
  /// - Parameters:
  ///   - source: The rows.
  ///   - image: The images that the columns are; nil where they are none.
  /// - Returns: The rows, and whether the model took the columns of the table.
  /// - Throws: A `DatasetError` that names file and place, or ``ToolError``.
  mutating func rows(
    _ source: TableSource, image: (height: Int, width: Int, channels: Int)? = nil
  ) throws -> (rows: NewRows, tookColumns: Bool) {
    func read() throws -> NewRows {
      try NewRows(source, encoding: encoding, targetNames: targetNames, image: image)
    }
    do {
      return (try read(), false)
    } catch let error as DatasetError {
      guard case .columnsDiffer = error, !namesColumns, image == nil else { throw error }
      let names = try source.columnNames(for: encoding.columns.count)
      (trained.columnNames, namesColumns) = (names, true)
      encoding = Encoding(plain: names)
      return (try read(), true)
    }
  }
}

extension TableSource {
  /// The names of all columns but the targets.
  ///
  /// - Parameter inputCount: How many there must be.
  /// - Returns: The names.
  /// - Throws: ``ToolError`` if there are more or fewer.
  func columnNames(for inputCount: Int) throws -> [String] {
    let table = try readTable()
    let targets = Set(table.labelColumns + target.names)
    let names = table.columnNames.filter { !targets.contains($0) }
    guard names.count == inputCount else {
      throw ToolError(
        .badData,
        "\(paths[0]): \(names.count) columns for a network of \(inputCount) inputs"
          + (names.count == inputCount + 1 && targets.isEmpty ? "; name the --target" : ""))
    }
    return names
  }
}

extension TargetLocation {
  /// The columns that are named.
  fileprivate var names: [String] {
    switch self {
    case .columns(let names), .columnsIfPresent(let names): names
    case .unspecified, .labelFile: []
    }
  }
}
